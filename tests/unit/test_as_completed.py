"""A grid's takes as they end, one after the other, in a thread and in a coroutine; and ends that raise nothing."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from typing import Any
from weakref import ref

import pytest

from runway_widget import (
    ConfigurationError,
    RunwayTask,
    ServiceError,
    TakesFailed,
    TaskCancelled,
    TaskFailed,
    TaskGrid,
    WaitTimeout,
    WatchStopped,
)
from runway_widget._watch import ends
from runway_widget._watch.completion import Completion
from runway_widget._watch.ends import Ends
from runway_widget._watch.report import Phase, Report
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, film, watched
from .fakes import state, until
from .task.helpers import in_thread


def lasting(sim: Simulator, *seconds: float) -> TaskGrid:
    """Tasks that end after so many of the service's seconds."""
    client = sim.client()
    return TaskGrid([client.task(sim.add_task(queued=0, duration=each), **QUICK) for each in seconds])


# In the order of their ends


def test_takes_come_as_they_end(sim: Simulator, clock: ServiceTime) -> None:
    grid, came = lasting(sim, 300, 100, 200), list[RunwayTask]()
    coming = grid.as_completed(timeout=30)
    for _ in grid:
        clock.forward(100)
        came.append(next(coming))
    assert came == [grid[1], grid[2], grid[0]]


@pytest.fixture
def mixed(sim: Simulator, clock: ServiceTime) -> Iterator[TaskGrid]:
    """One that could not be created, and three that were: a success, a failure and one that is never heard of."""
    sim.trouble("invalid_request", route="create", message="promptImage: unreadable")
    lost = film(sim, takes=2)
    grid = TaskGrid([*lost, *watched(sim, "failure", "cancelled")])
    clock.forward(1000)
    yield grid
    grid.close()


def test_a_take_comes_once_however_it_ended(mixed: TaskGrid) -> None:
    came = list(mixed.as_completed(timeout=30))
    assert len(came) == 4
    assert set(came) == set(mixed)
    assert came[0] is mixed[0], "the one that could not be created had ended first"


def test_a_coroutine_gets_them_too_while_its_loop_goes_on(mixed: TaskGrid) -> None:
    async def collect() -> tuple[list[RunwayTask], bool]:
        other = asyncio.ensure_future(asyncio.sleep(0))
        return [task async for task in mixed.as_completed(timeout=30)], other.done()

    came, went_on = asyncio.run(collect())
    assert (set(came), len(came), went_on) == (set(mixed), 4, True)


def test_what_one_loop_left_another_goes_on_with(mixed: TaskGrid) -> None:
    async def rest() -> list[RunwayTask]:
        return [task async for task in coming]

    coming = mixed.as_completed()
    first = next(coming)
    assert {first, *asyncio.run(rest())} == set(mixed)
    assert list(coming) == []


def test_a_task_that_stands_in_the_grid_twice_comes_once(sim: Simulator, clock: ServiceTime) -> None:
    (task,) = watched(sim, "success")
    clock.forward(1000)
    assert list(TaskGrid([task, task]).as_completed(30)) == [task]


def test_one_whose_watch_is_stopped_comes_and_says_so(sim: Simulator) -> None:
    grid = watched(sim, "never", "never")
    until(lambda: all(task.status != "UNKNOWN" for task in grid))
    grid[1].stop()
    task = next(grid.as_completed(timeout=30))
    assert task is grid[1]
    assert isinstance(task.error, WatchStopped)


def test_those_that_ended_come_before_time_runs_out_for_the_others(sim: Simulator, clock: ServiceTime) -> None:
    grid = lasting(sim, 100, 10_000)
    clock.forward(200)
    until(lambda: grid[0]._completion.settled and grid[1].status == "IN_PROGRESS")
    coming = grid.as_completed(timeout=0)
    assert next(coming) is grid[0]
    with pytest.raises(WaitTimeout, match=r"not all takes ended within 0 s.*1 running · 1 done") as caught:
        next(coming)
    assert caught.value.task is grid[1]

    async def late() -> None:
        async for _ in grid.as_completed(timeout=0.05):
            pass

    with pytest.raises(WaitTimeout, match=r"within 0.05 s"):
        asyncio.run(late())
    assert not grid[1]._report.phase.over, "the watch goes on"


