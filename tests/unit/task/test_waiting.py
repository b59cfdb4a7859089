"""How a task ends, and waiting for that from threads and from coroutines."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from runway_widget import (
    AccessDenied,
    AuthenticationError,
    RunwayTask,
    ServiceError,
    TaskCancelled,
    TaskFailed,
    TaskNotFound,
    WaitTimeout,
    WatchStopped,
    WatchTimeout,
)
from runway_widget._watch import poller
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..fakes import until
from .helpers import LONG, Maker, asked, in_thread, run


def test_waiting_returns_the_task_when_it_succeeded(watch: Maker) -> None:
    task = watch()
    assert task.wait(10) is task
    assert (task.status, task.progress, task.code) == ("SUCCESS", 1.0, "success")
    assert [output["kind"] for output in task.outputs] == ["video"]
    assert task.wait(0) is task


def test_a_failure_is_raised_with_its_reason(watch: Maker) -> None:
    task = watch(outcome="failure", failure="No faces, please.", failure_code="SAFETY.INPUT.IMAGE")
    with pytest.raises(TaskFailed, match="No faces, please") as caught:
        task.wait(10)
    assert caught.value.task is task
    assert (caught.value.failure_code, caught.value.reason) == ("SAFETY.INPUT.IMAGE", "No faces, please.")
    assert task.progress < 1


def test_a_cancelled_task_is_raised_as_such(watch: Maker) -> None:
    with pytest.raises(TaskCancelled):
        watch(outcome="cancelled").wait(10)


@pytest.mark.parametrize(
    ("kind", "options", "raised"),
    [
        ("unauthorized", {}, AuthenticationError),
        ("forbidden", {}, AccessDenied),
        ("invalid_request", {}, ServiceError),
    ],
)
def test_a_refusal_of_the_service_is_raised(
    sim: Simulator, watch: Maker, kind: str, options: dict[str, Any], raised: type[ServiceError]
) -> None:
    sim.trouble(kind, **options)
    with pytest.raises(raised) as caught:
        watch().wait(10)
    assert type(caught.value) is raised


def test_a_task_that_never_shows_is_not_found_and_says_why(watch: Maker) -> None:
    task = watch(task_id="nobody-has-this-one", not_found_after=0.3)
    with pytest.raises(TaskNotFound, match="wrong id, or another account's key"):
        task.wait(10)


@pytest.mark.parametrize("where", ["code", "message", "status", "error"])
@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_task_that_shows_late_is_found_however_the_service_words_it(
    sim: Simulator, watch: Maker, where: str, status: int
) -> None:
    sim.trouble("not_visible", times=3, where=where, status=status)
    assert watch(queued=0, duration=2).wait(10).status == "SUCCESS"


def test_a_watch_that_sees_no_end_gives_up(watch: Maker) -> None:
    task = watch(outcome="never", give_up_after=0.4)
    with pytest.raises(WatchTimeout) as caught:
        task.wait(10)
    assert isinstance(caught.value, TimeoutError)
    assert task.status == "IN_PROGRESS"


def test_each_waiter_gets_an_exception_of_its_own(watch: Maker) -> None:
    task = watch(outcome="failure")
    errors = list[TaskFailed]()
    for _ in range(2):
        with pytest.raises(TaskFailed) as caught:
            task.wait(10)
        errors.append(caught.value)
    assert errors[0] is not errors[1]


def test_an_end_of_the_task_is_final(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, duration=2).wait(10)
    before = (task.status, list(task.outputs), asked(sim, task))
    task.resume()
    task.refresh()
    task.stop()
    until(lambda: poller.shared().idle)
    assert (task.status, list(task.outputs), asked(sim, task)) == before
    assert task.wait(0) is task
    assert not {"refresh", "stop", "resume"} & set(task._actions)


def test_a_wait_that_runs_out_leaves_the_watch_alone(watch: Maker, clock: ServiceTime) -> None:
    task = watch(duration=LONG)
    with pytest.raises(WaitTimeout, match="goes on") as caught:
        task.wait(0.01)
    assert isinstance(caught.value, TimeoutError)
    clock.forward(LONG)
    assert task.wait(10) is task


@pytest.mark.posix
def test_ctrl_c_ends_the_waiting_and_not_the_watch() -> None:
    """On the main thread of a process of its own, where the signal goes."""
    script = """
        import os, signal, threading, time
        from runway_widget.simulator import Simulator
        ahead = 0
        with Simulator(speed=1, clock=lambda: time.time() + ahead) as sim:
            task = sim.client().task(sim.add_task(queued=0, duration=600), poll_interval=0.1)
            try:
                threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
                task.wait(20)
            except KeyboardInterrupt:
                ahead = 600
                print("interrupted", task.wait(20).status)
    """
    assert run(script) == "interrupted SUCCESS"


def test_a_task_can_be_awaited_by_several_on_several_loops(watch: Maker) -> None:
    task = watch()

    async def twice() -> list[RunwayTask]:
        async def one() -> RunwayTask:
            return await task

        return list(await asyncio.gather(one(), one()))

    runs = [in_thread(lambda: asyncio.run(twice())) for _ in range(2)]
    for thread, outcome in runs:
        thread.join(10)
        assert outcome == [[task, task]]
    assert asyncio.run(twice()) == [task, task]


def test_awaiting_raises_what_waiting_raises(watch: Maker) -> None:
    async def one(task: RunwayTask) -> RunwayTask:
        return await task

    with pytest.raises(TaskFailed):
        asyncio.run(one(watch(outcome="failure")))


def test_an_await_that_is_cancelled_leaves_nothing_and_can_be_done_again(watch: Maker) -> None:
    task = watch()

    async def impatient() -> RunwayTask:
        async def one() -> RunwayTask:
            return await task

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(one(), 0.01)
        assert task._completion._calls == []
        return await asyncio.wait_for(one(), 10)

    assert asyncio.run(impatient()) is task


def test_stopping_ends_every_wait(watch: Maker) -> None:
    task = watch(outcome="never")
    thread, outcome = in_thread(task.wait)
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    thread.join(5)
    assert isinstance(outcome[0], WatchStopped)
