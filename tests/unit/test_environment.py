"""Variables of the environment, as people write them."""

from __future__ import annotations

import os

import pytest

from runway_widget._environment import set_at_start, switch, variable


@pytest.mark.parametrize(
    "value",
    [
        *("off", "OFF", "Off", " off\n", "'off'", '"OFF"', "0", "false", "No", "NONE", "null", "Disable", "disabled"),
        os.devnull,
    ],
)
def test_the_usual_words_switch_something_off(value: str) -> None:
    assert switch(value) is False


@pytest.mark.parametrize("value", ["on", "ON", " 1 ", "true", "Yes", "'on'", "enable"])
def test_the_usual_words_switch_something_on(value: str) -> None:
    assert switch(value) is True


@pytest.mark.parametrize("value", ["", " ", "offers", "./off", "/off", "2", "journal.sqlite3"])
def test_any_other_word_switches_nothing(value: str) -> None:
    assert switch(value) is None


def test_a_value_is_read_without_what_stands_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNWAY_WIDGET_X", raising=False)
    assert variable("RUNWAY_WIDGET_X") == ""
    monkeypatch.setenv("RUNWAY_WIDGET_X", " '~/my journal' ")
    assert variable("RUNWAY_WIDGET_X") == "~/my journal"


def test_a_variable_that_was_set_since_the_start_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_at_start("RUNWAY_WIDGET_X")
    monkeypatch.setenv("RUNWAY_WIDGET_X", "a")
    assert not set_at_start("RUNWAY_WIDGET_X")
