"""A page of a grid that missed a message knows it by the numbers, and gets the whole grid when it asks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import TaskGrid
from runway_widget._widgets import display
from runway_widget._widgets import pace as pace_module
from runway_widget._widgets.pace import Pace
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import press, watched, written
from .fakes import until

SHOWN = ("status", "_face", "_actions", "outputs")


class Page:
    """What a page knows of a grid; while `deaf` it gets none of the messages."""

    def __init__(self, grid: TaskGrid, messages: list[tuple[str, str, Any]]) -> None:
        self._model, self._messages, self._read = grid.model_id, messages, 0
        self.takes: list[dict[str, Any]] = []
        self.numbers: list[int] = []
        self.deaf = False

    def listen(self) -> Page:
        for comm, _, data in list(self._messages[self._read :]):
            self._read += 1
            if comm != self._model or self.deaf:
                continue
            if "_takes" in data.get("state", {}):
                self.takes = [dict(take) for take in data["state"]["_takes"]]
                self.numbers = [data["state"]["_summary"]["number"]]
            elif data.get("method") == "custom" and data["content"]["kind"] == "takes":
                self.numbers.append(data["content"]["summary"]["number"])
                for number, change in data["content"]["changes"].items():
                    self.takes[number] |= change
        return self

    def knows(self, grid: TaskGrid) -> bool:
        return [{name: take[name] for name in SHOWN} for take in self.takes] == [
            {name: getattr(task, name) for name in SHOWN} for task in grid
        ]


def test_every_message_has_the_next_number_also_from_what_the_page_opened_with(
    sim: Simulator, clock: ServiceTime, messages: list[Any]
) -> None:
    grid = watched(sim, "success", "failure", "never")
    until(lambda: grid[2].status == "QUEUED")
    page = Page(grid, messages)
    clock.forward(1000)
    until(lambda: page.listen().knows(grid) and page.takes[1]["status"] == "FAILURE")
    assert page.numbers == list(range(page.numbers[0], page.numbers[0] + len(page.numbers)))
    assert len(page.numbers) > 1


def test_a_change_that_a_page_missed_is_in_the_answer_to_its_question(
    sim: Simulator, clock: ServiceTime, messages: list[Any]
) -> None:
    grid = watched(sim, "failure", "never")
    page = Page(grid, messages)
    until(lambda: grid[1].status == "QUEUED")
    written()
    page.listen().deaf = True
    clock.forward(1000)
    until(lambda: grid._takes[0]["status"] == "FAILURE" and not grid._changed)
    written()
    page.listen().deaf = False
    number = page.numbers[-1]
    press(grid, "sync", again=True)
    assert page.listen().knows(grid), "the handler has sent it: on Colab nothing else arrives"
    assert page.numbers[-1] > number + 1


@pytest.mark.parametrize("more", [{"ask": "sync", "again": True}, {"ask": "refresh", "take": 0}])
def test_a_page_that_missed_the_last_end_gets_it_and_the_static_grid(
    sim: Simulator, clock: ServiceTime, messages: list[Any], replaced: list[str], more: dict[str, Any]
) -> None:
    grid = watched(sim, "success", "failure")
    grid._places.append(display.Place("here", {}))
    page = Page(grid, messages)
    page.listen().deaf = True
    clock.forward(1000)
    until(lambda: grid._is_done() and replaced and not grid._send_planned)
    written()
    page.listen().deaf = False
    replaced.clear()
    grid._handle_custom_msg(more, [])
    until(lambda: page.listen().knows(grid) and replaced)
    assert "1 done · 1 failed" in replaced[-1]


def test_many_cards_that_ask_together_are_not_answered_with_all_static_cards_at_once(
    sim: Simulator, clock: ServiceTime, replaced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[Any] = []
    timer = SimpleNamespace(after=lambda *call: waiting.append(call))
    monkeypatch.setattr("runway_widget._widgets.freezable.pace", Pace(3600.0))
    monkeypatch.setattr(pace_module, "schedule", SimpleNamespace(timer=timer))
    grid = watched(sim, "success", "success", "success")
    tasks = list(grid)
    for task in tasks:
        task._places.append(display.Place(task.task_id, {}))
    clock.forward(1000)
    until(lambda: all(task._is_done() for task in tasks) and len(replaced) >= 3)
    written()
    replaced.clear()
    waiting.clear()
    for task in tasks * 2:
        press(task, "sync", again=True)
    assert len(replaced) == 1
    assert [round(wait / 3600) for wait, _ in waiting] == [1, 2, 3]  # the first card's second question is the last


def test_a_comm_that_cannot_send_keeps_no_grid_from_its_static_card(
    sim: Simulator,
    clock: ServiceTime,
    messages: list[Any],
    replaced: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("the comm is closed")

    grid = watched(sim, "success")
    grid._places.append(display.Place("here", {}))
    assert grid.model_id
    monkeypatch.setattr(grid, "send", fail)
    clock.forward(1000)
    until(lambda: replaced)
    assert "Done" in replaced[-1]
