"""Connections: sessions that obey nothing but this package, and plain words for what goes wrong with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPResponse, IncompleteRead
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection, HTTPSConnection

CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 30.0


class _Session(requests.Session):
    """Does not look where a redirect leads, because requests would then read its body, however long, to the end."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def pooled_session(adapter: HTTPAdapter | None = None) -> requests.Session:
    """A session for many polls: no proxy, no netrc, no cookies; the user's own certificates where they are set."""
    session, adapter = _Session(), adapter or _Adapter()
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


@contextmanager
def fresh_session() -> Iterator[tuple[requests.Session, Callable[[], bool]]]:
    """A session for one request, and a function that says whether a connection, with its TLS, came about.

    Only that tells for certain that a create was not taken: a TLS error can also come after the request was sent.
    """
    adapter = _Adapter()
    with pooled_session(adapter) as session:
        yield session, lambda: adapter.connected


class _Response(HTTPResponse):
    """Drops header lines that are none. urllib3 would write them to its log as they came, and they may echo the key."""

    def begin(self) -> None:
        super().begin()
        self.msg.defects.clear()
        self.msg.set_payload("")


class _Adapter(HTTPAdapter):
    """Notes whether `connect` of any of its connections ever came to its end."""

    connected = False

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        adapter = self

        class Plain(HTTPConnection):
            response_class = _Response

            def connect(self) -> None:
                super().connect()
                adapter.connected = True

        class Secure(HTTPSConnection):
            response_class = _Response

            def connect(self) -> None:
                super().connect()
                adapter.connected = True

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


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


def why(error: BaseException) -> str:
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
