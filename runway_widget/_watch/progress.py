"""What a reported progress tells of the end, and whether it can be believed. Pure arithmetic.

While a fraction p moves at a steady pace, what remains is (1 - p) / pace. Whether it is steady shows in the past: each
new value is held against what the pace until then had foretold. Far off, and the progress is not believed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from .._service.duration import LEAST_SPREAD, Duration

LONGEST_LEFT = 86_400.0  # seconds; a longer estimate is not shown
FIRST_SPREAD = 0.3  # of an estimate that nothing has confirmed yet
BELIEVED = 0.5  # spread up to which a progress tells more than no progress
RESOLUTION = 0.01  # services report whole percents


@dataclass
class Progress:
    """The values that were reported, and when they were first seen; seconds on one monotonic clock.

    ``start`` is when the run began, where that was seen: then it counts as a progress of 0.
    """

    start: float | None = None
    marks: list[tuple[float, float]] = field(default_factory=list)
    stalled: float = 0.0  # seconds for which the last of them was reported again and again
    _seen_at: float = 0.0

    def record(self, now: float, fraction: float, at: float | None = None, patience: float = 0.0) -> None:
        """Note one answer's.

        ``at`` is when the service looked, where that is known to be earlier, and ``patience`` for how long it may not
        have looked again: to stand still for so long means nothing.
        """
        if self.marks and self.marks[-1][1] == fraction:
            self.stalled = max(0.0, now - self._seen_at - patience)
            return
        if self.marks and fraction < self.marks[-1][1]:  # the task started again: its earlier pace says nothing
            self.marks.clear()
            self.start = None
        at = now if at is None else at
        self.marks.append((max(at, self.marks[-1][0]) if self.marks else at, fraction))
        self._seen_at, self.stalled = now, 0.0

    def left(self, now: float) -> float | None:
        """Seconds to the end for people to read, by the pace so far; None where the progress does not tell."""
        marks = self.marks if len(self.marks) > 1 else self._from_start
        if len(marks) < 2:
            return None
        (first, begun), (last, done) = marks[0], marks[-1]
        spacing = (last - first) / (len(marks) - 1)
        if spacing <= 0 or now - last > max(15.0, 3 * spacing):  # it stands still: a number would be a guess
            return None
        left = (1 - done) * (last - first) / (done - begun) - (now - last)
        return left if 1 <= left <= LONGEST_LEFT else None

    @property
    def pace(self) -> float:
        """The fraction of the work done per second until the last mark; 0.0 where that is not known."""
        (first, begun), (last, done) = self._from_start[0], self._from_start[-1]
        return (done - begun) / (last - first) if last > first else 0.0

    @property
    def remaining(self) -> tuple[float, Duration] | None:
        """Since when, and how long from then on, the task will still run; None where the progress is not believed.

        (1 - p) / pace, with a spread that the past tells: the root of the mean square of ln(pace seen / pace foretold),
        where `FIRST_SPREAD` counts for one more observation.
        """
        pace = self.pace
        if not pace:
            return None
        squares = [FIRST_SPREAD**2, *(error**2 for error in self._errors())]
        spread = math.sqrt(sum(squares) / len(squares))
        last, done = self.marks[-1]
        left = (1 - done) / pace
        if spread > BELIEVED or not 0 < left <= LONGEST_LEFT:
            return None
        return last, Duration(left, max(spread, LEAST_SPREAD))

    @property
    def _from_start(self) -> list[tuple[float, float]]:
        begins = self.start is not None and (not self.marks or self.marks[0][0] > self.start)
        return [(self.start or 0.0, 0.0), *self.marks] if begins or not self.marks else self.marks

    def _errors(self) -> list[float]:
        """ln of each pace over the pace of all time before it; the last for a value that has not moved since."""
        marks = self._from_start
        first, begun = marks[0]
        errors = []
        for (before, low), (at, high) in pairwise(marks[1:]):
            foretold = (low - begun) / (before - first) * (at - before) if at > before > first else 0.0
            if foretold > 0:
                errors.append(math.log((high - low) / foretold))
        foretold = self.pace * self.stalled
        if foretold > RESOLUTION:
            errors.append(math.log(RESOLUTION / foretold))
        return errors
