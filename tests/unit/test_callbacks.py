"""Users' observers: what they do, and what they cannot do to anybody else. On a task at the simulator."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
import traitlets

from runway_widget import RunwayTask
from runway_widget._widgets.callbacks import THREAD, Observer, callbacks
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .fakes import our_threads, until


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(speed=20) as simulator:
        yield simulator


@pytest.fixture
def task(sim: Simulator) -> Iterator[RunwayTask]:
    """A task that succeeds in half a second, asked often."""
    task = sim.client().task(sim.add_task(queued=4, duration=8), poll_interval=0.1)
    yield task
    task.close()


def other(sim: Simulator) -> RunwayTask:
    return sim.client().task(sim.add_task(queued=4, duration=8), poll_interval=0.1)


def test_an_observer_hears_each_change_of_status(clock: ServiceTime) -> None:
    told = list[str]()
    with Simulator(speed=1, clock=clock) as sim:
        task = sim.client().task(sim.add_task(queued=1000, duration=1000), poll_interval=0.1)
        task.observe(lambda change: told.append(change.new), names="status")
        until(lambda: task.status != "UNKNOWN")
        for status in ("IN_PROGRESS", "SUCCESS"):
            clock.forward(1500)
            until(lambda status=status: told and told[-1] == status)  # type: ignore[misc]
        assert told[-2:] == ["IN_PROGRESS", "SUCCESS"]
        task.close()


def test_who_hears_of_a_status_finds_all_the_rest_in_place(task: RunwayTask, monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast the observer is: here it is called in the very moment in which the status is set."""
    monkeypatch.setattr(callbacks, "put", lambda observer: observer.handle_changes())
    told = list[tuple[str, float, int, str]]()
    task.observe(
        lambda change: told.append((change.new, task.progress, len(task.outputs), task._face["word"][:4])),
        names="status",
    )
    task.wait(10)
    assert told[-1] == ("SUCCESS", 1.0, 1, "Done")


