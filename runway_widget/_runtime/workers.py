"""The two threads for downloads and thumbnails, so that a large file holds up no poll and no card."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import deque
from collections.abc import Callable

from .threads import start_thread

log = logging.getLogger("runway_widget")

THREADS = 2


class ThreadPool:
    """Makes calls on at most `THREADS` threads, which exist only while there are any to make; first come, first served.

    What a call raises is logged. At exit nothing is joined: calls that have not begun are dropped.
    """

    def __init__(self, name: str, threads: int = THREADS) -> None:
        self.name = name
        self._most = threads
        self.reset()
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """Forget everything, as a forked child must: the threads stayed with the parent."""
        self._lock = threading.Lock()
        self._calls: deque[Callable[[], object]] = deque()
        self._running = 0

    def submit(self, call: Callable[[], object]) -> None:
        """Have ``call`` made soon. RuntimeError: no thread runs and none can be started; the call is forgotten."""
        with self._lock:
            self._calls.append(call)
            if self._running < self._most:
                try:
                    start_thread(self._run, self.name)
                    self._running += 1
                except RuntimeError:  # the machine is out of threads
                    if not self._running:
                        self._calls.pop()
                        raise

    def close(self) -> None:
        """Begin no further call."""
        with self._lock:
            self._calls.clear()

    @property
    def idle(self) -> bool:
        """Nothing is under way and no thread is left."""
        with self._lock:
            return not self._running

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._calls:
                    self._running -= 1
                    return
                call = self._calls.popleft()
            try:
                call()
            except Exception:
                log.exception("%s met an error", self.name)
            del call  # or it would stay alive until the next one


media_pool = ThreadPool("runway-widget-media")
