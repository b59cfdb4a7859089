"""What the unit tests share: an environment without keys and proxies, a server that answers byte for byte, and a
simulator whose time the test moves."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget._create import queue as queue_module
from runway_widget._create.queue import CreateQueue
from runway_widget._journal.journal import Journal
from runway_widget._runtime import schedule
from runway_widget._widgets import display
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .comms import front_end
from .creating import simulated
from .fakes import until
from .internet import Internet, open_internet
from .queueing import Account
from .showing import Host
from .tunnels import Company, company_network
from .vault import Vault

# They need terminals, and a matrix of kernels, as Windows does not have them.
collect_ignore = [] if os.name == "posix" else ["test_terminal.py", "test_executed.py", "test_old_versions.py"]

Script = bytes | Callable[[socket.socket], None]

_VARIABLES = (
    *("COMETAPI_KEY", "COMETAPI_BASE_URL", "RUNWAYML_API_SECRET", "RUNWAYML_BASE_URL"),
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NETRC"),
    *(name for scheme in ("http", "https", "all", "no") for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")),
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may depend on, or send, what the developer's own environment holds."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that runs as a number of a user that nobody has entered: nothing says where the home is."""
    for name in ("HOME", "USERPROFILE", "HOMEPATH", "HOMEDRIVE", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    if os.name == "posix":

        def unknown(_: object) -> Any:
            raise KeyError("uid not found")

        monkeypatch.setattr("pwd.getpwuid", unknown)
        monkeypatch.setattr("pwd.getpwnam", unknown)


@pytest.fixture
def no_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working directory was deleted, which Windows does not allow."""
    if os.name != "posix":
        pytest.skip("Windows does not delete the working directory")
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()


class RawServer:
    """A loopback server that answers each connection with the same bytes, good or bad, and keeps what it was sent."""

    def __init__(self, script: Script) -> None:
        self.received: list[bytes] = []
        self.left = threading.Event()  # set when the client has gone away from a script that goes on for ever
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def heads(self) -> list[str]:
        """Each request's head, as text."""
        return [request.split(b"\r\n\r\n", 1)[0].decode() for request in self.received]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            with connection:
                with contextlib.suppress(OSError):
                    self._serve(connection)
                self.left.set()

    def _serve(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            chunk = connection.recv(65_536)
            if not chunk:
                return
            request += chunk
        head, _, body = request.partition(b"\r\n\r\n")
        lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while lengths and len(body) < int(lengths[0]):
            body += connection.recv(65_536)
        self.received.append(head + b"\r\n\r\n" + body)
        if isinstance(self._script, bytes):
            connection.sendall(self._script)
        else:
            self._script(connection)


@pytest.fixture
def serve() -> Iterator[Callable[[Script], RawServer]]:
    """``serve(script)`` starts a `RawServer`; all of them end with the test."""
    servers: list[RawServer] = []

    def start(script: Script) -> RawServer:
        servers.append(RawServer(script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def http(body: bytes | str, status: str = "200 OK", *headers: str) -> bytes:
    """A whole and well-formed HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


@pytest.fixture
def vault() -> Vault:
    """A key, out of sight."""
    return Vault()


@pytest.fixture
def clock() -> ServiceTime:
    """The time of `sim`."""
    return ServiceTime()


@pytest.fixture
def sim(clock: ServiceTime) -> Iterator[Simulator]:
    """A simulator that runs in real time, and in leaps: a task stays as it is until the test has seen it."""
    with simulated(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A network whose hosts are reached through its proxy only."""
    with company_network(monkeypatch) as network:
        yield network


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Hosts of the open internet, each at a place on loopback."""
    return open_internet(monkeypatch)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(monkeypatch)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """A queue, and a service that answers its creates when the test says so."""
    monkeypatch.setattr(queue_module, "CREATE_PAUSE", 0.02)
    made = Account(CreateQueue(), held=True)
    yield made
    made.release()
    until(lambda: made.queue.idle)
    until(lambda: not schedule.timer.running)


@pytest.fixture
def messages() -> Iterator[list[tuple[str, str, Any]]]:
    with front_end() as sent:
        yield sent


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite3")


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that is wide enough for the table; pytest-xdist makes it one of 80 columns."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each static card that is put in the place of a live one."""
    bundles: list[str] = []
    monkeypatch.setattr(display, "replace", lambda _, bundle: bundles.append(bundle["text/html"]))
    return bundles
