"""What a task costs: from the service's answers to the traits, the card, the grid, the journal and `recent()`."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget import Client, TaskFailed, TaskState
from runway_widget._service.cost import Cost
from runway_widget._service.parse import parse
from runway_widget._widgets.costs import CostSum
from runway_widget._widgets.words import cost_words, sum_words
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .conftest import http
from .creating import film
from .fakes import until

ESTIMATE, FINAL = {"estimatedCost": {"credits": 60.0}}, {"cost": {"credits": 60}}


def read(**fields: Any) -> Cost:
    state = parse({"id": "t-1", "status": "RUNNING", **fields})
    assert isinstance(state, TaskState)
    return Cost(state.cost, state.cost_is_estimate)


# Reading


@pytest.mark.parametrize(
    ("answer", "cost"),
    [
        ({"status": "PENDING", **ESTIMATE}, Cost(60.0, is_estimate=True)),
        ({"status": "THROTTLED", **ESTIMATE}, Cost(60.0, is_estimate=True)),
        ({"status": "RUNNING", "progress": 0.5, **ESTIMATE}, Cost(60.0, is_estimate=True)),
        ({"status": "SUCCEEDED", "output": ["https://e.example/a.mp4"], **FINAL}, Cost(60.0)),
        ({"status": "FAILED", "failure": "no", "cost": {"credits": 0}}, Cost(0.0)),
        ({"status": "CANCELLED", **FINAL}, Cost(60.0)),
        ({"status": "SUCCEEDED", **ESTIMATE, "cost": {"credits": 45}}, Cost(45.0)),
        ({"routing": {"model": "gen4.5", "estimatedCost": {"credits": 7.5}}}, Cost(7.5, is_estimate=True)),
        ({}, Cost()),
    ],
)
def test_each_answer_of_runways_tells_the_cost(answer: dict[str, Any], cost: Cost) -> None:
    assert read(**answer) == cost


@pytest.mark.parametrize("credits", [None, "60", True, -1, float("nan"), float("inf"), 1e300, {}, [60]])
def test_what_cannot_be_a_cost_is_none(credits: Any) -> None:
    assert read(estimatedCost={"credits": credits}) == Cost()
    assert read(cost=credits, estimatedCost=credits) == Cost()


def test_an_answer_that_leaves_it_out_keeps_what_was_known() -> None:
    estimated = TaskState(cost=60.0, cost_is_estimate=True)
    assert TaskState().after(estimated) == estimated
    final = TaskState(cost=0.0).after(estimated)
    assert (final.cost, final.cost_is_estimate) == (0.0, False)
    assert TaskState().after(final) == final


# Words


@pytest.mark.parametrize(
    ("credits", "words"),
    [
        (60.0, "60 credits"),
        (1.0, "1 credit"),
        (0.0, "0 credits"),
        (20.4, "20.4 credits"),
        (1234567.0, "1234567 credits"),
    ],
)
def test_the_words_for_credits(credits: float, words: str) -> None:
    assert cost_words(credits) == words
    assert cost_words(credits, estimate=True) == f"up to {words}"
    assert cost_words(None) == cost_words(None, estimate=True) == ""


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([Cost(60.0), Cost(60.0), Cost(60.0)], "180 credits"),
        ([Cost(60.0), Cost(60.0, is_estimate=True)], "up to 120 credits"),
        ([Cost(60.0), Cost(), None], "60 credits · cost of 1 not known"),
        ([Cost(0.0)], "0 credits"),
        ([Cost(), Cost(), None], ""),
        ([None], ""),
        ([], ""),
    ],
)
def test_a_sum_never_counts_what_is_not_known_as_nothing(costs: list[Cost | None], words: str) -> None:
    total = CostSum(costs)
    assert sum_words(total) == words
    assert (total.total.credits is None) == (words == "")
    for cost in costs:
        total.add(cost, -1)
    assert (total.credits, total.known, total.estimates, total.unknown) == (0, 0, 0, 0)


# A task


def facts(task: Any) -> list[str]:
    return [fact["text"] for fact in task._request["facts"] if fact["name"] == "cost"]


def test_a_task_and_its_card_tell_the_estimate_at_once_and_the_cost_at_the_end(
    sim: Simulator, clock: ServiceTime
) -> None:
    task = film(sim, sim.runway_client())
    assert (task.cost, task.cost_is_estimate, facts(task)) == (25.0, True, ["up to 25 credits"])
    assert "up to 25 credits" in task._make_bundle()["text/html"]
    seen: list[Any] = []
    task.observe(lambda change: seen.append((change["new"], task.cost, task.cost_is_estimate)), names="status")
    clock.forward(1000)
    task.wait(10)
    assert (task.cost, task.cost_is_estimate, facts(task)) == (25.0, False, ["25 credits"])
    until(lambda: bool(seen) and seen[-1] == ("SUCCESS", 25.0, False))
    html = task._make_bundle()["text/html"]
    assert "25 credits" in html
    assert "up to" not in html
    (entry,) = sim.runway_client().recent()
    assert (entry.cost, entry.cost_is_estimate) == (25.0, False)


def test_a_failed_task_tells_what_it_cost(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.runway_client()
    refunded, moderated = (
        film(sim, client, prompt_text=text) for text in ("[fail INTERNAL]", "[fail SAFETY.INPUT.TEXT]")
    )
    clock.forward(1000)
    for task in (refunded, moderated):
        with pytest.raises(TaskFailed):
            task.wait(10)
    assert (refunded.cost, moderated.cost) == (0.0, 25.0)
    assert facts(refunded) == ["0 credits"]
    assert not refunded.cost_is_estimate


def test_a_cancelled_task_may_have_cost_all_of_it(sim: Simulator) -> None:
    task = film(sim, sim.runway_client())
    task.cancel()
    until(lambda: task.status == "CANCELLED")
    assert (task.cost, task.cost_is_estimate) == (25.0, True)


def test_cometapi_says_nothing_of_it_so_nothing_is_shown(sim: Simulator, clock: ServiceTime) -> None:
    grid = film(sim, takes=2)
    clock.forward(1000)
    grid.wait(10)
    assert {task.cost for task in grid} == {None}
    assert grid.cost is None
    assert grid._summary["cost"] == ""
    assert "credit" not in grid._make_bundle()["text/html"]
    assert "redit" not in str(sim.client().recent())


def test_the_credits_that_a_gateway_pays_itself_are_not_the_users(sim: Simulator, serve: Any) -> None:
    server = serve(
        http('{"code":"success","data":{"task_id":"t-1","status":"SUCCESS","data":{"cost":{"credits":60}}}}')
    )
    assert Client("k-Zx81Qw77Lm", server.url, journal=False).retrieve("t-1").cost is None
    bare = serve(http('{"id":"t-1","status":"RUNNING","estimatedCost":{"credits":60}}'))
    assert Client("k-Zx81Qw77Lm", bare.url, journal=False).retrieve("t-1").cost is None
    assert Client.runway("k-Zx81Qw77Lm", bare.url, journal=False).retrieve("t-1").cost == 60.0
    made = Client("k-Zx81Qw77Lm", bare.url, journal=False).create("image_to_video", model="gen4_turbo")
    assert made.cost is None
    made.close()


def test_a_model_routers_estimate_is_taken_from_its_routing(sim: Simulator) -> None:
    task = sim.runway_client().create("generate/video", configId="mine", input={"promptText": "a kite"})
    assert task.cost_is_estimate
    assert task.cost == 25.0


def test_a_task_that_was_recalled_knows_its_cost_before_the_service_is_asked(sim: Simulator) -> None:
    client = sim.runway_client()
    task = film(sim, client)
    sim.trouble("hang", times=None)
    recalled = sim.runway_client().task(task.task_id)
    assert (recalled.cost, recalled.cost_is_estimate) == (25.0, True)


def test_a_cost_that_comes_with_a_poll_is_noted_in_the_journal(sim: Simulator) -> None:
    speech = {"type": "text", "text": "hello"}
    avatar = {"type": "runway-preset", "presetId": "influencer"}
    task = sim.runway_client().create(
        "avatar_videos", model="gwm1_avatars", avatar=avatar, speech=speech, poll_interval=0.05
    )
    until(lambda: task.cost is not None)
    until(lambda: sim.runway_client().recent()[0].cost == 25.0)
    assert sim.runway_client().recent()[0].cost_is_estimate
