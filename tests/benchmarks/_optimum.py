"""The best schedule there can be, by dynamic programming, where the law is known for certain.

It shows what no cadence can beat: least N + λ·D + μ·P(delay > 8 s) over all schedules whose gaps lie between a floor
and a cap (Bellman's backward recursion over the time of the last poll). With the multipliers that just keep D and P
within their bounds, it is the least N of all that keep them (Everett, *Generalized Lagrange multiplier method*,
Operations Research 11(3), 1963).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ._durations import LATE, STEP, Grid, Score, Tabulated, evaluated

_TAIL = (0.0, 1.0, 4.0, 16.0)  # the multipliers μ that are tried


def optimum(law: Tabulated, floor: float, cap: float, delay: float = 3.0, p95: float = LATE) -> Score:
    """The score of the schedule that needs the fewest requests with a mean of at most ``delay``, and that p95."""
    best = Score(math.inf, math.inf, math.inf)
    for tail in _TAIL:
        low, high = 0.3, 30.0
        for _ in range(9):
            weight = math.sqrt(low * high)
            score = evaluated(law, _Policy(law, floor, cap, weight, tail))
            low, high = (low, weight) if score.delay <= delay else (weight, high)
            if score.delay <= delay and score.p95 <= p95 and score.requests < best.requests:
                best = score
        if best.p95 <= p95:
            return best
    return best


def least_requests(laws: Sequence[Tabulated], floor: float, cap: float, delay: float = 3.0) -> float:
    """A lower bound of the first law's requests, for one schedule that must keep ``delay`` under the last law.

    Weak duality: for each λ ≥ 0, none that keeps it needs fewer than the least N + λ·(D - delay) of all schedules.
    """
    first, last = laws[0], laws[-1]
    bounds = []
    for weight in np.geomspace(0.05, 5.0, 15):
        value = _values(1 - first.distribution, weight * last.distribution, weight * last.integral, floor, cap, 0.0)[0]
        bounds.append(float(value[0]) - weight * delay)
    return float(max(bounds))


class _Policy:
    """The gap after a poll that the recursion finds best."""

    def __init__(self, law: Tabulated, floor: float, cap: float, weight: float, tail: float) -> None:
        running, distribution = 1 - law.distribution, weight * law.distribution
        self._gaps = _values(running, distribution, weight * law.integral, floor, cap, tail / weight)[1]

    def __call__(self, t: float) -> float:
        return float(self._gaps[min(round(t / STEP), len(self._gaps) - 1)])


def _values(
    running: Grid, distribution: Grid, integral: Grid, floor: float, cap: float, tail: float
) -> tuple[Grid, Grid]:
    """Of each time of a poll, the least cost from there on, and the gap that brings it.

    ``distribution`` and ``integral`` are weighted with what a second of delay costs.
    """
    last, least, most = len(running) - 1, round(floor / STEP), round(cap / STEP)
    gaps, late = np.arange(least, most + 1), round(LATE / STEP)
    beyond = np.arange(1, most + 1) * STEP * distribution[last]
    integral = np.concatenate([integral, integral[last] + beyond])
    distribution = np.concatenate([distribution, np.full(most, distribution[last])])
    values, best = np.zeros(last + most + 1), np.zeros(last + 1)
    for here in range(last, -1, -1):
        costs = integral[here + least : here + most + 1] - integral[here] - distribution[here] * gaps * STEP
        costs += values[here + least : here + most + 1]
        if tail:
            costs += tail * (distribution[here + np.maximum(gaps - late, 0)] - distribution[here])
        chosen = int(np.argmin(costs))
        values[here], best[here] = costs[chosen] + running[here], gaps[chosen] * STEP
    return values, best
