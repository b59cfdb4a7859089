"""A simulator that runs fast, and tasks that are closed at the end of each test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget import Client, RunwayTask
from runway_widget._watch import poller
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..fakes import until
from .helpers import KEY, Maker


@pytest.fixture
def sim(clock: ServiceTime) -> Iterator[Simulator]:
    with Simulator(speed=20, key=KEY, clock=clock) as simulator:
        yield simulator


@pytest.fixture
def tasks() -> Iterator[list[RunwayTask]]:
    """Tasks to close at the end of the test; then nothing may be watched any more, and no thread may have died."""
    died = list[Any]()
    usual, threading.excepthook = threading.excepthook, died.append
    made = list[RunwayTask]()
    yield made
    for task in made:
        task.close()
    orphans = list(poller.shared()._subscribed)
    for part in orphans:
        poller.shared().stop(part, silently=True)
    assert orphans == []
    until(lambda: poller.shared().idle)
    threading.excepthook = usual
    assert died == []


@pytest.fixture
def watch(sim: Simulator, tasks: list[RunwayTask]) -> Maker:
    """``watch(**scenario)`` adds a task to the simulator and watches it; what `Client.task` takes goes there."""
    ours = {"poll_interval", "not_found_after", "give_up_after", "route", "freeze", "save_to", "embed"}

    def make(client: Client | None = None, task_id: str | None = None, **told: Any) -> RunwayTask:
        options = {"poll_interval": 0.1, **{name: told.pop(name) for name in ours & told.keys()}}
        found = task_id or sim.add_task(**{"queued": 2, "duration": 6, **told})
        tasks.append((client or sim.client()).task(found, **options))
        return tasks[-1]

    return make
