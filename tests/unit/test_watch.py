"""What follows from an answer: for one task, for each of its cards, and for the next poll. On a clock of our own."""

from __future__ import annotations

import math
import random
from typing import Any, cast

import pytest

from runway_widget._errors import AccessDenied, AuthenticationError, ConfigurationError, ServiceError, TaskNotFound
from runway_widget._service.outputs import Output
from runway_widget._service.retry import MAX_BACKOFF, MAX_RETRY_AFTER
from runway_widget._service.state import Answer, Status, TaskState, parse
from runway_widget._watch.cadence import CAP, FLOOR
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Subscription, Terms, Watch

from .fakes import Card, Clock, absent, broken, state


class Watched:
    """A watch with its cards on a clock; ``hears`` gives the phases of the cards that end with the answer."""

    def __init__(self, *terms: Terms) -> None:
        self.clock = Clock()
        self.watch = Watch(cast(Any, None), "t", "task")
        for each in terms or (Terms(),):
            self.join(each)

    def join(self, terms: Terms) -> Subscription:
        subscription = Subscription(Card(), terms, self.clock(), self.watch)
        self.watch.subscriptions.append(subscription)
        return subscription

    def hears(self, said: TaskState | ServiceError, after: float = 0.0, **answer: Any) -> list[Phase]:
        self.clock.now += after
        self.watch.heard(self.clock(), Answer(said, **answer), wall=1_700_000_000.0 + self.clock())
        ended = list(self.watch.endings(self.clock()))
        for subscription, _ in ended:
            self.watch.subscriptions.remove(subscription)
        return [phase for _, phase in ended]

    def gap(self) -> float:
        return self.watch.gap(self.clock())


# Not visible yet


def test_a_task_that_does_not_show_is_starting_until_its_grace_is_over() -> None:
    watched = Watched(Terms(not_found_after=120))
    assert watched.hears(absent()) == []
    assert watched.watch.phase is Phase.STARTING
    assert watched.hears(absent(), after=119) == []
    assert watched.hears(absent(), after=1) == [Phase.NOT_FOUND]


def test_a_task_that_shows_within_its_grace_is_watched_on() -> None:
    watched = Watched(Terms(not_found_after=10))
    watched.hears(absent())
    assert watched.hears(state(Status.QUEUED), after=9) == []
    assert watched.watch.phase is Phase.WATCHING
    assert watched.hears(state(Status.QUEUED), after=100) == []


def test_a_task_that_had_been_visible_is_not_found_as_soon_as_it_is_gone() -> None:
    watched = Watched(Terms(not_found_after=120))
    watched.hears(state(Status.QUEUED))
    assert watched.hears(absent(), after=1) == [Phase.NOT_FOUND]


def test_each_card_has_a_grace_of_its_own() -> None:
    watched = Watched(Terms(not_found_after=5), Terms(not_found_after=50))
    assert watched.hears(absent(), after=6) == [Phase.NOT_FOUND]
    assert len(watched.watch.subscriptions) == 1
    assert watched.hears(absent(), after=20) == []
    assert watched.hears(absent(), after=30) == [Phase.NOT_FOUND]


def test_a_grace_counts_from_when_its_card_came() -> None:
    watched = Watched(Terms(not_found_after=60))
    watched.hears(absent(), after=50)
    watched.join(Terms(not_found_after=60))
    assert watched.hears(absent(), after=20) == [Phase.NOT_FOUND]
    assert len(watched.watch.subscriptions) == 1


def test_trouble_with_the_network_does_not_end_a_grace() -> None:
    watched = Watched(Terms(not_found_after=10))
    assert watched.hears(broken(None), after=60) == []
    assert watched.watch.phase is Phase.RETRYING


def test_a_task_that_is_not_visible_yet_is_asked_for_after_2_then_3_then_5_seconds() -> None:
    watched, gaps = Watched(), list[float]()
    for _ in range(5):
        watched.hears(absent(), after=1)
        gaps.append(watched.gap())
    assert gaps == [2, 3, 5, 5, 5]


# What may pass and what never will


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
def test_these_statuses_are_asked_again(status: int) -> None:
    watched = Watched()
    said = parse({"code": "get_task_failed", "message": "upstream", "data": None}, status)
    assert isinstance(said, ServiceError)
    for _ in range(30):
        assert watched.hears(said, after=60) == []
    assert watched.watch.phase is Phase.RETRYING


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":"succ', b"hello"])
def test_what_cannot_be_read_is_asked_again(body: bytes) -> None:
    watched = Watched()
    said = parse(body, 200)
    assert isinstance(said, ServiceError)
    assert watched.hears(said, after=5) == []
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
def test_these_end_the_watch_at_once(status: int, code: str, phase: Phase, kind: type[ServiceError]) -> None:
    watched = Watched()
    said = parse({"error": {"code": code, "message": "no", "type": "comet_api_error"}}, status)
    assert type(said) is kind
    assert watched.hears(said) == [phase]


