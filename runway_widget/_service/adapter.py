"""Connections that report to their owner: the one place where this package reaches into urllib3.

Seen with requests 2.34.2 and urllib3 2.8.0, which offer no public way to do any of three things: to learn that a
connection was made, to look at the address that it leads to, and to keep a part of a URL out of log lines and errors.
"""

from __future__ import annotations

import socket
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Response(HTTPResponse):
    """Discards malformed header lines: urllib3 (2.8.0) would log them as they came, perhaps with the key in them."""

    def begin(self) -> None:
        super().begin()
        self.msg.defects.clear()
        self.msg.set_payload("")


class ReportingAdapter(HTTPAdapter):
    """An adapter of `requests` whose connections call its methods; a subclass overrides those that it needs.

    ``query`` ("?…" or "") is put behind the path as the first line of a request is written, and is known to nothing
    that writes URLs into logs and errors.
    """

    def __init__(self, query: str = "") -> None:
        self._query = query
        super().__init__()

    def on_socket(self, connected: socket.socket) -> None:
        """TCP is up; neither TLS nor anything else was sent."""

    def on_connected(self, connection: HTTPConnection) -> None:
        """TCP and TLS are up; no request was sent."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        adapter = self

        class Plain(HTTPConnection):
            response_class = _Response

            def _new_conn(self) -> socket.socket:
                connected = super()._new_conn()
                adapter.on_socket(connected)
                return connected

            def connect(self) -> None:
                super().connect()
                adapter.on_connected(self)

            def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
                super().putrequest(method, url + adapter._query, *args, **kwargs)

        class Secure(Plain, HTTPSConnection):
            """The same with TLS: `super` in the methods above is `HTTPSConnection` here."""

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
