"""When a service looks at its own source is learned from when its answers change."""

from __future__ import annotations

import pytest

from runway_widget._watch.refresh import MARGIN, Refresh

FLOOR = 5.0


def never(at: float) -> float:
    return 0.0


def surely(at: float) -> float:
    return 1.0


def learned(*answers: tuple[float, bool], sought: bool = True, proves: bool = True) -> Refresh:
    """After answers at these times, each changed or not; the first is at 0."""
    refresh, before = Refresh(sought=sought), 0.0
    refresh.begin(before)
    for now, changed in answers:
        refresh.record(before, now, changed=changed, moves=True, proves=proves)
        before = now
    return refresh


def window(refresh: Refresh) -> tuple[float, float]:
    return refresh.low, refresh.high


def test_nothing_is_known_of_a_service_at_which_it_is_not_sought() -> None:
    refresh = Refresh()
    refresh.begin(0.0)
    assert refresh.next(0.0, FLOOR, None, never) is None


def test_a_look_is_sought_by_halves() -> None:
    refresh = learned()
    assert window(refresh) == (0.0, 15.0)
    assert refresh.next(0.0, FLOOR, None, never) == 7.5
    assert window(learned((7.5, False))) == (7.5, 15.0)
    assert window(learned((7.5, True))) == (0.0, 7.5)
    assert window(learned((7.5, False), (12.5, True))) == (7.5, 12.5)


def test_after_the_first_change_one_poll_tells_whether_there_is_a_loop_at_all() -> None:
    refresh = learned((7.5, True))
    assert refresh.next(7.5, FLOOR, 1.0, never) == FLOOR
    refresh.record(7.5, 12.5, changed=False, moves=True, proves=True)
    assert refresh.confirmed
    steady = learned((7.5, True), (12.5, True))
    assert not steady.active, "it moves all the time"
    assert steady.next(12.5, FLOOR, 1.0, never) is None


def test_a_look_is_followed_as_soon_as_it_is_surely_over_when_the_end_is_near() -> None:
    refresh = learned((7.5, False), (12.5, False), (17.5, True))
    refresh.confirmed = True
    assert window(refresh) == (12.5, 15.0)
    early = refresh.next(17.5, FLOOR, None, never)
    assert early == pytest.approx((27.5 + 30.1) / 2 - 17.5), "in the middle of the window"
    late = refresh.next(17.5, FLOOR, None, surely)
    assert late == pytest.approx(30.1 + MARGIN - 17.5), "after it"


def test_the_next_window_is_wider_by_what_the_loop_may_work() -> None:
    refresh = learned((7.5, True))
    refresh.next(20.0, FLOOR, None, never)
    assert refresh.low == 15.0
    assert refresh.high == pytest.approx(22.6)


def test_a_standstill_that_lasts_shows_a_loop_that_works_longer() -> None:
    refresh = learned((7.5, True), (12.5, False), (23.0, False))
    assert refresh.work > 0.1
    assert refresh.low == 23.0
    refresh.record(23.0, 28.0, changed=True, moves=True, proves=True)
    assert window(refresh) == (23.0, 28.0)


def test_contradictions_end_it() -> None:
    refresh, now = learned((7.5, False)), 7.5
    for _ in range(6):
        refresh.record(now, now + 5, changed=True, moves=True, proves=True)
        now += 5
    assert not refresh.active
    assert refresh.next(now, FLOOR, None, never) is None


def test_looks_that_are_late_again_and_again_end_it_too() -> None:
    refresh, now = learned((7.5, True), (12.5, False)), 12.5
    for _ in range(6):
        refresh.record(now, now + 14, changed=False, moves=True, proves=True)
        now += 14
    assert not refresh.active


def test_a_standstill_proves_a_loop_only_where_the_answer_should_have_moved() -> None:
    assert not learned((7.5, True), (12.5, False), proves=False).confirmed
    assert learned((7.5, True), (12.5, False), proves=True).confirmed


def test_a_standstill_of_what_does_not_move_says_nothing() -> None:
    refresh = Refresh(sought=True)
    refresh.begin(0.0)
    refresh.record(0.0, 7.5, changed=False, moves=False, proves=False)
    assert window(refresh) == (0.0, 15.0)
    assert not refresh.confirmed


def test_a_change_after_more_than_a_period_may_be_of_any_look() -> None:
    assert window(learned((40.0, True))) == window(learned((40.0, True)))
    refresh = learned((7.5, True), (40.0, True))
    assert refresh.high - refresh.low > 7.5


def test_looks_that_come_earlier_than_was_thought_are_found_out() -> None:
    """Each poll inside the window finds that its look is over: it may have come before the window."""
    refresh = learned((7.5, True), (12.5, False))
    now = 12.5
    for _ in range(2):
        gap = refresh.next(now, FLOOR, None, never)
        assert gap is not None
        refresh.record(now, now + gap, changed=True, moves=True, proves=True)
        now += gap
    gap = refresh.next(now, FLOOR, None, never)
    assert gap is not None
    assert now + gap < refresh.low, "a poll before the window, in which nothing may have changed"
    refresh.record(now, now + gap, changed=True, moves=True, proves=True)
    assert not refresh.confirmed


def test_when_a_change_came_is_known_as_well_as_the_window_tells() -> None:
    refresh = learned((7.5, False), (12.5, True))
    assert refresh.look(7.5, 12.5) == 10.0
    assert Refresh().look(7.5, 12.5) == 12.5
