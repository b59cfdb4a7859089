"""How long to pause before a request is sent again."""

from __future__ import annotations

import random
import time
from email.utils import parsedate_to_datetime

MAX_BACKOFF = 60.0
MAX_RETRY_AFTER = 120.0


def backoff(errors: int, base: float, retry_after: float | None = None) -> float:
    """Seconds until the next try after ``errors`` failures in a row: full jitter, or what the service asked for."""
    if retry_after is not None:
        return min(max(retry_after, base), MAX_RETRY_AFTER)
    ceiling = min(base * 2 ** min(errors - 1, 10), MAX_BACKOFF)
    return random.uniform(min(base, ceiling), ceiling)


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds to wait, from a Retry-After header that holds either seconds or a date; None where it holds neither.

    ``now`` is the unix time to count from; None takes this machine's. A date in the past is 0 seconds.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        date = parse_http_date(value)
        if date is None:
            return None
        seconds = max(0.0, date - (time.time() if now is None else now))
    return seconds if 0 <= seconds < float("inf") else None


def parse_http_date(value: str | None) -> float | None:
    """Unix time of a Date or Retry-After header; None where there is none, or it is no date."""
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except (ValueError, OverflowError, TypeError):
        return None
