"""Whether a request is sent again, and after how many seconds.

Polls, creates and downloads each have a loop of their own; what they agree on stands here. Pure but for the wall clock,
which the date in a Retry-After header is compared with.
"""

from __future__ import annotations

import math
import random
import time

from .payload import http_date
from .timeouts import LONGEST_REQUEST

MAX_BACKOFF = 60.0
MAX_RETRY_AFTER = 120.0

#: Statuses after which the same request may succeed a little later. 520 to 530 are Cloudflare's.
TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, *range(520, 531)})

# A create is sent up to so many times. The last one begins at most so many seconds after the first.
CREATE_SENDS = 3
CREATE_PATIENCE = 30.0
CREATE_PAUSE = 2.0  # seconds before the second; doubled for the third

#: Seconds that a create can last, with its pauses. Older than this, it belongs to a kernel that died.
LONGEST_CREATE = CREATE_SENDS * LONGEST_REQUEST + (CREATE_SENDS - 1) * CREATE_PATIENCE


def backoff(errors: int, base: float, retry_after: float | None = None) -> float:
    """Seconds until the next try after ``errors`` failures in a row: full jitter, or what the service asked for."""
    if retry_after is not None:
        return min(max(retry_after, base), MAX_RETRY_AFTER)
    ceiling = min(base * 2 ** min(errors - 1, 10), MAX_BACKOFF)
    return random.uniform(min(base, ceiling), ceiling)


def parse_retry_after(value: str | None) -> float | None:
    """Seconds from now, from the value of a Retry-After header: seconds or a date. None for anything else."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        date = http_date(value)
        return None if date is None else max(0.0, date - time.time())
    return seconds if 0 <= seconds < math.inf else None