def test_a_missing_channel_ends_the_watch_only_when_it_persists() -> None:
    watched = Watched()
    missing = parse({"error": {"code": "model_not_found", "message": "no available channel for model x"}}, 503)
    assert isinstance(missing, ServiceError)
    for _ in range(4):
        assert watched.hears(missing, after=5) == []
    watched.hears(state(), after=5)
    for _ in range(4):
        assert watched.hears(missing, after=5) == []
    assert watched.hears(missing, after=5) == [Phase.REFUSED]


def test_other_trouble_does_not_count_as_a_missing_channel() -> None:
    watched = Watched()
    missing = parse({"error": {"code": "model_not_found", "message": "no available channel for model x"}}, 503)
    assert isinstance(missing, ServiceError)
    for _ in range(8):
        watched.hears(broken(502), after=5)
    assert watched.hears(missing, after=5) == []


# How long until the next poll


def test_trouble_is_backed_off_from_with_jitter_up_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    watched, gaps = Watched(), list[float]()
    for _ in range(8):
        watched.hears(broken(), after=1)
        gaps.append(watched.gap())
    assert gaps[:3] == [FLOOR, 2 * FLOOR, 4 * FLOOR]
    assert gaps[-1] == MAX_BACKOFF


def test_an_answer_ends_the_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    for answer in (state(Status.QUEUED), absent()):
        watched = Watched()
        for _ in range(6):
            watched.hears(broken(), after=1)
        watched.hears(answer, after=1)
        watched.hears(broken(), after=1)
        assert watched.gap() == FLOOR


@pytest.mark.parametrize(("asked", "waited"), [(30.0, 30.0), (0.0, FLOOR), (7200.0, MAX_RETRY_AFTER)])
def test_retry_after_is_honoured_and_capped(asked: float, waited: float) -> None:
    watched = Watched()
    watched.hears(broken(503, retry_after=asked))
    assert watched.gap() == waited


def test_an_interval_of_the_users_own_is_kept_but_in_trouble() -> None:
    watched = Watched(Terms(poll_interval=0.5))
    watched.hears(absent())
    assert watched.gap() == 0.5
    watched.hears(state())
    assert watched.gap() == 0.5
    watched.hears(broken(503, retry_after=20.0))
    assert watched.gap() == 20.0


def test_the_shortest_interval_of_all_cards_wins_while_its_card_is_there() -> None:
    watched = Watched(Terms(), Terms(poll_interval=30), Terms(poll_interval=1.5))
    watched.hears(state())
    assert watched.gap() == 1.5
    watched.watch.subscriptions.pop()
    assert FLOOR <= watched.gap() <= CAP


# Success


def test_a_success_without_outputs_is_asked_three_times_more_and_then_counts() -> None:
    watched = Watched()
    empty = state(Status.SUCCESS, outputs=())
    for _ in range(3):
        assert watched.hears(empty, after=5) == []
        assert watched.watch.phase is Phase.WATCHING
        assert watched.watch.state.status is Status.IN_PROGRESS
        assert watched.watch.state.progress < 1
    assert watched.hears(empty, after=5) == [Phase.ENDED]
    assert watched.watch.state.status is Status.SUCCESS


def test_a_success_whose_outputs_come_late_has_them() -> None:
    watched = Watched()
    watched.hears(state(Status.SUCCESS, outputs=()))
    assert watched.hears(state(Status.SUCCESS), after=2) == [Phase.ENDED]
    assert watched.watch.state.outputs == (Output("https://media.test/take.mp4", "video"),)


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILURE, Status.CANCELLED])
def test_each_end_of_the_task_ends_every_card(status: Status) -> None:
    watched = Watched(Terms(), Terms(poll_interval=1))
    assert watched.hears(state(status)) == [Phase.ENDED, Phase.ENDED]


def test_an_unknown_status_is_watched_on() -> None:
    watched = Watched()
    assert watched.hears(state(Status.UNKNOWN, word="POST_PROCESSING")) == []
    assert watched.watch.phase is Phase.WATCHING


# What is news


def test_the_first_answer_is_news_and_the_same_again_is_not() -> None:
    watched = Watched()
    answer = Answer(state(progress=0.3))
    assert watched.watch.heard(1001, answer)
    assert not watched.watch.heard(1006, answer)
    assert watched.watch.heard(1011, Answer(state(progress=0.4)))


