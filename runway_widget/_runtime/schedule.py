"""What is to be done when: an agenda of calls that can be taken back, and a timer that makes them on a thread."""

from __future__ import annotations

import heapq
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

from .threads import SerialThread

log = logging.getLogger("runway_widget")


class ScheduledCall:
    """One call to come. `cancel` takes it back."""

    __slots__ = ("call", "when")

    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self.when = when
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Forget the call; does nothing once it was made."""
        self.call = None


class Agenda:
    """Calls by due time. Cancelled ones stay in the heap until they come up, or until they are the most of it."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, ScheduledCall]] = []
        self._order = count()

    def at(self, when: float, call: Callable[[], None]) -> ScheduledCall:
        """Have ``call`` made at ``when``."""
        appointment = ScheduledCall(when, call)
        heapq.heappush(self._heap, (when, next(self._order), appointment))
        if len(self._heap) > 64 and sum(entry[2].call is not None for entry in self._heap) * 2 < len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].call is not None]
            heapq.heapify(self._heap)
        return appointment

    def next(self) -> float | None:
        """When the next call is due; None if there is none."""
        while self._heap and self._heap[0][2].call is None:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self, now: float) -> Iterator[Callable[[], None]]:
        """The calls that are due, earliest first; those that a call adds or cancels are heeded."""
        while (when := self.next()) is not None and when <= now:
            appointment = heapq.heappop(self._heap)[2]
            call, appointment.call = appointment.call, None
            if call is not None:
                yield call


class Timer:
    """Makes each call once, when its time has come. The calls are short: they hand something on."""

    def __init__(self, name: str) -> None:
        self._thread = SerialThread(name)
        self.reset()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """Forget everything, as a forked child must: the thread stayed with the parent."""
        self._news = threading.Condition()
        self._agenda = Agenda()
        self._running = False

    def after(self, seconds: float, call: Callable[[], None]) -> ScheduledCall:
        """Have ``call`` made in ``seconds``; what comes back can be cancelled."""
        with self._news:
            appointment = self._agenda.at(time.monotonic() + seconds, call)
            if not self._running or not self._thread.running:
                self._running = True
                self._thread.put(self._run)
            self._news.notify()
        return appointment

    def cancel(self, appointment: ScheduledCall) -> None:
        """Take a call back, and let the thread go if it was the last."""
        with self._news:
            appointment.cancel()
            self._news.notify()

    def _run(self) -> None:
        with self._news:
            while (when := self._agenda.next()) is not None:
                for call in self._agenda.due(time.monotonic()):
                    try:
                        call()
                    except Exception:  # or this thread ends, and with it every call to come
                        log.exception("%s met an error", self._thread.name)
                self._news.wait(max(0.0, when - time.monotonic()))
            self._running = False


timer = Timer("runway-widget-timer")
