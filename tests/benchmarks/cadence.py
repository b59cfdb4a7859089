"""What the built-in cadence costs and brings, beside other ways to poll and the best there can be. Computed, not timed.

A schedule is judged by how many requests a task costs until its end is seen, and by how late that is. ``ratio`` is
requests against a fixed interval of five seconds. Nothing is drawn by lot but the SDK's jitter, which has a seed.

    python -m tests.benchmarks.cadence [FILE.json]

What the figures show (each gap is 5 to 20 s, a mean delay of 3 s and a p95 of 8 s are allowed):

- With the median and the spread of earlier runs, the four lognormal laws cost 0.49, 0.65, 0.59 and 0.56 of the requests
  of a fixed interval. The best of all schedules, which knows the law for certain (`_optimum`), costs 0.47, 0.64, 0.58
  and 0.55. With a cap of 15 s it would cost 0.51, 0.65, 0.61 and 0.58, which is why the cap is 20.
- The spread is needed. Two of the laws have one median, 64 s. A schedule that knows no more than that, and keeps the
  mean delay of 3 s under the wide law, costs at least 0.57 under the narrow one, whatever it does (weak duality).
- A progress that moves halves the rest: 0.40 to 0.41. Here gaps are at most 12 s, so that the bar keeps moving.
- While a task is queued, its start is looked for: every five seconds at first. These polls are the same for both, so a
  short queue brings the ratios closer to 1: 0.55, 0.69, 0.62 and 0.57 with a queue of 6 to 11 s, or 0.48, 0.48, 0.46
  and 0.43 with a progress.
- Without floor and cap, delay times requests is within 2 % of the bound of Cauchy and Schwarz (`bound`).
- Where the service looks at its own source every 15 s, no client can see the end earlier than 7.5 s late on average.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from runway_widget._service.duration import Duration, measured
from runway_widget._watch.cadence import CAP, FLOOR

from ._clients import LIES, Case, Client, Table, backing_off, cadence, every, jittered, known, planned, score_looks
from ._durations import LOGNORMAL, OTHERS, Law, bound, evaluated, tabulated
from ._optimum import least_requests, optimum

ALTERNATIVES: dict[str, Client] = {
    "fixed 5 s": every(5.0),
    "official SDK, 6 ± 1.5 s": jittered(6.0, 1.5),
    "back-off, 2 s to 60 s": backing_off(2.0, 60.0),
}


def linear(part: float) -> float:
    """A progress that tells the truth."""
    return part


def main() -> None:
    table = Table()
    print(f"  {'':34} {'':26} {'requests':>8} {'ratio':>6} {'delay':>8} {'p95':>8}")
    for law in LOGNORMAL:
        compare(table, law)
    for law in OTHERS:
        compare(table, law, best=False)
    print("with a queue of 6 to 11 s before the run, in which each polls every five seconds")
    for law in LOGNORMAL:
        queued(table, law)
    print("the prior is wrong, or from few earlier runs, or only what is documented")
    for law in LOGNORMAL:
        misled(table, law)
    print("the progress lies")
    for name, lie in LIES.items():
        case = Case(LOGNORMAL[2], progress=lie)
        table.add(name, "cadence", case.score(known(LOGNORMAL[2])), case.score(every(FLOOR)))
    print("a service that looks every 15 s, and a task of 64 s")
    fixed = score_looks(every(FLOOR))
    for name, client in {"cadence": looking(LOGNORMAL[0]), "fixed 15 s": every(15.0), **ALTERNATIVES}.items():
        table.add("looks every 15 s", name, score_looks(client), fixed)
    floorless(LOGNORMAL)
    spreadless()
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(json.dumps(table.rows, indent=1), encoding="utf-8")


def compare(table: Table, law: Law, *, best: bool = True) -> None:
    """One law: the cadence from what earlier tasks took, and with a progress; and the others."""
    case, moving = Case(law), Case(law, progress=linear)
    fixed = case.score(every(FLOOR))
    table.add(law.name, "cadence", case.score(known(law)), fixed)
    table.add("", "cadence, with a progress", moving.score(known(law)), fixed)
    for name, client in ALTERNATIVES.items():
        table.add("", name, case.score(client), fixed)
    if best:
        table.add("", "optimum", optimum(tabulated(law), FLOOR, CAP), evaluated(tabulated(law), lambda _: FLOOR))


def queued(table: Table, law: Law) -> None:
    """The same, from the submission on."""
    case = Case(law, queue=6.0, lags=5, runs=40)
    moving = Case(law, linear, queue=6.0, lags=5, runs=40)
    fixed = case.score(every(FLOOR))
    table.add(law.name, "cadence", case.score(known(law)), fixed)
    table.add("", "cadence, with a progress", moving.score(known(law)), fixed)


def misled(table: Table, law: Law) -> None:
    """What becomes of it where less is known than the law."""
    case = Case(law)
    fixed = case.score(every(FLOOR))
    for wrong in (0.25, 0.5, 2.0, 4.0):
        table.add(law.name, f"median taken {wrong:g} times", case.score(known(law, wrong)), fixed)
    table.add("", "twenty earlier runs", case.score(cadence(measured(law.runs(20)))), fixed)
    table.add("", "usual spread", case.score(cadence(Duration(law.median))), fixed)
    table.add("", "image to video", case.score(cadence(None, "IMAGE_TO_VIDEO")), fixed)


def looking(law: Law) -> Client:
    """The cadence, at a gateway."""
    return cadence(Duration(law.median, law.spread, 20), gateway=True)


def floorless(laws: list[Law]) -> None:
    print("the square-root law without floor and cap: delay x requests, against the bound")
    for law in laws:
        table = tabulated(law)
        score = evaluated(table, planned(Duration(law.median, law.spread), 0.0, float("inf")))
        print(f"  {law.name:34} {score.delay * score.requests / bound(table):6.3f}")


def spreadless() -> None:
    narrow, wide = (tabulated(law, 400.0) for law in LOGNORMAL[:2])
    least = least_requests([narrow, wide], FLOOR, CAP) / evaluated(narrow, lambda _: FLOOR).requests
    print(
        f"knowing only the median of 64 s, and 3 s under the wide law: ratio under the narrow one at least {least:.3f}"
    )


if __name__ == "__main__":
    main()
