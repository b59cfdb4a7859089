"""Calls come up in time and in order, and can be taken back."""

from __future__ import annotations

from functools import partial

from runway_widget._runtime.schedule import Agenda


def due(agenda: Agenda, now: float) -> None:
    for call in agenda.due(now):
        call()


def test_calls_come_in_order_of_their_time_and_those_of_one_instant_in_order_of_booking() -> None:
    agenda, made = Agenda(), list[str]()
    for when, name in [(3, "late"), (1, "first"), (2, "a"), (2, "b"), (9, "not yet")]:
        agenda.at(when, partial(made.append, name))
    due(agenda, 3)
    assert made == ["first", "a", "b", "late"]
    assert agenda.next() == 9


def test_a_cancelled_call_is_not_made_and_is_not_next() -> None:
    agenda, made = Agenda(), list[str]()
    agenda.at(1, partial(made.append, "cancelled")).cancel()
    agenda.at(2, partial(made.append, "kept"))
    assert agenda.next() == 2
    due(agenda, 5)
    assert made == ["kept"]
    assert agenda.next() is None


def test_a_call_can_cancel_and_add_calls_that_are_due_as_well() -> None:
    agenda, made = Agenda(), list[str]()
    doomed = agenda.at(2, partial(made.append, "doomed"))

    def meddle() -> None:
        made.append("meddler")
        doomed.cancel()
        agenda.at(0, partial(made.append, "added"))

    agenda.at(1, meddle)
    due(agenda, 2)
    assert made == ["meddler", "added"]


def test_cancelling_after_the_call_does_nothing() -> None:
    agenda, made = Agenda(), list[str]()
    appointment = agenda.at(1, partial(made.append, "made"))
    due(agenda, 1)
    appointment.cancel()
    assert made == ["made"]


def test_cancelled_calls_do_not_pile_up() -> None:
    agenda = Agenda()
    agenda.at(1e9, lambda: None)
    for when in range(5000):
        agenda.at(1e6 + when, lambda: None).cancel()
    assert len(agenda._heap) < 200
    assert agenda.next() == 1e9


def test_infinity_is_a_time_that_never_comes() -> None:
    agenda, made = Agenda(), list[str]()
    agenda.at(float("inf"), partial(made.append, "never"))
    due(agenda, 1e300)
    assert made == []
