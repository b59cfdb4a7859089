"""What is to be done when: an agenda of calls that can be cancelled, and the one thread that makes them in time.

Every cost here is that of a heap, so that thousands of tasks cost each what a few do.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

from .._log import log
from . import process
from .later import MissingThread
from .threads import start_thread


class ScheduledCall:
    """One call to come; None once it was made or cancelled."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], object]) -> None:
        self.call: Callable[[], object] | None = call


class Agenda:
    """Calls by due time. No threads, no clock; the caller sees to locking.

    A cancelled call stays in the heap until it comes up, or until such calls are the most of the heap. They are
    counted as they are cancelled, so that adding a call never looks at all the others.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, ScheduledCall]] = []
        self._order = count()
        self._cancelled = 0

    def at(self, when: float, call: Callable[[], object]) -> ScheduledCall:
        """Have ``call`` made at ``when``."""
        scheduled = ScheduledCall(call)
        heapq.heappush(self._heap, (when, next(self._order), scheduled))
        return scheduled

    def cancel(self, scheduled: ScheduledCall) -> None:
        """Forget a call of this agenda; does nothing once it was made or cancelled."""
        if scheduled.call is None:
            return
        scheduled.call = None
        self._cancelled += 1
        if self._cancelled > 64 and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].call is not None]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def clear(self) -> None:
        """Forget every call."""
        for _, _, scheduled in self._heap:
            scheduled.call = None
        self._heap.clear()
        self._cancelled = 0

    def next(self) -> float | None:
        """When the next call is due; None if there is none."""
        while self._heap and self._heap[0][2].call is None:
            heapq.heappop(self._heap)
            self._cancelled -= 1
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> Iterator[Callable[[], object]]:
        """The calls that are due, earliest first; those that a call adds or cancels are heeded."""
        while (when := self.next()) is not None and when <= now:
            scheduled = heapq.heappop(self._heap)[2]
            call, scheduled.call = scheduled.call, None
            if call is not None:
                yield call


class Timer:
    """Makes each call once, when its time has come, on one thread that is there only while a call is to come.

    Calls must be short: they hand something on. They are made without the timer's lock, so a call that is due may
    still be made although it was cancelled in that very moment.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.reset()
        process.register(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`."""
        self._changed = threading.Condition()  # of the agenda; the thread waits for it until a call is due
        self._agenda = Agenda()
        self._running = False
        self._missing = MissingThread()

    def at(self, when: float, call: Callable[[], object]) -> ScheduledCall:
        """Have ``call`` made at ``when`` on the monotonic clock.

        RuntimeError: there is no thread, and none can be started; it will not be made.
        """
        with self._changed:
            scheduled = self._agenda.at(when, call)
            try:
                self._provide_thread(when)
            except RuntimeError:
                self._agenda.cancel(scheduled)
                raise
        return scheduled

    def after(self, seconds: float, call: Callable[[], object]) -> ScheduledCall:
        """Have ``call`` made in ``seconds``, or, where no thread can be started, when a later call has started one."""
        with self._changed:
            when = time.monotonic() + seconds
            scheduled = self._agenda.at(when, call)
            try:
                self._provide_thread(when)
            except RuntimeError as error:
                self._missing.note(error)
        return scheduled

    def cancel(self, scheduled: ScheduledCall) -> None:
        """Take a call back, and let the thread go if it was the last. Does nothing once it was made."""
        with self._changed:
            self._agenda.cancel(scheduled)
            if self._agenda.next() is None:
                self._changed.notify()

    def cancel_all(self) -> None:
        """Take all calls back."""
        with self._changed:
            self._agenda.clear()
            self._changed.notify()

    close = cancel_all  # at exit: see `process.ThreadOwner`

    @property
    def running(self) -> bool:
        """Whether there is a thread."""
        with self._changed:
            return self._running

    def _provide_thread(self, when: float) -> None:
        if not self._running:
            start_thread(self._run, self.name)
            self._running = True
        elif self._agenda.next() == when:  # the thread sleeps until the call that was the first before
            self._changed.notify()

    def _run(self) -> None:
        changed = self._changed
        self._missing.log(self.name)
        with changed:
            while (when := self._agenda.next()) is not None:
                if (left := when - time.monotonic()) > 0:
                    changed.wait(min(left, threading.TIMEOUT_MAX))
                for call in self._agenda.due(time.monotonic()):
                    changed.release()
                    try:
                        call()
                    except Exception:  # or this thread ends, and with it every call to come
                        log.exception("%s met an error", self.name)
                    finally:
                        changed.acquire()
                    del call  # or what it refers to would stay alive until the next one
            self._running = False


#: The timer of the whole package.
timer = Timer("runway-widget-timer")
