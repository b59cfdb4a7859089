"""When a grid is replaced by its static one: at the last end, and again, but not often, when something is new."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import TaskGrid
from runway_widget._runtime import writer
from runway_widget._widgets import display as _display
from runway_widget._widgets import grid_messages
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .comms import front_end
from .creating import film, press, watched, written
from .fakes import until


class Ended:
    """A grid on show whose takes have ended and that was frozen once; what it plans is done when the test does it."""

    def __init__(self, sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frozen: list[str] = []
        self.planned: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr(_display, "replace", lambda _, bundle: self.frozen.append(bundle["text/html"]))
        self.grid = watched(sim, "success", "failure")
        self.grid._places.append(_display.Place("here", {}))
        clock.forward(1000)
        until(lambda: self.frozen and self.grid._is_done() and not self.grid._send_planned)
        written()
        self.frozen.clear()
        timer = SimpleNamespace(after=lambda *call: self.planned.append(call))
        monkeypatch.setattr(grid_messages, "schedule", SimpleNamespace(timer=timer))

    def change(self) -> None:
        self.grid._sent_at = 0.0  # long ago
        writer.put(lambda: self.grid._task_changed(self.grid[0]))
        written()

    def do_what_is_planned(self) -> None:
        planned, self.planned = self.planned, []
        for _, call in planned:
            call()
        written()


@pytest.fixture
def ended(sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch) -> Ended:
    return Ended(sim, clock, monkeypatch)


def test_what_comes_after_the_end_is_frozen_together_a_little_later(ended: Ended) -> None:
    for _ in range(3):
        ended.change()
    assert ended.frozen == []
    assert [seconds for seconds, _ in ended.planned] == [grid_messages.FREEZE_AGAIN]
    ended.do_what_is_planned()
    assert len(ended.frozen) == 1


def test_each_later_change_is_frozen_too(ended: Ended) -> None:
    for times in (1, 2):
        ended.change()
        ended.do_what_is_planned()
        assert len(ended.frozen) == times


def test_a_page_that_opens_after_the_end_freezes_nothing(ended: Ended) -> None:
    press(ended.grid, "sync")
    written()
    ended.do_what_is_planned()
    assert (ended.frozen, ended.planned) == ([], [])


def test_a_grid_that_runs_is_not_frozen(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[Any] = []
    monkeypatch.setattr(_display, "replace", lambda *told: frozen.append(told))
    grid = watched(sim, "never")
    grid._places.append(_display.Place("here", {}))
    grid._sent_at = 0.0
    writer.put(lambda: grid._task_changed(grid[0]))
    written()
    assert frozen == []


@pytest.mark.parametrize(
    ("left", "words"), [(61.0, "1 running · about 1:01 left when last seen"), (None, "1 running<")]
)
def test_the_static_grid_says_how_long_it_may_still_take(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, left: float | None, words: str
) -> None:
    grid = watched(sim, "never")
    summary = {"words": "1 running", "left": left, "at": 0.0, "ticking": True, "cost": ""}
    monkeypatch.setattr(grid, "_sum_up", lambda: summary)
    assert words in grid._static_bundle()["text/html"]


def test_a_grid_of_takes_that_were_not_created_is_static_from_the_start(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    sim.trouble("invalid_request", times=None, route="create")
    grid = film(sim, takes=2)
    assert isinstance(grid, TaskGrid)
    grid.wait(10, check=False)
    monkeypatch.setattr(_display, "kernel_shell", object)
    monkeypatch.setattr(_display, "show", lambda bundle, metadata: shown.append(bundle))
    with front_end():
        grid.show()
    assert shown[0].keys() == {"text/html", "text/plain"}
    assert shown[0]["text/html"].count("Not created") == 2


@pytest.mark.parametrize("outcome", ["success", "failure"])
def test_the_last_end_freezes_the_grid_however_soon_it_was_told_of_the_status(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    """The status comes first, and then the journal and the outputs are waited for."""
    frozen: list[str] = []
    monkeypatch.setattr(grid_messages, "INTERVAL", 0.0)
    monkeypatch.setattr(_display, "replace", lambda _, bundle: frozen.append(bundle["text/html"]))
    grid = watched(sim, outcome)
    grid._places.append(_display.Place("here", {}))
    clock.forward(1000)
    until(lambda: frozen)
    assert grid._is_done()
