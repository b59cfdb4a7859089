"""A poller of a test's own with its cards, on real time and real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from runway_widget._runtime import schedule
from runway_widget._service.provider import Route
from runway_widget._service.state import Status
from runway_widget._watch.poller import Poller
from runway_widget._watch.watch import Subscription, Terms

from .fakes import Card, Service, state, until

OFTEN = Terms(poll_interval=0.05)
RUNNING, DONE = state(Status.IN_PROGRESS), state(Status.SUCCESS)


class WatchedCard(Card):
    """A card with its subscription."""

    subscription: Subscription


class Watching:
    """A poller and its cards: call it to watch a task."""

    def __init__(self) -> None:
        self.poller = Poller()
        self.subscriptions: list[Subscription] = []

    def __call__(
        self, service: Service, task_id: str = "t", terms: Terms = OFTEN, route: Route = "task", **known: Any
    ) -> WatchedCard:
        card = WatchedCard()
        card.subscription = self.poller.subscribe(service, task_id, route, terms, card, **known)
        self.subscriptions.append(card.subscription)
        return card

    def stop(self, card: WatchedCard) -> None:
        self.poller.stop(card.subscription)

    def refresh(self, card: WatchedCard) -> None:
        self.poller.refresh(card.subscription)


@contextmanager
def watching() -> Iterator[Watching]:
    """Watch tasks; whatever is watched at the end is stopped, and no thread or planned call may be left."""
    until(lambda: not schedule.timer.running)  # of an earlier test
    died = list[Any]()
    usual, threading.excepthook = threading.excepthook, died.append
    made = Watching()
    yield made
    for subscription in made.subscriptions:
        made.poller.stop(subscription)
    until(lambda: made.poller.idle and not schedule.timer.running)
    threading.excepthook = usual
    assert died == []


class Hangs:
    """An answer that does not come until the test sets `go`."""

    def __init__(self, answer: Any = RUNNING) -> None:
        self.answer, self.begun, self.go = answer, threading.Event(), threading.Event()

    def __call__(self) -> Any:
        self.begun.set()
        assert self.go.wait(20)
        return self.answer


def no_threads(allowed: tuple[str, ...] = ()) -> Callable[..., None]:
    """Stands in for `threading.Thread.start` on a machine that has no more threads but for those with these names."""
    usual = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name.startswith("runway-widget") and thread.name not in allowed:
            raise RuntimeError("can't start new thread")
        usual(thread)

    return start
