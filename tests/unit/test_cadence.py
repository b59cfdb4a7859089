"""When a task is asked again, and how long it may still take."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget._service.duration import Duration
from runway_widget._service.retry import MAX_BACKOFF, MAX_RETRY_AFTER, backoff
from runway_widget._service.state import Status, TaskState
from runway_widget._watch import cadence as _cadence
from runway_widget._watch.cadence import CAP, FLOOR, MOVING_CAP, QUEUE_CAP, History, not_visible_gap
from runway_widget._watch.refresh import Refresh

ACTIONS = ["", "IMAGE_TO_VIDEO", "TEXT_TO_IMAGE", "text_to_image", "VIDEO_UPSCALE", "?"]


def running(progress: float | None = None) -> TaskState:
    return TaskState(status=Status.IN_PROGRESS, progress=progress or 0.0, progress_known=progress is not None)


def seen(*marks: tuple[float, float | None], typical: float | None = None) -> History:
    """A history of answers: (when, progress)."""
    history = History(None if typical is None else Duration(typical, runs=3))
    for when, progress in marks:
        history.record(when, running(progress))
    return history


@pytest.mark.parametrize(("asked", "gap"), [(1, 2.0), (2, 3.0), (3, 5.0), (4, 5.0), (50, 5.0)])
def test_a_task_that_is_not_visible_is_asked_after_2_3_5_and_5_seconds(asked: int, gap: float) -> None:
    assert not_visible_gap(asked) == gap


class TestBackoff:
    def test_it_doubles_up_to_a_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(random, "uniform", lambda low, high: high)
        assert [backoff(n, 5.0) for n in range(1, 8)] == [5, 10, 20, 40, 60, 60, 60]
        assert backoff(10_000, 5.0) == MAX_BACKOFF

    def test_it_is_spread_between_the_usual_gap_and_the_bound(self) -> None:
        for errors in range(1, 12):
            tries = [backoff(errors, 5.0) for _ in range(200)]
            ceiling = min(5.0 * 2 ** (errors - 1), MAX_BACKOFF)
            assert all(5.0 <= gap <= ceiling for gap in tries)
            if ceiling > 5.0:
                assert max(tries) - min(tries) > (ceiling - 5.0) / 2, "many clients must not come back together"

    @pytest.mark.parametrize(
        ("asked", "gap"), [(0.0, 5.0), (3.0, 5.0), (7.0, 7.0), (90.0, 90.0), (1e9, MAX_RETRY_AFTER)]
    )
    def test_what_the_service_asks_for_is_honoured_within_bounds(self, asked: float, gap: float) -> None:
        assert backoff(1, 5.0, asked) == gap
        assert backoff(9, 5.0, asked) == gap

    @given(st.integers(0, 10**6), st.floats(0.05, 100), st.none() | st.floats(0, 1e300))
    @settings(deadline=None)
    def test_it_is_always_a_time_to_wait(self, errors: int, base: float, retry_after: float | None) -> None:
        gap = backoff(errors, base, retry_after)
        assert 0 < gap <= max(MAX_BACKOFF, MAX_RETRY_AFTER, base)


class TestGap:
    @given(
        st.lists(
            st.tuples(
                st.floats(0, 600),
                st.sampled_from(list(Status)),
                st.none() | st.floats(0, 0.99),
            ),
            max_size=12,
        ),
        st.floats(-10, 20_000),
        st.sampled_from(ACTIONS),
        st.none() | st.floats(0.001, 1e6),
        st.floats(0.1, 1.0),
        st.booleans(),
    )
    @settings(deadline=None, max_examples=200)
    def test_a_visible_task_is_asked_every_5_to_20_seconds_whatever_happened(
        self,
        steps: list[tuple[float, Status, float | None]],
        later: float,
        action: str,
        typical: float | None,
        spread: float,
        gateway: bool,
    ) -> None:
        known = None if typical is None else Duration(typical, spread, 3)
        history, now = History(known, refresh=Refresh(sought=gateway)), 1_000.0
        for passed, status, progress in steps:
            now += passed
            state = TaskState(status=status, progress=progress or 0.0, progress_known=progress is not None)
            history.record(now, state)
            assert FLOOR <= history.gap(now, action) <= CAP
        assert FLOOR <= history.gap(now + later, action) <= CAP
        left = history.left(now + later, later)
        assert left is None or 0 < left < math.inf

    @pytest.mark.no_cover
    @pytest.mark.parametrize("action", ACTIONS)
    def test_at_no_moment_of_a_run_is_it_shorter_or_longer(self, action: str) -> None:
        history = seen((0.0, None))
        gaps = [history.gap(tenth / 10, action) for tenth in range(20_000)]
        assert min(gaps) >= FLOOR
        assert max(gaps) <= CAP

    def test_in_the_queue_it_is_the_shortest_at_first_and_grows_with_the_queue(self) -> None:
        history = History()
        history.record(0.0, TaskState(status=Status.QUEUED))
        gaps = [history.gap(now, "IMAGE_TO_VIDEO") for now in (0.0, 20.0, 32.0, 40.0, 500.0)]
        assert gaps == [FLOOR, FLOOR, 8.0, QUEUE_CAP, QUEUE_CAP]
        short = History(Duration(8.0))
        short.record(0.0, TaskState(status=Status.QUEUED))
        assert short.gap(500.0) < 8.5, "it could begin just now, and end before the next poll"

    def test_it_is_long_at_the_start_and_short_when_such_tasks_usually_end(self) -> None:
        history = seen((0.0, None))
        assert history.gap(1.0, "IMAGE_TO_VIDEO") == CAP
        assert history.gap(84.0, "IMAGE_TO_VIDEO") < 6.5
        assert history.gap(30.0, "IMAGE_TO_VIDEO") < CAP, "a chance that rises during a gap counts as it rises"
        assert history.gap(41.0, "TEXT_TO_IMAGE") < history.gap(41.0, "IMAGE_TO_VIDEO")

    def test_what_is_known_of_earlier_tasks_counts_more_than_what_is_usual(self) -> None:
        assert seen((0.0, None), typical=300.0).gap(84.0, "IMAGE_TO_VIDEO") == CAP
        assert seen((0.0, None), typical=300.0).gap(300.0, "IMAGE_TO_VIDEO") < 6.5

    def test_a_progress_that_moves_counts_more_than_either(self) -> None:
        slow = seen((0.0, 0.01), (10.0, 0.02))
        assert slow.gap(10.0, "TEXT_TO_IMAGE") == MOVING_CAP
        quick = seen((0.0, 0.1), (10.0, 0.9), typical=1000.0)
        assert quick.gap(10.0) < 6.5

    def test_a_progress_that_cannot_be_believed_does_not_count(self) -> None:
        prior = seen((0.0, None), typical=100.0)
        jumps = seen((0.0, 0.1), (10.0, 0.12), (20.0, 0.8), typical=100.0)
        assert jumps.gap(20.0) == prior.gap(20.0)
        stands = seen((0.0, 0.1), (10.0, 0.3), (20.0, 0.5), (60.0, 0.5), typical=100.0)
        assert stands.gap(60.0) == prior.gap(60.0)
        steps = seen((0.0, None), (10.0, None), (20.0, None), typical=100.0)
        assert steps.gap(20.0) == prior.gap(20.0)

    def test_a_progress_is_believed_while_a_gateway_only_looks_seldom(self) -> None:
        """Its steps come with the looks; that it stands still in between says nothing."""
        history = History(Duration(200.0), refresh=Refresh(sought=True))
        history.record(0.0, running(0.0))
        for now, progress in ((7.5, 0.07), (12.5, 0.07), (19.0, 0.22), (24.0, 0.22), (33.0, 0.37), (44.0, 0.37)):
            history.record(now, running(progress))
        assert history.refresh.confirmed
        since, left = history.progress.remaining or (0.0, Duration(0.0))
        assert since + left.median == pytest.approx(95.0, abs=10.0), "7 % in 7 s, and 15 % in 15 s"
        assert since < 33.0, "when it looked, and not when that was seen"

    def test_a_run_counts_from_when_the_service_says_that_it_began(self) -> None:
        told = History(Duration(64.0))
        told.record(0.0, TaskState(status=Status.QUEUED))
        told.record(30.0, running(), started=10.0)
        assert told.gap(30.0) == seen((10.0, None), typical=64.0).gap(30.0)
        wrong = History(Duration(64.0))
        wrong.record(0.0, TaskState(status=Status.QUEUED))
        wrong.record(30.0, running(), started=-500.0)
        assert wrong.running_since == 0.0, "then it was in the queue"

    def test_a_run_that_was_under_way_at_first_sight_counts_from_the_submission(self) -> None:
        taken_up = History(Duration(64.0))
        taken_up.record(100.0, running(0.5), submitted=60.0)
        assert taken_up.gap(100.0) == seen((60.0, None), typical=64.0).gap(100.0) < CAP
        assert taken_up.ran(120.0) is None, "how long it was in the queue is not known"
        silent = History(Duration(64.0))
        silent.record(100.0, running(), submitted=60.0)
        assert silent.ran(120.0) is None, "a service that tells no progress tells no start"
        begun = History(Duration(64.0))
        begun.record(100.0, running(), submitted=98.0)
        assert begun.ran(164.0) == 64.0

    def test_the_time_in_the_queue_is_no_run_time(self) -> None:
        history = History(Duration(64.0, runs=3))
        history.record(0.0, TaskState(status=Status.QUEUED))
        history.record(300.0, running(), submitted=-5.0)
        assert history.left(310.0, 315.0) == pytest.approx(54.0)
        assert history.ran(364.0) == 64.0


class TestLeft:
    def test_nothing_is_said_before_progress_was_seen_to_move(self) -> None:
        assert History().left(5.0) is None
        assert seen((0.0, None)).left(5.0) is None
        assert seen((0.0, 0.4)).left(5.0) is None
        assert seen((0.0, 0.4), (5.0, 0.4), (10.0, 0.4)).left(10.0) is None

    def test_it_follows_the_pace_seen(self) -> None:
        history = seen((0.0, 0.2), (10.0, 0.4), (20.0, 0.6))
        assert history.left(20.0) == pytest.approx(20.0)
        assert history.left(25.0) == pytest.approx(15.0), "and falls while no answer comes"

    def test_a_run_that_was_seen_to_begin_tells_with_the_first_value(self) -> None:
        assert seen((0.0, None), (20.0, 0.25)).left(20.0) == pytest.approx(60.0)

    def test_what_nobody_has_measured_is_not_shown_as_an_estimate(self) -> None:
        guessed = History(Duration(80.0))
        guessed.record(0.0, running())
        assert guessed.left(30.0, 30.0) is None

    def test_a_progress_that_stalls_tells_nothing(self) -> None:
        history = seen((0.0, 0.2), (5.0, 0.3), (10.0, 0.4))
        assert history.left(24.0) is not None
        assert history.left(26.0) is None

    def test_an_estimate_that_has_run_out_tells_nothing(self) -> None:
        assert seen((0.0, 0.1), (10.0, 0.9)).left(11.0) is None

    def test_a_pace_that_would_take_a_day_tells_nothing(self) -> None:
        assert seen((0.0, 0.1), (10.0, 0.100001)).left(10.0) is None

    def test_after_a_task_starts_again_its_earlier_pace_counts_no_more(self) -> None:
        history = seen((0.0, 0.2), (10.0, 0.6), (20.0, 0.1))
        assert history.left(20.0) is None
        history.record(30.0, running(0.2))
        assert history.left(30.0) == pytest.approx(80.0)

    def test_only_measurements_of_a_running_task_count(self) -> None:
        history = seen((0.0, 0.2), (10.0, None))
        history.record(12.0, TaskState(status=Status.QUEUED, progress=0.3, progress_known=True))
        assert history.left(12.0) is None

    def test_earlier_tasks_tell_while_the_progress_does_not(self) -> None:
        history = seen((0.0, None), typical=80.0)
        assert history.left(30.0, 30.0) == pytest.approx(50.0)
        assert history.left(30.0) is None, "without a start there is nothing to count from"
        assert history.left(90.0, 90.0) is None
        history.record(40.0, running(0.5))
        history.record(50.0, running(0.75))
        assert history.left(50.0, 50.0) == pytest.approx(10.0)

    @given(st.lists(st.tuples(st.floats(1e-6, 1e4), st.floats(0, 0.99)), max_size=30), st.floats(0, 1e5))
    @settings(deadline=None, max_examples=150)
    def test_it_is_never_negative_and_always_a_number(self, steps: list[tuple[float, float]], later: float) -> None:
        history, now = History(), 0.0
        for passed, progress in steps:
            now += passed
            history.record(now, running(progress))
            left = history.left(now + later)
            assert left is None or 1 <= left <= 86_400


def test_the_refresh_button_is_bounded() -> None:
    assert _cadence.MIN_REFRESH == 1.0
