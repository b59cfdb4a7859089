"""How many requests the cadence needs and how late it sees an end, held against what the best schedule could do.

The tables of `tests.benchmarks.cadence` show the same for people, beside other clients.
"""

from __future__ import annotations

import math

import pytest

from runway_widget._service.duration import Duration, measured
from runway_widget._watch.cadence import CAP, FLOOR
from tests.benchmarks._clients import Case, cadence, every, known, planned, score_looks
from tests.benchmarks._durations import LATE, LOGNORMAL, Law, bound, evaluated, tabulated
from tests.benchmarks._optimum import least_requests, optimum

pytestmark = pytest.mark.no_cover

MOST_DELAY = 3.0

laws = pytest.mark.parametrize("law", LOGNORMAL, ids=lambda law: law.name)


def linear(part: float) -> float:
    return part


RATIOS = {law.name: ratio for law, ratio in zip(LOGNORMAL, [0.50, 0.66, 0.60, 0.58], strict=True)}


@laws
def test_what_earlier_tasks_took_saves_a_third_to_a_half_of_the_requests(law: Law) -> None:
    """By integration over the law, against a fixed interval; at most 3 s late on average, and rarely 8 s."""
    table, schedule = tabulated(law), planned(Duration(law.median, law.spread))
    score = evaluated(table, schedule)
    assert score.requests <= RATIOS[law.name] * evaluated(table, lambda _: FLOOR).requests
    assert score.delay <= MOST_DELAY
    assert score.p95 <= LATE


@laws
def test_it_needs_no_more_than_a_few_per_cent_above_the_best_of_all_schedules(law: Law) -> None:
    table = tabulated(law)
    score = evaluated(table, planned(Duration(law.median, law.spread)))
    assert score.requests <= 1.06 * optimum(table, FLOOR, CAP).requests, "that may be 3 s late"


def test_it_needs_as_few_as_the_best_that_is_as_quick() -> None:
    law, table = LOGNORMAL[0], tabulated(LOGNORMAL[0])
    score = evaluated(table, planned(Duration(law.median, law.spread)))
    assert score.requests <= 1.02 * optimum(table, FLOOR, CAP, delay=score.delay).requests


@laws
def test_a_history_polls_as_the_law_says(law: Law) -> None:
    score, fixed = Case(law).score(known(law)), Case(law).score(every(FLOOR))
    exact = evaluated(tabulated(law), planned(Duration(law.median, law.spread)))
    assert score.requests == pytest.approx(exact.requests, rel=0.02)
    assert score.requests < 0.66 * fixed.requests


@laws
def test_a_progress_that_moves_saves_more_than_half(law: Law) -> None:
    score = Case(law, linear).score(known(law))
    assert score.requests <= 0.50 * Case(law).score(every(FLOOR)).requests
    assert score.delay <= MOST_DELAY
    assert score.p95 <= LATE


@laws
def test_without_floor_and_cap_it_comes_close_to_the_bound_of_all_schedules(law: Law) -> None:
    table = tabulated(law)
    for delay in (1.0, 3.0):
        score = evaluated(table, planned(Duration(law.median, law.spread), 0.0, math.inf, delay))
        assert 0.95 < score.requests * score.delay / bound(table) < 1.15


def test_twenty_earlier_tasks_tell_enough() -> None:
    for law, ratio in zip(LOGNORMAL, [0.53, 0.68, 0.61, 0.59], strict=True):
        score = Case(law).score(cadence(measured(law.runs(20))))
        assert score.requests <= ratio * Case(law).score(every(FLOOR)).requests
        assert score.delay <= 1.02 * MOST_DELAY


def test_no_schedule_could_do_it_knowing_the_median_alone() -> None:
    """Two of the laws have one median. What keeps 3 s under the wide one costs more than 0.50 under the narrow one."""
    narrow, wide = (tabulated(law, 400.0) for law in LOGNORMAL[:2])
    assert least_requests([narrow, wide], FLOOR, CAP) > 0.50 * evaluated(narrow, lambda _: FLOOR).requests


def test_no_schedule_could_do_it_with_a_cap_of_15_seconds() -> None:
    table = tabulated(LOGNORMAL[0])
    assert optimum(table, FLOOR, 15.0).requests > 0.50 * evaluated(table, lambda _: FLOOR).requests


class TestAServiceThatLooksEvery15Seconds:
    """A fixed interval of 5 s takes 15 requests for a task of 64 s, and sees its end 10 s late: 7.5 + 2.5."""

    def test_its_looks_are_found_and_followed(self) -> None:
        fixed = score_looks(every(FLOOR))
        assert fixed.requests == pytest.approx(14.8, abs=0.2)
        assert fixed.delay == pytest.approx(10.0, abs=0.1)
        score = score_looks(cadence(Duration(64.0), gateway=True))
        assert score.requests <= 9.0
        assert score.delay <= 8.5

    def test_they_are_found_without_a_hint_too_if_they_show(self) -> None:
        law = LOGNORMAL[3]
        score, fixed = (score_looks(client, 256.0) for client in (cadence(Duration(256.0, law.spread)), every(FLOOR)))
        assert score.delay < fixed.delay
        assert score.requests < 0.6 * fixed.requests

    @pytest.mark.parametrize("period", [8.0, 10.0, 12.0, 16.0, 20.0, 31.0])
    def test_looks_that_come_at_another_pace_do_little_harm(self, period: float) -> None:
        for run in (64.0, 110.0, 256.0):
            client = cadence(Duration(run), gateway=True)
            score, fixed = (score_looks(each, run, period, 30) for each in (client, every(FLOOR)))
            assert score.delay <= fixed.delay + 5.0
            assert score.requests < fixed.requests
