"""A page that sends what no card of ours sends: nothing is raised, written or held up, and no task changes."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget import RunwayTask, TaskGrid
from runway_widget._media.pool import media_pool
from runway_widget._runtime import writer
from runway_widget._widgets import freezable, turns
from runway_widget._widgets.pace import Pace
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import QUICK, press, written
from ..fakes import until

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**400, -(10**400), math.nan, math.inf, "", "x" * 100_000, "__class__", "\ud800"),
    *([], [[]], {}, {"ask": "save"}, [1, 2], "<script>alert(1)</script>", b"bytes"),
)
ASKS = ("sync", "refresh", "stop", "resume", "save", "renew", "frame", "frozen", "after", "ready")


@pytest.fixture(autouse=True)
def own_pace(monkeypatch: pytest.MonkeyPatch) -> Pace:
    """No card of another test waits for what is sent here."""
    pace = Pace()
    monkeypatch.setattr(freezable, "pace", pace)
    return pace


@pytest.fixture
def done(sim: Simulator, clock: ServiceTime, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunwayTask]:
    """A task that has succeeded, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    task = sim.client().task(sim.add_task(queued=1, duration=2), **QUICK)
    clock.forward(100)
    task.wait(30)
    yield task
    until(lambda: not media_pool.running, 120)
    task.close()


@pytest.fixture
def errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails where something was logged as an error: handlers of messages may raise, and the host only logs it."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.usefixtures("errors")
def test_a_message_of_any_shape_is_heeded_or_not_and_raises_nothing(done: RunwayTask) -> None:
    for content in ODD:
        done._handle_custom_msg(content, [])
        done._handle_custom_msg({"ask": content}, [])
        done._handle_custom_msg({"again": content}, [content])
    for ask in ASKS:
        for value in ODD:
            press(done, ask, again=value, take=value, at=value, output=value)
    written()
    assert done.status == "SUCCESS"
    assert len(done.outputs) == 1


@pytest.mark.usefixtures("errors")
def test_a_frame_is_kept_of_an_output_and_a_moment_that_there_are_and_of_nothing_else(done: RunwayTask) -> None:
    for at in ODD:
        press(done, "frame", at=at, output=0)
    for output in (*ODD, 1, -2, 10**9):
        if output not in (0, None, True, -1):
            press(done, "frame", at=0.1, output=output)
    until(lambda: not done._keeper.busy)
    until(lambda: not media_pool.running)
    written()
    assert all(path.parent.name == "renders" for path in done.frames)
    assert len(done._face["note"]) < 300


def test_a_page_writes_no_trait(done: RunwayTask) -> None:
    before = done.get_state()
    hostile = {
        name: "javascript:alert(1)" if isinstance(value, str) else value and None for name, value in before.items()
    }
    for state in (hostile, {"status": "FAILURE", "task_id": "x", "_esm": "alert(1)", "outputs": []}, {"layout": "x"}):
        handle: Any = getattr(done, "_handle_msg")  # noqa: B009 - of ipywidgets, which has no types
        handle({"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []})
    after = done.get_state()
    assert {name for name in before if before[name] != after[name]} <= {"_clock"}


def test_of_a_grid_only_a_take_that_there_is_is_asked(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    grid = TaskGrid([client.task(sim.add_task(queued=1, duration=2), **QUICK) for _ in range(2)])
    clock.forward(100)
    grid.wait(30)
    for take in (*ODD, 2, -1, 1.0):
        if take != 0 or isinstance(take, bool | float):
            press(grid, "pick", take=take)
    writer.flush(5.0)
    assert [task.picked for task in grid] == [False, False]
    press(grid, "pick", take=1)
    until(lambda: [task.picked for task in grid] == [False, True])
    grid.close()


@pytest.mark.usefixtures("errors")
def test_a_thousand_messages_cost_a_few_answers(done: RunwayTask, messages: list[Any], own_pace: Pace) -> None:
    assert done.model_id
    messages.clear()
    for _ in range(1_000):
        press(done, "after")
        press(done, "frozen", again=True)
    writer.flush(5.0)
    assert len(messages) < 20
    for page in range(1_000):
        press(done, "frozen", page=f"page {page}")
    assert len(done._turns._planned) <= turns.MOST, "each of which would get the static card"
    assert own_pace._free_at < time.monotonic() + 2, "and no other card has to wait until they were answered"
