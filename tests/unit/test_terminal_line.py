"""The line that a terminal shows while somebody waits, and terminals that go away meanwhile."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from runway_widget._service.state import Status
from runway_widget._watch.completion import Completion
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets import terminal
from runway_widget._widgets.terminal import CLEAR

from .fakes import state

DONE = Report(state(Status.SUCCESS), Phase.ENDED)


class Screen(io.StringIO):
    """A terminal, or something that says so."""

    def __init__(self, is_terminal: bool = True) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.fixture
def completion(monkeypatch: pytest.MonkeyPatch) -> Completion:
    monkeypatch.setattr(terminal, "STEP", 0.001)
    monkeypatch.setattr(terminal, "kernel_shell", lambda: None)
    monkeypatch.setenv("COLUMNS", "12")
    return Completion()


class Lines:
    """The line to show; the task ends when it was asked for three times."""

    def __init__(self, completion: Completion) -> None:
        self.completion = completion
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.asked == 3:
            self.completion.settle(DONE)
        return f"{self.asked}: Generating"


@pytest.mark.parametrize("timeout", [None, 60.0])
def test_each_line_is_cut_to_the_terminal_and_written_over_and_the_last_is_deleted(
    completion: Completion, monkeypatch: pytest.MonkeyPatch, timeout: float | None
) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    assert terminal.wait(completion, Lines(completion), timeout)
    lines = [f"{CLEAR}{number}: Generati" for number in (1, 2, 3)]
    assert screen.getvalue() == "".join([*lines, CLEAR])


def test_a_time_that_runs_out_deletes_the_line_too(completion: Completion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    assert not terminal.wait(completion, lambda: "line", 0.02)
    assert screen.getvalue().endswith(CLEAR)


@pytest.mark.parametrize("stream", [None, object(), Screen(False)])
def test_where_there_is_no_terminal_nothing_is_written(
    completion: Completion, monkeypatch: pytest.MonkeyPatch, stream: Any
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    lines = Lines(completion)
    assert not terminal.wait(completion, lines, 0.02)
    assert lines.asked == 0
    assert stream is None or not isinstance(stream, Screen) or stream.getvalue() == ""


def test_in_a_kernel_nothing_is_written(completion: Completion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    monkeypatch.setattr(terminal, "kernel_shell", object)
    assert not terminal.wait(completion, lambda: "line", 0.02)
    assert screen.getvalue() == ""


def test_a_terminal_that_is_closed_costs_no_result(completion: Completion, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    lines = Lines(completion)

    def close_and_go_on() -> str:
        monkeypatch.setattr(screen, "write", broken)
        return lines()

    def broken(_: str) -> int:
        raise BrokenPipeError

    assert terminal.wait(completion, close_and_go_on, None)
    assert lines.asked == 3
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert terminal.wait(completion, lines, None)
