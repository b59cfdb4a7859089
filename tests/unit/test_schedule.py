"""Calls come up in time and in order, can be cancelled, and are made by one thread that goes when none is left."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from runway_widget._runtime.schedule import Agenda, Timer

from .fakes import our_threads, until
from .polling import no_threads

NAME = "runway-widget-test-timer"


def due(agenda: Agenda, now: float) -> None:
    for call in agenda.due(now):
        call()


# The agenda


def test_calls_come_in_order_of_their_time_and_those_of_one_instant_in_order_of_booking() -> None:
    agenda, made = Agenda(), list[str]()
    for when, name in [(3, "late"), (1, "first"), (2, "a"), (2, "b"), (9, "not yet")]:
        agenda.at(when, partial(made.append, name))
    due(agenda, 3)
    assert made == ["first", "a", "b", "late"]
    assert agenda.next() == 9


def test_a_cancelled_call_is_not_made_and_is_not_next() -> None:
    agenda, made = Agenda(), list[str]()
    agenda.cancel(agenda.at(1, partial(made.append, "cancelled")))
    agenda.at(2, partial(made.append, "kept"))
    assert agenda.next() == 2
    due(agenda, 5)
    assert made == ["kept"]
    assert agenda.next() is None


def test_a_call_can_cancel_and_add_calls_that_are_due_as_well() -> None:
    agenda, made = Agenda(), list[str]()
    doomed = agenda.at(2, partial(made.append, "doomed"))

    def meddle() -> None:
        made.append("meddler")
        agenda.cancel(doomed)
        agenda.at(0, partial(made.append, "added"))

    agenda.at(1, meddle)
    due(agenda, 2)
    assert made == ["meddler", "added"]


def test_cancelling_after_the_call_does_nothing() -> None:
    agenda, made = Agenda(), list[str]()
    scheduled = agenda.at(1, partial(made.append, "made"))
    due(agenda, 1)
    agenda.cancel(scheduled)
    assert made == ["made"]


def test_cancelled_calls_do_not_pile_up() -> None:
    agenda = Agenda()
    agenda.at(1e9, lambda: None)
    for when in range(5000):
        agenda.cancel(agenda.at(1e6 + when, lambda: None))
    assert len(agenda._heap) < 200
    assert agenda.next() == 1e9


def test_the_cancelled_calls_are_counted_right_however_they_leave() -> None:
    agenda = Agenda()
    calls = [agenda.at(when, lambda: None) for when in range(1000)]
    for call in calls[::3]:
        agenda.cancel(call)
        agenda.cancel(call)  # a second time makes no difference
    due(agenda, 500)
    for call in calls:
        agenda.cancel(call)
    assert agenda.next() is None
    assert agenda._cancelled == len(agenda._heap) == 0


class Uncounted(list[Any]):
    """A heap that fails when somebody goes through all of it."""

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("a step that looks at every call")


def test_adding_and_cancelling_a_call_looks_at_no_other() -> None:
    """Which keeps two thousand tasks as cheap, each, as a hundred."""
    agenda = Agenda()
    agenda._heap = Uncounted()
    for when in range(2000):
        agenda.at(when, lambda: None)
    for when in range(500):
        agenda.cancel(agenda.at(3000 + when, lambda: None))
        agenda.next()
    assert len(agenda._heap) == 2500


def test_infinity_is_a_time_that_never_comes() -> None:
    agenda, made = Agenda(), list[str]()
    agenda.at(float("inf"), partial(made.append, "never"))
    due(agenda, 1e300)
    assert made == []


# The timer


@pytest.fixture
def timer() -> Iterator[Timer]:
    made = Timer(NAME)
    yield made
    made.cancel_all()
    until(lambda: NAME not in our_threads())


def test_calls_are_made_in_the_order_of_their_times(timer: Timer) -> None:
    """The thread is held up until all are booked, so that it finds all of them due at once."""
    made, done, go = list[str](), threading.Event(), threading.Event()
    timer.after(0, lambda: go.wait(10))
    for seconds, name in [(0.03, "third"), (0.01, "first"), (0.02, "second")]:
        timer.after(seconds, partial(made.append, name))
    timer.after(0.04, done.set)
    go.set()
    assert done.wait(60)
    assert made == ["first", "second", "third"]


def test_an_earlier_call_does_not_wait_for_a_later_one(timer: Timer) -> None:
    done = threading.Event()
    timer.after(600, lambda: None)
    timer.after(0.01, done.set)
    assert done.wait(60)


def test_a_call_without_end_keeps_the_thread_and_holds_up_no_other(timer: Timer) -> None:
    done = threading.Event()
    timer.at(float("inf"), lambda: None)
    timer.after(0.01, done.set)
    assert done.wait(60)
    assert NAME in our_threads()


def test_a_cancelled_call_is_not_made_by_the_timer(timer: Timer) -> None:
    made, done = list[str](), threading.Event()
    cancelled = timer.after(0.2, lambda: made.append("cancelled"))
    timer.cancel(cancelled)
    timer.after(0.3, done.set)
    assert done.wait(60)
    assert made == []


def test_the_thread_is_a_daemon_and_goes_with_the_last_call(timer: Timer) -> None:
    assert NAME not in our_threads()
    booked = timer.after(600, lambda: None)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == NAME]
    assert thread.daemon
    timer.cancel(booked)
    until(lambda: NAME not in our_threads())
    done = threading.Event()
    timer.after(0.0, done.set)
    assert done.wait(60)


def test_a_call_may_book_another(timer: Timer) -> None:
    done = threading.Event()
    timer.after(0.0, lambda: timer.after(0.0, done.set))
    assert done.wait(60)


def test_a_call_that_takes_long_holds_up_nobody_who_books_or_cancels(timer: Timer) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go.wait(10)

    timer.after(0, slow)
    assert begun.wait(5)
    booking = threading.Thread(target=lambda: timer.cancel(timer.after(600, lambda: None)), daemon=True)
    booking.start()
    booking.join(5)
    assert not booking.is_alive()
    go.set()


def test_a_call_that_raises_is_logged_and_hurts_no_other(timer: Timer, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Any:
        raise RuntimeError("a fault")

    done = threading.Event()
    timer.after(0.0, broken)
    timer.after(0.02, done.set)
    assert done.wait(60)
    assert [record.getMessage() for record in caplog.records] == [f"{NAME} met an error"]


def test_on_a_machine_out_of_threads_at_raises_and_after_waits_for_a_thread(
    timer: Timer, caplog: pytest.LogCaptureFixture
) -> None:
    made, done = list[str](), threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        with pytest.raises(RuntimeError, match="thread"):
            timer.at(0.0, lambda: made.append("refused"))
        timer.after(0.0, lambda: made.append("waited"))
        assert "could not start" not in caplog.text, "whoever asks may hold a lock, which no log handler may meet"
    timer.after(0.0, done.set)
    assert done.wait(60)
    assert "could not start before: can't start new thread" in caplog.text
    assert made == ["waited"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_has_a_timer_of_its_own(timer: Timer) -> None:
    timer.after(600, lambda: None)
    child = os.fork()
    if child == 0:
        done = threading.Event()
        timer.after(0.0, done.set)
        os._exit(0 if done.wait(60) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
