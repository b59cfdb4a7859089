"""When to look again at what ends after a random time: the square-root law. Pure arithmetic.

A look costs a request, and an end that nobody looks at is seen late. With h(t) the chance per second that the task ends
now, given that it has not ended before, n(t) looks per second cost ∫ n·S dt requests (S = 1 - F, the chance that it
still runs) and let the end be seen ∫ f/(2n) dt seconds late. Their weighted sum is least at

    n(t) = k · √h(t)

(Keller, *Optimum checking schedules for systems subject to random failure*, Management Science 21(3), 1974). Bounds of
politeness and patience cut it off: n is at least one look in ``cap`` seconds, and at most one in ``floor`` (Eckstein,
Gal, Reiner, *Monitoring an information source under a politeness constraint*, INFORMS J. Computing 20(1), 2008). The
next look is where ∫ n dt has grown by one, so that a chance that rises during a gap counts as it rises.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

from .._service.duration import Duration

MEAN_DELAY = 3.0  # seconds between the end and its being seen, on average, that a request saved may cost

_QUANTILES = 32
_NORMAL = NormalDist()
# Of the middle of each thirty-second part of the law: how many deviations from the median it lies, and the hazard of
# the standard normal law there.
_PARTS = [
    (z, _NORMAL.pdf(z) / (1 - q))
    for q in ((i + 0.5) / _QUANTILES for i in range(_QUANTILES))
    for z in [_NORMAL.inv_cdf(q)]
]
_FAR = 6.0  # deviations after which 1 - F has no digits left, and the hazard is as good as z (its own asymptote)


def hazard(t: float, law: Duration) -> float:
    """h(t) of a lognormal law, per second."""
    if t <= 0:
        return 0.0
    z = math.log(t / law.median) / law.spread
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) if z > -38 else 0.0
    normal = density / (0.5 * math.erfc(z / math.sqrt(2))) if z < _FAR else z
    return normal / (law.spread * t)


def ends_by(t: float, law: Duration, elapsed: float = 0.0) -> float:
    """The chance that what follows ``law`` ends before ``t``, given that it has not ended ``elapsed`` seconds on."""
    running = _survival(elapsed, law)
    return 1 - _survival(t, law) / running if running else 1.0


def _survival(t: float, law: Duration) -> float:
    return 0.5 * math.erfc(math.log(t / law.median) / law.spread / math.sqrt(2)) if t > 0 else 1.0


@lru_cache(maxsize=1024)
def weight(law: Duration, floor: float, cap: float, delay: float = MEAN_DELAY) -> float:
    """The least k with which an end that follows ``law`` is seen no more than ``delay`` seconds late on average.

    The delay is ∫ f/(2n) dt with n cut off by ``floor`` and ``cap``: a mean over parts of the law that are alike
    probable. It falls as k rises. inf where half of ``floor`` alone is more than ``delay``.
    """
    roots = [math.sqrt(normal / (law.spread * law.median * math.exp(law.spread * z))) for z, normal in _PARTS]

    def late(k: float) -> float:
        return sum(min(max(1 / (k * root), floor), cap) for root in roots) / (2 * _QUANTILES)

    low, high = 1e-4, 1e4
    if late(high) > delay:
        return math.inf
    for _ in range(20):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if late(middle) <= delay else (middle, high)
    return high


def gap(elapsed: float, law: Duration, floor: float, cap: float, delay: float = MEAN_DELAY) -> float:
    """Seconds until the next look, ``floor`` to ``cap``, ``elapsed`` seconds after what follows ``law`` began."""
    law = _rounded(law)
    k = weight(law, floor, cap, delay)
    if k == math.inf:
        return floor
    density = _density(law, k, floor, cap)
    at, looks, here = elapsed, 0.0, density(elapsed)
    longest = max(law.spread * law.median / 8, floor / 20)  # a step in which the hazard moves little
    while True:
        step = min(0.2 / here if here else math.inf, longest)
        there = density(at + step)
        more = step * (here + there) / 2
        if looks + more >= 1:
            at += step * (1 - looks) / more
            return min(max(at - elapsed, floor), cap)
        if at - elapsed > cap:
            return cap
        at, looks, here = at + step, looks + more, there


def _density(law: Duration, k: float, floor: float, cap: float) -> Callable[[float], float]:
    def looks(t: float) -> float:
        n = max(k * math.sqrt(hazard(t, law)), 1 / cap)
        return min(n, 1 / floor) if floor else n

    return looks


def _rounded(law: Duration) -> Duration:
    """The law in steps of 2 and 5 %, so that `weight` is worked out once for all that are alike."""
    return Duration(_stepped(law.median, 0.02), _stepped(law.spread, 0.05))


def _stepped(value: float, step: float) -> float:
    return math.exp(round(math.log(value) / step) * step)
