"""An open internet on loopback: hosts that seem to have public addresses."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
import urllib3.connection
from urllib3.util import connection as dialling

from .origin import Origin

PUBLIC = "93.184.216.34"

Internet = Callable[..., None]


def open_internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Gives hosts of the open internet a place on loopback: `internet("a.example", server, "93.184.216.34")`.

    The connection claims to lead to that address, and to be TLS, and is neither. All else is as it is.
    """
    hosts: dict[str, tuple[Origin, str]] = {}

    class Pretending(socket.socket):
        address = PUBLIC

        def getpeername(self) -> Any:
            return (self.address, 443)

    def dial(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        server, claimed = hosts[address[0]]
        connected = Pretending(socket.AF_INET, socket.SOCK_STREAM)
        connected.settimeout(5)
        connected.connect(("127.0.0.1", server.server_port))
        connected.address = claimed
        return connected

    def without_tls(self: Any) -> None:
        self.sock = self._new_conn()
        self.is_verified = True

    monkeypatch.setattr(dialling, "create_connection", dial)
    monkeypatch.setattr(urllib3.connection.HTTPSConnection, "connect", without_tls)

    def add(host: str, server: Origin, address: str = PUBLIC) -> None:
        hosts[host] = (server, address)

    return add
