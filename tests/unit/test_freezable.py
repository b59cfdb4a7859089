"""The base of both widgets by itself: where a card is shown, how it is frozen there, and trouble with either."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget._widgets import display, freezable

from .comms import make_comms
from .showing import WIDGET, Card, Host

# Showing and freezing


def test_a_card_is_live_until_it_is_done_and_then_static_wherever_it_was_shown(host: Host, messages: list[Any]) -> None:
    card = Card()
    card.show()
    card.show()
    assert host.live == [True, True]
    assert host.shown[0][0]["text/html"] == "<p>done: False</p>"
    card.done = True
    card._freeze_places()
    assert [place for place, _ in host.replaced] == host.ids
    assert len(set(host.ids)) == 2
    assert {bundle["text/html"] for _, bundle in host.replaced} == {"<p>done: True</p>"}
    card.show()
    assert host.live == [True, True, False]
    assert len(card._places) == 3, "a star or a file that comes later is to be seen there too"
    card.close()


def test_a_card_that_ends_while_it_is_shown_is_frozen_at_once(
    host: Host, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    card = Card()
    publish = host.publish

    def end_meanwhile(*output: Any, **options: Any) -> None:
        card.done = True
        publish(*output, **options)

    monkeypatch.setattr(host.publisher, "publish", end_meanwhile)
    card.show()
    assert host.live == [True]
    assert host.replaced == [(host.ids[0], {"text/html": "<p>done: True</p>", "text/plain": "a card"})]
    card.close()


def test_a_card_without_freezing_stays_live(host: Host, messages: list[Any]) -> None:
    card = Card(freeze=False)
    card.show()
    card.done = True
    card._freeze_places()
    card.show()
    assert (host.live, host.replaced) == ([True, True], [])
    card.close()


def test_a_card_that_was_asked_for_live_is_marked_and_never_replaced(host: Host, messages: list[Any]) -> None:
    card = Card()
    card.show(live=True)
    card.done = True
    card.show(live=True)
    card._freeze_places()
    assert host.live == [True, True]
    assert host.shown[0][1]["runway_widget"] == host.shown[1][1]["runway_widget"] == {"live": True}
    assert host.replaced == []
    card.close()


def test_a_card_that_has_no_live_one_is_static_always(host: Host, messages: list[Any]) -> None:
    card = Card(live=False, freeze=False)
    card.show()
    card.show(live=True)
    assert (host.live, messages) == ([False, False], [])
    assert WIDGET not in (card._repr_mimebundle_() or ({},))[0]


def test_a_closed_card_is_static(host: Host, messages: list[Any]) -> None:
    card = Card()
    assert card.model_id
    card.close()
    card.show()
    assert host.live == [False]
    assert card.model_id == ""


def test_a_place_where_nothing_came_to_be_shown_is_not_remembered(
    host: Host, messages: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the socket is closed")

    monkeypatch.setattr(host.publisher, "publish", fail)
    card = Card()
    card.show()
    assert (card._places, len(caplog.records)) == ([], 1)
    card.close()


def test_without_a_kernel_a_card_is_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(display, "kernel_shell", lambda: None)
    Card().show()
    assert capsys.readouterr().out == "a card\n"


# The last expression of a cell that waited


@pytest.mark.parametrize(("cell", "place", "shown"), [("cell 1", True, 0), ("cell 2", True, 1), ("cell 1", False, 1)])
def test_a_card_is_shown_again_but_as_the_last_line_of_the_cell_that_waited(
    host: Host, messages: list[Any], cell: str, place: bool, shown: int
) -> None:
    card = Card()
    if place:
        card._places.append(display.Place("here", {}))
    card.done = True
    card._freeze_where_waited()
    host.cell, host.last_expression = cell, True
    card._ipython_display_()
    assert len(host.shown) == shown
    card.close()


def test_all_but_a_last_expression_is_shown_as_any_widget_is(host: Host, messages: list[Any]) -> None:
    card = Card()
    with pytest.raises(NotImplementedError):  # which IPython takes as a request to go on to the bundle
        card._ipython_display_()
    assert host.shown == []
    card.close()


def test_a_wait_that_did_not_see_the_end_freezes_nothing(host: Host, messages: list[Any]) -> None:
    card = Card()
    card.show()
    card._freeze_where_waited()
    assert (host.replaced, card._waited_in) == ([], "")
    card.close()


# Trouble


def test_a_comm_that_cannot_be_opened_leaves_the_static_card(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError("the kernel shuts down")

    make_comms(fail, monkeypatch)
    card = Card()
    card.show()
    assert host.live == [False]
    assert "done: False" in host.shown[0][0]["text/html"]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [OSError]


def test_a_static_card_that_cannot_be_made_costs_whoever_waits_nothing(
    host: Host, messages: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        raise ZeroDivisionError

    card = Card()
    card.show()
    card._turns.keep("A page")
    card.done = True
    monkeypatch.setattr(card, "_static_bundle", fail)
    card._freeze_where_waited()
    assert card._waited_in == "cell 1"
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError] * 2
    card.show()
    assert host.shown[-1][0] == {"text/plain": repr(card)}
    card.close()


def test_a_comm_that_is_closed_on_the_other_side_costs_no_close(
    messages: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise OSError("the comm is closed")

    card = Card()
    assert card.model_id
    with monkeypatch.context() as patch:
        patch.setattr(type(card.comm), "publish_msg", fail)
        card.close()
    assert card._closed
    assert len(caplog.records) == 1


def test_traits_are_set_in_one_message_and_only_where_they_changed(messages: list[Any]) -> None:
    class Traits(Card):
        _esm = freezable.asset("widget.js")

    card = Traits()
    assert card.model_id
    before = len(messages)
    card._set_traits({"_css": card._css})
    assert len(messages) == before
    card._set_traits({"_css": "p {}", "_esm": "export default {}"})
    assert len(messages) == before + 1
    card.close()
