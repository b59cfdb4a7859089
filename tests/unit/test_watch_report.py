"""What a watch reports and when: news, times, ends by a deadline, and what an earlier watch knew. On a fake clock."""

from __future__ import annotations

import math
from typing import Any, cast

import pytest

from runway_widget._errors import ConfigurationError
from runway_widget._service.state import Answer, Status
from runway_widget._watch.report import Phase
from runway_widget._watch.watch import Terms, Watch

from .fakes import Watched, absent, broken, state

# What is news


def test_the_first_answer_is_new_and_the_same_again_is_not() -> None:
    watched = Watched()
    answer = Answer(state(progress=0.3))
    assert watched.watch.process(1001, answer)
    assert not watched.watch.process(1006, answer)
    assert watched.watch.process(1011, Answer(state(progress=0.4)))


def test_an_error_is_new_each_time_and_so_is_the_answer_after_it() -> None:
    watched = Watched()
    watched.watch.process(1001, Answer(state()))
    assert watched.watch.process(1002, Answer(broken()))
    assert watched.watch.process(1003, Answer(broken()))
    assert watched.watch.process(1004, Answer(state()))
    assert not watched.watch.process(1005, Answer(state()))


def test_the_task_keeps_the_id_that_was_asked_for() -> None:
    watched = Watched()
    watched.answer(state(task_id="the gateway's own"))
    assert watched.watch.state.task_id == "t"


# Deadlines


def test_the_answer_to_the_last_poll_ends_its_card_and_no_other() -> None:
    watched = Watched(Terms(give_up_after=10), Terms())
    watched.answer(state())
    watched.watch.subscriptions[0].last_poll = True
    assert watched.answer(state(), after=10) == [Phase.GAVE_UP]
    assert len(watched.watch.subscriptions) == 1


def test_an_end_that_the_last_poll_brings_is_the_end() -> None:
    watched = Watched(Terms(give_up_after=10))
    watched.watch.subscriptions[0].last_poll = True
    assert watched.answer(state(Status.SUCCESS), after=10) == [Phase.ENDED]


# Times


def test_elapsed_goes_by_the_services_clock_then_by_ours() -> None:
    watched = Watched()
    wall = 1_700_000_000.0 + watched.clock()
    ahead = 500.0
    watched.answer(state(Status.QUEUED, submit_time=wall + ahead - 40), clock_ahead=ahead)
    assert watched.watch.report(watched.clock()).timing.elapsed == pytest.approx(40)
    watched.answer(state(Status.QUEUED, submit_time=wall + ahead - 40), after=25, clock_ahead=ahead + 3)
    assert watched.watch.report(watched.clock()).timing.elapsed == pytest.approx(65)


@pytest.mark.parametrize("submitted", [0.0, 4_000_000_000.0, 1_000.0])
def test_a_submit_time_that_makes_no_sense_gives_no_negative_time(submitted: float) -> None:
    watched = Watched()
    watched.answer(state(Status.QUEUED, submit_time=submitted))
    elapsed = watched.watch.report(watched.clock() + 5).timing.elapsed
    assert elapsed is None or 0 <= elapsed <= 5


def test_a_finished_task_took_as_long_as_the_service_says() -> None:
    watched = Watched()
    watched.answer(state(Status.SUCCESS, submit_time=1_700_000_000.0, finish_time=1_700_000_078.0))
    assert watched.watch.report(watched.clock() + 99).timing.elapsed == 78


def test_the_duration_of_a_task_that_had_ended_before_the_first_poll_is_unknown() -> None:
    watched = Watched()
    watched.answer(state(Status.SUCCESS, submit_time=1_700_000_000.0))
    assert watched.watch.report(watched.clock()).timing.elapsed is None


def test_a_report_says_how_long_ago_the_last_answer_came_and_when_the_next_poll_is() -> None:
    watched = Watched()
    assert watched.watch.report(watched.clock()).timing.since_answer is None
    watched.answer(state())
    watched.watch.next_poll = watched.clock() + 7
    timing = watched.watch.report(watched.clock() + 3).timing
    assert (timing.since_answer, timing.next_in) == (3, 4)
    assert watched.watch.report(watched.clock(), Phase.STOPPED).timing.next_in is None


# A watch that takes up where an earlier one left


def test_what_an_earlier_watch_knew_is_not_forgotten() -> None:
    watched = Watched()
    watched.watch = Watch("t", state=state(progress=0.4, action="IMAGE_TO_VIDEO"))
    watched.join(Terms())
    assert watched.answer(broken()) == []
    assert watched.watch.state.progress == 0.4
    assert watched.answer(absent(), after=1) == [Phase.NOT_FOUND]


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
