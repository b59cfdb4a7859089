"""The static card carries the name of the live one, which a page draws in its place and which Python still answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, RunwayTask
from runway_widget._errors import RunwayWidgetError
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import KEY, finished, press, watched, written
from .fakes import until
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
