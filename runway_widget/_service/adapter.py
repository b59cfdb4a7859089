"""Connections that report to their owner: the one place where this package reaches into urllib3.

Seen with requests 2.34.2 and urllib3 2.8.0, which offer no public way to do any of four things: to learn that a
connection was made, to look at the address that it leads to, to keep a part of a URL out of log lines and errors, and
to bound what is read of an answer before its body.
What holds of a direct connection holds of one through a proxy, too.
"""

from __future__ import annotations

import io
import re
import socket
from functools import partial
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from .limits import ANSWER, LimitedReader, Limits


class _Response(HTTPResponse):
    """Keeps within its limits, and discards malformed header lines.

    urllib3 (2.8.0) would log them as they came, perhaps with the key in them.
    """

    def __init__(self, *args: Any, limits: Limits, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fp = io.BufferedReader(LimitedReader(self.fp.detach(), limits))

    def begin(self) -> None:
        super().begin()
        self.msg.defects.clear()
        self.msg.set_payload("")


class TunnelRefused(OSError):
    """A proxy answered with ``status`` instead of connecting with the host that it was asked for."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ReportingAdapter(HTTPAdapter):
    """An adapter of `requests` whose connections call its methods; a subclass overrides those that it needs.

    ``query`` ("?…" or "") is put behind the path as the first line of a request is written, and is known to nothing
    that writes URLs into logs and errors. ``limits`` are those of each answer; None takes those of JSON.
    """

    def __init__(self, query: str = "", limits: Limits | None = None) -> None:
        self.query = query
        self.limits = limits or ANSWER
        super().__init__()

    def on_socket(self, connected: socket.socket) -> None:
        """TCP is up, with the host or its proxy; neither TLS nor anything else was sent."""

    def on_connected(self, connection: HTTPConnection) -> None:
        """TCP, a proxy's tunnel and TLS are up; no request was sent."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._make_reporting(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        self._make_reporting(manager)
        return manager

    def _make_reporting(self, manager: Any) -> None:
        """Give ``manager`` pools whose connections report. Twice, perhaps by two threads, is as good as once."""
        pools: dict[str, type[HTTPConnectionPool]] = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: self._reporting(pool) for scheme, pool in pools.items()}

    def _reporting(self, pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
        if issubclass(pool.ConnectionCls, _Reporting):
            return pool
        answer = staticmethod(partial(_Response, limits=self.limits))
        more = {"_adapter": self, "response_class": answer}
        connection = type("ReportingConnection", (_Reporting, pool.ConnectionCls), more)
        return type("ReportingPool", (pool,), {"ConnectionCls": connection})


class _Reporting(HTTPConnection):
    """What is put before any of urllib3's connections: plain, with TLS, through a proxy of any kind."""

    _adapter: ReportingAdapter

    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        self._adapter.on_socket(connected)
        return connected

    def connect(self) -> None:
        super().connect()
        self._adapter.on_connected(self)

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, url + self._adapter.query, *args, **kwargs)

    def _tunnel(self) -> None:
        """Ask a proxy for the way to the host; its refusal is told by its status, not by words of its own."""
        try:
            super()._tunnel()  # of http.client
        except OSError as error:
            if (match := re.match(r"Tunnel connection failed: (\d{3})\b", str(error))) is None:
                raise
            status = int(match[1])
        else:
            return
        raise TunnelRefused(status)
