"""What the cadence costs at worst: when the prior is wrong by four times, and when the progress lies.

Whatever is believed, and whatever the task does: no more requests than a fixed interval of 5 s, and an end that is seen
20 s after it at the latest. On average over tasks that do not all take the same time, at most 8 s later than the fixed
interval would see it; if only the progress lies, at most 5 s.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runway_widget._service.duration import Duration
from runway_widget._watch.cadence import CAP, FLOOR
from tests.benchmarks._clients import LIES, Case, Client, Service, cadence, every, known, watched
from tests.benchmarks._durations import LOGNORMAL, OTHERS, Law

pytestmark = pytest.mark.no_cover

WRONG = (0.25, 0.5, 1.0, 2.0, 4.0)
LAWS = [*LOGNORMAL, *OTHERS]
PROGRESS: dict[str, Callable[[float], float] | None] = {"none": None, "true": lambda part: part, **LIES}
TOLERANCE = 1e-9
FEW = 25  # tasks that stand for a law

each_law = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)


def constant(law: Law) -> bool:
    """Whether each task takes as long as each other, so that the mean is that of one poll's luck."""
    return law.quantile(0.1) == law.quantile(0.9)


def differences(client: Client, services: list[Service]) -> float:
    """Seconds by which ends are seen later than by a fixed interval, on average; each task is held to what is sure."""
    later = 0.0
    for service in services:
        (requests, delay), (fixed_requests, fixed_delay) = watched(client, service), watched(every(FLOOR), service)
        assert requests <= fixed_requests
        assert delay <= CAP + service.looks + TOLERANCE
        later += delay - fixed_delay
    return later / len(services)


@each_law
@pytest.mark.parametrize("queue", [0.0, 37.0])
def test_a_prior_that_is_wrong_by_four_times_costs_a_bounded_delay(law: Law, queue: float) -> None:
    services = list(Case(law, queue=queue, runs=FEW, lags=2 if queue else 1).services())
    for wrong in WRONG:
        assert differences(known(law, wrong), services) <= (CAP - FLOOR if constant(law) else 8.0)


@each_law
def test_a_progress_that_lies_costs_a_bounded_delay(law: Law) -> None:
    for progress in LIES.values():
        later = differences(known(law), list(Case(law, progress, runs=FEW).services()))
        assert later <= (CAP - FLOOR if constant(law) else 5.0)


@pytest.mark.parametrize("law", LOGNORMAL[::2], ids=lambda law: law.name)
def test_both_together_cost_no_more_than_a_wrong_prior(law: Law) -> None:
    for lie in ("ends at a quarter", "first slow, then a jump", "does not move"):
        services = list(Case(law, LIES[lie], queue=6.0, runs=FEW).services())
        for wrong in (0.25, 4.0):
            assert differences(known(law, wrong), services) <= (CAP - FLOOR if constant(law) else 8.0)


@pytest.mark.parametrize("progress", PROGRESS.values(), ids=list(PROGRESS))
def test_so_it_is_at_a_gateway(progress: Callable[[float], float] | None) -> None:
    """Whether or not it looks at its source in a loop."""
    law = LOGNORMAL[1]
    for looks in (0.0, 15.0, 16.2, 40.0):
        services = [Service(run, 0.0, progress, looks, -0.37 * looks) for run in law.runs(10)]
        for wrong in (0.25, 4.0):
            client = cadence(Duration(law.median * wrong, law.spread, 20), gateway=True)
            assert differences(client, services) <= CAP - FLOOR


def test_a_task_of_which_nothing_is_known_costs_no_more() -> None:
    for law in LAWS:
        services = list(Case(law, runs=FEW).services())
        for action in ("", "IMAGE_TO_VIDEO", "TEXT_TO_IMAGE"):
            assert differences(cadence(None, action), services) <= CAP - FLOOR
