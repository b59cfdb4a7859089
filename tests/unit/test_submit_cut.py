"""Nobody is ever charged twice: a create whose connection is cut at every byte, in both directions."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runway_widget import NoAnswer, SubmissionUncertain
from runway_widget._create.submit import submit
from runway_widget._journal.journal import Journal
from runway_widget.simulator import Simulator

from .submitting import a_creation, service_at

WHOLE = 1 << 20


@dataclass
class Cut:
    """Where the next connection breaks: after so many bytes of the request, or of the response."""

    request: int = WHOLE
    response: int = WHOLE
    reset: bool = False  # by a TCP reset, not by an orderly end


class Proxy:
    """Stands before a service and passes on one request and one response per connection, up to the cut.

    An exchange is over when the service, too, has finished with it: it closes its end last.
    """

    def __init__(self, port: int) -> None:
        self.cut = Cut()
        self.connections = 0
        self.over = 0
        self.passed = (0, 0)  # bytes of the last request and response
        self._port = port
        self._change = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def wait(self) -> None:
        """Until every exchange is over."""
        with self._change:
            assert self._change.wait_for(lambda: self.over == self.connections, timeout=10)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with socket.create_connection(("127.0.0.1", self._port)) as service, client:
                self._exchange(client, service)
            with self._change:
                self.over += 1
                self._change.notify_all()

    def _exchange(self, client: socket.socket, service: socket.socket) -> None:
        requested = self._pass_on(client, service, self.cut.request)
        service.shutdown(socket.SHUT_WR)
        answered = 0
        if requested < self.cut.request:  # whole
            answered = self._pass_on(service, client, self.cut.response)
        self.passed = requested, answered
        if self.cut.reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        while service.recv(65_536):  # until it is done
            pass

    def _pass_on(self, source: socket.socket, target: socket.socket, limit: int) -> int:
        """Pass on one message, or its first ``limit`` bytes; returns how many."""
        message, done = b"", 0
        while done < limit and not _whole(message):
            chunk = source.recv(limit - done)
            if not chunk:
                break
            message += chunk
            target.sendall(chunk)
            done += len(chunk)
        return done


def _whole(message: bytes) -> bool:
    head, end, body = message.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and len(body) >= (lengths or [0])[0]


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def proxy(sim: Simulator) -> Iterator[Proxy]:
    made = Proxy(int(sim.url.rpartition(":")[2]))
    yield made
    made.close()


def exchange(sim: Simulator, proxy: Proxy, cut: Cut) -> tuple[int, str | None]:
    """One create through the cut: how many tasks the service made of it, and the id that the caller got, or None."""
    before, connections = len(sim.requests), proxy.connections
    proxy.cut = cut
    try:
        got: str | None = submit(service_at(proxy.url), a_creation("a"), Journal.off(), sleep=lambda _: None)
    except SubmissionUncertain:
        got = None
    except NoAnswer as error:
        if error.sent or cut != Cut(request=0, reset=True):
            raise
        got = None  # the reset was quicker than the connection
    proxy.wait()
    received = sim.requests[before:]
    if cut.request > 0:
        assert proxy.connections == connections + 1, f"sent again after {cut}"
        assert len(received) <= 1
    made = [request.task_id for request in received if request.task_id]
    assert got is None or made == [got]
    return len(made), got


def test_the_uncut_exchange_makes_one_task(sim: Simulator, proxy: Proxy) -> None:
    made, got = exchange(sim, proxy, Cut())
    assert made == 1
    assert got is not None


@pytest.mark.parametrize("reset", [False, True], ids=["ended", "reset"])
def test_cut_at_every_byte_of_the_request_it_makes_one_task_at_most(sim: Simulator, proxy: Proxy, reset: bool) -> None:
    exchange(sim, proxy, Cut())
    length = proxy.passed[0]
    results = [exchange(sim, proxy, Cut(request=at, reset=reset)) for at in range(length + 1)]
    assert results[:length] == [(0, None)] * length
    assert results[length] == (1, None), "the last cut comes when the service has it all, and its answer is lost"


@pytest.mark.parametrize("reset", [False, True], ids=["ended", "reset"])
def test_cut_at_every_byte_of_the_response_it_makes_one_task_and_raises_submission_uncertain(
    sim: Simulator, proxy: Proxy, reset: bool
) -> None:
    exchange(sim, proxy, Cut())
    length = proxy.passed[1]
    results = [exchange(sim, proxy, Cut(response=at, reset=reset)) for at in range(length)]
    assert results == [(1, None)] * length
    assert exchange(sim, proxy, Cut(response=length))[1] is not None


def test_the_task_of_an_uncertain_create_is_in_the_journal_as_uncertain(
    sim: Simulator, proxy: Proxy, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    proxy.cut = Cut(response=1)
    with pytest.raises(SubmissionUncertain):
        submit(service_at(proxy.url), a_creation("a"), journal, reuse=True)
    proxy.wait()
    before = len(sim.requests)
    proxy.cut = Cut()
    with pytest.raises(SubmissionUncertain, match="sent already"):
        submit(service_at(proxy.url), a_creation("a"), journal, reuse=True)
    assert len(sim.requests) == before
