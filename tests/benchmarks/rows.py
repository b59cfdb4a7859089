"""What a benchmark brings: figures of this project and of others, side by side; and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf
from statistics import mean, median, quantiles

OURS = "runway-widget"
LEVEL = 1.25  # what differs by less is called level: another run may say the opposite


@dataclass(frozen=True)
class Size:
    """How much is measured: ``FULL`` for people, ``TINY`` to see in a test that it can be measured."""

    full: bool

    def of(self, full: int, tiny: int) -> int:
        """One of the two numbers."""
        return full if self.full else tiny


FULL, TINY = Size(True), Size(False)


@dataclass(frozen=True)
class Row:
    """One figure of one subject: the median, and the middle half of the values where there are several.

    Of every figure less is better. ``case`` and ``figure`` together say what is compared; ``who`` is `OURS` or another.
    A difference of no more than ``slack`` is none: nobody would notice it.
    """

    case: str
    figure: str
    unit: str
    who: str
    value: float
    low: float
    high: float
    slack: float = 0.0


Measure = Callable[[Size], list[Row]]


def row(case: str, figure: str, unit: str, who: str, values: float | Sequence[float], slack: float = 0.0) -> Row:
    """A row of one value, or of several that are measured again and again: their median.

    ValueError where there is none, or one that is no number.
    """
    numbers = sorted([values] if isinstance(values, int | float) else values)
    if not numbers or any(number != number for number in numbers):
        raise ValueError(f"{figure} of {who} ({case}) could not be measured: {numbers}")
    low, _, high = quantiles(numbers, n=4, method="inclusive") if len(numbers) > 1 else numbers * 3
    return Row(case, figure, unit, who, median(numbers), low, high, slack)


def mean_row(case: str, figure: str, unit: str, who: str, values: Sequence[float]) -> Row:
    """A row of several tasks' values, each of which counts: their mean."""
    return replace(row(case, figure, unit, who, values), value=mean(values))


class Verdict(Enum):
    """How this project does beside another."""

    AHEAD = "ahead"
    LEVEL = "level"
    BEHIND = "behind"


@dataclass(frozen=True)
class Comparison:
    """One figure of one case: this project's row, and those of others."""

    ours: Row | None
    others: tuple[Row, ...]

    @property
    def head(self) -> Row:
        """Any of them, for the case, the figure and the unit."""
        return self.ours or self.others[0]

    def ratio(self, other: Row) -> float | None:
        """How many times as much another needs; None where this project needs nothing, or was not measured."""
        return other.value / self.ours.value if self.ours is not None and self.ours.value else None

    def times(self, other: Row) -> float:
        """The ratio with the slack on both sides; infinite where this project needs nothing."""
        assert self.ours is not None
        ours, others = self.ours.value + self.ours.slack, other.value + self.ours.slack
        return others / ours if ours else inf if others else 1.0

    def verdict(self, other: Row) -> Verdict | None:
        """What follows from the ratio; None beside nothing, or beside this project itself under other conditions."""
        if self.ours is None or other.who.startswith(OURS):
            return None
        if abs(other.value - self.ours.value) <= self.ours.slack:
            return Verdict.LEVEL
        ratio = self.ratio(other)
        if ratio is None:
            return Verdict.AHEAD if other.value else Verdict.LEVEL
        return Verdict.AHEAD if ratio > LEVEL else Verdict.BEHIND if ratio < 1 / LEVEL else Verdict.LEVEL


def comparisons(rows: Iterable[Row]) -> list[Comparison]:
    """Rows of one case and one figure together, in the order in which they came."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for each in rows:
        groups.setdefault((each.case, each.figure), []).append(each)
    return [
        Comparison(next((one for one in group if one.who == OURS), None), tuple(o for o in group if o.who != OURS))
        for group in groups.values()
    ]


@dataclass(frozen=True)
class Conclusion:
    """What follows from the figures of this project and another's; ``times``: how many times as much the other needs.

    Where a difference may be slack, ``times`` leaves that much room on both sides, so that next to nothing is not
    several times next to nothing.
    """

    verdict: Verdict
    times: float

    def contradicts(self, other: Conclusion) -> bool:
        """Whether another run says something else, and not the same across a border.

        Both must call it otherwise, and differ by more than what is called level.
        """
        apart = max(self.times, other.times) > LEVEL * min(self.times, other.times)
        return self.verdict is not other.verdict and apart


def conclusions(rows: Iterable[Row]) -> dict[str, Conclusion]:
    """What follows from the figures, by "case, figure, beside whom"."""
    return {
        f"{each.head.case}, {each.head.figure}, beside {other.who}": Conclusion(verdict, each.times(other))
        for each in comparisons(rows)
        for other in each.others
        if (verdict := each.verdict(other)) is not None
    }
