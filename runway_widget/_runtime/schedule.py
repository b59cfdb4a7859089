"""What is to be done when: a heap of calls, each of which can be taken back. No thread and no clock of its own."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count


class Appointment:
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
        self._heap: list[tuple[float, int, Appointment]] = []
        self._order = count()

    def at(self, when: float, call: Callable[[], None]) -> Appointment:
        """Have ``call`` made at ``when``."""
        appointment = Appointment(when, call)
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
