"""A view that is still there after the end asks for the static card, and gets it as soon as there is one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._widgets import display, freezable, turns
from runway_widget._widgets.pace import Pace

from .creating import press
from .fakes import until
from .showing import Card, Host


def customs(messages: list[tuple[str, str, Any]]) -> list[Any]:
    return [data["content"] for _, _, data in messages if isinstance(data, dict) and data.get("method") == "custom"]


@pytest.fixture(autouse=True)
def own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No card of another test is waited for."""
    monkeypatch.setattr(freezable, "pace", Pace())


@pytest.fixture
def asked(host: Host, messages: list[Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Card]:
    """A card that was shown, and that a view has asked for the static one before there was one."""
    monkeypatch.setattr(display, "in_notebook", lambda: True)
    card = Card()
    card.show()
    press(card, "frozen", page="A")
    assert customs(messages) == []
    yield card
    card.close()


def test_a_view_that_asks_too_early_gets_the_static_card_once_when_it_is_done(asked: Card, messages: list[Any]) -> None:
    asked._freeze_places()
    assert customs(messages) == []
    asked.done = True
    asked._freeze_places()
    asked._freeze_places()
    (answer,) = customs(messages)
    assert answer == {"kind": "frozen", "page": "A", "model_id": asked.model_id, "bundle": asked._static_bundle()}


def test_a_view_that_asks_after_the_end_gets_it_at_once_and_each_time(asked: Card, messages: list[Any]) -> None:
    asked.done = True
    press(asked, "frozen", page="A")
    assert len(customs(messages)) == 1
    press(asked, "frozen", page="A")
    until(lambda: len(customs(messages)) == 2)


def test_of_two_pages_that_ask_together_one_is_answered_at_once_and_the_other_when_it_could_have_heard_of_it(
    asked: Card, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may share a document, into which both would put the card."""
    planned: list[tuple[float, Any]] = []
    monkeypatch.setattr(
        turns, "schedule", SimpleNamespace(timer=SimpleNamespace(after=lambda *call: planned.append(call)))
    )
    press(asked, "frozen", page="B")
    asked.done = True
    asked._freeze_places()
    assert [answer["page"] for answer in customs(messages)] == ["A"]
    press(asked, "frozen", page="B")  # whose answer is planned
    ((wait, answer),) = planned
    assert wait == pytest.approx(turns.TURN, abs=1)
    answer()
    until(lambda: [answer["page"] for answer in customs(messages)] == ["A", "B"])


def test_pages_are_told_which_static_cards_there_were_so_that_one_with_an_older_one_asks_for_the_newest(
    asked: Card, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def freeze(html: str) -> list[Any]:
        """Freeze the card with this HTML; the CRC-32s of what the pages are told."""
        monkeypatch.setattr(asked, "_static_bundle", lambda: {"text/html": html, "text/plain": "a card"})
        before = len(customs(messages))
        asked._freeze_places()
        return [each["versions"] for each in customs(messages)[before:] if each["kind"] == "static"]

    plain, star = zlib.crc32(b"<p>Done</p>"), zlib.crc32("<p>★ Done</p>".encode())
    assert freeze("<p>Running</p>") == [], "it stands in, and is the card of no page"
    asked.done = True
    assert freeze("<p>Done</p>") == freeze("<p>Done</p>") == [], "no page can have another"
    assert freeze("<p>★ Done</p>") == [[plain, star]]
    assert freeze("<p>Done</p>") == [[star, plain]], "the newest is the last"
    monkeypatch.setattr(display, "in_notebook", lambda: False)
    assert freeze("<p>★ Done</p>") == [], "nothing is kept there"


def test_a_view_that_asks_again_has_its_place_replaced_again(asked: Card, host: Host) -> None:
    press(asked, "frozen", again=True)
    assert host.replaced == []  # there is no static card yet
    asked.done = True
    press(asked, "frozen")
    assert host.replaced == []
    press(asked, "frozen", again=True)
    until(lambda: host.replaced == [(host.ids[0], asked._static_bundle())])


@pytest.mark.parametrize("content", [{"ask": "thaw"}, {}, "frozen", None])
def test_other_messages_are_none_of_its_business(asked: Card, messages: list[Any], content: Any) -> None:
    asked.done = True
    asked._handle_custom_msg(content, [])
    assert customs(messages) == []


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("reason", ["it is to stay live", "nothing is saved there"])
def test_where_nothing_is_to_be_kept_a_view_is_told_so_and_need_not_ask_again(
    asked: Card, messages: list[Any], monkeypatch: pytest.MonkeyPatch, reason: str, done: bool
) -> None:
    asked.done = done
    if reason == "it is to stay live":
        asked._freeze = False
    else:
        monkeypatch.setattr(display, "in_notebook", lambda: False)
    press(asked, "frozen")
    assert customs(messages) == [{"kind": "frozen", "page": "", "model_id": asked.model_id, "bundle": None}]


def test_a_card_that_is_done_while_a_view_asks_is_sent_once(asked: Card, messages: list[Any]) -> None:
    """The writer freezes the card in the moment after the request was noted."""

    class EndsAfterwards:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            if not asked.done:
                asked.done = True
                asked._freeze_places()

    usual: Any = asked._writing
    now: Any = EndsAfterwards()
    asked._writing = now
    press(asked, "frozen")
    asked._writing = usual
    assert len(customs(messages)) == 1
