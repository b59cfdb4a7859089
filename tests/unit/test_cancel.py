"""Cancelling: only what has not ended, only after a look, and only where the service has a route for it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from runway_widget import (
    Client,
    RunwayTask,
    RunwayWidgetError,
    ServiceError,
    TaskCancelled,
    TaskNotFound,
    WatchOptions,
)
from runway_widget._media.pool import media_pool
from runway_widget._service.service import Reply
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import film, press
from .fakes import until

HERE: WatchOptions = {"poll_interval": 600}  # nothing but the cancelling itself is to be seen


def seen(client: Client, task_id: str, **options: Any) -> RunwayTask:
    """A task that was looked at once."""
    task = client.task(task_id, **{**HERE, **options})
    until(lambda: task._report.timing.since_answer is not None)
    return task


def methods(sim: Simulator) -> list[str]:
    return [request.method for request in sim.requests]


def test_a_task_that_runs_is_looked_at_and_then_cancelled(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    task.cancel()
    with pytest.raises(TaskCancelled):
        task.wait(10)
    assert methods(sim) == ["GET", "GET", "DELETE"]
    assert (task.status, task._face["word"], task._actions) == ("CANCELLED", "Cancelled", [])


def test_a_task_that_has_finished_since_keeps_its_output(sim: Simulator, clock: ServiceTime) -> None:
    task = seen(sim.runway_client(), sim.add_task())
    clock.forward(1000)
    task.cancel()
    assert task.wait(10).status == "SUCCESS"
    assert "DELETE" not in methods(sim)
    assert sim.runway_client().retrieve(task.task_id).outputs


def test_cancelling_what_is_known_to_have_ended_asks_nobody(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    task.cancel()
    until(lambda: task._is_done())
    before = len(sim.requests)
    task.cancel()
    assert len(sim.requests) == before
    assert task.status == "CANCELLED"


def test_somebody_who_was_faster_is_no_error(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    monkeypatch.setattr(type(task._service), "delete", lambda *_: Reply(404, {"error": "Not Found"}))
    task.cancel()
    until(lambda: task.status == "CANCELLED")


def test_a_task_that_cannot_be_looked_at_is_not_cancelled(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    sim.trouble("server_error", status=502)
    with pytest.raises(ServiceError):
        task.cancel()
    assert "DELETE" not in methods(sim)
    other = seen(sim.runway_client(), sim.add_task(outcome="never"))
    sim.runway_client().task(other.task_id, **HERE).cancel()
    with pytest.raises(TaskNotFound):
        other.cancel()


def test_a_cancel_that_the_service_refuses_is_raised_and_the_task_goes_on(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    sim.trouble("server_error", status=503, route="cancel")
    with pytest.raises(ServiceError, match="503"):
        task.cancel()
    assert not task._report.phase.over
    task.cancel()
    until(lambda: task.status == "CANCELLED")


def test_where_no_route_is_documented_the_method_says_so_and_there_is_no_button(sim: Simulator) -> None:
    task = seen(sim.client(), sim.add_task(outcome="never"))
    before = len(sim.requests)
    with pytest.raises(RunwayWidgetError, match=r"CometAPI documents no way to cancel.*stop\(\)"):
        task.cancel()
    assert len(sim.requests) == before
    assert "cancel" not in task._actions
    assert "cancel" in seen(sim.runway_client(), sim.add_task())._actions


def test_the_button_cancels(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    press(task, "cancel")
    until(lambda: task.status == "CANCELLED")


def test_a_button_that_could_not_says_so_on_the_card(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    sim.trouble("forbidden", route="cancel", message="not yours")
    press(task, "cancel")
    until(lambda: "could not cancel" in task._face["note"])
    assert "not yours" in task._face["note"]


def test_what_could_not_be_cancelled_and_succeeds_is_a_success_and_nothing_else(
    sim: Simulator, clock: ServiceTime
) -> None:
    task = seen(sim.runway_client(), sim.add_task())
    sim.trouble("server_error", route="cancel")
    press(task, "cancel")
    until(lambda: "could not cancel" in task._face["note"])
    clock.forward(1000)
    press(task, "refresh")
    task.wait(10)
    assert "cancel" not in task._face["note"]


def test_a_task_that_nobody_watches_any_more_is_cancelled_all_the_same(sim: Simulator) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    task.stop()
    until(lambda: task._report.phase.over)
    task.cancel()
    until(lambda: task.status == "CANCELLED")
    assert task._face["word"] == "Cancelled"


def test_the_journal_hears_of_it(sim: Simulator) -> None:
    client = sim.runway_client()
    task = film(sim, client)
    task.cancel()
    until(lambda: task._is_done())
    assert client.recent()[0].word == "Cancelled"


def test_why_a_task_failed_is_told_whatever_else_went_wrong(sim: Simulator, clock: ServiceTime) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome="failure"))
    sim.trouble("server_error", route="cancel")
    press(task, "cancel")
    until(lambda: "could not cancel" in task._face["note"])
    clock.forward(1000)
    press(task, "refresh")
    until(lambda: task._is_done())
    assert "quality" in task._face["note"]


@pytest.mark.parametrize("outcome", ["never", "success"])
def test_waiting_tells_the_end_that_cancelling_found_and_not_that_the_watch_was_stopped(
    sim: Simulator, clock: ServiceTime, outcome: Any
) -> None:
    task = seen(sim.runway_client(), sim.add_task(outcome=outcome))
    task.stop()
    until(lambda: task._report.phase.over)
    clock.forward(1000)
    task.cancel()
    if outcome == "success":
        assert task.wait(10) is task
    else:
        with pytest.raises(TaskCancelled):
            task.wait(10)


def test_the_button_does_not_stand_in_line_behind_downloads(sim: Simulator) -> None:
    go = threading.Event()
    for _ in range(2):
        media_pool.submit(lambda: go.wait(20))
    task = seen(sim.runway_client(), sim.add_task(outcome="never"))
    press(task, "cancel")
    until(lambda: task.status == "CANCELLED")
    go.set()
