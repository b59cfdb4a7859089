"""When to ask again, and how long it may still take. Pure arithmetic on times that are handed in.

The service refreshes a task no faster than every five seconds, so a gap is never shorter, and never longer than a cap
that bounds how late the end is seen. In between, checks should be as dense as the square root of the chance that the
task ends just now (Keller 1974): sparse right after the start, dense around the time such tasks usually take, sparse
again for stragglers. A progress that moves tells more than any prior, and is followed instead. Exponential back-off
answers errors only: a task that takes long is not an error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .._service.endpoint import endpoint_of
from .._service.state import Status, TaskState

FLOOR = 5.0  # seconds: the service does not refresh faster (Runway's API reference)
CAP = 10.0  # seconds: bounds the delay with which an end is seen
NOT_VISIBLE_GAPS = (2.0, 3.0, 5.0)
MIN_REFRESH = 1.0
LONGEST_LEFT = 86_400.0  # seconds; a longer estimate is not shown

_SIGMA = 0.5


def not_visible_gap(absences: int) -> float:
    """Seconds until the next poll of a task that the service has not shown in ``absences`` answers."""
    return NOT_VISIBLE_GAPS[min(absences, len(NOT_VISIBLE_GAPS)) - 1]


def _hazard(x: float) -> float:
    """The chance per unit time of ending at ``x`` medians, given no end before: lognormal with `_SIGMA`."""
    z = math.log(max(x, 1e-3)) / _SIGMA
    survival = 0.5 * math.erfc(z / math.sqrt(2))
    density = math.exp(-z * z / 2) / (x * _SIGMA * math.sqrt(2 * math.pi)) if x > 1e-3 else 0.0
    return density / survival if survival > 1e-9 else 0.0


_PEAK = max(_hazard(i / 20) for i in range(1, 100))


@dataclass
class History:
    """What has been seen of one task, on one monotonic clock, in seconds.

    ``typical`` is the usual duration of such a task where it is known from earlier ones, else None.
    """

    typical: float | None = None
    running_since: float | None = None
    marks: list[tuple[float, float]] = field(default_factory=list)

    def record(self, now: float, state: TaskState) -> None:
        """Note one answer."""
        if state.status is not Status.IN_PROGRESS:
            return
        if self.running_since is None:
            self.running_since = now
        if state.progress_known and (not self.marks or self.marks[-1][1] != state.progress):
            if self.marks and state.progress < self.marks[-1][1]:
                self.marks.clear()  # the task started again, so its earlier pace says nothing
            self.marks.append((now, state.progress))

    def left(self, now: float, elapsed: float | None = None) -> float | None:
        """Seconds to the end, estimated from the progress, else from earlier tasks; None where neither helps."""
        by_progress = self._left_by_progress(now)
        if by_progress is not None or self.typical is None or elapsed is None:
            return by_progress
        return self.typical - elapsed if self.typical - elapsed >= 1 else None

    def _left_by_progress(self, now: float) -> float | None:
        if len(self.marks) < 2:
            return None
        (first, begun), (last, done) = self.marks[0], self.marks[-1]
        spacing = (last - first) / (len(self.marks) - 1)
        if spacing <= 0 or now - last > max(15.0, 3 * spacing):  # it stands still: a number would be a guess
            return None
        left = (1 - done) * (last - first) / (done - begun) - (now - last)
        return left if 1 <= left <= LONGEST_LEFT else None

    def gap(self, now: float, action: str = "") -> float:
        """Seconds until the next poll of a task that is visible, `FLOOR` to `CAP`."""
        left = self._left_by_progress(now)
        if left is not None:
            return min(max(left / 4, FLOOR), CAP)
        if self.running_since is None:
            return FLOOR  # it is queued, and its start is worth seeing soon
        median = self.typical or endpoint_of(action).typical
        hazard = _hazard((now - self.running_since) / median)
        return min(FLOOR * math.sqrt(_PEAK / min(hazard, _PEAK)), CAP) if hazard > 0 else CAP
