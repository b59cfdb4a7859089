"""What the end of a task brings about, step by step: the journal, the outputs, the frozen card, the end of waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._runtime import schedule
from runway_widget._widgets import ending as _ending
from runway_widget._widgets.ending import Closing, Ending

from .fakes import Clock


class Outputs:
    """A keeper that is as busy as the test says."""

    def __init__(self, *, busy: bool = False, saving: str = "") -> None:
        self.busy = busy
        self.saving = saving


class Bench:
    """An ending whose writer, timer and journal are the test's: each step is taken when the test takes it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, outputs: Outputs) -> None:
        self.clock, self.outputs = Clock(), outputs
        self.steps: list[str] = []
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.cancelled: list[Any] = []
        self.noted: Callable[[], None] | None = None
        timer = SimpleNamespace(after=self.after, cancel=self.cancelled.append)
        monkeypatch.setattr(_ending, "time", SimpleNamespace(monotonic=self.clock))
        monkeypatch.setattr(schedule, "timer", timer)
        monkeypatch.setattr(_ending, "writer", SimpleNamespace(put=lambda call: call()))
        self.ending = Ending(outputs, lambda: self.steps.append("frozen"), lambda: self.steps.append("closed"))

    def after(self, seconds: float, call: Callable[[], None]) -> str:
        self.timers.append((seconds, call))
        return f"timer {len(self.timers)}"

    def begin(self) -> None:
        def record(then: Callable[[], None]) -> None:
            self.steps.append("journal asked")
            self.noted = then

        self.ending.begin(record)

    def note(self) -> None:
        assert self.noted is not None
        self.noted()

    def change(self, *, busy: bool, saving: str = "") -> None:
        self.outputs.busy, self.outputs.saving = busy, saving
        self.ending.outputs_changed()


Make = Callable[[Outputs], Bench]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    return lambda outputs: Bench(monkeypatch, outputs)  # type: ignore[return-value]


def test_with_nothing_to_keep_the_end_is_complete_when_the_journal_knows_it(make: Make) -> None:
    bench = make(Outputs())
    assert bench.ending.closing is Closing.OPEN
    bench.begin()
    assert (bench.ending.closing, bench.steps) == (Closing.NOTING, ["journal asked"])
    bench.note()
    assert (bench.ending.closing, bench.steps) == (Closing.CLOSED, ["journal asked", "frozen", "closed"])
    assert bench.timers == bench.cancelled == []


def test_what_is_kept_is_waited_for_and_then_the_card_is_frozen_and_the_waiting_over(make: Make) -> None:
    bench = make(Outputs(busy=True))
    bench.begin()
    bench.note()
    assert bench.ending.closing is Closing.KEEPING
    bench.change(busy=True, saving="saving")
    assert bench.steps == ["journal asked"]
    bench.change(busy=False)
    assert bench.steps == ["journal asked", "frozen", "closed"]
    assert bench.cancelled == ["timer 1"]


def test_outputs_that_are_kept_before_the_journal_is_written_wait_for_it(make: Make) -> None:
    bench = make(Outputs(busy=True))
    bench.begin()
    bench.change(busy=False)
    assert (bench.ending.closing, bench.steps) == (Closing.NOTING, ["journal asked"])
    bench.note()
    assert bench.ending.closing is Closing.CLOSED


def test_pictures_are_waited_for_ten_seconds_from_the_end(make: Make) -> None:
    bench = make(Outputs(busy=True))
    bench.begin()
    bench.clock.now += 4  # a slow journal
    bench.note()
    ((seconds, lose_patience),) = bench.timers
    assert seconds == pytest.approx(6)
    lose_patience()
    assert bench.steps == ["journal asked", "frozen", "closed"]
    bench.change(busy=True)
    assert bench.steps.count("frozen") == 1
    bench.change(busy=False)
    assert bench.steps == ["journal asked", "frozen", "closed", "frozen"]


def test_a_journal_that_took_longer_than_that_leaves_no_time_for_pictures(make: Make) -> None:
    bench = make(Outputs(busy=True))
    bench.begin()
    bench.clock.now += 60
    bench.note()
    assert [seconds for seconds, _ in bench.timers] == [0]


def test_a_file_is_waited_for_after_the_card_was_frozen_without_it(make: Make) -> None:
    bench = make(Outputs(busy=True, saving="saving"))
    bench.begin()
    bench.note()
    bench.timers[0][1]()
    assert (bench.ending.closing, bench.steps) == (Closing.SAVING, ["journal asked", "frozen"])
    bench.change(busy=True, saving="saving")
    assert bench.ending.closing is Closing.SAVING
    bench.change(busy=True, saving="saved")  # the picture is still to come, and waited for no longer
    assert bench.steps == ["journal asked", "frozen", "frozen", "closed"]


def test_losing_patience_after_all_is_done_changes_nothing(make: Make) -> None:
    bench = make(Outputs(busy=True))
    bench.begin()
    bench.note()
    bench.change(busy=False)
    before = list(bench.steps)
    bench.timers[0][1]()
    assert (bench.ending.closing, bench.steps) == (Closing.CLOSED, before)


def test_what_is_new_after_the_end_is_frozen_too_and_nobody_is_told_twice(make: Make) -> None:
    bench = make(Outputs())
    bench.begin()
    bench.note()
    bench.change(busy=True)
    bench.change(busy=False, saving="saved")
    assert bench.steps == ["journal asked", "frozen", "closed", "frozen"]


def test_before_the_end_outputs_change_nothing(make: Make) -> None:
    bench = make(Outputs())
    bench.change(busy=False)
    assert (bench.ending.closing, bench.steps) == (Closing.OPEN, [])


def test_a_journal_that_raises_or_calls_back_twice_completes_the_end_once(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    bench = make(Outputs())

    def record(then: Callable[[], None]) -> None:
        then()
        raise ZeroDivisionError

    bench.ending.begin(record)
    assert bench.steps == ["frozen", "closed"]
    assert len(caplog.records) == 1


def test_a_card_that_cannot_be_frozen_completes_the_end_all_the_same(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    bench = make(Outputs())
    bench.ending._freeze = fail
    bench.begin()
    bench.note()
    assert bench.steps == ["journal asked", "closed"]
    assert len(caplog.records) == 1
