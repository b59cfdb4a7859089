"""What the package logs is written to something of the host's, which may fail, or never return."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._log import log
from runway_widget._runtime import threads

from .fakes import until


class Stderr(SimpleNamespace):
    """A kernel's stream, as ipykernel 6.29 has it: it looks for the oldest ancestor of the thread that writes."""

    def write(self, text: str) -> None:
        thread = threading.get_ident()
        while thread in self._thread_to_parent:
            thread = self._thread_to_parent[thread]
        self.written.append(text)

    def flush(self) -> None: ...


@pytest.fixture
def handler() -> Iterator[logging.Handler]:
    """What Python writes with where a program has set up no logging: to `sys.stderr`."""
    handler = logging.lastResort
    assert handler is not None
    logger = logging.getLogger("runway_widget")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_a_stderr_that_fails_costs_nobody_anything(handler: logging.Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no publisher")

    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=fail, flush=fail))
    done: list[int] = []
    with threads.log_errors("a card", lambda: done.append(1)):
        1 / 0  # noqa: B018
    thread = threads.SerialThread("runway-widget-test")
    thread.put(lambda: 1 / 0)
    thread.put(lambda: done.append(2))
    until(lambda: done == [1, 2])


@pytest.mark.parametrize("circle", [1, 2, 3])
@pytest.mark.parametrize("away", [0, 1, 2])
def test_a_stream_that_looks_for_a_thread_in_a_circle_comes_to_an_end(
    handler: logging.Handler, monkeypatch: pytest.MonkeyPatch, circle: int, away: int
) -> None:
    path = [threading.get_ident(), *range(1, away + circle)]
    parents = dict(zip(path, [*path[1:], path[away]], strict=True))
    stderr = Stderr(_thread_to_parent=parents, written=[])
    monkeypatch.setattr(sys, "stderr", stderr)
    log.warning("one line")
    assert stderr.written == ["one line\n"]


def test_a_stream_that_comes_to_an_end_by_itself_is_left_alone(
    handler: logging.Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents = {threading.get_ident(): 1, 1: 2}
    stderr = Stderr(_thread_to_parent=parents.copy(), written=[])
    monkeypatch.setattr(sys, "stderr", stderr)
    log.warning("one line")
    assert (stderr._thread_to_parent, stderr.written) == (parents, ["one line\n"])


def test_threads_of_the_package_have_no_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel notes whose thread it is in the method that it exchanges here."""
    noted: list[threading.Thread] = []
    monkeypatch.setattr(threading.Thread, "run", noted.append)
    done = threading.Event()
    threads.start_thread(done.set, "runway-widget-test")
    assert done.wait(60)
    assert noted == []


def test_a_record_names_the_line_that_logged_it(caplog: pytest.LogCaptureFixture) -> None:
    log.warning("one line")
    assert [record.filename for record in caplog.records] == ["test_log.py"]
