"""How many requests a task costs until its end is seen, and how late that is: this project, and what others do.

The simulator plays the service, on a clock that jumps from one request to the next, so hours take seconds. Each task
waits 6 to 11 s in the queue and then runs for one of the quantiles of a law.

- This project: its own requests, its own reading of the answers and its own gaps, at Runway's routes, which show a
  progress; and at CometAPI's, whose progress stands at 30 % all the time that a task runs. Twenty earlier runs are in
  the journal.
- The official SDK: its own `wait_for_task_output` (runwayml's lib/polling.py: 6 s, 1.5 s more or less), at Runway's.
- Fixed intervals at Runway's: 5 s, which is the shortest that Runway's reference allows; and the defaults of the
  clients of two other services, as if they asked this one. fal-client 1.0.3 polls every 0.1 s
  (`DEFAULT_QUEUE_POLL_INTERVAL` of fal_client/client.py), replicate 1.0.7 every 0.5 s (`poll_interval` of
  replicate/client.py, in the loop of `Prediction.wait`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from types import SimpleNamespace
from unittest.mock import patch

from runwayml import RunwayML
from runwayml.lib import polling

from runway_widget._service.connection import pooled_session
from runway_widget._service.duration import measured
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider
from runway_widget._service.service import DEFAULT_VERSION
from runway_widget._watch.cadence import History
from runway_widget._watch.refresh import Refresh
from runway_widget._watch.watch import Subscription, Terms, Watch
from runway_widget.simulator import Simulator
from runway_widget.simulator._exchange import Request

from ._durations import LOGNORMAL, Law
from .rows import OURS, Row, Size, mean_row

TITLE = "Requests until a task's end is seen, and how late that is"
QUEUE = 6.0, 11.0  # seconds


class Clock:
    """The service's time and everybody's: it passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


Wait = Callable[[Simulator, Clock, str, Law], None]  # until the task's end is seen


def ours(provider: Provider) -> Wait:
    """This project, at one of the services, without the threads that would do the same."""

    def wait(simulator: Simulator, clock: Clock, task: str, law: Law) -> None:
        service = simulator.client_of(provider, journal=False)._service
        history = History(measured(law.runs(20)), refresh=Refresh(sought=provider is COMETAPI))
        watch = Watch(task, [Subscription(lambda report: None, Terms(), clock())], history)
        with pooled_session() as session:
            while True:
                watch.process(clock(), service.ask(task, "task", session))
                if watch.phase.over:
                    return
                clock.sleep(watch.gap(clock()))

    return wait


def sdk() -> Wait:
    """The official SDK's own waiter."""

    def wait(simulator: Simulator, clock: Clock, task: str, law: Law) -> None:
        client = RunwayML(api_key=simulator.key, base_url=simulator.url)
        polling.create_waitable_resource(polling.NewTaskCreatedResponse, client)(id=task).wait_for_task_output(None)
        client.close()

    return wait


def every(seconds: float) -> Wait:
    """A fixed interval. The requests do not go through a socket, as there are many."""

    def wait(simulator: Simulator, clock: Clock, task: str, law: Law) -> None:
        headers = {"authorization": f"Bearer {simulator.key}", "x-runway-version": DEFAULT_VERSION}
        request = Request("GET", f"{RUNWAY.prefix}/tasks/{task}", headers=headers)
        while b'"SUCCEEDED"' not in (answer := simulator._answer(request)).body:
            assert answer.status == 200, answer
            clock.sleep(seconds)

    return wait


@contextmanager
def on_the_clock(clock: Clock) -> Iterator[None]:
    """The SDK sleeps and draws its jitter as this says."""
    time = SimpleNamespace(sleep=clock.sleep, time=clock)
    with patch.object(polling, "time", time), patch.object(polling, "random", random.Random(1)):
        yield


def waited(wait: Wait, law: Law, tasks: int) -> tuple[list[float], list[float]]:
    """Of each task the requests, and the seconds from its end until that was seen."""
    clock, requests, delays = Clock(), list[float](), list[float]()
    with Simulator(clock=clock, speed=1) as simulator, on_the_clock(clock):
        for number, run in enumerate(law.runs(tasks)):
            queued = QUEUE[0] + (QUEUE[1] - QUEUE[0]) * (number * 0.618 % 1)  # any phase against the run's length
            task, begun = simulator.add_task(queued=queued, duration=run), clock()
            wait(simulator, clock, task, law)
            delays.append(clock() - begun - queued - run)
            requests.append(sum(each.task_id == task for each in simulator.requests))
    return requests, delays


def measure(size: Size) -> list[Row]:
    """Requests and delay of each law and each client."""
    clients: dict[str, tuple[Wait, int]] = {
        OURS: (ours(RUNWAY), 30),
        f"{OURS}, no progress": (ours(COMETAPI), 30),
        "fixed 5 s": (every(5.0), 30),
        f"runwayml {version('runwayml')}": (sdk(), 10),
        "replicate, 0.5 s": (every(0.5), 10),
        "fal-client, 0.1 s": (every(0.1), 5),
    }
    rows = []
    for law in LOGNORMAL[: size.of(4, 1)]:
        case = law.name.removeprefix("lognormal ")
        for who, (wait, tasks) in clients.items():
            requests, delays = waited(wait, law, size.of(tasks, 2))
            rows.append(mean_row(case, "requests per task", "", who, requests))
            rows.append(mean_row(case, "seconds late", "s", who, delays))
    return rows
