"""What the built-in cadence costs and what it brings, against asking every five seconds. Computed, not timed.

For each law of how long a task runs, tasks are drawn; each is asked by the schedule until an answer comes after its
end. A schedule is judged by two numbers: how many requests a task costs, and how late its end is seen.

    python -m tests.benchmarks.cadence
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from statistics import mean, quantiles

from runway_widget._service.state import Status, TaskState
from runway_widget._watch.cadence import FLOOR, History

TASKS = 2_000
QUEUE = 6.0  # seconds before a task starts; both schedules spend them asking

# (what, median seconds of a run, spread of its logarithm, what the cadence knows: the action, a typical duration)
LAWS: list[tuple[str, float, float, str, float | None]] = [
    ("median 64 s, narrow", 64.0, 0.25, "IMAGE_TO_VIDEO", 64.0),
    ("median 64 s, wide", 64.0, 0.50, "IMAGE_TO_VIDEO", 64.0),
    ("median 105 s", 104.6, 0.40, "IMAGE_TO_VIDEO", 104.6),
    ("median 256 s", 256.0, 0.35, "IMAGE_TO_VIDEO", 256.0),
    ("median 64 s, guessed by the action", 64.0, 0.25, "IMAGE_TO_VIDEO", None),
    ("median 256 s, guessed by the action", 256.0, 0.35, "IMAGE_TO_VIDEO", None),
    ("median 105 s, taken for half of it", 104.6, 0.40, "IMAGE_TO_VIDEO", 52.3),
    ("median 105 s, taken for twice that", 104.6, 0.40, "IMAGE_TO_VIDEO", 209.2),
]


def built_in(action: str, typical: float | None, progress: Callable[[float], float] | None) -> Iterator[float]:
    """The times at which the built-in cadence asks, seconds after submission; ``progress`` of a time, or None."""
    history, now = History(typical=typical), 0.0
    while True:
        yield now
        running = now >= QUEUE
        state = TaskState(status=Status.IN_PROGRESS if running else Status.QUEUED)
        if running and progress is not None:
            state = TaskState(status=Status.IN_PROGRESS, progress=progress(now), progress_known=True)
        history.record(now, state)
        now += history.gap(now, action)


def every(seconds: float) -> Iterator[float]:
    """A fixed interval."""
    now = 0.0
    while True:
        yield now
        now += seconds


def watched(schedule: Iterator[float], end: float) -> tuple[int, float]:
    """Requests until the end is seen, and how late it is seen."""
    for number, at in enumerate(schedule, 1):
        if at >= end:
            return number, at - end
    raise AssertionError("a schedule goes on for ever")


def judged(runs: list[tuple[int, float]]) -> tuple[float, float, float]:
    """Mean requests, mean delay, and the delay that one task in twenty exceeds."""
    delays = [delay for _, delay in runs]
    return mean(count for count, _ in runs), mean(delays), quantiles(delays, n=20)[-1]


def main() -> None:
    print(f"{'':36} {'requests':>9} {'÷ fixed':>8} {'delay':>7} {'÷ fixed':>8} {'p95':>6} {'fixed':>6}")
    for moving in (False, True):
        print("with a progress that moves:" if moving else "without a progress:")
        for what, median, spread, action, typical in LAWS:
            draw = random.Random(1)
            ours, fixed = list[tuple[int, float]](), list[tuple[int, float]]()
            for _ in range(TASKS):
                run = median * math.exp(draw.gauss(0, spread))
                phase = draw.uniform(0, FLOOR)  # submission and the first poll are not in step
                end = QUEUE + run + phase

                def progress(now: float, run: float = run, end: float = end) -> float:
                    return round(min(max(now - (end - run), 0.0) / run, 0.99), 2)

                ours.append(watched(built_in(action, typical, progress if moving else None), end))
                fixed.append(watched(every(FLOOR), end))
            (asked, late, latest), (asked_5, late_5, latest_5) = judged(ours), judged(fixed)
            print(
                f"  {what:34} {asked:9.1f} {asked / asked_5:8.2f} {late:6.1f}s {late / late_5:8.2f}"
                f" {latest:5.1f}s {latest_5:5.1f}s"
            )


if __name__ == "__main__":
    main()
