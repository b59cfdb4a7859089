"""How long to pause before a request is sent again."""

from __future__ import annotations

import random

MAX_BACKOFF = 60.0
MAX_RETRY_AFTER = 120.0


def backoff(errors: int, base: float, retry_after: float | None = None) -> float:
    """Seconds until the next try after ``errors`` failures in a row: full jitter, or what the service asked for."""
    if retry_after is not None:
        return min(max(retry_after, base), MAX_RETRY_AFTER)
    ceiling = min(base * 2 ** min(errors - 1, 10), MAX_BACKOFF)
    return random.uniform(min(base, ceiling), ceiling)
