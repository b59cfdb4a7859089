"""Stopping a watch and taking it up again; several cards of one task."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from runway_widget import (
    AuthenticationError,
    Client,
    RunwayTask,
    ServiceError,
    TaskNotFound,
    WatchStopped,
    WatchTimeout,
)
from runway_widget._runtime import writer
from runway_widget._watch import poller
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..fakes import until
from .helpers import KEY, LONG, Maker, asked, in_thread


def test_a_stopped_task_is_not_asked_for_and_goes_on_when_resumed(
    sim: Simulator, watch: Maker, clock: ServiceTime
) -> None:
    task = watch(queued=0, duration=LONG)
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    with pytest.raises(WatchStopped):
        task.wait(5)
    assert (task._face["word"], "resume" in task._actions, "stop" in task._actions) == ("Not watching", True, False)
    until(lambda: poller.shared().idle)
    asked_before = asked(sim, task)
    clock.forward(LONG)
    task.resume()
    assert task.wait(10) is task
    assert asked(sim, task) > asked_before


def test_resuming_right_after_stopping_resumes(watch: Maker) -> None:
    """Both in one cell: the card has not heard of the stop yet."""
    for _ in range(20):
        task = watch(queued=0, duration=6)
        task.stop()
        task.resume()
        assert task.wait(10).status == "SUCCESS"


def test_a_stop_is_not_shown_any_more_after_a_resume(watch: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer is late: when it comes to the stop, the watch is on again."""
    task, go, shown = watch(outcome="never"), threading.Event(), list[list[str]]()
    until(lambda: task.status == "IN_PROGRESS")
    usual = task._set_traits

    def set_traits(values: dict[str, Any]) -> None:
        shown.append(values.get("_actions", []))
        usual(values)

    monkeypatch.setattr(task, "_set_traits", set_traits)
    writer.put(partial(go.wait, 10))
    task.stop()
    task.resume()
    go.set()
    reports = list[int]()
    writer.put(lambda: reports.append(1))
    until(lambda: reports)
    assert [actions for actions in shown if "resume" in actions] == []
    assert not task._completion.wait(0)


def test_who_waited_when_the_watch_was_stopped_hears_of_the_stop_although_it_was_resumed(watch: Maker) -> None:
    for _ in range(20):
        task = watch(outcome="never")
        thread, outcome = in_thread(lambda task=task: task.wait(10))  # type: ignore[misc]
        until(lambda task=task: task.status == "IN_PROGRESS")  # type: ignore[misc]
        task.stop()
        task.resume()
        thread.join(5)
        assert isinstance(outcome[0], WatchStopped)
        task.close()


def test_resuming_twice_is_resuming_once(sim: Simulator, watch: Maker) -> None:
    """A second press comes before the first answer does."""
    task = watch(queued=0, outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    sim.trouble("slow", seconds=0.5)
    task.resume()
    task.resume()
    until(lambda: "stop" in task._actions)
    task.stop()
    until(lambda: poller.shared().idle)
    until(lambda: "resume" in task._actions)


def test_a_card_that_resumes_says_so_before_the_first_answer(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    sim.trouble("hang", times=None)
    before = asked(sim, task)
    task.resume()
    until(lambda: "stop" in task._actions)
    assert task._face["word"] != "Not watching"
    assert asked(sim, task) <= before + 1, "the first answer has not come yet"


def test_what_was_known_before_a_resume_is_not_forgotten_in_trouble(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    sim.trouble("server_error", times=None)
    task.resume()
    until(lambda: task._face["warn"])
    assert (task.status, task.action) == ("IN_PROGRESS", "IMAGE_TO_VIDEO")


@pytest.mark.parametrize("trouble", ["unauthorized", "forbidden", "invalid_request"])
def test_a_refused_watch_can_be_resumed(sim: Simulator, watch: Maker, trouble: str) -> None:
    sim.trouble(trouble)
    task = watch()
    with pytest.raises(ServiceError):
        task.wait(10)
    task.resume()
    assert task.wait(10) is task


def test_a_watch_that_gave_up_can_be_resumed_with_its_whole_time(watch: Maker, clock: ServiceTime) -> None:
    task = watch(queued=0, duration=LONG, give_up_after=0.5)
    with pytest.raises(WatchTimeout):
        task.wait(10)
    clock.forward(LONG)
    task.resume()
    assert task.wait(10) is task


def test_a_task_that_was_not_found_can_be_looked_for_again(sim: Simulator, watch: Maker) -> None:
    task = watch(task_id="shows-late", not_found_after=0.2)
    with pytest.raises(TaskNotFound):
        task.wait(10)
    sim.add_task(task_id="shows-late", queued=0, duration=2)
    task.resume()
    assert task.wait(10) is task


def test_a_resume_uses_a_new_key_in_the_environment(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, tasks: list[RunwayTask]
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "test-key-that-is-wrong")
    monkeypatch.setenv("COMETAPI_BASE_URL", sim.url)
    tasks.append(task := RunwayTask(sim.add_task(queued=0, duration=2), poll_interval=0.1))
    with pytest.raises(AuthenticationError) as caught:
        task.wait(10)
    assert "that-is" not in str(caught.value)
    assert (task._face["word"], "COMETAPI_KEY" in task._face["note"]) == ("Key rejected", True)
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    task.resume()
    assert task.wait(10) is task


def test_two_cards_of_two_clients_share_the_requests(sim: Simulator, watch: Maker) -> None:
    first = watch(outcome="never", poll_interval=60)
    until(lambda: first.status != "UNKNOWN")
    second = watch(Client(KEY, sim.url), first.task_id, poll_interval=60)
    until(lambda: second.status == first.status)
    assert asked(sim, first) == 1
    second.stop()
    until(lambda: "resume" in second._actions)
    assert "stop" in first._actions


def test_the_same_task_on_another_route_is_polled_separately(sim: Simulator, watch: Maker) -> None:
    first = watch(outcome="never", poll_interval=60)
    second = watch(task_id=first.task_id, route="feed", poll_interval=60)
    until(lambda: first.status != "UNKNOWN" and second.status != "UNKNOWN")
    assert {request.path for request in sim.requests} == {f"/runwayml/v1/tasks/{first.task_id}", "/runway/feed"}
