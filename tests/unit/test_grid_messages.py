"""What a TaskGrid tells its one card: what changed, when somebody can see it, and how it stands over all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import TaskGrid
from runway_widget._runtime import writer
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets import grid_messages
from runway_widget._widgets.view import CompactTake
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .comms import front_end
from .creating import press, watched, written
from .fakes import Clock, until


def test_any_number_of_takes_is_one_comm_and_one_bundle(sim: Simulator) -> None:
    with front_end() as messages:
        grid = watched(sim, *["never"] * 20)
        assert grid.model_id
        opened = [data for _, kind, data in messages if kind == "comm_open"]
        assert sum("_esm" in data["state"] for data in opened) == 1
        assert [len(data["state"]["_takes"]) for data in opened if "_takes" in data["state"]] == [20]
        grid.close()


class Still:
    """A grid whose takes change only when the test says so, in a time that passes only then."""

    def __init__(self, grid: TaskGrid, messages: list[tuple[str, str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
        for task in grid:
            task.stop()
        until(lambda: all(task._report.phase.over for task in grid))
        until(lambda: not grid._send_planned)
        writer.put(grid._send_changes)
        assert grid.model_id
        written()
        self.grid, self.clock, self._messages = grid, Clock(), messages
        self.put_off: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr(grid_messages, "time", SimpleNamespace(monotonic=self.clock, time=self.clock))
        timer = SimpleNamespace(after=lambda *call: self.put_off.append(call))
        monkeypatch.setattr(grid_messages, "schedule", SimpleNamespace(timer=timer))
        grid._sent_at = self.clock.now
        self._begun = len(messages)

    def change(self, number: int, progress: float) -> None:
        self.grid[number].set_trait("progress", progress)
        writer.put(lambda: self.grid._task_changed(self.grid[number]))
        written()

    def keep_appointments(self) -> None:
        due, self.put_off = self.put_off, []
        for seconds, call in due:
            self.clock.now += seconds
            call()
            written()

    @property
    def sent(self) -> list[Any]:
        found = [data for comm, kind, data in self._messages[self._begun :] if comm == self.grid.model_id and kind]
        return [data["content"] for data in found if data.get("method") == "custom"]


@pytest.fixture
def still(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Still]:
    with front_end() as messages:
        yield Still(watched(sim, *["never"] * 5), messages, monkeypatch)


def test_changes_are_put_together_and_sent_four_times_a_second(still: Still) -> None:
    for step in range(1, 9):
        for number in range(5):
            still.change(number, step / 10)
        still.clock.now += 0.03
    assert still.sent == []
    (appointment,) = still.put_off
    assert appointment[0] == pytest.approx(0.25)
    still.keep_appointments()
    (message,) = still.sent
    assert message["changes"] == {number: {"progress": 0.8} for number in range(5)}


def test_that_all_takes_are_over_is_no_reason_to_send_more_often(still: Still) -> None:
    for number in range(5):
        still.change(number, 0.5)
    assert still.sent == []


def test_a_change_after_a_pause_is_sent_at_once_and_alone(still: Still) -> None:
    still.clock.now += 1
    still.change(3, 0.5)
    still.change(3, 0.5)
    assert [message["changes"] for message in still.sent] == [{3: {"progress": 0.5}}]
    still.keep_appointments()
    assert len(still.sent) == 1  # nothing new, so nothing is sent


class Looks(list[Any]):
    """The takes of a grid, and the numbers of those that were looked at."""

    def __init__(self, items: list[Any]) -> None:
        super().__init__(items)
        self.numbers: list[Any] = []

    def __getitem__(self, number: Any) -> Any:
        self.numbers.append(number)
        return super().__getitem__(number)

    def __iter__(self) -> Iterator[Any]:
        for number in range(len(self)):
            yield self[number]


def test_a_message_costs_by_the_takes_that_changed_and_not_by_those_there_are(still: Still) -> None:
    task, grid = still.grid[3], still.grid
    grid._tasks = looks = Looks(grid._tasks)
    still.clock.now += 1
    task.set_trait("progress", 0.5)
    writer.put(lambda: grid._task_changed(task))
    written()
    (message,) = still.sent
    assert message["changes"] == {3: {"progress": 0.5}}
    assert message["summary"]["words"] == "5 not watched"
    assert set(looks.numbers) == {3}


def test_the_sum_that_is_sent_is_that_of_all_takes_as_they_stand(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success", "failure", "cancelled", "never", "never", "success")
    for step in (1, 3, 10, 30, 1000):
        clock.forward(step)
        until(lambda: grid._summary["words"] == grid._sum_up()["words"] and not grid._changed)
        assert grid._summary["ticking"]
    grid.close()


def test_a_take_that_is_closed_alone_is_counted_as_not_watched(sim: Simulator) -> None:
    grid = watched(sim, "never", "never")
    until(lambda: grid._summary["words"] == "2 waiting")
    grid[0].close()
    until(lambda: grid._summary["words"] == "1 waiting · 1 not watched")
    grid.close()


def test_a_page_that_opens_gets_every_take_whole_and_many_pages_get_it_together(still: Still) -> None:
    for _ in range(4):
        press(still.grid, "sync")
    assert len(still.sent) == 1, "at once, within the handler: on Colab nothing else arrives"
    still.keep_appointments()
    _, message = still.sent
    assert message["whole"]
    assert sorted(message["changes"]) == list(range(5))
    assert all(set(take) == set(CompactTake.__annotations__) for take in message["changes"].values())
    assert message["summary"]["words"] == "5 not watched"


def test_a_button_of_one_card_asks_that_take_alone(sim: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    grid = watched(sim, "never", "never")
    press(grid, "stop", take=1)
    until(lambda: grid[1]._report.phase.over)
    assert not grid[0]._report.phase.over
    for odd in (2, -1, "1", None, 1.0):
        press(grid, "stop", take=odd)
    written()
    assert not grid[0]._report.phase.over
    assert caplog.records == []


def test_the_line_above_sums_up_how_many_stand_how(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success", "failure", "cancelled", "never", "never")
    until(lambda: grid._summary["words"] == "5 waiting")
    grid[4].stop()
    clock.forward(1000)
    until(lambda: grid._summary["words"] == "1 running · 1 done · 1 failed · 1 cancelled · 1 not watched")
    assert grid._summary["ticking"]


def test_the_time_left_is_that_of_the_last_take_as_of_now_and_unknown_where_one_is(still: Still) -> None:
    def running(number: int, left: float | None, ago: float) -> None:
        task = still.grid[number]
        task._report = Report(task._report.state, Phase.WATCHING)
        task.set_trait("_clock", {**task._clock, "left": left, "at": still.clock.now - ago})

    running(0, 60.0, ago=25.0)
    running(1, 30.0, ago=0.0)
    assert still.grid._sum_up()["left"] == 35.0
    running(1, 1.0, ago=9.0)
    running(0, 1.0, ago=9.0)
    assert still.grid._sum_up()["left"] == 0.0
    running(2, None, ago=0.0)
    assert still.grid._sum_up()["left"] is None
