"""The square-root law, and the law of a duration."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget._service.duration import GUESS_SPREAD, USUAL_SPREAD, Duration, measured
from runway_widget._service.endpoint import ENDPOINTS, endpoint_of
from runway_widget._watch import law

durations = st.builds(Duration, st.floats(1e-3, 1e6), st.floats(0.1, 1.0))


def test_the_hazard_is_the_density_over_what_still_runs() -> None:
    duration, step = Duration(64.0, 0.4), 0.01
    for t in (20.0, 50.0, 64.0, 100.0, 200.0):
        numeric = law.ends_by(t + step, duration, t) / step
        assert law.hazard(t, duration) == pytest.approx(numeric, rel=0.01)


def test_far_out_it_goes_on_without_a_leap() -> None:
    duration = Duration(64.0, 0.25)
    hazards = [law.hazard(t, duration) for t in range(250, 320)]
    assert max(abs(after / before - 1) for before, after in pairwise(hazards)) < 0.03
    assert law.hazard(1e9, duration) > 0


def test_nothing_ends_before_it_began() -> None:
    assert law.hazard(0.0, Duration(64.0)) == law.hazard(-1.0, Duration(64.0)) == 0.0
    assert law.ends_by(-5.0, Duration(64.0)) == 0.0
    assert law.ends_by(1e12, Duration(64.0), 1e11) == 1.0


@given(durations, st.floats(-10, 1e7))
@settings(deadline=None, max_examples=100)
def test_a_gap_keeps_to_floor_and_cap(duration: Duration, elapsed: float) -> None:
    assert 5.0 <= law.gap(elapsed, duration, 5.0, 20.0) <= 20.0


def test_density_goes_with_the_root_of_the_hazard() -> None:
    """Four times the hazard, twice the polls."""
    duration, delay = Duration(600.0, 0.4), 3.0
    k = law.weight(duration, 0.0, math.inf, delay)
    for t in (500.0, 800.0):
        gap = law.gap(t, duration, 0.0, math.inf, delay)
        assert gap == pytest.approx(1 / (k * math.sqrt(law.hazard(t + gap / 2, duration))), rel=0.05)


def test_who_may_wait_longer_asks_less() -> None:
    duration = Duration(256.0, 0.35)
    weights = [law.weight(duration, 5.0, 20.0, delay) for delay in (2.6, 3.0, 4.0, 6.0)]
    assert weights == sorted(weights, reverse=True)
    assert law.weight(duration, 5.0, 20.0, 2.0) == math.inf, "half of the floor alone is more"
    assert law.gap(10.0, duration, 5.0, 20.0, 2.0) == 5.0


class TestDuration:
    def test_the_spread_of_many_runs_is_their_own(self) -> None:
        runs = [64 * math.exp(0.25 * z) for z in (-1.5, -1, -0.5, 0, 0.5, 1, 1.5)] * 10
        own = measured(runs)
        assert own.median == pytest.approx(64.0)
        assert own.spread == pytest.approx(0.26, abs=0.02)
        assert own.runs == 70

    def test_the_spread_of_a_few_is_near_the_usual_one(self) -> None:
        assert measured([60.0, 60.0, 60.0]).spread == pytest.approx(USUAL_SPREAD * math.sqrt(4 / 7))
        assert measured([60.0]).spread == pytest.approx(USUAL_SPREAD * math.sqrt(4 / 5))

    def test_one_run_that_hung_changes_little(self) -> None:
        usual = [60.0, 62.0, 64.0, 66.0, 68.0]
        hung = measured([*usual, 36_000.0])
        assert hung.median == 65.0
        assert hung.spread < 0.5

    def test_what_is_documented_of_a_model_counts_for_its_requests(self) -> None:
        film = ENDPOINTS["image_to_video"]
        assert film.usual({"model": "gen4_turbo", "promptImage": "https://x.example/a.png"}) == Duration(64.0)
        frames = [{"uri": "https://x.example/a.png", "position": each} for each in ("first", "last")]
        assert film.usual({"model": "gen3a_turbo", "promptImage": frames}).median == 256.0
        assert film.usual({"model": "gen3a_turbo", "promptImage": frames[:1]}).median == 64.0
        assert film.usual({"model": "another"}) == film.usual() == Duration(84.0)

    def test_a_guess_is_taken_for_what_it_is(self) -> None:
        assert endpoint_of("VOICE_DUBBING").usual() == Duration(90.0, GUESS_SPREAD)
        assert endpoint_of("?").usual().spread == GUESS_SPREAD
