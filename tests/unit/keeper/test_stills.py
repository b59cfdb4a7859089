"""The picture that was sent, on the static card of a task that brought nothing: carried in it, or left out."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from runway_widget import TaskCancelled, TaskFailed
from runway_widget._media.thumbnails import STILL_BUDGET, thumbnail_from_url
from runway_widget._widgets import ending as _ending
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import film
from ..fakes import until
from .helpers import media, placed

pytest.importorskip("PIL")


def still_in(bundle: dict[str, Any]) -> str:
    """The address of the one picture on a static card; "" where there is none."""
    _, found, rest = bundle["text/html"].partition('<img\nsrc="')
    return rest.partition('"')[0] if found else ""


@pytest.mark.parametrize("outcome", ["failure", "cancelled"])
def test_it_is_carried_in_the_card(
    kernel: list[dict[str, Any]], sim: Simulator, clock: ServiceTime, outcome: Any
) -> None:
    sim.next(outcome)
    task = placed(film(sim))
    assert task._request["still"] == sim.media_url(), "the live card shows the picture itself"
    clock.forward(1000)
    with pytest.raises((TaskFailed, TaskCancelled)):
        task.wait(10)
    assert still_in(kernel[-1]).startswith("data:image/")
    assert len(still_in(kernel[-1])) <= STILL_BUDGET
    assert "grayscale" in kernel[-1]["text/html"]
    assert task._request["still"] == sim.media_url()


def test_before_the_end_it_is_not_there(sim: Simulator, kernel: list[dict[str, Any]]) -> None:
    assert still_in(film(sim)._make_bundle()) == ""


def test_it_is_left_out_where_it_cannot_be_had(
    kernel: list[dict[str, Any]], sim: Simulator, clock: ServiceTime
) -> None:
    sim.next("failure")
    task = placed(film(sim))
    sim.trouble("forbidden", times=9, route="media")
    clock.forward(1000)
    with pytest.raises(TaskFailed):
        task.wait(10)
    assert still_in(kernel[-1]) == ""
    assert task._face["note"], "only the reason is said"


def test_a_slow_one_holds_up_nobody_for_long_and_comes_later(
    kernel: list[dict[str, Any]], sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_ending, "PATIENCE", 0.1)
    monkeypatch.setattr(
        "runway_widget._media.keeper.thumbnail_from_url", lambda *told: go.wait(20) and thumbnail_from_url(*told)
    )
    sim.next("failure")
    task = placed(film(sim))
    clock.forward(1000)
    with pytest.raises(TaskFailed):
        task.wait(10)
    assert still_in(kernel[-1]) == ""
    go.set()
    until(lambda: still_in(kernel[-1]))


def test_nothing_is_fetched_where_nobody_will_see_it(sim: Simulator, clock: ServiceTime) -> None:
    sim.next("failure")
    task = film(sim)
    clock.forward(1000)
    with pytest.raises(TaskFailed):
        task.wait(10)
    assert media(sim) == 0
