"""A callback that blocks: when it is noticed, and that the others go on in another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._runtime import schedule
from runway_widget._runtime.schedule import ScheduledCall
from runway_widget._widgets import callbacks as _callbacks
from runway_widget._widgets.callbacks import THREAD, Observer

from .fakes import our_threads, until


class Checks:
    """Stands for the timer: the checks of the thread, which are made when the test makes them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.planned: list[ScheduledCall] = []
        monkeypatch.setattr(_callbacks, "schedule", SimpleNamespace(timer=self))
        monkeypatch.setattr(_callbacks, "PATIENCE", 0.0)

    def after(self, _: float, call: Callable[[], Any]) -> ScheduledCall:
        self.planned.append(ScheduledCall(call))
        return self.planned[-1]

    def make_last(self) -> None:
        call, self.planned[-1].call = self.planned[-1].call, None
        assert call is not None
        call()


def put(mine: _callbacks.Callbacks, *handlers: Callable[[Any], Any]) -> None:
    """Have each handler called once, one after the other."""
    for handler in handlers:
        observer = Observer(handler)
        observer._changes.append("a change")
        mine.put(observer)


def test_a_callback_that_blocks_is_noticed_although_the_check_came_while_none_was_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two callbacks wait in line; the check comes between them, and the second one never returns."""
    checks, mine = Checks(monkeypatch), _callbacks.Callbacks()
    go, never, heard = threading.Event(), threading.Event(), list[str]()
    put(mine, lambda _: go.wait(20), lambda _: never.wait(20), heard.append)
    until(lambda: checks.planned)
    mine._current = None  # as between two callbacks
    checks.make_last()
    assert len(checks.planned) == 1
    go.set()
    until(lambda: len(checks.planned) == 2)
    checks.make_last()
    until(lambda: heard)
    never.set()
    until(lambda: not mine._serial.running)


def test_a_callback_that_returns_late_does_not_hide_that_another_one_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, mine = Checks(monkeypatch), _callbacks.Callbacks()
    late, entered, never, heard = threading.Event(), threading.Event(), threading.Event(), list[str]()

    def blocks(_: Any) -> None:
        entered.set()
        never.wait(20)

    put(mine, lambda _: late.wait(20), blocks, heard.append)
    until(lambda: checks.planned)
    checks.make_last()
    assert entered.wait(5)
    late.set()
    until(lambda: our_threads().count(THREAD) == 1)  # the thread of the first has ended
    checks.make_last()
    until(lambda: heard)
    never.set()
    until(lambda: not mine._serial.running)


def test_a_check_that_was_cancelled_is_planned_anew_by_the_next_callback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_callbacks, "PATIENCE", 0.05)
    mine, never, heard = _callbacks.Callbacks(), threading.Event(), list[str]()
    put(mine, heard.append)
    until(lambda: heard)
    schedule.timer.cancel_all()
    put(mine, lambda _: never.wait(20), heard.append)
    until(lambda: len(heard) == 2)
    never.set()
    until(lambda: not mine._serial.running)
