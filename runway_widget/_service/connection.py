"""Connections: sessions that obey nothing but this package, and plain words for what goes wrong with them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse, IncompleteRead
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection, HTTPSConnection

CONNECT_TIMEOUT = 10.0
SEND_TIMEOUT = 120.0
READ_TIMEOUT = 30.0


# A URL that requests would not change: an ASCII host, a path of unreserved characters, and no query.
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)+")


class _Session(requests.Session):
    """Does not look where a redirect leads, because requests would then read its body, however long, to the end."""

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


def pooled_session(adapter: HTTPAdapter | None = None) -> requests.Session:
    """A session for many polls: no proxy, no netrc, no cookies; the user's own certificates where they are set."""
    session, adapter = _Session(), adapter or _Adapter()
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


def abort(session: requests.Session) -> None:
    """End what this session is waiting for, and the session."""
    for adapter in session.adapters.values():
        if isinstance(adapter, _Adapter):
            adapter.cut()
    session.close()


@contextmanager
def fresh_session() -> Iterator[tuple[requests.Session, Callable[[], bool]]]:
    """A session for one request, and a function that says whether a connection, with its TLS, came about.

    Only that tells for certain that a create was not taken: a TLS error can also come after the request was sent.
    """
    adapter = _Adapter(SEND_TIMEOUT)
    with pooled_session(adapter) as session:
        yield session, lambda: adapter.connected


class Response(HTTPResponse):
    """Drops header lines that are none. urllib3 would write them to its log as they came, and they may echo the key."""

    def begin(self) -> None:
        super().begin()
        self.msg.defects.clear()
        self.msg.set_payload("")


class _Adapter(HTTPAdapter):
    """Notes whether `connect` of any of its connections ever came to its end.

    ``send_timeout``: seconds that a body may take to be sent. urllib3 would allow it no more than the connect time-out,
    in which few lines upload a picture of some megabytes.
    """

    def __init__(self, send_timeout: float | None = None) -> None:
        self.connected = False
        self.send_timeout = send_timeout
        self._open: WeakSet[HTTPConnection] = WeakSet()
        self._over = False
        super().__init__()

    def cut(self) -> None:
        """End every connection, also one that waits for an answer, or is just coming about; its user gets NoAnswer."""
        self._over = True
        for connection in list(self._open):
            _shut(connection)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        adapter = self

        class Plain(HTTPConnection):
            response_class = Response

            def connect(self) -> None:
                super().connect()
                adapter.on_connected(self)

        class Secure(HTTPSConnection):
            response_class = Response

            def connect(self) -> None:
                super().connect()
                adapter.on_connected(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def on_connected(self, connection: HTTPConnection) -> None:
        """The connection stands, with its TLS; nothing was sent on it yet."""
        self.connected = True
        self._open.add(connection)
        if self.send_timeout is not None:
            connection.sock.settimeout(self.send_timeout)
        if self._over:
            _shut(connection)


def _shut(connection: HTTPConnection) -> None:
    if isinstance(found := connection.sock, socket.socket):
        with suppress(OSError):  # it has ended already
            socket.socket.shutdown(found, socket.SHUT_RDWR)


# From the most telling to the least; requests wraps one in the other, up to four deep.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (u3.NameResolutionError, "the host name is unknown"),
    (ConnectionRefusedError, "the connection was refused"),
    (u3.NewConnectionError, "no connection"),  # before the next, of which it is a kind
    (u3.ConnectTimeoutError, "no connection within 10 s"),
    (u3.SSLError, "no secure connection"),
    (u3.ReadTimeoutError, "silent for 30 s"),
    (requests.ReadTimeout, "silent for 30 s"),
    (IncompleteRead, "an answer cut short"),
    (u3.DecodeError, "an answer that cannot be read"),
)


def reason_for(error: BaseException) -> str:
    """A few words on why no answer came, taken from the kinds of the errors, never from their texts."""
    chain: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        found = todo.pop()
        if isinstance(found, BaseException) and found not in chain:
            chain.append(found)
            todo += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
    words = (words for kind, words in _REASONS if any(isinstance(each, kind) for each in chain))
    return next(words, "the connection broke")
