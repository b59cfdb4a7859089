"""A task that the service does not show: nothing says of it that it goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runway_widget import TaskGrid, WaitTimeout, WatchStopped
from runway_widget._errors import TaskNotFound
from runway_widget._service.state import TaskState
from runway_widget._watch.completion import outlook
from runway_widget._watch.report import Phase, Report
from runway_widget.simulator import Simulator

from .creating import QUICK, simulated
from .fakes import until

UNKNOWN = "3d957031-9a2a-45e2-9dc7-bc8513059c50"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with simulated() as simulator:
        yield simulator


def test_a_wait_that_ran_out_and_a_stop_say_that_the_service_does_not_show_it(sim: Simulator) -> None:
    task = sim.client().task(UNKNOWN, **QUICK)
    until(lambda: task._report.not_shown)
    ran_out = r"^no end within 0 s; the service does not show it so far; watching goes on: "
    with pytest.raises(WaitTimeout, match=ran_out):
        task.wait(0)
    task.stop()
    stopped = r"^watching was stopped; the service has not shown such a task so far, and task\.resume\(\) watches it"
    with pytest.raises(WatchStopped, match=stopped):
        task.wait(10)
    assert task._face["note"] == "stopped by you; CometAPI has not shown such a task so far"


def test_a_task_that_is_there_goes_on(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(duration=10_000), **QUICK)
    until(lambda: task.status == "IN_PROGRESS")
    with pytest.raises(WaitTimeout, match=r"^no end within 0 s; the task goes on: "):
        task.wait(0)
    task.stop()
    with pytest.raises(WatchStopped, match=r"^watching was stopped; the task goes on, and "):
        task.wait(10)
    assert task._face["note"] == "stopped by you; the task goes on"


def test_of_a_grid_it_is_said_how_many_are_not_shown(sim: Simulator) -> None:
    client = sim.client()
    grid = TaskGrid([client.task(each, **QUICK) for each in (UNKNOWN, sim.add_task(duration=10_000))])
    until(lambda: grid[0]._report.not_shown and grid[1].status == "IN_PROGRESS")
    words = r"^not all takes ended within 0 s; they go on, but 1 of them the service does not show so far: "
    with pytest.raises(WaitTimeout, match=words):
        grid.wait(0)
    with pytest.raises(WaitTimeout, match=words):
        next(grid.as_completed(timeout=0))
    grid.close()
    for task in grid:
        task.close()


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        ([Phase.WATCHING], "the task goes on"),
        ([Phase.WAITING], "it was not sent yet, and will be"),
        ([Phase.WAITING, Phase.WAITING], "they were not sent yet, and will be"),
        ([Phase.SENDING], "it is being sent"),
        ([Phase.WAITING, Phase.SENDING], "they are being sent"),
        ([Phase.WAITING, Phase.WATCHING], "they go on"),
        ([Phase.STARTING, Phase.STARTING], "the service does not show them so far; watching goes on"),
        ([], "they go on"),
    ],
    ids=str,
)
def test_what_becomes_of_tasks(phases: list[Phase], words: str) -> None:
    missing = TaskNotFound("no such task")
    reports = [Report(TaskState(), each, missing if each is Phase.STARTING else None) for each in phases]
    assert outlook(reports) == words
