"""A grid as a sequence: length, index, iteration and slices agree, whatever became of its takes."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from runway_widget import RunwayTask, RunwayWidgetError, TakesFailed, TaskGrid, WatchStopped
from runway_widget._runtime import writer
from runway_widget._widgets.watchers import Watchers
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import created, film, watched, written
from .fakes import until


def test_length_index_and_iteration_agree_when_a_take_was_not_created(sim: Simulator) -> None:
    sim.trouble("invalid_request", route="create")
    prompts = ["up", "down", "round"]
    grid = film(sim, prompt_text=prompts)
    assert len(grid) == len(list(grid)) == 3
    assert [grid[number] for number in range(3)] == list(grid)
    assert {prompt: task._request["prompt"] for prompt, task in zip(prompts, grid, strict=True)} == dict(
        zip(prompts, prompts, strict=True)
    )
    assert [task.task_id == "" for task in grid] == [True, False, False]
    assert grid[-1] is grid[2]
    with pytest.raises(IndexError):
        grid[3]


@pytest.mark.no_cover
def test_a_grid_can_do_what_a_list_of_its_tasks_can(sim: Simulator) -> None:
    sim.trouble("invalid_request", route="create")
    prompts = ["up", "down", "round", "away"]
    grid = film(sim, prompt_text=prompts)
    tasks, places = list(grid), range(-5, 6)
    assert [task.prompt for task in grid] == prompts
    assert [grid[number].prompt for number in range(len(grid))] == prompts
    for start in (None, *places):
        for stop in (None, *places):
            for step in (None, -3, -2, -1, 1, 2, 3):
                part = slice(start, stop, step)
                assert list(grid[part]) == tasks[part]
    assert list(reversed(grid)) == tasks[::-1]
    assert all(task in grid for task in tasks)
    stranger = watched(sim, "never")[0]
    assert stranger not in grid
    assert [grid.index(task) for task in grid] == [0, 1, 2, 3]
    assert grid.index(grid[2], 1) == 2
    with pytest.raises(ValueError, match="not in this grid"):
        grid.index(stranger)
    with pytest.raises(ValueError, match="not in this grid"):
        grid.index(grid[0], 1)
    assert (grid.count(grid[1]), grid.count(stranger)) == (1, 0)
    assert (bool(grid), bool(grid[4:])) == (True, False)
    first, *_, last = grid
    assert (first, last) == (tasks[0], tasks[-1])
    assert isinstance(grid, Sequence)
    match grid:
        case [lost, *others]:
            assert (lost.prompt, len(others)) == ("up", 3)
        case _:
            pytest.fail("no sequence")
    for wrong in (4, -5):
        with pytest.raises(IndexError):
            grid[wrong]


def test_each_error_of_a_grid_has_the_number_of_its_take(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success", "failure", "success", "failure")
    clock.forward(1000)
    with pytest.raises(TakesFailed) as caught:
        grid.wait(10)
    assert list(caught.value.failures) == [1, 3]
    assert list(caught.value.failures.values()) == list(caught.value.exceptions)
    assert all(error.task is grid[number] for number, error in caught.value.failures.items())  # type: ignore[attr-defined]


def test_takes_that_were_not_created_count_as_failed_in_every_sum(sim: Simulator, clock: ServiceTime) -> None:
    sim.trouble("invalid_request", route="create")
    grid = film(sim, takes=3)
    until(lambda: grid._summary["words"] == "2 waiting · 1 failed")
    clock.forward(1000)
    with pytest.raises(TakesFailed, match=r"^1 of 3 takes failed: take 0: "):
        grid.wait(10)
    assert str(grid) == "3 takes: 2 done · 1 failed"


@pytest.mark.parametrize(("count", "words"), [(1, "1 of 1 take failed"), (2, "2 of 2 takes failed")])
def test_one_take_is_called_one_take(sim: Simulator, count: int, words: str) -> None:
    sim.trouble("invalid_request", times=None, route="create")
    grid = film(sim, prompt_text=["up"] * count)
    with pytest.raises(TakesFailed, match=f"^{words}: "):
        grid.wait(1)
    assert str(grid) == f"{count} take{'s' * (count > 1)}: {count} failed"


def test_one_take_that_cannot_be_saved_is_called_one_take(sim: Simulator, clock: ServiceTime, tmp_path: Path) -> None:
    grid = watched(sim, "success")
    clock.forward(1000)
    grid.wait(10)
    sim.trouble("forbidden", times=2, route="media")
    with pytest.raises(TakesFailed, match=r"^1 take could not be saved: take 0: "):
        grid.download(tmp_path)


# What was paid for is not lost


def test_a_task_that_was_created_and_cannot_be_watched_is_named(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RunwayWidgetError("no thread can be started")

    monkeypatch.setattr(RunwayTask, "_watch", fail)
    task = film(sim)
    with pytest.raises(WatchStopped, match=rf"^created as {task.task_id}, but it is not watched: no thread"):
        task.wait(0)
    assert len(created(sim)) == 1


# Slices


def test_a_slice_is_a_grid_of_the_same_tasks(sim: Simulator, clock: ServiceTime) -> None:
    grid = TaskGrid(watched(sim, *["success"] * 4), columns=2, freeze=False)
    part = grid[1:3]
    assert isinstance(part, TaskGrid)
    assert list(part) == [grid[1], grid[2]]
    assert (part._columns, part._freeze) == (2, False)
    assert [task.task_id for task in grid[::-1]] == [task.task_id for task in reversed(list(grid))]
    clock.forward(1000)
    assert part.wait(10) is part
    until(lambda: part._summary["words"] == "2 done")


def test_closing_a_slice_leaves_its_takes_alone(sim: Simulator) -> None:
    grid = watched(sim, "never", "never")
    part = grid[:1]
    part.close()
    written()
    assert not grid[0]._report.phase.over
    assert part._closed
    grid.close()
    assert grid[0]._report.phase.over


def test_an_empty_slice_is_an_empty_grid(sim: Simulator, tmp_path: Path) -> None:
    empty = watched(sim, "never")[5:]
    assert (len(empty), list(empty), str(empty)) == (0, [], "0 takes: none is in this slice")
    assert empty.wait(0) is empty
    assert empty.download(tmp_path) == []
    assert "runway-grid" in empty._static_bundle()["text/html"]


def test_a_slice_that_nobody_needs_is_forgotten_and_costs_its_takes_nothing(sim: Simulator) -> None:
    grid = watched(sim, "never")
    forgotten = weakref.ref(grid[:1])
    written()
    until(lambda: gc.collect() + 1 and forgotten() is None)
    writer.put(lambda: grid[0]._watchers.notify(grid[0]))
    written()
    assert len(grid[0]._watchers._methods) == 1


def test_a_task_may_stand_in_a_grid_twice(sim: Simulator, clock: ServiceTime) -> None:
    (task,) = watched(sim, "success")
    grid = TaskGrid([task, task])
    clock.forward(1000)
    grid.wait(10)
    until(lambda: [take["status"] for take in grid._takes] == ["SUCCESS", "SUCCESS"])
    assert str(grid) == "2 takes: 2 done"


def test_nothing_is_created_by_looking_at_a_grid(sim: Simulator) -> None:
    grid = film(sim, takes=2)
    assert [*grid[0:1], *grid, grid[1]]
    assert len(created(sim)) == 2


# Who watches a task


class Watcher:
    def __init__(self) -> None:
        self.changed: list[str] = []

    def note(self, task: str) -> None:
        self.changed.append(task)
        if task == "broken":
            raise ZeroDivisionError


def test_watchers_are_told_of_a_change_as_long_as_they_live() -> None:
    watchers, first, second = Watchers(), Watcher(), Watcher()
    watchers.add(first.note)
    watchers.add(second.note)
    watchers.notify("one")
    assert first.changed == ["one"]
    del first
    gc.collect()
    watchers.notify("two")
    assert second.changed == ["one", "two"]
    assert len(watchers._methods) == 1


def test_a_watcher_that_raises_is_logged_and_hurts_no_other(caplog: pytest.LogCaptureFixture) -> None:
    watchers, both = Watchers(), (Watcher(), Watcher())
    for watcher in both:
        watchers.add(watcher.note)
    watchers.notify("broken")
    assert [watcher.changed for watcher in both] == [["broken"], ["broken"]]
    assert len([record for record in caplog.records if record.exc_info]) == 2


def test_a_grid_of_tasks_that_have_all_ended_is_done_from_the_start(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success")
    clock.forward(1000)
    grid.wait(10)
    assert TaskGrid(list[RunwayTask](grid))._is_done()


def test_its_sum_counts_a_take_right_also_while_a_report_is_being_taken_in(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = watched(sim, "success", "failure")
    said: list[str] = []
    usual = RunwayTask._set_traits

    def look(task: RunwayTask, values: dict[str, Any]) -> None:
        said.append(str(grid))
        usual(task, values)

    monkeypatch.setattr(RunwayTask, "_set_traits", look)
    clock.forward(1000)
    grid.wait(10, check=False)
    assert any("1 done" in each for each in said)
    assert not [each for each in said if "not watched" in each]
