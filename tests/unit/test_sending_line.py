"""The line that says how far an upload is, on a terminal and in a cell, while somebody waits for the create."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from runway_widget._widgets import sending_line
from runway_widget._widgets.sending_line import SendingLine
from runway_widget._widgets.terminal import CLEAR

from .showing import Host
from .test_terminal_line import Screen


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending_line, "AFTER", 0.0)
    monkeypatch.setattr(sending_line, "STEP", 0.0)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sending_line, "sys", SimpleNamespace(stderr=(screen := Screen())))
    return screen


def heard(*parts: float) -> SendingLine:
    line = SendingLine()
    for part in parts:
        line.hear("a\x1b[2J.mp4", part)
        line.draw()
    return line


def test_on_a_terminal_it_is_written_over_and_deleted(screen: Screen) -> None:
    heard(0.0, 0.399, 0.399, 1.0).clear()
    texts = [text for text in screen.getvalue().split(CLEAR) if text]
    assert [text.rpartition(", ")[2] for text in texts] == ["0 %", "39 %", "100 %"]
    assert screen.getvalue().endswith(CLEAR)
    assert screen.getvalue().count("\x1b") == 4, "what a file is called is obeyed by no terminal"


def test_in_a_cell_it_is_one_output_that_is_empty_in_the_end(host: Host, screen: Screen) -> None:
    heard(0.0, 0.4).clear()
    ((first, _),) = host.shown
    assert first["text/plain"].startswith("Sending a")
    texts = [data["text/plain"] for display_id, data in host.replaced if display_id == host.ids[0]]
    assert texts[0].endswith(".mp4, 40 %")
    assert texts[-1] == ""
    assert screen.getvalue() == ""


def test_what_is_soon_sent_has_no_line(host: Host, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending_line, "AFTER", 60.0)
    heard(0.0, 1.0).clear()
    SendingLine().draw()
    assert (host.shown, host.replaced, screen.getvalue()) == ([], [], "")


def test_it_is_drawn_so_often_and_no_more(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending_line, "STEP", 60.0)
    heard(0.1, 0.2, 0.3)
    assert screen.getvalue().count("Sending") == 1
