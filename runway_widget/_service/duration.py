"""How long a run takes: its median, and how far runs are spread around it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

#: The spread of runs of which no more than the usual duration is known. Eight identical clips through a gateway took 83
#: to 253 s (dev.to/owen_fox, "video generation API polling"). The extremes of eight draws from a normal law lie 2.85
#: standard deviations apart on average (Tippett 1925), and ln(253 / 83) / 2.85 is 0.39.
USUAL_SPREAD = 0.4
GUESS_SPREAD = 0.8  # of runs of which nobody has written how long they take
LEAST_SPREAD, MOST_SPREAD = 0.1, 1.0
_WEIGHT = 4.0  # for how many measured runs the usual spread counts


class Duration(NamedTuple):
    """The law of a duration: lognormal, as times of work are that many factors make longer or shorter.

    ``median`` in seconds; ``spread`` is the standard deviation of the natural logarithm; ``runs`` is the number of runs
    that it was measured from, 0 for what others have written, or a guess.
    """

    median: float
    spread: float = USUAL_SPREAD
    runs: int = 0


def measured(seconds: Sequence[float]) -> Duration:
    """The law that runs of these ``seconds`` follow, all of them above 0; at least one.

    The median, because one run that hung must not move it. The spread around it is estimated together with the usual
    one, which counts for four runs (the mean of a scaled inverse chi-squared law, Gelman et al., *Bayesian Data
    Analysis*, 2.6), and a run that took more than e times as long or short counts as e times.
    """
    middle = median(seconds)
    squares = sum(min(math.log(each / middle) ** 2, 1.0) for each in seconds)
    spread = math.sqrt((_WEIGHT * USUAL_SPREAD**2 + squares) / (_WEIGHT + len(seconds)))
    return Duration(middle, min(max(spread, LEAST_SPREAD), MOST_SPREAD), len(seconds))
