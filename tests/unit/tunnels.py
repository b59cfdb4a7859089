"""TLS in front of a plain server, and a proxy that knows hosts of its own, both on loopback."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from .certificates import AUTHORITY, HOST, SERVER

TunnelT = TypeVar("TunnelT", bound="Tunnel")
LIMIT = 20.0  # seconds; nothing here takes as long


class Tunnel:
    """Accepts connections and carries the bytes of each to and from another server."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, accepted: socket.socket) -> None:
        accepted.settimeout(LIMIT)
        with contextlib.suppress(OSError), accepted:
            begun = self.begin(accepted)
            if begun is not None:
                with begun[0], begun[1]:
                    _carry(*begun)

    def begin(self, accepted: socket.socket) -> tuple[socket.socket, socket.socket] | None:
        """The two ends between which bytes are carried; None where the connection came to nothing."""
        raise NotImplementedError


class Tls(Tunnel):
    """Speaks TLS with a certificate, and hands on what is in it to the plain server at ``port``."""

    def __init__(self, port: int, certificate: Path = SERVER, *, context: ssl.SSLContext | None = None) -> None:
        self._behind = port
        self._context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        super().__init__()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def begin(self, accepted: socket.socket) -> tuple[socket.socket, socket.socket] | None:
        secure = self._context.wrap_socket(accepted, server_side=True)
        return secure, socket.create_connection(("127.0.0.1", self._behind), LIMIT)


class ConnectProxy(Tunnel):
    """A proxy of a company. It alone knows where its ``hosts`` are: a port of loopback for each.

    ``status`` is what it answers to each CONNECT, ``login`` the "user:password" that it wants. ``heads`` are the
    requests that it got.
    """

    def __init__(self, hosts: dict[str, int] | None = None, *, status: int = 200, login: str = "") -> None:
        self.hosts = hosts or {}
        self.status = status
        self.login = login
        self.heads: list[str] = []
        super().__init__()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[str]:
        """The hosts that it was asked for."""
        return [head.split()[1] for head in self.heads]

    def begin(self, accepted: socket.socket) -> tuple[socket.socket, socket.socket] | None:
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := accepted.recv(4096)):
                return None
            head += more
            if not head.startswith(b"CONNECT "[: len(head)]):
                accepted.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return None
        self.heads.append(head.decode())
        host, _, _ = self.asked[-1].rpartition(":")
        status = self.status
        if self.login and base64.b64encode(self.login.encode("latin-1")) not in head:
            status = 407
        elif status == 200 and host not in self.hosts:
            status = 502
        accepted.sendall(b"HTTP/1.1 %d Some words of a stranger\r\n\r\n" % status)
        return (accepted, socket.create_connection(("127.0.0.1", self.hosts[host]), LIMIT)) if status == 200 else None


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either end is closed."""
    while True:
        ready = [each for each in (one, other) if isinstance(each, ssl.SSLSocket) and each.pending()]
        for source in ready or select.select([one, other], [], [], LIMIT)[0]:
            if not (data := source.recv(65_536)):
                return
            (other if source is one else one).sendall(data)


class Company:
    """A network in which hosts are reached through a proxy only. ``enter`` sets the environment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._made: list[Tunnel] = []
        self.proxy = self.add(ConnectProxy())

    def add(self, tunnel: TunnelT) -> TunnelT:
        self._made.append(tunnel)
        return tunnel

    def serve(self, port: int, host: str = HOST, certificate: Path = SERVER) -> str:
        """Put the plain server at ``port`` behind the proxy, as an https host. Returns its base URL."""
        self.proxy.hosts[host] = self.add(Tls(port, certificate)).port
        return f"https://{host}"

    def enter(self, variable: str = "HTTPS_PROXY", *, trust: Path | None = AUTHORITY) -> None:
        self._monkeypatch.setenv(variable, self.proxy.url)
        if trust is not None:
            self._monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trust))

    def close(self) -> None:
        for tunnel in self._made:
            tunnel.close()


@contextlib.contextmanager
def company_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    company = Company(monkeypatch)
    yield company
    company.close()
