"""What many cards send in one moment goes out one after the other."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from runway_widget._widgets import pace as module
from runway_widget._widgets.pace import Pace

from .fakes import Clock


class Paced:
    """A pace in a time that passes only when the test says so, and what was called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = Clock()
        self.planned: list[tuple[float, Callable[[], None]]] = []
        self.called: list[int] = []
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=self.clock))
        timer = SimpleNamespace(after=lambda *call: self.planned.append(call))
        monkeypatch.setattr(module, "schedule", SimpleNamespace(timer=timer))
        monkeypatch.setattr(module, "writer", SimpleNamespace(put=lambda call: call()))
        self.pace = Pace(0.25)

    def put(self, number: int) -> None:
        self.pace.put(lambda: self.called.append(number))


@pytest.fixture
def paced(monkeypatch: pytest.MonkeyPatch) -> Paced:
    return Paced(monkeypatch)


def test_the_first_call_is_made_at_once_and_the_others_a_pause_apart(paced: Paced) -> None:
    for number in range(4):
        paced.put(number)
    assert paced.called == [0]
    assert [round(wait, 3) for wait, _ in paced.planned] == [0.25, 0.5, 0.75]
    for _, call in paced.planned:
        call()
    assert paced.called == [0, 1, 2, 3]


def test_after_a_pause_the_next_is_made_at_once_again(paced: Paced) -> None:
    paced.put(0)
    paced.clock.now += 0.3
    paced.put(1)
    assert (paced.called, paced.planned) == ([0, 1], [])
