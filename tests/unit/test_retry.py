"""When a request is sent again: what all loops agree on."""

from __future__ import annotations

import email.utils
import time

import pytest

from runway_widget._service.error_answers import error_from
from runway_widget._service.headers import AnswerHeaders
from runway_widget._service.payload import Unreadable
from runway_widget._service.retry import (
    CREATE_PATIENCE,
    CREATE_SENDS,
    LONGEST_CREATE,
    MAX_BACKOFF,
    MAX_RETRY_AFTER,
    backoff,
    parse_retry_after,
)
from runway_widget._service.timeouts import LONGEST_REQUEST

from .answers import parse_body

BUSY = AnswerHeaders(retry_after=7.0, date=1_790_000_000.0, request_id="from-the-header")


def test_pauses_grow_to_a_limit_and_are_random_in_between() -> None:
    assert all(2 <= backoff(1, 2.0) <= 2 for _ in range(50))
    pauses = [backoff(4, 2.0) for _ in range(200)]
    assert 2 <= min(pauses) < max(pauses) <= 16
    assert max(backoff(100, 2.0) for _ in range(200)) <= MAX_BACKOFF


def test_what_the_service_asks_for_is_kept_to_within_a_limit() -> None:
    assert backoff(1, 2.0, 30.0) == 30.0
    assert backoff(1, 2.0, 0.0) == 2.0
    assert backoff(1, 2.0, 9_999.0) == MAX_RETRY_AFTER


def test_retry_after_may_be_seconds_or_a_date() -> None:
    assert parse_retry_after("7.5") == 7.5
    assert parse_retry_after(email.utils.formatdate(time.time() + 60, usegmt=True)) == pytest.approx(60, abs=3)
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert [parse_retry_after(value) for value in (None, "", "soon", "-1", "nan", "inf")] == [None] * 6


def test_the_longest_create_is_all_its_requests_and_the_pauses_between_them() -> None:
    assert LONGEST_CREATE == CREATE_SENDS * LONGEST_REQUEST + (CREATE_SENDS - 1) * CREATE_PATIENCE == 720.0


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"error": {"message": "busy", "code": "x"}}, 429),
        ({"error": "no"}, 401),
        ({"error": "no"}, 403),
        ({"error": "no"}, 404),
        ({}, 302),
        (Unreadable("HTML instead of JSON", "<html>"), 401),
        (Unreadable("HTML instead of JSON", "<html>"), 403),
        (Unreadable("HTML instead of JSON", "<html>"), 302),
        (Unreadable("HTML instead of JSON", "<html>"), 503),
        (Unreadable("HTML instead of JSON", "<html>"), 400),
    ],
)
def test_every_error_is_made_with_what_the_headers_say(value: object, status: int) -> None:
    error = error_from(value, status, BUSY)
    assert (error.http_status, error.retry_after, error.request_id) == (status, 7.0, "from-the-header")


def test_parse_hands_the_headers_to_the_error() -> None:
    error = parse_body(b'{"error": {"message": "busy (request id: from-the-message)"}}', 429, BUSY)
    assert (getattr(error, "retry_after", None), getattr(error, "request_id", None)) == (7.0, "from-the-message")


def test_parse_needs_no_headers() -> None:
    error = parse_body(b"", 503)
    assert (getattr(error, "retry_after", None), getattr(error, "request_id", None)) == (None, None)
