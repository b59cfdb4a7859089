"""How long tasks run, as laws of probability on a grid; and how a schedule of polls does under one, exactly.

No task is drawn by lot. For a schedule that depends on nothing but time, requests and delay are integrals over the law:
N = Σ S(tᵢ₋₁) and D = Σ ∫ (tᵢ - t) f dt. For one that depends on what it sees, a task runs for each of the law's
quantiles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

STEP = 0.1  # seconds between two points of a grid
LATE = 8.0  # seconds of delay that one task in twenty may exceed

Grid = npt.NDArray[np.float64]
Schedule = Callable[[float], float]  # from the time of a poll to the gap after it

_NORMAL = NormalDist()


@dataclass(frozen=True)
class Law:
    """``quantile`` of a chance 0 < q < 1 is the seconds by which that part of all tasks has ended."""

    name: str
    quantile: Callable[[float], float]
    median: float  # what a journal would have measured
    spread: float

    def runs(self, number: int) -> list[float]:
        """The durations of ``number`` tasks that stand for all: the middles of so many parts, alike probable."""
        return [self.quantile((each + 0.5) / number) for each in range(number)]


def lognormal(median: float, spread: float) -> Law:
    """Many factors, each of which makes it longer or shorter."""
    name = f"lognormal {median:g} s, spread {spread:g}"
    return Law(name, lambda q: median * math.exp(spread * _NORMAL.inv_cdf(q)), median, spread)


def bimodal(short: Law, long: Law) -> Law:
    """Half of the tasks are of one kind, half of the other."""

    def quantile(q: float) -> float:
        low, high = sorted((short.quantile(q), long.quantile(q)))
        for _ in range(60):
            middle = (low + high) / 2
            below = (chance(short, middle) + chance(long, middle)) / 2
            low, high = (middle, high) if below < q else (low, middle)
        return high

    return Law(f"half {short.median:g} s, half {long.median:g} s", quantile, math.sqrt(short.median * long.median), 0.5)


def chance(law: Law, t: float) -> float:
    """F(t) of a lognormal law."""
    return _NORMAL.cdf(math.log(t / law.median) / law.spread)


def heavy(least: float, exponent: float) -> Law:
    """Pareto: the longer one has run, the longer it will."""
    median = least * 2 ** (1 / exponent)
    return Law(f"heavy tail from {least:g} s", lambda q: least * (1 - q) ** (-1 / exponent), median, 0.5)


def point(seconds: float) -> Law:
    """Each task takes as long as each other."""
    return Law(f"always {seconds:g} s", lambda q: seconds, seconds, 0.1)


#: Of polling's usual cases: a fast model, the same with a wider spread, a clip through a gateway, first and last frame.
LOGNORMAL = [lognormal(64, 0.25), lognormal(64, 0.5), lognormal(104.6, 0.4), lognormal(256, 0.35)]
OTHERS = [bimodal(lognormal(41, 0.2), lognormal(150, 0.2)), heavy(40, 1.5), point(64), point(83.3), lognormal(64, 1.0)]


@dataclass(frozen=True)
class Score:
    """Mean requests per task, mean seconds from its end until that is seen, and what one task in twenty exceeds."""

    requests: float
    delay: float
    p95: float


def scored(runs: Sequence[tuple[int, float]]) -> Score:
    """Of tasks that each stand for as many: (requests, delay) of each."""
    delays = sorted(delay for _, delay in runs)
    at = min(math.ceil(0.95 * len(delays)), len(delays)) - 1
    return Score(sum(count for count, _ in runs) / len(runs), sum(delays) / len(delays), delays[at])


@dataclass(frozen=True)
class Tabulated:
    """A law on a grid of `STEP`, up to where one task in a million still runs: F, and the integral of F."""

    distribution: Grid
    integral: Grid

    @property
    def last(self) -> int:
        return len(self.distribution) - 1


def tabulated(law: Law, longest: float = math.inf) -> Tabulated:
    """A lognormal law's."""
    end = min(law.median * math.exp(4.75 * law.spread), longest)
    times = np.arange(0, end + STEP, STEP)
    distribution = np.array([chance(law, t) if t else 0.0 for t in times])
    integral = np.concatenate([[0.0], np.cumsum((distribution[1:] + distribution[:-1]) / 2) * STEP])
    return Tabulated(distribution, integral)


def evaluated(law: Tabulated, schedule: Schedule) -> Score:
    """By integration; the first poll is that which saw the run begin, and is not counted."""
    total, delay, pieces = 0.0, 0.0, []
    here = 0
    while here < law.last and law.distribution[here] < 1 - 1e-6:
        there = min(here + max(round(schedule(here * STEP) / STEP), 1), law.last)
        width = (there - here) * STEP
        total += 1 - law.distribution[here]
        delay += law.integral[there] - law.integral[here] - law.distribution[here] * width
        pieces.append((here, there))
        here = there
    return Score(total, delay, _quantile(law, pieces))


def _quantile(law: Tabulated, pieces: list[tuple[int, int]], part: float = 0.95) -> float:
    """The delay that all but ``part`` of the tasks have."""
    low, high = 0.0, max(there - here for here, there in pieces) * STEP
    for _ in range(20):
        middle = (low + high) / 2
        steps = round(middle / STEP)
        later = sum(law.distribution[max(there - steps, here)] - law.distribution[here] for here, there in pieces)
        low, high = (middle, high) if later > 1 - part else (low, middle)
    return high


def times(schedule: Schedule) -> Iterator[float]:
    """When a schedule polls, after the start."""
    at = 0.0
    while True:
        at += schedule(at)
        yield at


def bound(law: Tabulated) -> float:
    """The least of delay times requests of any schedule, in the limit of many requests: ½ (∫ √(f·S) dt)².

    By Cauchy and Schwarz, of D = ∫ f/(2n) dt and N = ∫ n·S dt. A point mass, or few requests, can stay below it.
    """
    density = np.gradient(law.distribution, STEP)
    return float(np.sum(np.sqrt(density * (1 - law.distribution))) * STEP) ** 2 / 2
