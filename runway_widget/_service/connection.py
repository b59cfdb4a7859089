"""Sessions without proxies, cookies and redirects, and a few words for what goes wrong with a connection.

What is worked around here was seen with requests 2.34.2 and urllib3 2.8.0.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import IncompleteRead
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from weakref import WeakSet

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection

from .adapter import ReportingAdapter
from .timeouts import CONNECT_TIMEOUT, READ_TIMEOUT, SEND_TIMEOUT

# A URL that requests would not change: an ASCII host, a path of unreserved characters, and no query.
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)+")


class _Session(requests.Session):
    """Does not look where a redirect leads: `requests` would then read its body to the end, however long it is."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """As in requests, in a fraction of its time for a GET of a plain URL, which is what almost every poll is."""
        plain = request.method == "GET" and not (request.params or request.data or request.json or request.files)
        if not plain or not isinstance(request.url, str) or not _PLAIN_URL.fullmatch(request.url):
            return super().prepare_request(request)
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url = "GET", request.url
        prepared.headers = CaseInsensitiveDict({**self.headers, **(request.headers or {})})
        return request.auth(prepared) if isinstance(request.auth, AuthBase) else prepared

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """Nothing of the environment; see `pooled_session`."""
        return {"proxies": {}, "stream": stream, "verify": self.verify, "cert": None}


def pooled_session(adapter: ReportingAdapter | None = None) -> requests.Session:
    """A session for many polls: no proxy, no netrc, no cookies; the user's own certificates where they are set."""
    session, adapter = _Session(), adapter or _AbortableAdapter()
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.verify = trusted_certificates()
    return session


def trusted_certificates() -> str | bool:
    """The file of certificates that the environment names, else True: those that come with `requests`."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def abort(session: requests.Session) -> None:
    """End the requests of this session that are in flight, and the session."""
    for adapter in session.adapters.values():
        if isinstance(adapter, _AbortableAdapter):
            adapter.abort()
    session.close()


@contextmanager
def fresh_session() -> Iterator[tuple[requests.Session, Callable[[], bool]]]:
    """A session for one request, and a function that says whether a connection, with its TLS, came about.

    Without one, a create was certainly not taken. The kind of the error does not tell: TLS can also fail after the
    request was sent.
    """
    adapter = _AbortableAdapter(SEND_TIMEOUT)
    with pooled_session(adapter) as session:
        yield session, lambda: adapter.connected


class _AbortableAdapter(ReportingAdapter):
    """Knows its connections: whether there ever was one (``connected``), and how to end them all.

    ``send_timeout``: seconds that a body may take to be sent. urllib3 would allow it no more than the connect time-out,
    which is too little for a picture of some megabytes.
    """

    def __init__(self, send_timeout: float | None = None) -> None:
        self.connected = False
        self.send_timeout = send_timeout
        self._open: WeakSet[HTTPConnection] = WeakSet()
        self._aborted = False
        super().__init__()

    def abort(self) -> None:
        """End every connection, also one that waits for an answer or is being made: its user gets NoAnswer."""
        self._aborted = True
        for connection in list(self._open):
            _shut(connection)

    def on_connected(self, connection: HTTPConnection) -> None:
        self.connected = True
        self._open.add(connection)
        if self.send_timeout is not None:
            connection.sock.settimeout(self.send_timeout)
        if self._aborted:
            _shut(connection)


def _shut(connection: HTTPConnection) -> None:
    if isinstance(connection.sock, socket.socket):
        with suppress(OSError):  # it has ended already
            # Not `SSLSocket.shutdown`: it takes the TLS object away from the thread that reads (seen with Python 3.11).
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


# The reason that says most comes first. `requests` wraps one error in another, up to four deep.
_SILENT = f"silent for {READ_TIMEOUT:.0f} s"
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (u3.NameResolutionError, "the host name is unknown"),
    (ConnectionRefusedError, "the connection was refused"),
    (u3.NewConnectionError, "no connection"),  # first: it is a subclass of the next
    (u3.ConnectTimeoutError, f"no connection within {CONNECT_TIMEOUT:.0f} s"),
    (u3.SSLError, "no secure connection"),
    (u3.ReadTimeoutError, _SILENT),
    (requests.ReadTimeout, _SILENT),
    (IncompleteRead, "an answer cut short"),
    (u3.DecodeError, "an answer that cannot be read"),
)


def reason_for(error: BaseException) -> str:
    """A few words on why no answer came, taken from the kinds of the errors, never from their texts."""
    chain: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        cause = todo.pop()
        if isinstance(cause, BaseException) and cause not in chain:
            chain.append(cause)
            todo += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    words = (words for kind, words in _REASONS if any(isinstance(each, kind) for each in chain))
    return next(words, "the connection broke")