def test_an_observer_runs_on_a_thread_of_its_own(task: RunwayTask) -> None:
    where = set[str]()
    task.observe(lambda change: where.add(threading.current_thread().name), names="status")
    task.wait(10)
    until(lambda: where)
    assert where == {THREAD}


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_an_observer_that_raises_is_logged_once_and_hurts_nobody(
    sim: Simulator, task: RunwayTask, caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    calls, heard = list[int](), list[str]()

    def raises(change: Any) -> None:
        calls.append(1)
        raise error("of the user's own")

    with caplog.at_level(logging.WARNING, "runway_widget"):
        task.observe(raises, names=["status", "progress"])
        task.observe(lambda change: heard.append(change.new), names="status")
        second = other(sim)
        second.observe(lambda change: heard.append(f"second {change.new}"), names="status")
        task.wait(10)
        second.wait(10)
        until(lambda: {"SUCCESS", "second SUCCESS"} <= set(heard))
    assert len(calls) >= 2
    assert len([record for record in caplog.records if record.exc_info]) == 1
    second.close()


def test_an_observer_that_blocks_holds_up_no_card_and_no_wait(sim: Simulator, task: RunwayTask) -> None:
    release, entered = threading.Event(), threading.Event()

    def blocks(change: Any) -> None:
        entered.set()
        release.wait(20)

    try:
        task.observe(blocks, names="status")
        second = other(sim)
        assert task.wait(10).status == "SUCCESS"
        assert task._face["tone"] == "success"
        assert second.wait(10).status == "SUCCESS"
        assert entered.is_set()
        second.close()
    finally:
        release.set()
    until(lambda: not callbacks._serial.running)


def test_waiting_in_a_callback_is_refused(task: RunwayTask) -> None:
    raised = list[BaseException]()

    def waits(change: Any) -> None:
        try:
            task.wait(0)
        except RuntimeError as error:
            raised.append(error)

    task.observe(waits, names="status")
    until(lambda: raised)
    assert "callback" in str(raised[0])
    task.wait(10)


def test_an_observer_can_stop_and_resume_the_watch(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(queued=0, outcome="never"), poll_interval=0.1)
    task.observe(lambda change: task.stop(), names="status")
    until(lambda: task._face["word"] == "Not watching")
    task.close()


def test_an_observer_taken_back_hears_no_more(task: RunwayTask) -> None:
    kept, taken = list[Any](), list[Any]()
    task.observe(taken.append, names="status")
    task.observe(kept.append, names="status")
    task.unobserve(taken.append, names="status")
    task.wait(10)
    until(lambda: kept and kept[-1].new == "SUCCESS")
    assert taken == []


def test_an_observer_of_two_traits_can_leave_one(task: RunwayTask) -> None:
    names = list[str]()

    def note(change: Any) -> None:
        names.append(change.name)

    task.observe(note, names=["status", "outputs"])
    task.unobserve(note, names="status")
    task.wait(10)
    until(lambda: names)
    assert names == ["outputs"]


def test_an_observer_that_cannot_be_hashed_works(task: RunwayTask) -> None:
    class Unhashable(list[Any]):
        def __call__(self, change: Any) -> None:
            self.append(change.new)

    observer = Unhashable()
    task.observe(observer, names="status")
    task.wait(10)
    until(lambda: observer and observer[-1] == "SUCCESS")


def test_a_trait_can_be_linked_to_another_widget(task: RunwayTask) -> None:
    bar, label = ipywidgets.FloatProgress(max=1.0), ipywidgets.Label()
    links = [traitlets.dlink((task, "progress"), (bar, "value")), traitlets.dlink((task, "status"), (label, "value"))]
    task.wait(10)
    until(lambda: bar.value == 1.0 and label.value == "SUCCESS")
    for link in links:
        link.unlink()
    bar.close()
    label.close()


def test_a_user_cannot_write_what_the_service_says(task: RunwayTask) -> None:
    with pytest.raises(traitlets.TraitError):
        task.status = "SUCCESS"  # type: ignore[assignment]


def test_an_observer_that_blocks_for_ever_holds_up_no_other_observer(
    task: RunwayTask, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runway_widget._widgets.callbacks.PATIENCE", 0.1)
    never, heard, second = threading.Event(), list[str](), other(sim)
    task.observe(lambda change: never.wait(30), names="status")
    second.observe(lambda change: heard.append(change.new), names="status")
    second.wait(10)
    until(lambda: heard[-1:] == ["SUCCESS"])
    never.set()


def test_observers_that_block_leave_no_hook_behind_and_their_thread_stays_while_something_is_watched(
    task: RunwayTask, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runway_widget._widgets.callbacks.PATIENCE", 0.05)
    monkeypatch.setattr(os, "register_at_fork", lambda **_: pytest.fail("a hook that stays for ever"))
    hooks, never = atexit._ncallbacks(), threading.Event()
    entered, heard = [threading.Event() for _ in range(3)], list[str]()
    for each in entered:
        task.observe(lambda change, each=each: (each.set(), never.wait(30)), names="status")
    task.observe(lambda change: heard.append(change.new), names="status")
    other_task = sim.client().task(sim.add_task(queued=0, outcome="never"), poll_interval=0.1)
    until(lambda: all(each.is_set() for each in entered) and heard)
    assert atexit._ncallbacks() == hooks
    never.set()
    until(lambda: our_threads().count(THREAD) == 1)
    task.wait(10)
    until(lambda: heard[-1] == "SUCCESS")
    assert callbacks._serial.running
    other_task.close()
    until(lambda: not callbacks._serial.running)


def test_a_change_that_comes_while_a_handler_is_busy_is_handled_by_the_thread_that_is_at_it() -> None:
    handled: list[str] = []

    def handler(change: str) -> None:
        handled.append(change)
        if change == "first":
            observer._changes.append("second")
            observer.handle_changes()  # as on another thread
            assert handled == ["first"]

    observer = Observer(handler)
    observer._changes.append("first")
    observer.handle_changes()
    assert handled == ["first", "second"]
