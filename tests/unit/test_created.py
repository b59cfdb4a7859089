"""After the service said yes: whatever goes wrong then, the id reaches the user, and nobody pays for it twice."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets
import pytest

from runway_widget import (
    RunwayTask,
    RunwayWidgetError,
    SubmissionUncertain,
    TakesFailed,
    TaskGrid,
    WatchStopped,
)
from runway_widget._create.queue import create_queue
from runway_widget._create.submit import submit
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .conftest import RawServer, Script, http
from .creating import created, film, press
from .fakes import until
from .polling import no_threads
from .submitting import TASK, a_creation, reset, service_at


@pytest.fixture
def out_of_threads(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine that can start no more threads, but to create and to say so, until the test takes that back."""
    allowed = ("runway-widget-create", "runway-widget-writer")
    monkeypatch.setattr(threading.Thread, "start", no_threads(allowed))
    return monkeypatch


# A task that cannot be watched


@pytest.mark.parametrize("allowed", [(), ("runway-widget-create",)])
def test_a_task_that_no_thread_can_watch_is_there_all_the_same(
    sim: Simulator,
    clock: ServiceTime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    allowed: tuple[str, ...],
) -> None:
    client = sim.client()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads(allowed))
        task = film(sim, client)
        (request,) = created(sim)
        assert task.task_id == request.task_id == client.recent()[0].task_id
        assert task._face["word"] == "Not watching"
        assert task._face["note"].startswith("created, but not watched: nothing can be watched, as no thread")
        assert task._actions == ["resume"]
        assert task.task_id in str(task)
        with pytest.raises(WatchStopped, match=rf"^created as {task.task_id}, but it is not watched: .*resume\(\)"):
            task.wait(0)
        assert any(f"created as {task.task_id}, but it is not watched" in line.message for line in caplog.records)
        with pytest.raises(RunwayWidgetError, match="no thread"):
            task.resume()
    press(task, "resume")
    clock.forward(1000)
    until(lambda: task.status == "SUCCESS")
    assert task.wait(10) is task
    assert len(created(sim)) == 1


def test_in_a_grid_it_is_a_take_and_not_one_that_was_not_created(
    sim: Simulator, clock: ServiceTime, out_of_threads: pytest.MonkeyPatch
) -> None:
    grid = film(sim, takes=3, sent=False)
    assert isinstance(grid, TaskGrid)
    until(lambda: str(grid) == "3 takes: 3 not watched")
    assert {task.task_id for task in grid} == {request.task_id for request in created(sim)}
    with pytest.raises(TakesFailed, match="created as"):
        grid.wait(1)
    out_of_threads.undo()
    for task in grid:
        task.resume()
    clock.forward(1000)
    assert grid.wait(10) is grid


def test_with_reuse_the_next_run_takes_it_up(sim: Simulator, out_of_threads: pytest.MonkeyPatch) -> None:
    first = film(sim, reuse=True)
    out_of_threads.undo()
    second = film(sim, reuse=True)
    assert first.task_id == second.task_id
    assert len(created(sim)) == 1


def test_a_task_that_exists_and_cannot_be_watched_is_an_error_as_before(
    sim: Simulator, out_of_threads: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RunwayWidgetError, match="no thread"):
        sim.client().task(sim.add_task())


# A task that cannot be shown


@pytest.fixture
def broken_cards() -> Iterator[Exception]:
    """No card can be made, because of this error."""
    error = ZeroDivisionError("a fault")

    def broken(widget: Any) -> None:
        if isinstance(widget, RunwayTask):
            raise error

    ipywidgets.Widget.on_widget_constructed(broken)
    yield error
    ipywidgets.Widget.on_widget_constructed(None)


def test_a_fault_on_the_way_to_the_card_names_the_id(sim: Simulator, broken_cards: Exception) -> None:
    with pytest.raises(RunwayWidgetError) as caught:
        film(sim)
    (request,) = created(sim)
    assert str(caught.value).startswith(f"created as {request.task_id}, but it is not shown: {broken_cards}")
    assert caught.value.task_id == request.task_id  # type: ignore[attr-defined]
    assert [entry.task_id for entry in sim.client().recent()] == [request.task_id]


def test_several_are_not_paid_for_where_no_card_can_be_made(sim: Simulator, broken_cards: Exception) -> None:
    client = sim.client()
    with pytest.raises(ZeroDivisionError):
        film(sim, client, takes=3)
    until(lambda: create_queue.idle)
    assert created(sim) == []
    assert client.spent == 0


def test_several_are_not_paid_for_where_no_grid_can_be_made(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(TaskGrid, "__init__", broken)
    with pytest.raises(MemoryError):
        film(sim, takes=2)
    until(lambda: create_queue.idle)
    assert created(sim) == []


# An answer that breaks off


def half(text: str) -> bytes:
    """An answer that promises more than it brings."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text) + 100}\r\n\r\n"
    return head.encode() + text.encode()


@pytest.mark.parametrize(
    "answer",
    [
        half(f'{{"id":"{TASK}"'),
        half(f'{{"code":"success","data":{{"task_id": "{TASK}", "prog'),
        http(f'{{"id":"{TASK}","x":'),
        http(f'{{"id":"{TASK}"}} trailing'),
        http(json.dumps({"id": TASK}), "502 Bad Gateway"),
        http(json.dumps({"id": TASK}), "409 Conflict"),
    ],
)
def test_an_answer_that_cannot_be_read_to_its_end_names_the_id_that_is_in_it(
    serve: Callable[[Script], RawServer], tmp_path: Any, answer: bytes
) -> None:
    server = serve(answer)
    journal = Journal(tmp_path / "journal.sqlite3")
    with pytest.raises(SubmissionUncertain, match=f"The answer named {TASK}, and client.task") as caught:
        submit(service_at(server.url), a_creation(), journal)
    assert caught.value.task_id == TASK
    row = journal.find(TASK, server.url)
    assert row is not None
    assert row.state is State.UNCERTAIN
    with pytest.raises(SubmissionUncertain, match=TASK):
        submit(service_at(server.url), a_creation(), journal, reuse=True)
    assert len(server.received) == 1


@pytest.mark.parametrize("answer", [half('{"id":"3d95'), half('{"request_id":"abc"'), http("{"), reset])
def test_an_answer_that_names_no_id_names_none(
    serve: Callable[[Script], RawServer], tmp_path: Any, answer: Script
) -> None:
    with pytest.raises(SubmissionUncertain) as caught:
        submit(service_at(serve(answer).url), a_creation(), Journal.off())
    assert caught.value.task_id == ""
    assert "named" not in str(caught.value)


def test_an_uncertain_take_is_not_called_not_created(sim: Simulator) -> None:
    sim.trouble("reset", route="create")
    grid = film(sim, takes=2)
    assert [task._face["word"] for task in grid][:1] == ["Uncertain"]
    assert "may exist" in grid[0]._face["note"]
    assert len(created(sim)) == 2
