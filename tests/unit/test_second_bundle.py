"""A page asks for the front end's second bundle, and gets it as a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runway_widget._widgets import second_bundle
from runway_widget._widgets.pace import Pace

from .creating import press
from .fakes import until
from .showing import Card, Host
from .test_freezable_requests import customs

SECOND = Path(second_bundle.STATIC / "after.js").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No card of another test is waited for."""
    monkeypatch.setattr(second_bundle, "pace", Pace())


@pytest.mark.parametrize("done", [True, False])
def test_the_card_that_asks_is_sent_the_script(host: Host, messages: list[Any], done: bool) -> None:
    card = Card()
    card.show()
    card.done = done
    press(card, "after")
    assert customs(messages) == [{"kind": "after", "text": SECOND}]
    card.close()


def test_what_was_asked_seven_times_while_a_cell_ran_is_not_sent_seven_times(host: Host, messages: list[Any]) -> None:
    card = Card()
    card.show()
    for _ in range(7):
        press(card, "after", again=True)
    until(lambda: len(customs(messages)) == 2)
    press(card, "after")
    until(lambda: len(customs(messages)) == 3)
    card.close()


def test_the_script_is_read_when_it_is_first_asked_for_and_once(
    host: Host, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read = Path.read_text

    def count(self: Path, *args: Any, **options: Any) -> str:
        reads.append(self)
        return read(self, *args, **options)

    monkeypatch.setattr(Path, "read_text", count)
    second_bundle.text.cache_clear()
    cards = [Card(), Card()]
    for card in cards:
        card.show()
    assert reads == []
    for card in cards:
        press(card, "after")
    until(lambda: len(customs(messages)) == 2)
    assert [path.name for path in reads] == ["after.js"]
    for card in cards:
        card.close()
