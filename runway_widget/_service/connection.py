"""Sessions without cookies, redirects and logins of others; through a proxy where the environment names one.

What is worked around here was seen with requests 2.34.2 and urllib3 2.8.0.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection

from .adapter import ReportingAdapter
from .network import Proxy, certificates, proxy_for
from .timeouts import SEND_TIMEOUT

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
        """Of the environment the proxy and the certificates, as of now, and nothing else; see `pooled_session`."""
        return {"stream": stream, "cert": None, **way_to(url, proxy_for(url))}


def pooled_session(adapter: ReportingAdapter | None = None) -> requests.Session:
    """A session for many polls: no netrc, no cookies; proxy and certificates of the environment, see `network`."""
    session, adapter = _Session(), adapter or _AbortableAdapter()
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def way_to(url: str, proxy: Proxy | None) -> dict[str, Any]:
    """The arguments of a request that say which way it goes. Raises NetworkSetupError: see `network`."""
    trusted = certificates() if url.startswith("https:") else None
    return {
        "proxies": {} if proxy is None else {"https": proxy.reveal()},
        "verify": True if trusted is None else trusted.path,
    }


def was_reached(session: requests.Session, url: str) -> bool:
    """Whether this session has had a connection with the host of ``url``, with its TLS."""
    adapter = session.get_adapter(url)
    return isinstance(adapter, _AbortableAdapter) and (urlsplit(url).hostname or "") in adapter.reached


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
        yield session, lambda: bool(adapter.reached)


class _AbortableAdapter(ReportingAdapter):
    """Knows its connections: with which hosts there was one (``reached``), and how to end them all.

    ``send_timeout``: seconds that a body may take to be sent. urllib3 would allow it no more than the connect time-out,
    which is too little for a picture of some megabytes.
    """

    def __init__(self, send_timeout: float | None = None) -> None:
        self.reached: set[str] = set()
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
        self.reached.add(connection._tunnel_host or connection.host)
        self._open.add(connection)
        if self.send_timeout is not None:
            connection.sock.settimeout(self.send_timeout)
        if self._aborted:
            _shut(connection)


def _shut(connection: HTTPConnection) -> None:
    connected = getattr(connection.sock, "socket", connection.sock)  # within the TLS of a proxy, TLS of urllib3's own
    if isinstance(connected, socket.socket):
        with suppress(OSError):  # it has ended already
            # Not `SSLSocket.shutdown`: it takes the TLS object away from the thread that reads (seen with Python 3.11).
            socket.socket.shutdown(connected, socket.SHUT_RDWR)
