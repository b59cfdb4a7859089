"""What the built-in cadence costs and brings, beside other ways to poll and the best there can be. Computed, not timed.

A schedule is judged by how many requests a task costs until its end is seen, and by how late that is. Here the first
poll sees the run begin, and is not counted; `waiters` has the same from the submission on, with real clients. Nothing
is drawn by lot but the SDK's jitter, which has a seed.

What the figures show (each gap is 5 to 20 s, a mean delay of 3 s and a p95 of 8 s are allowed):

- With the median and the spread of earlier runs, the four lognormal laws cost 0.49, 0.65, 0.59 and 0.56 of the requests
  of a fixed interval. The best of all schedules, which knows the law for certain (`_optimum`), costs 0.47, 0.64, 0.58
  and 0.55. With a cap of 15 s it would cost 0.51, 0.65, 0.61 and 0.58, which is why the cap is 20.
- The spread is needed. Two of the laws have one median, 64 s. A schedule that knows no more than that, and keeps the
  mean delay of 3 s under the wide law, costs at least 0.57 under the narrow one, whatever it does (weak duality).
- A progress that moves halves the rest: 0.40 to 0.41. Here gaps are at most 12 s, so that the bar keeps moving.
- Without floor and cap, delay times requests is within 2 % of the bound of Cauchy and Schwarz (`bound`).
- Where the service looks at its own source every 15 s, no client can see the end earlier than 7.5 s late on average.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from runway_widget._service.duration import Duration, measured
from runway_widget._watch.cadence import CAP, FLOOR

from ._clients import LIES, Case, Client, backing_off, cadence, every, jittered, known, planned, score_looks
from ._durations import LOGNORMAL, OTHERS, Law, Score, bound, evaluated, tabulated
from ._optimum import least_requests, optimum
from .rows import OURS, Row, Size, row

TITLE = "The cadence, computed under laws of durations"
ALTERNATIVES: dict[str, Client] = {
    "fixed 5 s": every(FLOOR),
    "official SDK, 6 ± 1.5 s": jittered(6.0, 1.5),
    "back-off, 2 s to 60 s": backing_off(2.0, 60.0),
}
BEST = "best that knows the law"
SHARE = "requests, fixed 5 s being 1"

#: What becomes of it where less is known than the law, or something that is not so.
MISLED: dict[str, Callable[[Law], Client]] = {
    **{f"median taken {wrong:g} times": partial(known, wrong=wrong) for wrong in (0.25, 0.5, 2.0, 4.0)},
    "known from twenty earlier runs": lambda law: cadence(measured(law.runs(20))),
    "known but for the spread": lambda law: cadence(Duration(law.median)),
    "nothing known but the endpoint": lambda law: cadence(None, "IMAGE_TO_VIDEO"),
}


def linear(part: float) -> float:
    """A progress that tells the truth."""
    return part


def measure(size: Size) -> list[Row]:
    """Every law, every way to be wrong, and the bounds."""
    laws = LOGNORMAL[: size.of(4, 1)]
    rows = [each for law in laws for each in compare(law, best=size.full)]
    for law in OTHERS if size.full else []:
        rows += compare(law, best=False)
    for name, misled in MISLED.items():
        rows += shares(f"four laws, {name}", [(Case(law), misled(law)) for law in laws])
    lies = [(Case(LOGNORMAL[-2], progress=lie), known(LOGNORMAL[-2])) for lie in list(LIES.values())[: size.of(9, 1)]]
    rows += shares("nine ways for the progress to lie", lies)
    looking = cadence(Duration(64.0, 0.25, 20), gateway=True)
    for who, client in {OURS: looking, "fixed 15 s": every(15.0), **ALTERNATIVES}.items():
        rows += rows_of("service looks every 15 s, 64 s", who, score_looks(client))
    return [*rows, *bounds(laws)] if size.full else rows


def rows_of(case: str, who: str, score: Score) -> list[Row]:
    """The two figures of one client."""
    return [row(case, "requests", "", who, score.requests), row(case, "seconds late", "s", who, score.delay)]


def compare(law: Law, *, best: bool) -> list[Row]:
    """One law: the cadence from what earlier tasks took, and with a progress; and the others."""
    case = Case(law)
    rows = rows_of(law.name, OURS, case.score(known(law)))
    rows += rows_of(law.name, f"{OURS}, progress", Case(law, progress=linear).score(known(law)))
    for name, client in ALTERNATIVES.items():
        rows += rows_of(law.name, name, case.score(client))
    if best:
        rows += rows_of(law.name, BEST, optimum(tabulated(law), FLOOR, CAP))
    return rows


def shares(name: str, cases: list[tuple[Case, Client]]) -> list[Row]:
    """Of several cases the requests as parts of those of a fixed interval, and the delay; the middle half is theirs."""
    pairs = [(case.score(client), case.score(every(FLOOR))) for case, client in cases]
    return [
        row(name, SHARE, "", OURS, [ours.requests / fixed.requests for ours, fixed in pairs]),
        row(name, SHARE, "", "fixed 5 s", 1.0),
        row(name, "seconds late", "s", OURS, [ours.delay for ours, _ in pairs]),
        row(name, "seconds late", "s", "fixed 5 s", [fixed.delay for _, fixed in pairs]),
    ]


def bounds(laws: list[Law]) -> list[Row]:
    """How close the law itself comes to what no schedule can beat, and what knowing the spread is worth."""
    products = []
    for law in laws:
        table = tabulated(law)
        score = evaluated(table, planned(Duration(law.median, law.spread), 0.0, inf))
        products.append(score.delay * score.requests / bound(table))
    narrow, wide = (tabulated(law, 400.0) for law in laws[:2])
    least = least_requests([narrow, wide], FLOOR, CAP) / evaluated(narrow, lambda _: FLOOR).requests
    return [
        row("no floor, no cap", "delay x requests, bound being 1", "", OURS, products),
        row("no floor, no cap", "delay x requests, bound being 1", "", "bound of all schedules", 1.0),
        row(laws[0].name, SHARE, "", "least that knows only the median", least),
    ]
