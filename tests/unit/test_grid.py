"""TaskGrid: what takes and prompts make of one call, how it waits for all of them, and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import (
    AuthenticationError,
    ConfigurationError,
    RunwayTask,
    RunwayWidgetError,
    ServiceError,
    SubmissionUncertain,
    TakesFailed,
    TaskCancelled,
    TaskFailed,
    TaskGrid,
    WaitTimeout,
)
from runway_widget._widgets import display as _display
from runway_widget._widgets import grid_messages, grid_waiting
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, created, film, seed_of, watched, written
from .fakes import Clock, until

# Several at once


def test_takes_vary_the_seed_and_show_it(sim: Simulator) -> None:
    grid = film(sim, takes=4)
    assert isinstance(grid, TaskGrid)
    assert len(grid) == len(created(sim)) == 4
    sent = {request.task_id: request.body["seed"] for request in created(sim)}
    seeds = [sent[task.task_id] for task in grid]
    assert len(set(seeds)) == 4
    assert [seed_of(task) for task in grid] == [f"seed {seed}" for seed in seeds]
    assert [each["_request"]["facts"][-1]["text"] for each in grid._takes] == [f"seed {seed}" for seed in seeds]


def test_takes_count_up_from_a_seed_that_was_given(sim: Simulator) -> None:
    assert [seed_of(task) for task in film(sim, takes=3, seed=421)] == ["seed 421", "seed 422", "seed 423"]


def test_a_list_of_prompts_makes_a_take_of_each_or_several(sim: Simulator) -> None:
    grid = film(sim, prompt_text=["up", "down"], takes=2)
    assert [task._request["prompt"] for task in grid] == ["up", "up", "down", "down"]
    assert isinstance(film(sim, prompt_text=["alone"]), TaskGrid)


def test_takes_that_were_paid_for_are_reused_and_only_the_missing_ones_are_made(sim: Simulator) -> None:
    first = film(sim, takes=2, reuse=True)
    second = film(sim, takes=3, reuse=True)
    assert [task.task_id for task in second][:2] == [task.task_id for task in first]
    assert [seed_of(task) for task in second][:2] == [seed_of(task) for task in first]
    assert len(created(sim)) == 3


def test_a_take_that_cannot_be_created_is_a_card_and_loses_no_other(sim: Simulator) -> None:
    sim.trouble("invalid_request", route="create", message="promptImage: unreadable")
    grid = film(sim, takes=3)
    assert [take["_face"]["word"] == "Not created" for take in grid._takes] == [True, False, False]
    failed = grid._takes[0]
    assert (failed["status"], failed["task_id"], failed["_actions"]) == ("FAILURE", "", [])
    assert "promptImage: unreadable" in failed["_face"]["note"]
    assert failed["_request"]["prompt"] == "the kite lifts"
    with pytest.raises(ServiceError, match="unreadable"):
        grid[0].wait(1)
    assert [task.task_id != "" for task in grid] == [False, True, True]


def test_a_take_of_which_nobody_knows_whether_it_was_taken_is_a_card_too(sim: Simulator) -> None:
    sim.trouble("reset", route="create", taken=True)
    grid = film(sim, takes=2)
    assert "charged" in grid._takes[0]["_face"]["note"]
    with pytest.raises(SubmissionUncertain):
        grid[0].wait(1)
    assert len(created(sim)) == 2


@pytest.mark.parametrize("trouble", ["unauthorized", "quota"])
def test_a_key_that_is_refused_once_is_not_tried_for_the_others(sim: Simulator, trouble: str) -> None:
    sim.trouble(trouble, times=None, route="create")
    grid = film(sim, takes=4)
    assert len(created(sim)) == 1
    assert [take["_face"]["word"] for take in grid._takes] == ["Not created"] * 4
    with pytest.raises(TakesFailed, match="4 of 4"):
        grid.wait(5)


def test_what_is_wrong_with_the_last_prompt_comes_out_before_the_first_is_sent(sim: Simulator) -> None:
    with pytest.raises(ConfigurationError, match="prompt_text"):
        film(sim, prompt_text=["fine", "fine", "x" * 1001])
    assert sim.requests == []


# Made by hand


@pytest.mark.parametrize("columns", [0, -1, 2.5, True, "2"])
def test_columns_that_are_no_number_of_columns_are_refused(sim: Simulator, columns: Any) -> None:
    with pytest.raises(ConfigurationError, match="columns"):
        watched(sim, "never", columns=columns)


@pytest.mark.parametrize("members", [[], ["3d957031"], [None]])
def test_a_grid_is_of_tasks_and_of_at_least_one(members: Any) -> None:
    with pytest.raises(ConfigurationError, match="a grid"):
        TaskGrid(members)


def test_tasks_of_several_services_stand_side_by_side(sim: Simulator, clock: ServiceTime) -> None:
    tasks = [client.task(sim.add_task(), **QUICK) for client in (sim.client(), sim.runway_client())]
    grid = TaskGrid(tasks, columns=2)
    assert (grid[0], grid[1], grid[-1], grid._columns) == (tasks[0], tasks[1], tasks[1], 2)
    until(lambda: "waiting" in grid._summary["words"] and grid._takes[1]["_actions"])
    assert ["cancel" in take["_actions"] for take in grid._takes] == [False, True]
    clock.forward(1000)
    assert grid.wait(10) is grid


# Waiting


def test_waiting_for_all_tells_the_failures_together(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success", "failure", "cancelled")
    clock.forward(1000)
    with pytest.raises(TakesFailed, match=r"2 of 3 takes failed: take 1: .*quality.*; take 2: .*cancelled") as caught:
        grid.wait(10)
    assert [type(error) for error in caught.value.exceptions] == [TaskFailed, TaskCancelled]
    assert str(grid) == "3 takes: 1 done · 1 failed · 1 cancelled"


def test_a_grid_can_be_awaited(sim: Simulator, clock: ServiceTime) -> None:
    async def both(grid: TaskGrid) -> TaskGrid:
        return await grid

    grid, lost = watched(sim, "success", "success"), watched(sim, "success", "failure")
    clock.forward(1000)
    assert asyncio.run(both(grid)) is grid
    with pytest.raises(TakesFailed, match="1 of 2"):
        asyncio.run(both(lost))


def test_one_time_limit_is_for_all_takes_together(sim: Simulator) -> None:
    grid = watched(sim, *["never"] * 3)
    with pytest.raises(WaitTimeout, match=r"not all takes ended within 0.2 s.*3 takes") as caught:
        grid.wait(0.2)
    assert caught.value.task is grid[0], "a task, as of every such error: the take that was waited for"
    assert [task._report.phase.over for task in grid] == [False] * 3


def test_each_take_is_waited_for_no_longer_than_the_time_that_is_left(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid, clock, waits = watched(sim, *["never"] * 3), Clock(), list[float | None]()

    def wait(task: RunwayTask, timeout: float | None = None) -> RunwayTask:
        waits.append(timeout)
        clock.now += 4
        return task

    monkeypatch.setattr(RunwayTask, "_wait", wait)
    monkeypatch.setattr(grid_waiting, "time", SimpleNamespace(monotonic=clock, time=clock))
    assert grid.wait(6) is grid
    assert grid.wait() is grid
    assert waits == [6.0, 2.0, 0.0, None, None, None]


def test_what_it_says_after_waiting_is_how_it_stands(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_messages, "INTERVAL", 600.0)  # nothing is sent before the test is over
    grid = watched(sim, "never")
    until(lambda: grid._summary["words"] == "1 waiting")
    grid[0].stop()
    until(lambda: grid[0]._report.phase.over)
    assert str(grid) == "1 take: 1 not watched"
    assert "1 not watched" in grid._static_bundle()["text/html"]


# Files, and the end


def test_downloading_saves_every_success(sim: Simulator, clock: ServiceTime, tmp_path: Path) -> None:
    grid = watched(sim, "success", "failure", "success", "never")
    clock.forward(1000)
    until(lambda: sum(task._is_done() for task in grid) == 3)
    paths = grid.download(tmp_path)
    assert [path.name for path in paths] == [f"{grid[number].task_id}-1.mp4" for number in (0, 2)]
    assert all(path.is_file() for path in paths)


def test_downloading_before_any_take_has_succeeded_says_to_wait_first(
    sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    grid = watched(sim, "failure", "success", "never")
    with pytest.raises(RunwayWidgetError, match=r"nothing to download yet, wait\(\) first: 3 takes"):
        grid.download(tmp_path)
    clock.forward(1000)
    until(lambda: sum(task._is_done() for task in grid) == 2)
    assert len(grid.download(tmp_path)) == 1
    assert watched(sim, "never")[1:].download(tmp_path) == []


def test_one_file_that_cannot_be_had_loses_no_other(sim: Simulator, clock: ServiceTime, tmp_path: Path) -> None:
    grid = watched(sim, "success", "success")
    clock.forward(1000)
    grid.wait(10)
    sim.trouble("forbidden", times=2, route="media")
    with pytest.raises(TakesFailed, match=r"^1 take could not be saved: take 0: "):
        grid.download(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{grid[1].task_id}-1.mp4"]


def test_a_folder_that_is_a_file_is_an_error_of_the_argument(
    sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    grid = watched(sim, "success")
    clock.forward(1000)
    grid.wait(10)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="directory"):
        grid.download(tmp_path / "file")


def test_the_grid_freezes_as_a_whole_and_at_its_last_end(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen: list[str] = []
    monkeypatch.setattr(_display, "replace", lambda _, bundle: frozen.append(bundle["text/html"]))
    sim.trouble("unauthorized", route="create")
    lost = film(sim, takes=1, prompt_text=["lost"])
    slow = sim.client().task(sim.add_task(duration=10_000), **QUICK)
    grid = TaskGrid([*watched(sim, "success"), slow, lost[0]])
    grid._places.append(_display.Place("here", {}))
    clock.forward(1000)
    until(lambda: grid[0]._is_done() and grid._takes[0]["status"] == "SUCCESS")
    written()
    assert frozen == []
    clock.forward(100_000)
    until(lambda: frozen)
    assert frozen[0].count('class="runway-task"') == 3
    assert "2 done · 1 failed" in frozen[0]


def test_closing_stops_every_watch(sim: Simulator) -> None:
    grid = watched(sim, "never", "never")
    grid.close()
    assert [task._report.phase.over for task in grid] == [True, True]


def test_a_key_that_was_refused_once_is_the_error_of_each_take_that_follows(sim: Simulator) -> None:
    sim.trouble("unauthorized", times=None, route="create")
    grid = film(sim, takes=2)
    for number in range(2):
        with pytest.raises(AuthenticationError):
            grid[number].wait(1)
