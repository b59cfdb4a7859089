"""The button that saves, in whichever moment it is pressed; and the route by which links are renewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runway_widget._media.keeper import OutputKeeper
from runway_widget._service.outputs import Output
from runway_widget._service.service import Service
from runway_widget._service.state import Status, TaskState
from runway_widget._widgets import card_requests
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import DUSK, press
from ..fakes import state, until
from .helpers import Finish

VIDEO = Output("https://media.test/take.mp4", "video")


def test_a_press_between_the_end_and_the_keeping_saves(
    finish: Finish, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = OutputKeeper.keep

    def keep(keeper: OutputKeeper, outputs: Any, **options: Any) -> None:
        card_requests.answer(tasks[0], {"ask": "save"})
        usual(keeper, outputs, **options)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(OutputKeeper, "keep", keep)
    tasks = list[Any]()
    tasks.append(finish())
    until(lambda: list(tmp_path.glob("renders/*.mp4")))
    (path,) = tmp_path.glob("renders/*.mp4")
    tasks[0].wait(10)
    assert path.read_bytes() == DUSK


def test_links_are_renewed_by_the_route_that_the_task_is_watched_by(sim: Simulator, finish: Finish) -> None:
    task = finish(route="feed")
    task.wait(10)
    before = len(sim.requests)
    sim.expire_links()
    press(task, "renew")
    until(lambda: not task._keeper.busy)
    assert {request.path for request in sim.requests[before:]} == {"/runway/feed"}


def test_a_task_is_looked_at_by_its_route_before_it_is_cancelled(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()
    service = sim.runway_client()._service

    def ask(_service: Service, _task_id: str, route: str = "task", *_: Any) -> Any:
        from runway_widget._service.state import Answer

        asked.append(route)
        return Answer(state(Status.SUCCESS))

    monkeypatch.setattr(Service, "ask", ask)
    service.cancel("t", TaskState(), "feed")
    assert asked == ["feed"]
