"""How the takes of a grid stand over all, kept up to date take by take: a message must not cost by the grid's size."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Literal

from .._service.cost import Cost
from .._service.state import Status
from .costs import CostSum
from .view import Summary
from .words import sum_words

Standing = Literal["running", "waiting", "done", "failed", "cancelled", "not sent", "not watched"]

NOT_SENT = "NOT_SENT"  # stands in for the status of a take that was never sent
_ENDED: dict[str, Standing] = {
    Status.SUCCESS: "done",
    Status.FAILURE: "failed",
    Status.CANCELLED: "cancelled",
    NOT_SENT: "not sent",
}


@dataclass(frozen=True, slots=True)
class Take:
    """One take as the sum counts it.

    ``over`` is whether it is not watched any more; ``end`` the unix time at which it is expected to end, None where
    that is not known. ``cost`` is None for a take that was never created.
    """

    status: str
    over: bool
    end: float | None = None
    cost: Cost | None = None

    @property
    def standing(self) -> Standing:
        """The word that it is counted under."""
        if not self.over:
            return "running" if self.status == Status.IN_PROGRESS else "waiting"
        return _ENDED.get(self.status, "not watched")


class Tally:
    """The sum of some takes, each known by its number. The caller sees to locking."""

    def __init__(self) -> None:
        self._takes: dict[int, Take] = {}
        self._counts: dict[Standing, int] = dict.fromkeys(
            ("running", "waiting", "done", "failed", "cancelled", "not sent", "not watched"), 0
        )
        self._costs = CostSum()
        self._ends: list[float] = []  # of the takes that are watched, as far as they are known, in order

    def count(self, number: int, take: Take) -> None:
        """Count a take as it stands now, in place of how it stood before."""
        old = self._takes.get(number)
        if old is not None:
            self._counts[old.standing] -= 1
            self._costs.add(old.cost, -1)
            if not old.over and old.end is not None:
                del self._ends[bisect_left(self._ends, old.end)]
        self._takes[number] = take
        self._counts[take.standing] += 1
        self._costs.add(take.cost)
        if not take.over and take.end is not None:
            insort(self._ends, take.end)

    def summary(self, now: float, number: int = 0) -> Summary:
        """The line above the cards, at the unix time ``now``; the time left is that of the last take.

        ``number`` is that of the message that it goes with.
        """
        watched = self._counts["running"] + self._counts["waiting"]
        known = bool(watched) and len(self._ends) == watched
        return {
            "words": " · ".join(f"{count} {word}" for word, count in self._counts.items() if count),
            "left": max(0.0, self._ends[-1] - now) if known else None,
            "at": now,
            "ticking": bool(watched),
            "number": number,
            "cost": sum_words(self._costs),
        }
