"""Users' `observe` callbacks, on a thread of their own.

Traitlets calls observers where a trait is set, and here one thread sets the traits of every task. A callback that
blocks there would hold up all cards and all waits, so it runs on this thread instead. One that blocks here for longer
than `PATIENCE` keeps the thread to itself, and the others go on in a new one. One that raises is logged, once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .._runtime import process, schedule
from .._runtime.threads import SerialThread, while_watching

log = logging.getLogger("runway_widget")

THREAD = "runway-widget-callbacks"
PATIENCE = 1.0  # seconds


@dataclass(eq=False, slots=True)
class Turn:
    """One observer's use of the thread, ``since`` on the monotonic clock."""

    since: float


class Callbacks:
    """Observers by turns, each of which calls its handler for one change."""

    def __init__(self) -> None:
        # Kept, because a callback often sends, as a linked widget's does: see `KeepAlive`.
        self._serial = SerialThread(THREAD, keep_alive=while_watching, runs_callbacks=True)
        self.reset()
        process.register(self)

    def reset(self) -> None:
        """See `process.Machine`."""
        self._lock = threading.Lock()
        self._turn: Turn | None = None  # the one that is being taken
        self._looking = False

    def close(self) -> None:
        """See `process.Machine`: nothing to do, as the thread and the timer are closed too."""

    def put(self, observer: Observer) -> None:
        """Let ``observer`` have its turn."""
        with self._lock:
            look, self._looking = not self._looking, True
        self._serial.put(lambda: self._take_turn(observer))
        if look:
            schedule.timer.after(PATIENCE, self._look)

    @property
    def running(self) -> bool:
        """Whether there is a thread that takes turns."""
        return self._serial.running

    def _take_turn(self, observer: Observer) -> None:
        turn = Turn(time.monotonic())
        with self._lock:
            self._turn = turn
        observer.turn()
        with self._lock:
            if self._turn is turn:  # else its thread was replaced meanwhile
                self._turn = None

    def _look(self) -> None:
        """Whether one has been at it for too long while others wait."""
        with self._lock:
            self._looking = self._turn is not None
            if self._turn is not None and time.monotonic() - self._turn.since >= PATIENCE:
                self._turn = None
                self._serial.replace_thread()
        if self._looking:
            schedule.timer.after(PATIENCE, self._look)


class Observer:
    """A user's handler, as traitlets gets it: hands each change over, and logs the first exception."""

    def __init__(self, handler: Callable[[Any], Any]) -> None:
        self._handler = handler
        self._logged = False
        self._changes: deque[Any] = deque()
        self._busy = threading.Lock()  # a handler that is stuck is not called a second time meanwhile

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Observer) and self._handler == other._handler  # so traitlets finds it to take it back

    __hash__ = None  # type: ignore[assignment]  # a handler need not have one

    def __call__(self, change: Any) -> None:
        self._changes.append(change)
        callbacks.put(self)

    def turn(self) -> None:
        """Call the handler for the changes that wait."""
        if not self._busy.acquire(blocking=False):
            return
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
