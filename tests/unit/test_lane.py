"""When the whole of a key's tasks is held back, and when only one of them."""

from __future__ import annotations

import pytest

from runway_widget._errors import AuthenticationError, NoAnswer, ServiceError, TaskNotFound
from runway_widget._service.retry import MAX_BACKOFF, MAX_RETRY_AFTER
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.cadence import FLOOR
from runway_widget._watch.throttle import BROKEN, Throttle

FINE = TaskState(task_id="t", status=Status.IN_PROGRESS, word="RUNNING")
ABSENT = TaskNotFound("x", http_status=400, code="task_not_exist")
NETWORK = NoAnswer("the connection broke")


def error(http_status: int, retry_after: float | None = None) -> ServiceError:
    return ServiceError("x", http_status=http_status, transient=True, retry_after=retry_after)


def test_an_answer_holds_nothing_back() -> None:
    lane = Throttle()
    lane.heard(100.0, "a", FINE)
    assert lane.hold_until == 0.0


def test_a_429_holds_all_back() -> None:
    lane = Throttle()
    lane.heard(100.0, "a", error(429))
    assert lane.hold_until == 100.0 + FLOOR


def test_a_429_holds_all_back_for_as_long_as_it_says_within_bounds() -> None:
    lane = Throttle()
    lane.heard(100.0, "a", error(429, 33.0))
    assert lane.hold_until == 133.0
    lane.heard(100.0, "b", error(429, 7.0))
    assert lane.hold_until == 133.0, "a shorter one does not shorten it"
    lane.heard(100.0, "c", error(429, 1e9))
    assert lane.hold_until == 100.0 + MAX_RETRY_AFTER


def test_each_429_in_a_row_holds_longer() -> None:
    lane, now = Throttle(), 0.0
    longest = 0.0
    for _ in range(30):
        lane.heard(now, "a", error(429))
        longest = max(longest, lane.hold_until - now)
        now = lane.hold_until
    assert 20.0 < longest <= MAX_BACKOFF
    lane.heard(now, "a", FINE)
    lane.heard(now, "a", error(429))
    assert lane.hold_until == now + FLOOR, "an answer mends it"


def test_a_5xx_is_the_tasks_own_trouble() -> None:
    lane = Throttle()
    for _ in range(10):
        lane.heard(100.0, "a", error(502))
        lane.heard(100.0, "b", error(503))
    assert lane.hold_until == 0.0


def test_three_tasks_in_a_row_with_a_5xx_are_the_services() -> None:
    assert BROKEN == 3
    lane = Throttle()
    for task_id in "abc":
        lane.heard(100.0, task_id, error(502))
    assert lane.hold_until == 100.0 + FLOOR


def test_an_answer_in_between_breaks_the_row() -> None:
    lane = Throttle()
    for task_id in "abcdef":
        lane.heard(100.0, task_id, error(502))
        lane.heard(100.0, "ok", FINE)
    assert lane.hold_until == 0.0


@pytest.mark.parametrize("answer", [ABSENT, AuthenticationError("x", http_status=401)], ids=repr)
def test_so_does_a_definite_no(answer: ServiceError) -> None:
    """The service that says "no such task" is up."""
    lane = Throttle()
    for task_id in "abcdef":
        lane.heard(100.0, task_id, error(502))
        lane.heard(100.0, "other", answer)
    assert lane.hold_until == 0.0


def test_a_network_failure_neither_counts_nor_mends() -> None:
    lane = Throttle()
    for task_id in "abcd":
        lane.heard(100.0, task_id, NETWORK)
    assert lane.hold_until == 0.0
    lane.heard(100.0, "a", error(502))
    lane.heard(100.0, "b", error(502))
    lane.heard(100.0, "c", NETWORK)
    assert lane.hold_until == 0.0
    lane.heard(100.0, "d", error(502))
    held = lane.hold_until
    assert held == 100.0 + FLOOR
    lane.heard(200.0, "a", NETWORK)
    assert lane.hold_until == held, "once held, only a further 5xx holds longer"
