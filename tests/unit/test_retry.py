"""What a Retry-After header asks for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runway_widget._service.retry import parse_http_date, parse_retry_after

NOON = "Wed, 21 Oct 2015 12:00:00 GMT"
NOON_UNIX = 1_445_428_800.0


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("0", 0.0), (" 2.5 ", 2.5), ("86400", 86400.0)])
def test_seconds_are_taken_as_they_are(value: str, seconds: float) -> None:
    assert parse_retry_after(value) == seconds


@pytest.mark.parametrize(("before", "seconds"), [(60, 60.0), (0, 0.0), (-60, 0.0)])
def test_a_date_is_counted_from_now_and_never_negative(before: float, seconds: float) -> None:
    assert parse_retry_after(NOON, now=NOON_UNIX - before) == seconds


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "nan", "inf", "1e999", "Wed, 99 Oct"])
def test_a_header_without_a_time_gives_none(value: str | None) -> None:
    assert parse_retry_after(value) is None


def test_a_date_is_read_as_unix_time() -> None:
    assert parse_http_date(NOON) == NOON_UNIX


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} \d\d:\d\d:\d\d [-+A-Z0-9]*"))
@settings(deadline=None, max_examples=150)
def test_no_header_raises(value: str) -> None:
    seconds = parse_retry_after(value)
    assert seconds is None or 0 <= seconds < float("inf")
    parse_http_date(value)
