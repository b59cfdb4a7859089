"""What a page that missed messages gets when it asks: all that there is, and after the end the static card too."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget import RunwayTask
from runway_widget._widgets import display
from tests.service import ServiceTime

from ..creating import press, written
from ..fakes import until
from .helpers import LONG, Maker

SHOWN = ("status", "outputs", "failure_code", "data", "_face", "_actions", "_version")


class Page:
    """What a page knows of a task; while `deaf` it gets none of the messages."""

    def __init__(self, task: RunwayTask, messages: list[tuple[str, str, Any]]) -> None:
        self._model, self._messages, self._read = task.model_id, messages, 0
        self.state: dict[str, Any] = {}
        self.deaf = False

    def listen(self) -> Page:
        for comm, _, data in self._messages[self._read :]:
            if comm == self._model and not self.deaf:
                self.state |= data.get("state", {})
        self._read = len(self._messages)
        return self

    def knows(self, task: RunwayTask) -> bool:
        """Also the time as of a later moment."""
        same = all(self.state[name] == getattr(task, name) for name in SHOWN)
        clock = self.state["_clock"]
        return same and clock["at"] >= task._clock["at"] and clock["version"] == task._clock["version"]

    @property
    def misses_something(self) -> bool:
        return bool(self.state["_version"] != self.state["_clock"]["version"])


def test_a_page_sees_by_the_clock_that_it_missed_a_change_and_gets_all_when_it_asks(
    watch: Maker, messages: list[Any], clock: ServiceTime
) -> None:
    task = watch(queued=LONG, duration=1e9)
    page = Page(task, messages)
    until(lambda: task.status != "UNKNOWN")
    written()
    assert page.listen().knows(task)
    page.deaf = True
    clock.forward(5 * LONG)
    until(lambda: task.status == "IN_PROGRESS")
    written()
    page.listen().deaf = False
    task._set_traits({"_clock": {**task._clock, "at": 0.0}})  # as a heartbeat does
    assert page.listen().misses_something
    assert page.state["status"] != "IN_PROGRESS"
    press(task, "sync", again=True)
    assert page.listen().knows(task), "the handler has sent it: on Colab nothing else arrives"
    assert not page.misses_something


@pytest.mark.parametrize(("ask", "more"), [("sync", {"again": True}), ("refresh", {})])
def test_a_page_that_missed_the_end_gets_it_with_the_static_card_by_asking_and_by_its_button(
    watch: Maker, messages: list[Any], clock: ServiceTime, replaced: list[str], ask: str, more: dict[str, Any]
) -> None:
    task = watch(queued=1, duration=LONG)
    task._places.append(display.Place("here", {}))
    until(lambda: task.status == "IN_PROGRESS")
    page = Page(task, messages)
    page.listen().deaf = True
    clock.forward(2 * LONG)
    until(lambda: task._is_done() and replaced)
    written()
    page.listen().deaf = False
    replaced.clear()
    press(task, ask, **more)
    until(lambda: page.listen().knows(task) and replaced)
    assert page.state["status"] == "SUCCESS"
    assert "Done" in replaced[0]


def test_a_page_that_opens_after_the_end_disturbs_no_static_card(
    watch: Maker, messages: list[Any], replaced: list[str]
) -> None:
    task = watch(queued=1, duration=2)
    task._places.append(display.Place("here", {}))
    page = Page(task, messages)
    until(lambda: task._is_done() and replaced)
    replaced.clear()
    press(task, "sync")
    until(lambda: page.listen().state.get("status") == "SUCCESS")
    written()
    assert replaced == []


def test_a_page_that_missed_that_the_watch_was_stopped_gets_its_button_back(watch: Maker, messages: list[Any]) -> None:
    task = watch(outcome="never")
    page = Page(task, messages)
    until(lambda: task.status != "UNKNOWN")
    page.listen().deaf = True
    task.stop()
    until(lambda: task._actions == ["resume"])
    page.listen().deaf = False
    press(task, "sync", again=True)
    until(lambda: page.listen().knows(task))
    assert page.state["_actions"] == ["resume"]


def test_only_what_changes_more_than_the_time_is_a_new_version(watch: Maker) -> None:
    task = watch(queued=0, outcome="never", duration=1e9)
    until(lambda: task.status == "IN_PROGRESS")
    written()
    before = task._version
    for _ in range(3):
        press(task, "sync")
        written()
    assert (task._version, task._clock["version"]) == (before, before)
