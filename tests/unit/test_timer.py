"""Timer: calls after a while, in their order, on a thread that is there only while it has any to make."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._runtime import schedule as _timer
from runway_widget._runtime.schedule import Timer

from .fakes import Clock, our_threads, until

NAME = "runway-widget-test-timer"


@pytest.fixture
def timer() -> Iterator[Timer]:
    made = Timer(NAME)
    yield made
    for _, _, appointment in list(made._agenda._heap):
        made.cancel(appointment)
    until(lambda: NAME not in our_threads())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The timer's time, which the test moves."""
    clock = Clock()
    monkeypatch.setattr(_timer, "time", SimpleNamespace(monotonic=clock))
    return clock


def test_calls_are_made_in_the_order_of_their_times(clock: Clock, timer: Timer) -> None:
    made: list[str] = []
    done = threading.Event()
    timer.after(3, done.set)
    timer.after(2, lambda: made.append("second"))
    timer.after(1, lambda: made.append("first"))
    clock.now += 3
    timer.after(0, lambda: None)  # has it look at the clock
    assert done.wait(5)
    assert made == ["first", "second"]


def test_an_earlier_call_does_not_wait_for_a_later_one(timer: Timer) -> None:
    done = threading.Event()
    timer.after(600, lambda: None)
    timer.after(0.01, done.set)
    assert done.wait(5)


def test_a_call_that_was_taken_back_is_not_made(clock: Clock, timer: Timer) -> None:
    made: list[str] = []
    done = threading.Event()
    timer.cancel(timer.after(1, lambda: made.append("cancelled")))
    timer.after(2, done.set)
    clock.now += 2
    timer.after(0, lambda: None)
    assert done.wait(5)
    assert made == []


def test_the_thread_is_a_daemon_and_goes_with_the_last_call(timer: Timer) -> None:
    assert NAME not in our_threads()
    kept = timer.after(600, lambda: None)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == NAME]
    assert thread.daemon
    timer.cancel(kept)
    until(lambda: NAME not in our_threads())
    done = threading.Event()
    timer.after(0.0, done.set)
    assert done.wait(5)


def test_a_call_may_make_another_appointment(timer: Timer) -> None:
    done = threading.Event()

    def call() -> None:
        timer.after(0.0, done.set)

    timer.after(0.0, call)
    assert done.wait(5)


def test_a_call_that_raises_is_logged_and_hurts_no_other(timer: Timer, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Any:
        raise RuntimeError("a fault")

    done = threading.Event()
    timer.after(0.0, broken)
    timer.after(0.02, done.set)
    assert done.wait(5)
    assert [record.getMessage() for record in caplog.records] == [f"{NAME} met an error"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_has_a_timer_of_its_own(timer: Timer) -> None:
    timer.after(600, lambda: None)
    child = os.fork()
    if child == 0:
        done = threading.Event()
        timer.after(0.0, done.set)
        os._exit(0 if done.wait(5) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_one_timer_serves_the_whole_package() -> None:
    from runway_widget._widgets import grid as _grid
    from runway_widget._widgets import task as _task

    assert _task.timer is _grid.timer is _timer.timer  # type: ignore[attr-defined]