def test_trouble_is_news_each_time_and_so_is_its_end() -> None:
    watched = Watched()
    watched.watch.heard(1001, Answer(state()))
    assert watched.watch.heard(1002, Answer(broken()))
    assert watched.watch.heard(1003, Answer(broken()))
    assert watched.watch.heard(1004, Answer(state()))
    assert not watched.watch.heard(1005, Answer(state()))


def test_the_task_keeps_the_id_that_was_asked_for() -> None:
    watched = Watched()
    watched.hears(state(task_id="the gateway's own"))
    assert watched.watch.state.task_id == "t"


# Deadlines


def test_the_answer_to_the_last_call_ends_its_card_and_no_other() -> None:
    watched = Watched(Terms(give_up_after=10), Terms())
    watched.hears(state())
    watched.watch.subscriptions[0].last_call = True
    assert watched.hears(state(), after=10) == [Phase.GAVE_UP]
    assert len(watched.watch.subscriptions) == 1


def test_an_end_that_the_last_call_brings_is_the_end() -> None:
    watched = Watched(Terms(give_up_after=10))
    watched.watch.subscriptions[0].last_call = True
    assert watched.hears(state(Status.SUCCESS), after=10) == [Phase.ENDED]


# Times


def test_elapsed_goes_by_the_services_clock_then_by_ours() -> None:
    watched = Watched()
    wall = 1_700_000_000.0 + watched.clock()
    ahead = 500.0
    watched.hears(state(Status.QUEUED, submit_time=wall + ahead - 40), clock_ahead=ahead)
    assert watched.watch.report(watched.clock()).timing.elapsed == pytest.approx(40)
    watched.hears(state(Status.QUEUED, submit_time=wall + ahead - 40), after=25, clock_ahead=ahead + 3)
    assert watched.watch.report(watched.clock()).timing.elapsed == pytest.approx(65)


@pytest.mark.parametrize("submitted", [0.0, 4_000_000_000.0, 1_000.0])
def test_a_submit_time_that_makes_no_sense_gives_no_negative_time(submitted: float) -> None:
    watched = Watched()
    watched.hears(state(Status.QUEUED, submit_time=submitted))
    elapsed = watched.watch.report(watched.clock() + 5).timing.elapsed
    assert elapsed is None or 0 <= elapsed <= 5


def test_a_finished_task_took_as_long_as_the_service_says() -> None:
    watched = Watched()
    watched.hears(state(Status.SUCCESS, submit_time=1_700_000_000.0, finish_time=1_700_000_078.0))
    assert watched.watch.report(watched.clock() + 99).timing.elapsed == 78


def test_a_task_that_had_ended_before_it_was_seen_took_nobody_knows_how_long() -> None:
    watched = Watched()
    watched.hears(state(Status.SUCCESS, submit_time=1_700_000_000.0))
    assert watched.watch.report(watched.clock()).timing.elapsed is None


def test_a_report_says_when_the_service_was_heard_and_when_it_will_be_asked() -> None:
    watched = Watched()
    assert watched.watch.report(watched.clock()).timing.heard is None
    watched.hears(state())
    watched.watch.due = watched.clock() + 7
    timing = watched.watch.report(watched.clock() + 3).timing
    assert (timing.heard, timing.next_in) == (3, 4)
    assert watched.watch.report(watched.clock(), Phase.STOPPED).timing.next_in is None


# A watch that takes up where an earlier one left


def test_what_an_earlier_watch_knew_is_not_forgotten() -> None:
    watched = Watched()
    watched.watch = Watch(cast(Any, None), "t", "task", state=state(progress=0.4, action="IMAGE_TO_VIDEO"))
    watched.join(Terms())
    assert watched.hears(broken()) == []
    assert watched.watch.state.progress == 0.4
    assert watched.hears(absent(), after=1) == [Phase.NOT_FOUND]


# Terms


@pytest.mark.parametrize("name", ["poll_interval", "not_found_after", "give_up_after"])
@pytest.mark.parametrize("value", [-1, math.nan, "5", True, [], -math.inf])
def test_terms_that_are_no_number_of_seconds_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Terms(**{name: value})


@pytest.mark.parametrize("interval", [0, 0.01, math.inf])
def test_an_interval_that_would_flood_or_never_ask_is_refused(interval: float) -> None:
    with pytest.raises(ConfigurationError, match="poll_interval"):
        Terms(poll_interval=interval)


@pytest.mark.parametrize("name", ["not_found_after", "give_up_after"])
def test_no_deadline_can_be_none(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Terms(**{name: cast(Any, None)})


def test_a_deadline_may_be_never_or_now() -> None:
    assert Terms(give_up_after=math.inf, not_found_after=0).give_up_after == math.inf