def test_a_time_that_is_none_is_refused_before_the_loop(sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        watched(sim, "never").as_completed("soon")  # type: ignore[arg-type]


def test_an_interrupt_ends_the_loop_and_loses_no_take(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Completion, timeout: float | None = None) -> bool:
        raise KeyboardInterrupt

    grid = lasting(sim, 5000)
    coming = grid.as_completed()
    with monkeypatch.context() as patch:
        patch.setattr(Completion, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            next(coming)
    clock.forward(10_000)
    assert list(coming) == [grid[0]]


def test_a_loop_in_a_callback_is_refused(mixed: TaskGrid) -> None:
    raised = list[str]()

    def loop(_: object) -> None:
        try:
            next(mixed.as_completed())
        except RuntimeError as error:
            raised.append(str(error))

    mixed[1].observe(loop, names="status")
    until(lambda: raised)
    assert "in a callback" in raised[0]
    mixed.wait(30, check=False)


# Ends, apart from tasks


def settled(made_at: float = 0.0) -> Completion:
    completion = Completion()
    completion.settle(Report(state(), Phase.ENDED, made_at=made_at))
    return completion


def test_those_that_are_over_come_in_the_order_in_which_they_ended() -> None:
    waiting = Ends([("late", settled(9.0)), ("never", Completion()), ("early", settled(2.0))])
    assert [waiting.next(), waiting.next(), waiting.next()] == ["early", "late", None]
    assert waiting.left == ["never"]


def test_several_threads_share_the_takes_and_each_comes_once() -> None:
    completions = [Completion() for _ in range(40)]
    waiting = Ends(list(enumerate(completions)))

    def consume() -> list[int]:
        mine: list[int] = []
        while waiting.left:
            if (number := waiting.next()) is not None:
                mine.append(number)
            else:
                waiting.wait(0.05)
        return mine

    outcomes = [in_thread(consume) for _ in range(4)]
    for completion in completions:
        completion.settle(completion.report)
    for thread, _ in outcomes:
        thread.join(30)
    assert sorted(number for _, [mine] in outcomes for number in mine) == list(range(40))


def test_who_waits_does_not_spin_where_another_thread_was_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Completion(), Completion()
    waiting = Ends([("first", first), ("second", second)])
    assert waiting.next() is None
    first.settle(first.report)
    waiting._ended.clear()  # another thread has taken it, and the bell has rung
    waiting._left.pop(0)
    bells = list[Completion]()
    usual = Completion.wait

    def wait(bell: Completion, timeout: float | None = None) -> bool:
        bells.append(bell)
        return usual(bell, timeout)

    monkeypatch.setattr(Completion, "wait", wait)
    assert not waiting.wait(0.05)
    assert len(bells) <= 3


def test_an_end_that_rang_no_bell_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a forked child, where what was to be called stayed with the parent."""
    monkeypatch.setattr(ends, "STEP", 0.01)
    completion = Completion()
    waiting = Ends([("take", completion)])
    completion._calls.clear()
    threading.Timer(0.02, completion.settle, [completion.report]).start()
    assert waiting.next() is None
    assert waiting.wait(30)
    assert waiting.next() == "take"


def test_a_loop_that_nobody_holds_any_more_is_not_kept_by_its_takes() -> None:
    completion = Completion()
    gone = ref(Ends([("take", completion)]))
    gc.collect()
    assert gone() is None
    completion.settle(completion.report)


# Without raising


def test_waiting_without_check_returns_however_it_ended(mixed: TaskGrid) -> None:
    assert mixed.wait(30, check=False) is mixed
    assert [type(task.wait(30, check=False).error) for task in mixed] == [
        ServiceError,
        type(None),
        TaskFailed,
        TaskCancelled,
    ]
    with pytest.raises(TakesFailed, match="3 of 4"):
        mixed.wait(30)


def test_succeeded_and_failed_are_grids_that_share_the_takes(mixed: TaskGrid) -> None:
    mixed.wait(30, check=False)
    assert isinstance(mixed.succeeded, TaskGrid)
    assert list(mixed.succeeded) == [mixed[1]]
    assert list(mixed.failed) == [mixed[0], mixed[2], mixed[3]]
    mixed.failed.close()
    assert not mixed[2]._closed


def test_what_goes_on_is_neither_and_has_no_error(sim: Simulator) -> None:
    grid = watched(sim, "never")
    assert (list(grid.succeeded), list(grid.failed), grid[0].error) == ([], [], None)
    assert str(grid.failed) == "0 takes: none has failed"
    for waiting in (grid, grid[0]):
        with pytest.raises(WaitTimeout):
            waiting.wait(0, check=False)


def test_a_take_that_is_resumed_is_no_failure_any_more(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success")
    until(lambda: grid[0].status != "UNKNOWN")
    grid[0].stop()
    assert isinstance(grid.wait(30, check=False).failed[0].error, WatchStopped)
    grid[0].resume()
    clock.forward(1000)
    assert grid[0].wait(30).error is None
    assert list(grid.failed) == []


@pytest.mark.parametrize("check", [None, "no", 2])
def test_a_check_that_is_no_switch_is_refused(sim: Simulator, check: Any) -> None:
    grid = watched(sim, "never")
    for waiting in (grid, grid[0]):
        with pytest.raises(ConfigurationError, match="check must be True or False"):
            waiting.wait(0, check=check)
