"""Stand-ins for time and the service, for tests of watching."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

import requests

from runway_widget._errors import NoAnswer, ServiceError, TaskNotFound
from runway_widget._service.outputs import Output
from runway_widget._service.provider import Route
from runway_widget._service.state import Answer, Status, TaskState
from runway_widget._watch.report import Phase, Report
from runway_widget._watch.watch import Subscription, Terms, Watch

OURS = "runway-widget"


def until(condition: Callable[[], Any], timeout: float = 60.0) -> Any:
    """Wait for ``condition`` to be true, and return what it gave; fail the test if it does not come about."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        assert time.monotonic() < deadline, f"not within {timeout:g} s"
        time.sleep(0.005)
    return result


def at_once(count: int, call: Callable[[], Any]) -> list[Any]:
    """What ``call`` returns or raises on each of ``count`` threads, all of which make it in the same moment."""
    gate, outcomes = threading.Barrier(count), list[Any]()

    def run() -> None:
        gate.wait(30)
        try:
            outcomes.append(call())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def our_threads() -> list[str]:
    """The names of this package's threads that are alive."""
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith(OURS))


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def state(status: Status = Status.IN_PROGRESS, **known: Any) -> TaskState:
    """A task as the service shows it; a SUCCESS has an output unless ``outputs`` says otherwise."""
    if status is Status.SUCCESS:
        known = {"outputs": (Output("https://media.test/take.mp4", "video"),), "progress": 1.0, **known}
    return TaskState(**{"task_id": "t", "status": status, "word": status.value, **known})


def absent() -> ServiceError:
    """`task_not_exist`."""
    return TaskNotFound("no such task", code="task_not_exist", http_status=400)


def broken(status: int | None = 502, **known: Any) -> ServiceError:
    """An error that may pass; ``status`` None: no answer at all."""
    if status is None:
        return NoAnswer("the connection was refused", **known)
    return ServiceError("upstream trouble", http_status=status, transient=True, **known)


class Service:
    """Stands in for the package's own `Service` as an `Asker`: gives the answers that a test wants.

    ``answers`` are given in turn, the last one for ever; one that is a callable is called, and may block. ``asked``
    holds the time and the task id of each poll.
    """

    def __init__(self, *answers: TaskState | ServiceError | Callable[[], Any], key: str = "key") -> None:
        self.identity: Hashable = ("https://service.test", "2024-11-06", key)
        self.answers = deque(answers)
        self.asked: list[tuple[float, str]] = []
        self._lock = threading.Lock()

    def ask(self, task_id: str, route: Route = "task", session: requests.Session | None = None) -> Answer:
        with self._lock:
            self.asked.append((time.monotonic(), task_id))
            answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        return Answer(answer() if callable(answer) else answer)


class Card:
    """A listener that remembers its reports."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    def __call__(self, report: Report) -> None:
        self.reports.append(report)

    @property
    def phase(self) -> Phase | None:
        return self.reports[-1].phase if self.reports else None

    @property
    def over(self) -> bool:
        return self.phase is not None and self.phase.over


class Watched:
    """A watch with its cards on a clock; `answer` gives the phases of the cards that end with an answer."""

    def __init__(self, *terms: Terms) -> None:
        self.clock = Clock()
        self.watch = Watch("t")
        for each in terms or (Terms(),):
            self.join(each)

    def join(self, terms: Terms) -> Subscription:
        subscription = Subscription(Card(), terms, self.clock())
        self.watch.subscriptions.append(subscription)
        return subscription

    def answer(
        self, result: TaskState | ServiceError, after: float = 0.0, clock_ahead: float | None = None
    ) -> list[Phase]:
        self.clock.now += after
        self.watch.process(self.clock(), Answer(result, clock_ahead), wall=1_700_000_000.0 + self.clock())
        ended = list(self.watch.endings(self.clock()))
        for subscription, _ in ended:
            self.watch.subscriptions.remove(subscription)
        return [phase for _, phase in ended]

    def gap(self) -> float:
        return self.watch.gap(self.clock())
