"""Users' `observe` callbacks, on a thread of their own.

Traitlets calls observers where a trait is set, and here one thread sets the traits of every task. A callback that
blocks there would hold up all cards and all waits, so it runs on this thread instead. One that blocks here for longer
than `PATIENCE` keeps the thread to itself, and the others go on in a new one. One that raises is logged, once.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .._log import log
from .._runtime import process, schedule
from .._runtime.threads import SerialThread, while_watching

THREAD = "runway-widget-callbacks"
PATIENCE = 1.0  # seconds


@dataclass(eq=False, slots=True)
class Run:
    """One run of a callback, ``since`` on the monotonic clock."""

    since: float


class Callbacks:
    """Runs users' callbacks one at a time on one thread."""

    def __init__(self) -> None:
        # Its thread stays, because a callback often sends, as a linked widget's does: see `KeepAlive`.
        self._serial = SerialThread(THREAD, keep_alive=while_watching, runs_callbacks=True)
        self.reset()
        process.register(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`."""
        self._lock = threading.Lock()  # of all that follows
        self._current: Run | None = None
        self._check: schedule.ScheduledCall | None = None  # of the thread; `call` is None once it was made

    def close(self) -> None:
        """See `process.ThreadOwner`: nothing to do, as the thread and the timer are closed too."""

    def put(self, observer: Observer) -> None:
        """Have ``observer`` call its handler soon."""
        self._serial.put(lambda: self._run(observer))

    def _run(self, observer: Observer) -> None:
        run = Run(time.monotonic())
        with self._lock:
            self._current = run
            if self._check is None or self._check.call is None:
                self._check = schedule.timer.after(PATIENCE, self._replace_stuck_thread)
        observer.handle_changes()
        with self._lock:
            if self._current is run:  # else its thread was replaced meanwhile
                self._current = None

    def _replace_stuck_thread(self) -> None:
        """Where a callback has been running for too long, give what waits behind it to another thread."""
        with self._lock:
            if self._current is None:
                return  # the next run plans the next check
            if time.monotonic() - self._current.since >= PATIENCE:
                self._current = None
                self._serial.replace_thread()
            self._check = schedule.timer.after(PATIENCE, self._replace_stuck_thread)


class Observer:
    """A user's handler, as traitlets gets it: hands each change over, and logs the first exception."""

    def __init__(self, handler: Callable[[Any], Any]) -> None:
        self._handler = handler
        self._logged = False
        self._changes: deque[Any] = deque()
        self._busy = process.Lock()  # a handler that blocks is not called a second time meanwhile

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Observer) and self._handler == other._handler  # so traitlets finds it to take it back

    __hash__ = None  # type: ignore[assignment]  # a handler need not have one

    def __call__(self, change: Any) -> None:
        self._changes.append(change)
        callbacks.put(self)

    def handle_changes(self) -> None:
        """Call the handler for each change that waits, unless another thread is at it."""
        while self._changes and self._busy.acquire(blocking=False):  # again: one may have come just before the release
            try:
                while self._changes:
                    self._call(self._changes.popleft())
            finally:
                self._busy.release()

    def _call(self, change: Any) -> None:
        try:
            self._handler(change)
        except BaseException:  # SystemExit and CancelledError too: they would end the thread of all callbacks
            if not self._logged:
                self._logged = True
                log.exception("a callback observing a task raised; further exceptions of it are not logged")


callbacks = Callbacks()
