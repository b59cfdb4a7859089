"""A plan is sent as it was seen, and once."""

from __future__ import annotations

import base64
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from runway_widget import (
    ConfigurationError,
    RunwayTask,
    RunwayWidgetError,
    ServiceError,
    SubmissionUncertain,
    TaskGrid,
)
from runway_widget._service.service import Reply
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, MEDIA, QUICK, created, film, planned
from .fakes import until

STILL = MEDIA / "dawn.jpg"


def test_what_is_sent_is_what_was_planned_to_the_byte(sim: Simulator) -> None:
    plan = planned(sim, prompt_image=STILL)
    task = plan.send()
    assert isinstance(task, RunwayTask)
    (request,) = created(sim)
    assert (request.body["seed"], task.seed) == (plan.body["seed"],) * 2
    assert request.body["promptImage"].startswith("data:image/jpeg;base64,")
    assert {**request.body, "promptImage": ""} == {**plan.body, "promptImage": ""}
    digest = plan.body["promptImage"]
    assert isinstance(digest, dict)
    assert task.parameters == plan.body


def test_a_file_that_changes_in_between_is_sent_as_it_was(sim: Simulator, tmp_path: Path) -> None:
    still = tmp_path / "still.jpg"
    still.write_bytes(STILL.read_bytes())
    plan = planned(sim, prompt_image=still)
    still.write_bytes((MEDIA / "noon.jpg").read_bytes())
    plan.send()
    sent = created(sim)[0].body["promptImage"].partition(",")[2]
    assert base64.b64encode(STILL.read_bytes()).decode().startswith(sent[:1000])


def test_several_are_sent_as_the_grid_that_the_method_would_have_given(sim: Simulator) -> None:
    plan = planned(sim, takes=3, **QUICK)
    grid = plan.send()
    assert isinstance(grid, TaskGrid)
    until(lambda: all(task._subscription is not None for task in grid))
    assert len(created(sim)) == 3
    seeds = [body["seed"] for body in plan.bodies]
    assert sorted(request.body["seed"] for request in created(sim)) == sorted(seeds)  # type: ignore[type-var]
    assert [task.seed for task in grid] == seeds


def test_a_plan_is_sent_once_and_then_gives_what_came_of_it(sim: Simulator) -> None:
    plan = planned(sim)
    task = plan.send()
    assert plan.send() is task
    assert len(created(sim)) == 1
    assert str(plan).startswith("Image to video: sent")
    assert "send() gives the same again" in str(plan)


def test_one_that_was_certainly_refused_may_be_sent_again(sim: Simulator) -> None:
    plan = planned(sim)
    sim.trouble("forbidden", route="create")
    with pytest.raises(ServiceError):
        plan.send()
    assert "not sent" in str(plan)
    assert isinstance(plan.send(), RunwayTask)
    assert len(sim.ledger) == 1


def test_one_that_may_have_been_taken_is_not_sent_again(sim: Simulator) -> None:
    plan = planned(sim)
    sim.trouble("reset", route="create", taken=True)
    for _ in range(2):
        with pytest.raises(SubmissionUncertain):
            plan.send()
    assert len(sim.ledger) == 1


def test_one_whose_sending_was_interrupted_is_not_sent_again(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(sim)

    def interrupted() -> RunwayTask:
        raise KeyboardInterrupt

    monkeypatch.setattr(plan, "_send", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plan.send()
    with pytest.raises(RunwayWidgetError, match=r"was interrupted, and it is not sent again: client\.recent\(\)"):
        plan.send()


def test_a_link_that_has_expired_since_is_not_sent(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_700_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    plan = planned(sim, prompt_image=f"https://media.example/still.png?Expires={now + 600:.0f}")
    monkeypatch.setattr("time.time", lambda: now + 700)
    with pytest.raises(ConfigurationError, match="prompt_image: the link has expired since this was planned"):
        plan.send()
    assert created(sim) == []


def test_a_tasks_link_of_the_day_before_is_not_sent(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = sim.client().task(sim.add_task(variant="dusk"), **QUICK)
    clock.forward(1000)
    client = sim.client()
    plan = client.video_upscale(model="upscale_v1", video_uri=task.wait(10), dry_run=True)
    assert plan.media[0].travels == "url"
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 90_000)
    with pytest.raises(ConfigurationError, match=r"^video_uri: .* plan it again"):
        plan.send()
    assert created(sim) == []


def test_one_in_the_background_is_planned_and_sent_in_the_background(sim: Simulator) -> None:
    plan = planned(sim, background=True, **QUICK)
    assert created(sim) == []
    task = plan.send()
    until(lambda: task._subscription is not None)
    assert plan.send() is task
    assert len(created(sim)) == 1


def test_an_uploaded_file_that_has_changed_since_is_not_sent(sim: Simulator, tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(DUSK + bytes(6_000_000))
    plan = sim.runway_client().video_upscale(
        model="magnific_video_upscaler_creative", video_uri=large, dry_run=True, **QUICK
    )
    large.write_bytes(DUSK + bytes(6_000_001))
    with pytest.raises(ConfigurationError, match=r"large\.mp4 has changed since it was checked"):
        plan.send()
    assert created(sim) == []


# What was created before


def test_what_reuse_finds_is_said_and_costs_nothing(sim: Simulator) -> None:
    client = sim.runway_client()
    task = film(sim, client)
    plan = planned(sim, client, reuse=True)
    assert plan.price == 0
    assert plan.size == 0
    assert plan.notes == [f"reuse=True takes up {task.task_id}, and pays nothing for it"]
    assert "Nothing to pay" in str(plan)
    assert plan.send().task_id == task.task_id
    assert len(created(sim)) == 1
    assert planned(sim, client, reuse=True, prompt_text="another").price == 25


def test_what_may_have_been_created_is_said_too(sim: Simulator) -> None:
    sim.trouble("reset", route="create", taken=True)
    with pytest.raises(SubmissionUncertain):
        film(sim)
    plan = planned(sim, reuse=True)
    assert plan.notes == ["an earlier create of the same may have been taken: send() refuses, see client.recent()"]
    with pytest.raises(SubmissionUncertain):
        plan.send()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_one_that_was_being_sent_when_the_process_was_forked_is_sent_by_the_parent_alone(sim: Simulator) -> None:
    client = sim.client()
    plan = planned(sim, client)
    inside, go_on, usual = threading.Event(), threading.Event(), client._service.create

    def create(endpoint: str, body: dict[str, Any]) -> Reply:
        inside.set()
        go_on.wait(20)
        return usual(endpoint, body)

    client._service.create = create  # type: ignore[method-assign]
    sender = threading.Thread(target=plan.send)
    sender.start()
    inside.wait(20)
    child = os.fork()
    if child == 0:
        go_on.set()
        try:
            plan.send()
        except RunwayWidgetError as error:
            os._exit(0 if "its parent sends it" in str(error) else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    go_on.set()
    sender.join(20)
    assert [plan.send().task_id] == [request.task_id for request in created(sim)]
