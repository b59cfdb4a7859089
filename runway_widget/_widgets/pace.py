"""Not all at once: what many cards send in one moment is dropped by the server, which is how they came to ask for it.

Jupyter Server takes at most 1 MB/s of a kernel, and drops what is more ("IOPub data rate exceeded"); a static card is
up to 60 kB, and is sent again at each star and each saved file.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .._runtime import process, schedule, writer

PAUSE = 0.25  # seconds from one call to the next


class Pace:
    """Makes calls one after the other, with a pause between; the first one at once."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._free_at = 0.0
        self._lock = process.Lock()  # of the moment from which the next may be made

    def put(self, call: Callable[[], object]) -> None:
        """Make ``call`` now, or, after others, on the writer thread when its turn has come."""
        with self._lock:
            now = time.monotonic()
            wait = max(0.0, self._free_at - now)
            self._free_at = now + wait + self._pause
        if wait:
            schedule.timer.after(wait, lambda: writer.put(call))
        else:
            call()


#: That of the whole package.
pace = Pace()
