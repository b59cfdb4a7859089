"""What follows from an answer: whether the watch ends, for which cards, and when the next poll is. On a fake clock."""

from __future__ import annotations

import random

import pytest

from runway_widget._errors import AccessDenied, AuthenticationError, ServiceError, TaskNotFound
from runway_widget._service.outputs import Output
from runway_widget._service.parse import parse
from runway_widget._service.retry import MAX_BACKOFF, MAX_RETRY_AFTER
from runway_widget._service.state import Status
from runway_widget._watch.cadence import CAP, FLOOR
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Terms

from .answers import parse_body
from .fakes import Watched, absent, broken, state

# Not visible yet


def test_a_task_that_does_not_show_is_starting_until_its_grace_is_over() -> None:
    watched = Watched(Terms(not_found_after=120))
    assert watched.answer(absent()) == []
    assert watched.watch.phase is Phase.STARTING
    assert watched.answer(absent(), after=119) == []
    assert watched.answer(absent(), after=1) == [Phase.NOT_FOUND]


def test_a_task_that_shows_within_its_grace_is_watched_on() -> None:
    watched = Watched(Terms(not_found_after=10))
    watched.answer(absent())
    assert watched.answer(state(Status.QUEUED), after=9) == []
    assert watched.watch.phase is Phase.WATCHING
    assert watched.answer(state(Status.QUEUED), after=100) == []


def test_a_task_that_had_been_visible_is_not_found_as_soon_as_it_is_gone() -> None:
    watched = Watched(Terms(not_found_after=120))
    watched.answer(state(Status.QUEUED))
    assert watched.answer(absent(), after=1) == [Phase.NOT_FOUND]


def test_each_card_has_a_grace_of_its_own() -> None:
    watched = Watched(Terms(not_found_after=5), Terms(not_found_after=50))
    assert watched.answer(absent(), after=6) == [Phase.NOT_FOUND]
    assert len(watched.watch.subscriptions) == 1
    assert watched.answer(absent(), after=20) == []
    assert watched.answer(absent(), after=30) == [Phase.NOT_FOUND]


def test_a_grace_counts_from_when_its_card_came() -> None:
    watched = Watched(Terms(not_found_after=60))
    watched.answer(absent(), after=50)
    watched.join(Terms(not_found_after=60))
    assert watched.answer(absent(), after=20) == [Phase.NOT_FOUND]
    assert len(watched.watch.subscriptions) == 1


def test_trouble_with_the_network_does_not_end_a_grace() -> None:
    watched = Watched(Terms(not_found_after=10))
    assert watched.answer(broken(None), after=60) == []
    assert watched.watch.phase is Phase.RETRYING


def test_a_task_that_is_not_visible_yet_is_asked_for_after_2_then_3_then_5_seconds() -> None:
    watched, gaps = Watched(), list[float]()
    for _ in range(5):
        watched.answer(absent(), after=1)
        gaps.append(watched.gap())
    assert gaps == [2, 3, 5, 5, 5]


# Errors that may pass, and errors that will not


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_a_status_that_may_pass_does_not_end_the_watch(status: int) -> None:
    watched = Watched()
    error = parse({"code": "get_task_failed", "message": "upstream", "data": None}, status)
    assert isinstance(error, ServiceError)
    for _ in range(30):
        assert watched.answer(error, after=60) == []
    assert watched.watch.phase is Phase.RETRYING


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"succ', b"hello"])
def test_an_unreadable_answer_does_not_end_the_watch(body: bytes) -> None:
    watched = Watched()
    error = parse_body(body, 200)
    assert isinstance(error, ServiceError)
    assert watched.answer(error, after=5) == []
    assert watched.watch.phase is Phase.RETRYING


@pytest.mark.parametrize(
    ("status", "code", "phase", "kind"),
    [
        (401, "", Phase.REJECTED, AuthenticationError),
        (402, "", Phase.DENIED, AccessDenied),
        (403, "", Phase.DENIED, AccessDenied),
        (400, "bad_request", Phase.REFUSED, ServiceError),
        (404, "", Phase.NOT_FOUND, TaskNotFound),
        (405, "", Phase.REFUSED, ServiceError),
        (500, "invalid_request", Phase.REFUSED, ServiceError),
    ],
)
def test_an_error_that_will_not_pass_ends_the_watch_at_once(
    status: int, code: str, phase: Phase, kind: type[ServiceError]
) -> None:
    watched = Watched()
    error = parse({"error": {"code": code, "message": "no", "type": "comet_api_error"}}, status)
    assert type(error) is kind
    assert watched.answer(error) == [phase]


def test_a_missing_channel_ends_the_watch_only_when_it_persists() -> None:
    watched = Watched()
    missing = parse({"error": {"code": "model_not_found", "message": "no available channel for model x"}}, 503)
    assert isinstance(missing, ServiceError)
    for _ in range(4):
        assert watched.answer(missing, after=5) == []
    watched.answer(state(), after=5)
    for _ in range(4):
        assert watched.answer(missing, after=5) == []
    assert watched.answer(missing, after=5) == [Phase.REFUSED]


