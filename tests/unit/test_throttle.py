"""When the whole of a key's tasks is held back, and when only one of them."""

from __future__ import annotations

import random

import pytest

from runway_widget._errors import AuthenticationError, NoAnswer, ServiceError, TaskNotFound
from runway_widget._service.retry import MAX_BACKOFF, MAX_RETRY_AFTER
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.cadence import FLOOR
from runway_widget._watch.throttle import FAILING_TASKS, Throttle

FINE = TaskState(task_id="t", status=Status.IN_PROGRESS, word="RUNNING")
ABSENT = TaskNotFound("x", http_status=400, code="task_not_exist")
NETWORK = NoAnswer("the connection broke")


def error(http_status: int, retry_after: float | None = None) -> ServiceError:
    return ServiceError("x", http_status=http_status, transient=True, retry_after=retry_after)


def test_an_answer_holds_nothing_back() -> None:
    throttle = Throttle()
    throttle.record(100.0, "a", FINE)
    assert throttle.paused_until == 0.0


def test_a_429_holds_all_back() -> None:
    throttle = Throttle()
    throttle.record(100.0, "a", error(429))
    assert throttle.paused_until == 100.0 + FLOOR


def test_a_429_holds_all_back_for_as_long_as_it_says_within_bounds() -> None:
    throttle = Throttle()
    throttle.record(100.0, "a", error(429, 33.0))
    assert throttle.paused_until == 133.0
    throttle.record(100.0, "b", error(429, 7.0))
    assert throttle.paused_until == 133.0, "a shorter one does not shorten it"
    throttle.record(100.0, "c", error(429, 1e9))
    assert throttle.paused_until == 100.0 + MAX_RETRY_AFTER


def test_each_429_in_a_row_holds_longer() -> None:
    throttle, now = Throttle(), 0.0
    longest = 0.0
    for _ in range(30):
        throttle.record(now, "a", error(429))
        longest = max(longest, throttle.paused_until - now)
        now = throttle.paused_until
    assert 20.0 < longest <= MAX_BACKOFF
    throttle.record(now, "a", FINE)
    throttle.record(now, "a", error(429))
    assert throttle.paused_until == now + FLOOR, "an answer mends it"


def test_answers_to_polls_that_were_sent_before_a_pause_do_not_lengthen_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    throttle = Throttle()
    for number in range(6):
        throttle.record(100.0, f"t{number}", error(429))
    assert throttle.paused_until == 100.0 + FLOOR
    throttle.record(throttle.paused_until, "t", error(429))
    assert throttle.paused_until == 100.0 + FLOOR + 2 * FLOOR


def test_a_5xx_is_the_tasks_own_trouble() -> None:
    throttle = Throttle()
    for _ in range(10):
        throttle.record(100.0, "a", error(502))
        throttle.record(100.0, "b", error(503))
    assert throttle.paused_until == 0.0


def test_three_tasks_in_a_row_with_a_5xx_are_the_services() -> None:
    assert FAILING_TASKS == 3
    throttle = Throttle()
    for task_id in "abc":
        throttle.record(100.0, task_id, error(502))
    assert throttle.paused_until == 100.0 + FLOOR


def test_an_answer_in_between_breaks_the_row() -> None:
    throttle = Throttle()
    for task_id in "abcdef":
        throttle.record(100.0, task_id, error(502))
        throttle.record(100.0, "ok", FINE)
    assert throttle.paused_until == 0.0


@pytest.mark.parametrize("answer", [ABSENT, AuthenticationError("x", http_status=401)], ids=repr)
def test_so_does_a_definite_no(answer: ServiceError) -> None:
    """The service that says "no such task" is up."""
    throttle = Throttle()
    for task_id in "abcdef":
        throttle.record(100.0, task_id, error(502))
        throttle.record(100.0, "other", answer)
    assert throttle.paused_until == 0.0


def test_a_network_failure_neither_counts_nor_mends() -> None:
    throttle = Throttle()
    for task_id in "abcd":
        throttle.record(100.0, task_id, NETWORK)
    assert throttle.paused_until == 0.0
    throttle.record(100.0, "a", error(502))
    throttle.record(100.0, "b", error(502))
    throttle.record(100.0, "c", NETWORK)
    assert throttle.paused_until == 0.0
    throttle.record(100.0, "d", error(502))
    held = throttle.paused_until
    assert held == 100.0 + FLOOR
    throttle.record(200.0, "a", NETWORK)
    assert throttle.paused_until == held, "once held, only a further 5xx holds longer"
