"""The static card carries the name of the live one, which a page draws in its place and which Python still answers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, RunwayTask, TaskGrid
from runway_widget._errors import RunwayWidgetError
from runway_widget._widgets import twin_names
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import KEY, all_sent, film, finished, press, watched, written
from .fakes import until
from .queueing import Door
from .static_cards import Page


def name_in(widget: Any) -> str | None:
    """What the static card of ``widget`` carries."""
    (root,) = (attributes for _, attributes in Page(widget._make_bundle()["text/html"]).elements[:1])
    return root.get("data-runway-card")


def test_each_live_card_has_a_name_of_its_own_which_its_static_card_carries(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task())
    grid, other = watched(sim, "success"), watched(sim, "success")
    cards = [task, grid[0], grid, other, grid[:1]]
    names = [name_in(card) for card in cards]
    assert names == [card._twin for card in cards]
    assert len({*names, None, ""}) == len(cards) + 2
    assert name_in(task) == name_in(task), "a later static card is a twin of the same"


def test_a_notebook_that_runs_again_gives_the_same_names_to_cards_of_the_same_tasks(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [sim.add_task() for _ in range(3)]

    def run(notebook: str) -> list[str]:
        monkeypatch.setattr(twin_names, "_given", Counter())  # as in a new kernel
        monkeypatch.setenv("JPY_SESSION_NAME", notebook)
        tasks = [sim.client().task(task_id) for task_id in [*ids, ids[0]]]
        return [card._twin for card in [*tasks, TaskGrid(tasks), TaskGrid(tasks), TaskGrid(tasks[1:])]]

    first, again, other = run("/home/ann/a.ipynb"), run("/home/ann/a.ipynb"), run("/home/ann/b.ipynb")
    assert first == again
    assert len(set(first)) == len(first), "each card has a name of its own"
    assert not set(first) & set(other), "which no card of another notebook has, on the same page"
    assert all(re.fullmatch(r"[0-9a-f]{12}-\d+", name) for name in first), "and none says where it was made"


def test_a_grid_of_one_take_never_takes_the_place_of_that_takes_card(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = sim.client().task(sim.add_task())
    monkeypatch.setattr(twin_names, "_given", Counter())  # a new kernel, which makes the grid first
    assert TaskGrid([task])._twin.partition("-")[0] != task._twin.partition("-")[0]


def test_a_card_has_its_name_as_soon_as_its_tasks_exist_and_the_page_hears_it(
    sim: Simulator, messages: list[tuple[str, str, Any]]
) -> None:
    client = sim.client()
    door = Door(client)
    grid = film(sim, client, takes=2, sent=False)
    task = grid[0]
    assert task.model_id
    assert grid.model_id
    assert [card._twin for card in (task, grid)] == ["", ""]
    assert [name_in(card) for card in (task, grid)] == [None, None]
    door.open()
    all_sent(grid)
    for card in (task, grid):
        assert re.fullmatch(r"[0-9a-f]{12}-\d+", card._twin)
        assert name_in(card) == card._twin
        states = [data.get("state", {}) for model_id, _, data in messages if model_id == card.model_id]
        assert [state["_twin"] for state in states if state.get("_twin")] == [card._twin]


def test_what_has_no_live_card_carries_no_name() -> None:
    task = RunwayTask("", Client(KEY, journal="off"), _error=RunwayWidgetError("refused"))
    assert name_in(task) is None


def test_a_page_that_shows_the_live_card_after_the_end_is_answered(
    sim: Simulator,
    clock: ServiceTime,
    messages: list[tuple[str, str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # where the button saves
    task = finished(sim, clock)
    assert task.model_id, "it was shown, so its comm is open"
    task.wait()
    until(lambda: not task._keeper.busy)
    written()
    messages.clear()
    press(task, "sync")
    until(lambda: any("_face" in data.get("state", {}) for _, _, data in messages))
    press(task, "save")
    until(lambda: len(task.files) == 1)
    task.close()
    assert messages[-1][1] == "comm_close"
