"""What asks for a task's state: this project's cadence, and the schedules of others. With a service that answers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runway_widget._service.duration import Duration
from runway_widget._service.state import Status, TaskState
from runway_widget._watch import law
from runway_widget._watch.cadence import CAP, FLOOR, History
from runway_widget._watch.refresh import Refresh

from ._durations import Law, Schedule, Score, scored

RUNS = 100  # tasks that stand for a law


@dataclass(frozen=True)
class Service:
    """Shows a task that is queued, runs, and ends; all in seconds after the first poll.

    ``progress`` is of the part of the run that is over; ``looks`` is how often the service looks at its own source, and
    ``phase`` when it does so first (it did before, too).
    """

    run: float
    queue: float = 0.0
    progress: Callable[[float], float] | None = None
    looks: float = 0.0
    phase: float = 0.0

    @property
    def end(self) -> float:
        """When the task ends."""
        return self.queue + self.run

    def answer(self, now: float) -> TaskState:
        """As it was at the last look."""
        at = math.floor((now - self.phase) / self.looks) * self.looks + self.phase if self.looks else now
        if at >= self.end:
            return TaskState(status=Status.SUCCESS)
        if at < self.queue or (self.looks and at < 0):
            return TaskState(status=Status.QUEUED)
        if self.progress is None:
            return TaskState(status=Status.IN_PROGRESS)
        percent = min(max(math.floor(100 * self.progress((at - self.queue) / self.run)), 0), 99)
        return TaskState(status=Status.IN_PROGRESS, progress=percent / 100, progress_known=percent > 0)


Client = Callable[[Service], Iterator[float]]  # when it polls, seconds after the first poll, which is not among them


def cadence(typical: Duration | None, action: str = "", *, gateway: bool = False) -> Client:
    """This project's."""

    def polls(service: Service) -> Iterator[float]:
        history, now = History(typical, refresh=Refresh(sought=gateway)), 0.0
        while True:
            history.record(now, service.answer(now))
            now += history.gap(now, action)
            yield now

    return polls


def known(duration: Law, wrong: float = 1.0) -> Client:
    """This project's, where earlier tasks have told the law; ``wrong`` is by how much the median is off."""
    return cadence(Duration(duration.median * wrong, duration.spread, 20))


def every(seconds: float) -> Client:
    """A fixed interval."""
    return regular(lambda _: seconds)


def jittered(seconds: float, jitter: float) -> Client:
    """The waiter of Runway's official SDK: 6 s, and up to 1.5 s more or less (its lib/polling.py)."""
    draw = random.Random(1)
    return regular(lambda _: seconds + draw.uniform(-jitter, jitter))


def backing_off(first: float, most: float) -> Client:
    """Exponential back-off, twice as long each time."""

    def polls(service: Service) -> Iterator[float]:
        now, gap = 0.0, first
        while True:
            now, gap = now + gap, min(2 * gap, most)
            yield now

    return polls


def regular(schedule: Schedule) -> Client:
    """One that does not look at the answers."""

    def polls(service: Service) -> Iterator[float]:
        now = 0.0
        while True:
            now += schedule(now)
            yield now

    return polls


def watched(client: Client, service: Service) -> tuple[int, float]:
    """Requests until the end is seen, and how late that is."""
    for number, now in enumerate(client(service), 1):
        if service.answer(now).ended:
            return number, now - service.end
    raise AssertionError("a client polls for ever")


@dataclass(frozen=True)
class Case:
    """Tasks that follow a law, at a service of one kind."""

    law: Law
    progress: Callable[[float], float] | None = None
    queue: float = 0.0
    looks: float = 0.0
    runs: int = RUNS
    lags: int = 1  # so many phases of the first poll against the queue's end, spread over 5 s

    def services(self) -> Iterator[Service]:
        """One for each task."""
        for run in self.law.runs(self.runs):
            for lag in range(self.lags):
                queue = self.queue + (lag + 0.5) * FLOOR / self.lags if self.queue else 0.0
                yield Service(run, queue, self.progress)

    def score(self, client: Client) -> Score:
        """Of all the tasks."""
        return scored([watched(client, service) for service in self.services()])


def score_looks(client: Client, run: float = 64.0, looks: float = 15.0, phases: int = 119) -> Score:
    """Of a task of ``run`` seconds, at each of so many phases of the service's looks."""
    at = [-(number + 0.5) * looks / phases for number in range(phases)]
    return scored([watched(client, Service(run, progress=lambda part: part, looks=looks, phase=each)) for each in at])


def planned(duration: Duration, floor: float = FLOOR, cap: float = CAP, delay: float = law.MEAN_DELAY) -> Schedule:
    """The square-root law alone."""
    return lambda t: law.gap(t, duration, floor, cap, delay)


#: How a progress may lie: what is shown of the part of the run that is over.
LIES: dict[str, Callable[[float], float]] = {
    "first too fast, then slow": lambda part: min(2 * part, 0.9 + 0.09 * part),
    "first slow, then a jump": lambda part: part**3,
    "ever slower": lambda part: part**0.5,
    "ends at a quarter": lambda part: part / 4,
    "full at a quarter": lambda part: min(4 * part, 0.99),
    "stands at a half": lambda part: min(part, 0.5),
    "to and fro": lambda part: part + 0.08 * math.sin(40 * part),
    "three steps": lambda part: 0.11 if part < 0.2 else 0.21 if part < 0.4 else 0.31,
    "does not move": lambda part: 0.01,
}
