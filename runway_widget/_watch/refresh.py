"""A service that looks at its own source only every so often: when it does so, learned from when its answers change.

A gateway's loop asks the provider for all tasks, sleeps, and asks again. Between two of its looks an answer cannot
change, so asking more often buys nothing, and asking just after a look sees an end as soon as it can be seen. What is
known is a window in which a look falls; each answer that differs from the one before, or does not, narrows it. Pure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

GATEWAY_PERIOD = 15.0  # seconds that the loop of new-api sleeps, which such gateways run (its controller/task.go)
WORK = 0.1  # seconds that the loop is thought to work, beside its sleep, until a look is late
LATE_WORK = 0.5  # the least that it is thought to work then
MARGIN = 0.1  # seconds between the latest end of a look and the poll that shall see what it brought
NARROW = 0.4  # seconds: a window that is not worth a request to be narrowed
LUCK = 3  # polls in a row inside a window that came after the look; the window may be later than the looks
MISFITS = 4  # contradictions after which there is no such loop


@dataclass
class Refresh:
    """The window (low, high] of one look, on the monotonic clock; others are ``period`` and ``work`` seconds apart.

    ``sought``: the service is one that may well do this, so requests may be spent to find out when.
    """

    period: float = GATEWAY_PERIOD
    sought: bool = False
    low: float = 0.0
    high: float = 0.0
    confirmed: bool = False  # an answer stood still that would have moved otherwise
    work: float = WORK
    _changed_at: float | None = None
    _luck: int = 0
    _misfits: int = 0

    def record(self, before: float, now: float, *, changed: bool, moves: bool, proves: bool) -> None:
        """Note an answer at ``now`` after one at ``before``.

        ``moves``: each look would change the answer; ``proves``: it would have changed by now without such a loop.
        """
        if changed:
            self._changed_at = now
        if not self._known:
            self._begin(before, now, changed=changed)
            return
        self._roll(before)
        if changed:
            self._take_change(before, now)
        elif moves:
            self._take_stillness(before, now, proves=proves)

    def begin(self, now: float) -> None:
        """The run has begun: if looks are sought, the first may come at any time."""
        if self.sought and not self._known:
            self.low, self.high = now, now + self.period

    def next(self, now: float, floor: float, moves_in: float | None, ends_by: Callable[[float], float]) -> float | None:
        """Seconds until the next poll that pays, at least ``floor``; None where nothing is known.

        ``moves_in`` is in how many seconds an answer would change if there were no such loop, as far as that is known:
        a poll so soon after the first change tells whether there is one. ``ends_by`` is the chance that the task ends
        before a time.

        Then a poll comes when the look is surely over, or in the middle of the window, which halves it: each later poll
        comes width / 4 earlier on average. But half the time it misses the look, and an end that the look brings waits
        for the next poll: floor / 2 on average, instead of width / 2. So a window is halved while the chance p of an
        end before its own end is small: p · (floor - width) / 2 < (1 - p) · width / 4.
        """
        if not self.active:
            return None
        self._roll(now)
        low, high = max(self.low, now), self.high
        if not self.confirmed and self._changed_at == now and moves_in is not None:
            test = max(floor, moves_in)
            return test if now + test <= low else None
        if self._luck >= LUCK and low - MARGIN >= now + floor:
            return low - MARGIN - now  # nothing may change until then
        width, p = high - low, ends_by(high)
        if width > NARROW and p * (floor - width) / 2 < (1 - p) * width / 4:
            return max((low + high) / 2 - now, floor)
        return max(high + MARGIN - now, floor)

    def look(self, before: float, now: float) -> float:
        """When, as far as is known, the look came that brought a change between ``before`` and ``now``."""
        low, high = max(self.low, before), min(self.high, now)
        return (low + high) / 2 if self.active and low < high else now

    @property
    def active(self) -> bool:
        """Whether polls follow it."""
        return self._known and (self.confirmed or self.sought)

    @property
    def _known(self) -> bool:
        return self.high > self.low and self._misfits < MISFITS

    def _begin(self, before: float, now: float, *, changed: bool) -> None:
        if changed and now - before < self.period:
            self.low, self.high = before, now
        else:
            self.begin(now)

    def _roll(self, now: float) -> None:
        """To the first look that may come after ``now``."""
        while self._known and self.high <= now:
            self.low, self.high = self.low + self.period, self.high + self.period + self.work
            if self.high - self.low >= self.period:
                self.low = self.high = 0.0

    def _take_change(self, before: float, now: float) -> None:
        """A look came between the two."""
        if self.low + self.period < now:
            return  # or the one after it
        low, high = max(self.low, before), min(self.high, now)
        if low >= high:  # it came when none was to come
            self._misfits += 1
            self._luck = 0
            self.sought, self.confirmed = self.sought and self.confirmed, False
            self.low = self.high = 0.0
            self._begin(before, now, changed=True)
            return
        self._luck += before <= self.low and now < self.high
        self.low, self.high = low, high

    def _take_stillness(self, before: float, now: float, *, proves: bool) -> None:
        """No look came between the two."""
        if before <= self.low and self.high <= now:  # it is late, so the loop works longer than was thought
            self._misfits += 1
            self.work = min(max(4 * self.work, LATE_WORK), self.period / 3)
            self.low, self.high = now, now + self.period / 3
            return
        self.confirmed = self.confirmed or proves
        if now > self.low - 2 * MARGIN:
            self._luck = 0
        if before <= self.low < now:
            self.low = now
        elif self.low < before < self.high <= now:
            self.high = before
