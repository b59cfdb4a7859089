"""A task before it has an id: it waits, it is sent, and it is the same object and the same card all along."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget import (
    Client,
    RunwayTask,
    RunwayWidgetError,
    ServiceError,
    Status,
    TaskCancelled,
    TaskGrid,
    WaitTimeout,
)
from runway_widget._create import queue as queue_module
from runway_widget._runtime import writer
from runway_widget._widgets import task_sending
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .comms import front_end
from .creating import QUICK, all_sent, created, film, press, written
from .fakes import until
from .queueing import Door


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.client()


@pytest.fixture
def door(client: Client) -> Iterator[Door]:
    made = Door(client)
    yield made
    made.open()


def words(grid: TaskGrid) -> list[str]:
    return [task._face["word"] for task in grid]


def busy(sim: Simulator) -> None:
    """A service that takes nothing for a while."""
    sim.trouble("rate_limited", route="create", retry_after=60, times=None)


def test_a_grid_is_there_before_anything_was_sent_and_its_takes_become_tasks(
    sim: Simulator, client: Client, door: Door, clock: ServiceTime
) -> None:
    grid = film(sim, client, prompt_text=["up", "down", "left"], sent=False)
    assert isinstance(grid, TaskGrid)
    takes = list(grid)
    until(lambda: words(grid) == ["Sending", "Waiting", "Waiting"])
    assert [(task.task_id, task.status) for task in takes] == [("", Status.NOT_START)] * 3
    assert str(grid) == "3 takes: 3 waiting"
    assert repr(takes[1]) == "<RunwayTask Image to video: Waiting>"
    assert [task.prompt for task in takes] == ["up", "down", "left"]
    assert all(isinstance(task.seed, int) for task in takes)
    assert takes[1]._actions == ["cancel", "save"]
    assert "client.task" not in takes[1]._lost
    assert takes[1]._lost.endswith("What was sent before is in client.recent(); the rest was not sent.")
    assert (takes[1]._clock["ticking"], takes[1]._clock["elapsed"]) == (True, None)
    assert "Waiting" in takes[1]._make_bundle()["text/html"]
    with pytest.raises(WaitTimeout):
        takes[1].wait(0)
    door.open()
    all_sent(grid)
    assert list(grid) == takes
    sent = {request.task_id: request.body for request in created(sim)}
    assert [sent[task.task_id]["promptText"] for task in takes] == ["up", "down", "left"]
    assert [sent[task.task_id]["seed"] for task in takes] == [task.seed for task in takes]
    until(lambda: all(task.task_id in task._lost for task in takes))
    until(lambda: all(task.task_id in grid._lost for task in takes))
    clock.forward(1000)
    assert grid.wait(10) is grid


def test_who_waits_or_awaits_before_it_is_sent_gets_its_end(
    sim: Simulator, client: Client, door: Door, clock: ServiceTime
) -> None:
    task = film(sim, client, background=True)
    assert isinstance(task, RunwayTask)
    seen = list[str]()
    task.observe(lambda change: seen.append(change["new"]), "task_id")
    ends = list[RunwayTask]()
    waiting = threading.Thread(target=lambda: ends.append(task.wait(20)))
    waiting.start()

    async def awaited() -> RunwayTask:
        door.open()
        until(lambda: task.task_id)
        clock.forward(1000)
        return await task

    assert asyncio.run(awaited()) is task
    waiting.join(20)
    assert ends == [task]
    until(lambda: seen == [task.task_id])


def test_its_page_is_told_in_one_message_that_it_exists(sim: Simulator, client: Client, door: Door) -> None:
    with front_end() as messages:
        task = film(sim, client, background=True)
        task._repr_mimebundle_()
        until(lambda: task._face["word"] == "Sending")
        written()
        messages.clear()
        door.open()
        until(lambda: task.task_id)
        written()
    states = [data["state"] for _, kind, data in messages if isinstance(data, dict) and "state" in data]
    first = next(state for state in states if "task_id" in state)
    assert (first["task_id"], first["_face"]["word"]) == (task.task_id, "Starting")
    assert task.task_id in first["_lost"]


def test_a_busy_service_is_waited_for_and_the_card_counts_down(sim: Simulator, client: Client) -> None:
    sim.trouble("rate_limited", route="create", retry_after=60)
    task = film(sim, client, background=True)
    until(lambda: task._face["warn"])
    assert (task._face["word"], task._face["note"]) == ("Waiting", "too many requests (429)")
    assert 55 < task._clock["retry_in"] <= 60
    (entry,) = client.recent()
    assert entry.word == "Refused", "so that nobody has to doubt, should the kernel end now"
    task.close()


def test_it_takes_one_row_in_the_journal_however_often_it_was_turned_away(
    sim: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "CREATE_PAUSE", 0.02)
    sim.trouble("rate_limited", route="create", times=3)
    task = film(sim, client, background=True)
    until(lambda: task.task_id)
    assert len(created(sim)) == 4
    (entry,) = client.recent()
    assert (entry.task_id, entry.word) == (task.task_id, "Submitted")


def test_an_error_of_a_create_in_the_background_is_said_by_its_card_and_its_wait(sim: Simulator) -> None:
    sim.trouble("invalid_request", route="create", message="promptImage: unreadable")
    task = film(sim, background=True)
    with pytest.raises(ServiceError, match="unreadable"):
        task.wait(10)
    assert (task._face["word"], task.status, task.task_id) == ("Not created", "FAILURE", "")
    assert task._is_done()
    assert task.error is not None


def test_what_is_wrong_with_it_comes_out_in_the_cell_all_the_same(sim: Simulator) -> None:
    with pytest.raises(RunwayWidgetError, match="prompt_text"):
        film(sim, background=True, prompt_text="x" * 1001)
    wrong: Any = "yes"
    with pytest.raises(RunwayWidgetError, match="background"):
        film(sim, background=wrong)
    assert created(sim) == []


@pytest.mark.parametrize("how", ["cancel", "button"])
def test_cancelling_what_was_not_sent_is_free_at_any_service(
    sim: Simulator, client: Client, door: Door, how: str
) -> None:
    grid = film(sim, client, takes=3, sent=False)
    assert grid[2]._face["cancel_question"] == "Cancel the task? It was not sent yet, so it costs nothing."
    if how == "cancel":
        grid[2].cancel()
    else:
        press(grid, "cancel", take=2)
    with pytest.raises(TaskCancelled, match="cancelled before it was sent, so it costs nothing"):
        grid[2].wait(10)
    assert (grid[2].status, grid[2]._face["word"]) == ("CANCELLED", "Not sent")
    assert "1 not sent" in str(grid)
    door.open()
    all_sent(grid)
    assert len(created(sim)) == 2
    again = grid[2].again()
    assert created(sim)[2].task_id == again.task_id


def test_cancelling_what_is_just_being_sent_waits_for_the_answer(sim: Simulator) -> None:
    client = sim.runway_client()
    door = Door(client)
    task = film(sim, client, background=True)
    until(lambda: door.waiting)
    threading.Timer(0.2, door.open).start()
    task.cancel()
    with pytest.raises(TaskCancelled):
        task.wait(10)
    assert [request.method for request in sim.requests if request.route == "cancel"] == ["DELETE"]


@pytest.mark.parametrize("what", ["task", "grid", "client"])
def test_what_is_closed_before_it_was_sent_is_not_sent(sim: Simulator, client: Client, door: Door, what: str) -> None:
    grid = film(sim, client, takes=3, sent=False)
    until(lambda: door.waiting)
    closed = {"task": [grid[1], grid[2]], "grid": [grid], "client": [client]}[what]
    for each in closed:
        each.close()
    with pytest.raises(RunwayWidgetError, match="closed before it was sent"):
        grid[2].wait(10)
    door.open()
    until(lambda: queue_module.create_queue.idle)
    assert len(created(sim)) == 1
    assert client.recent()[0].task_id == created(sim)[0].task_id


def test_stopping_it_takes_it_back_and_one_that_is_just_being_sent_is_not_watched(
    sim: Simulator, client: Client, door: Door
) -> None:
    grid = film(sim, client, takes=2, sent=False)
    until(lambda: door.waiting)
    for task in grid:
        task.stop()
        task.resume()  # there is nothing to resume
    door.open()
    until(lambda: words(grid) == ["Not watching", "Not sent"])
    assert len(created(sim)) == 1
    assert grid[0]._actions == ["resume"]


def test_what_cannot_be_done_yet_says_so(sim: Simulator, client: Client, door: Door, tmp_path: Any) -> None:
    task = film(sim, client, background=True)
    with pytest.raises(RunwayWidgetError, match="nothing to download yet"):
        task.download(tmp_path)
    with pytest.raises(RunwayWidgetError, match="pick"):
        task.pick()
    assert task.error is None
    for request in ("sync", "refresh", "resume", "renew", "nonsense"):
        press(task, request)
    press(task, "save")
    until(lambda: task._face["save"] == "armed")
    door.open()
    until(lambda: task.task_id)
    assert task._face["save"] == "armed"


def test_it_says_from_time_to_time_that_the_kernel_lives(
    sim: Simulator, client: Client, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_sending, "HEARTBEAT", 0.05)
    task = film(sim, client, background=True)
    until(lambda: task._face["word"] == "Sending")
    first = task._clock["at"]
    until(lambda: task._clock["at"] > first)
    assert task._clock["version"] == task._version


def test_a_hundred_prompts_are_created_once_each(sim: Simulator, client: Client) -> None:
    prompts = [f"kite {number}" for number in range(100)]
    grid = film(sim, client, prompt_text=prompts, poll_interval=60.0)
    assert sorted(request.body["promptText"] for request in created(sim)) == sorted(prompts)
    assert {task.task_id for task in grid} == {request.task_id for request in created(sim)}
    assert len({entry.task_id for entry in client.recent(200)}) == 100
    order = [prompts.index(request.body["promptText"]) for request in created(sim)]
    assert max(abs(place - number) for place, number in enumerate(order)) <= 8, "about in the order of the list"


def test_alike_prompts_with_reuse_are_paid_for_once(sim: Simulator, client: Client, door: Door) -> None:
    grid = film(sim, client, prompt_text=["a kite", "a field", "a kite", "a kite"], reuse=True, seed=7, sent=False)
    until(lambda: door.waiting)
    door.open()
    all_sent(grid)
    assert sorted(request.body["promptText"] for request in created(sim)) == ["a field", "a kite"]
    assert grid[0].task_id == grid[2].task_id == grid[3].task_id != grid[1].task_id
    again = film(sim, client, prompt_text=["a kite", "a field"], reuse=True, seed=7)
    assert [task.task_id for task in again] == [grid[0].task_id, grid[1].task_id]
    assert len(created(sim)) == 2


def test_again_waits_as_any_create_unless_it_is_told_otherwise(sim: Simulator, client: Client) -> None:
    task = film(sim, client, background=True)
    until(lambda: task.task_id)
    assert task.again(**QUICK).task_id
    busy(sim)
    unsent = task.again(background=True)
    assert unsent.task_id == ""
    unsent.close()
    writer.flush(5)


def test_the_background_of_a_picture_is_another_thing_than_creating_in_the_background(sim: Simulator) -> None:
    picture = {"model": "gpt_image_2", "prompt_text": "a kite", "ratio": "1920:1088"}
    client = sim.runway_client()
    task = client.text_to_image(**picture, background="opaque", **QUICK)  # type: ignore[call-overload]
    assert created(sim)[0].body["background"] == "opaque"
    unsent = task.again(background=True)
    until(lambda: unsent.task_id)
    assert created(sim)[1].body["background"] == "opaque"
    fields: dict[str, Any] = {"model": "gpt_image_2", "promptText": "a kite", "ratio": "1920:1088"}
    raw = client.create("text_to_image", background="auto", **fields, **QUICK)
    assert [request.body.get("background") for request in created(sim)] == ["opaque", "opaque", "auto"]
    assert raw.task_id