def test_other_trouble_does_not_count_as_a_missing_channel() -> None:
    watched = Watched()
    missing = parse({"error": {"code": "model_not_found", "message": "no available channel for model x"}}, 503)
    assert isinstance(missing, ServiceError)
    for _ in range(8):
        watched.answer(broken(502), after=5)
    assert watched.answer(missing, after=5) == []


# How long until the next poll


def test_trouble_is_backed_off_from_with_jitter_up_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    watched, gaps = Watched(), list[float]()
    for _ in range(8):
        watched.answer(broken(), after=1)
        gaps.append(watched.gap())
    assert gaps[:3] == [FLOOR, 2 * FLOOR, 4 * FLOOR]
    assert gaps[-1] == MAX_BACKOFF


def test_an_answer_ends_the_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    for answer in (state(Status.QUEUED), absent()):
        watched = Watched()
        for _ in range(6):
            watched.answer(broken(), after=1)
        watched.answer(answer, after=1)
        watched.answer(broken(), after=1)
        assert watched.gap() == FLOOR


@pytest.mark.parametrize(("asked", "waited"), [(30.0, 30.0), (0.0, FLOOR), (7200.0, MAX_RETRY_AFTER)])
def test_retry_after_is_honoured_and_capped(asked: float, waited: float) -> None:
    watched = Watched()
    watched.answer(broken(503, retry_after=asked))
    assert watched.gap() == waited


def test_an_interval_of_the_users_own_is_kept_but_in_trouble() -> None:
    watched = Watched(Terms(poll_interval=0.5))
    watched.answer(absent())
    assert watched.gap() == 0.5
    watched.answer(state())
    assert watched.gap() == 0.5
    watched.answer(broken(503, retry_after=20.0))
    assert watched.gap() == 20.0


def test_the_shortest_interval_of_all_cards_wins_while_its_card_is_there() -> None:
    watched = Watched(Terms(), Terms(poll_interval=30), Terms(poll_interval=1.5))
    watched.answer(state())
    assert watched.gap() == 1.5
    watched.watch.subscriptions.pop()
    assert FLOOR <= watched.gap() <= CAP


# Success


def test_a_success_without_outputs_is_polled_three_times_more_and_then_counts() -> None:
    watched = Watched()
    empty = state(Status.SUCCESS, outputs=())
    for _ in range(3):
        assert watched.answer(empty, after=5) == []
        assert watched.watch.phase is Phase.WATCHING
        assert watched.watch.state.status is Status.IN_PROGRESS
        assert watched.watch.state.progress < 1
    assert watched.answer(empty, after=5) == [Phase.ENDED]
    assert watched.watch.state.status is Status.SUCCESS


def test_a_success_whose_outputs_come_late_has_them() -> None:
    watched = Watched()
    watched.answer(state(Status.SUCCESS, outputs=()))
    assert watched.answer(state(Status.SUCCESS), after=2) == [Phase.ENDED]
    assert watched.watch.state.outputs == (Output("https://media.test/take.mp4", "video"),)


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILURE, Status.CANCELLED])
def test_each_end_of_the_task_ends_every_card(status: Status) -> None:
    watched = Watched(Terms(), Terms(poll_interval=1))
    assert watched.answer(state(status)) == [Phase.ENDED, Phase.ENDED]


def test_an_unknown_status_is_watched_on() -> None:
    watched = Watched()
    assert watched.answer(state(Status.UNKNOWN, word="POST_PROCESSING")) == []
    assert watched.watch.phase is Phase.WATCHING


def test_a_task_that_goes_on_after_an_empty_success_is_polled_at_the_usual_pace() -> None:
    watched = Watched()
    watched.answer(state(progress=0.3))
    watched.answer(state(Status.SUCCESS, outputs=()), after=5)
    assert watched.gap() < FLOOR
    watched.answer(state(progress=0.3), after=2)
    assert watched.gap() >= FLOOR
    empty = state(Status.SUCCESS, outputs=())
    assert [watched.answer(empty, after=5) for _ in range(4)] == [[], [], [], [Phase.ENDED]], "counted from the start"


# What the cadence is told


def test_a_run_is_timed_by_the_service_where_it_tells_the_time() -> None:
    watched = Watched()
    wall = 1_700_000_000.0 + watched.clock()
    watched.answer(state(Status.QUEUED, submit_time=wall + 7))
    watched.answer(state(submit_time=wall + 7, start_time=wall + 37), after=60, clock_ahead=7)
    assert watched.watch.history.running_since == pytest.approx(watched.clock() - 30)
    watched.answer(state(Status.SUCCESS, start_time=wall + 37, finish_time=wall + 87), after=25, clock_ahead=7)
    assert watched.watch.report(watched.clock()).timing.ran == pytest.approx(50.0)


def test_a_run_whose_start_was_not_seen_is_not_timed() -> None:
    watched = Watched()
    watched.answer(state(progress=0.4))
    watched.answer(state(Status.SUCCESS), after=25)
    assert watched.watch.report(watched.clock()).timing.ran is None
