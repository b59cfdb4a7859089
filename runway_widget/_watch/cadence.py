"""When to ask again, and how long it may still take. Pure arithmetic on times that are handed in.

The service refreshes a task no faster than every five seconds, so a gap is never shorter, and never longer than a cap
that bounds how late the end is seen. In between the square-root law decides (`law`): polls are sparse right after the
start, dense around the time when such a task usually ends. What is known of that time is, in this order:

- a progress that moves, as far as it is steady (`progress`);
- how long such tasks took before, or else what is documented of them.

Where the answers show that the service itself looks only every so often, polls follow its looks (`refresh`).
Exponential back-off answers errors only: a task that takes long is not an error.

Whatever is believed, no gap is shorter than `FLOOR` or longer than `CAP`. So if all of it is wrong, a task costs no
more requests than a fixed interval of `FLOOR`, and its end is seen at most ``CAP - FLOOR`` seconds later than that
could see it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .._service.duration import Duration
from .._service.endpoint import endpoint_of
from .._service.state import Status, TaskState
from . import law
from .progress import RESOLUTION, Progress
from .refresh import Refresh

FLOOR = 5.0  # seconds: the service does not refresh faster (Runway's API reference)
CAP = 20.0  # seconds: bounds the delay with which an end is seen
MOVING_CAP = 12.0  # seconds, while a progress is followed: a bar that stands for longer looks as if it were stuck
QUEUE_CAP = 10.0  # seconds, while a task is queued
QUEUE_PART = 0.25  # of the time in the queue so far: a start is seen late by no more than this part
STEP = 2 * RESOLUTION  # a progress that should have moved by this much, and has not, stands still
NOT_VISIBLE_GAPS = (2.0, 3.0, 5.0)
MIN_REFRESH = 1.0


def not_visible_gap(absences: int) -> float:
    """Seconds until the next poll of a task that the service has not shown in ``absences`` answers."""
    return NOT_VISIBLE_GAPS[min(absences, len(NOT_VISIBLE_GAPS)) - 1]


@dataclass
class History:
    """What has been seen of one task, on one monotonic clock, in seconds.

    ``typical`` is how long such a task usually runs, None where nothing is known of it but what its action says.
    """

    typical: Duration | None = None
    running_since: float | None = None
    start_seen: bool = False  # so that is when the run began, and not only when it was first seen
    progress: Progress = field(default_factory=Progress)
    refresh: Refresh = field(default_factory=Refresh)
    _first_at: float | None = None
    _last: tuple[float, TaskState] | None = None

    def record(
        self, now: float, state: TaskState, started: float | None = None, submitted: float | None = None
    ) -> None:
        """Note one answer. ``started`` is when the run began, and ``submitted`` the task, where the service says it."""
        self._first_at = now if self._first_at is None else self._first_at
        runs = state.status is Status.IN_PROGRESS
        if runs and self.running_since is None:
            self._record_start(now, state, started, submitted)
        if self._last is not None:
            before, last = self._last
            changed = (last.status, last.word, last.progress) != (state.status, state.word, state.progress)
            moves = runs and self._shows_looks(now)
            proves = self.progress.pace * (now - before) >= STEP
            self.refresh.record(before, now, changed=changed, moves=moves, proves=proves)
        elif runs:
            self.refresh.begin(now)
        if runs and state.progress_known:
            at = now if self._last is None else self.refresh.look(self._last[0], now)
            self.progress.record(now, state.progress, at, self.refresh.period if self.refresh.active else 0.0)
        self._last = now, state

    def _record_start(self, now: float, state: TaskState, started: float | None, submitted: float | None) -> None:
        queued = self._last[0] if self._last is not None and self._last[1].status.queued else -math.inf
        age = math.inf if submitted is None else now - submitted
        told = started is not None
        self.start_seen = told or queued > -math.inf or age <= CAP
        if started is None:  # a task that runs already when it is first seen began at some time since its submission
            started = now if self.start_seen or submitted is None else submitted
        self.running_since = min(max(started, queued), now)
        from_zero = state.progress == 0 and (self.start_seen or submitted is None)
        if from_zero or (state.progress_known and told):
            self.progress.start = self.running_since

    def _shows_looks(self, now: float) -> bool:
        """Whether each look of a service at its source changes its answers; also while that is not known yet."""
        if self.running_since is None:
            return False
        if not self.progress.pace:
            moves = self.progress.marks or self.progress.start is not None
            return bool(moves) and now - self.running_since < 1.5 * self.refresh.period
        return self.progress.pace * self.refresh.period >= STEP

    def left(self, now: float, elapsed: float | None = None) -> float | None:
        """Seconds to the end, estimated from the progress, else from earlier tasks; None where neither helps.

        ``elapsed`` is since the submission, as far as that is known.
        """
        by_progress = self.progress.left(now)
        if by_progress is not None or self.typical is None or not self.typical.runs or elapsed is None:
            return by_progress
        if self.running_since is None:
            elapsed = 0.0  # it is queued, for nobody knows how long
        elif self.start_seen:
            elapsed = now - self.running_since
        left = self.typical.median - elapsed
        return left if left >= 1 else None

    def ran(self, ended: float) -> float | None:
        """How long the task ran, if it ended then: without the queue before; None where the start was not seen."""
        return max(ended - self.running_since, 0.0) if self.running_since is not None and self.start_seen else None

    def gap(self, now: float, action: str = "") -> float:
        """Seconds until the next poll of a task that is visible, `FLOOR` to `CAP`."""
        if self.running_since is None:
            return self._queue_gap(now, action)
        foretold = self.progress.remaining
        since, duration = foretold or (self.running_since, self._usual(action))
        gap = law.gap(now - since, duration, FLOOR, CAP if foretold is None else min(MOVING_CAP, CAP))
        if not self._shows_looks(now):
            return gap
        pace = self.progress.pace
        look = self.refresh.next(
            now, FLOOR, STEP / pace if pace else None, lambda at: law.ends_by(at - since, duration, now - since)
        )
        if look is None:
            return gap
        return min(look, CAP if self.refresh.confirmed else gap)

    def _queue_gap(self, now: float, action: str) -> float:
        """A part of the time in the queue so far, as nothing is known of its length; but as if the run began now."""
        waited = 0.0 if self._first_at is None else now - self._first_at
        longest = law.gap(0.0, self._usual(action), FLOOR, min(QUEUE_CAP, CAP))
        return min(max(QUEUE_PART * waited, FLOOR), longest)

    def _usual(self, action: str) -> Duration:
        return self.typical or endpoint_of(action).usual()
