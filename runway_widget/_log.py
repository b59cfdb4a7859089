"""The package's log, which costs nobody a result: what it is written to is the host's, and may fail or never return."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from typing import Any


class _Log(logging.LoggerAdapter[logging.Logger]):
    """Raises nothing. (`logging` lets pass whatever stderr raises but for an OSError; Python 3.11)"""

    def log(self, level: int, msg: object, *args: object, **options: Any) -> None:
        with suppress(Exception):
            for stream in (sys.stdout, sys.stderr):
                _cut_circle(getattr(stream, "_thread_to_parent", None))
            super().log(level, msg, *args, **{"stacklevel": 2, **options})


def _cut_circle(parents: dict[int | None, int | None] | None) -> None:
    """Have a kernel's stream come to an end when it looks for the oldest ancestor of this thread.

    It goes in a circle where ids of threads that have ended were used again. (ipykernel#1269: 6.29.0 to 7.0.1)
    """
    first = threading.get_ident()
    seen: set[int | None] = set()
    thread: int | None = first
    while parents and thread in parents:
        if thread in seen:
            del parents[first]
            break
        seen.add(thread)
        thread = parents[thread]


log = _Log(logging.getLogger("runway_widget"), {})
