"""What several tasks cost together. A cost that nobody has said is unknown, and never counted as nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .._service.cost import Cost


class CostSum:
    """A sum that costs can be added to and taken from; ``credits`` is that of the known ones.

    None among the costs is that of what was never created, and is not counted at all.
    """

    def __init__(self, costs: Iterable[Cost | None] = ()) -> None:
        self.credits = 0.0
        self.known = self.estimates = self.unknown = 0  # how many there are of each; estimates are known, too
        for cost in costs:
            self.add(cost)

    def add(self, cost: Cost | None, sign: int = 1) -> None:
        """Count ``cost``, or with a ``sign`` of -1 no longer."""
        if cost is None:
            return
        if cost.credits is None:
            self.unknown += sign
            return
        self.known += sign
        self.estimates += sign * cost.is_estimate
        self.credits = self.credits + sign * cost.credits if self.known else 0.0

    @property
    def total(self) -> Cost:
        """The sum of the known costs, an estimate while any of them is one; unknown where none is known."""
        return Cost(round(self.credits, 2), self.estimates > 0) if self.known else Cost()
