"""Creates that wait: a service that answers when the test says so, for the queue alone and for a whole client."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runway_widget import AccessDenied, Client, NoAnswer, RunwayWidgetError, ServiceError
from runway_widget._create.orders import Batch, Listener, Order
from runway_widget._create.queue import CreateQueue
from runway_widget._service.service import Reply

from .fakes import until

BUSY = ServiceError("saturated", http_status=429, transient=True)
NO_WAY = NoAnswer("the connection was refused", sent=False)
NO_MONEY = AccessDenied("no credits left", http_status=403)


@dataclass
class Account:
    """A service that answers when the test says so; and orders for it, with what they were told."""

    queue: CreateQueue
    batch: Batch = field(default_factory=Batch)
    at_the_door: list[str] = field(default_factory=list)  # in the order in which they came, and still wait there
    sent: list[str] = field(default_factory=list)
    most: int = 0  # at a time
    told: dict[str, list[Any]] = field(default_factory=dict)
    closed: dict[str, bool] = field(default_factory=dict)
    answers: dict[str, list[RunwayWidgetError | None]] = field(default_factory=dict)
    held: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)

    def order(self, name: str, *, alike: str = "", new: bool = True, media: tuple[float, ...] = ()) -> Order:
        def send(progress: Callable[[float], None], begin: Callable[[], float]) -> tuple[str, bool]:
            for share in media:
                progress(share)
            begin()
            with self.changed:
                self.sent.append(name)
                self.at_the_door.append(name)
                self.most = max(self.most, len(self.at_the_door))
                self.changed.wait_for(lambda: not self.held or name not in self.at_the_door, 20)
                self.at_the_door = [each for each in self.at_the_door if each != name]
            answer = self.answers.get(name, [])
            if answer and (error := answer.pop(0)) is not None:
                raise error
            return f"id-{name}", new

        told: list[Any] = self.told.setdefault(name, [])
        order = Order(send, lambda nothing: self.closed.update({name: nothing}), self.queue, self.batch, alike)
        order.listener = Listener(
            lambda error, seconds: told.append(("waiting", error, seconds)),
            lambda share: told.append(("sending", share)),
            lambda task_id, error, sent: told.append(("end", task_id or error, sent)),
        )
        return order

    def put(self, *names: str, **options: Any) -> list[Order]:
        orders = [self.order(name, **options) for name in names]
        self.queue.put("account", orders)
        return orders

    def answer(self, *names: str) -> None:
        """Let these have their answers."""
        with self.changed:
            self.at_the_door = [each for each in self.at_the_door if each not in names]
            self.changed.notify_all()

    def release(self) -> None:
        """Answer at once from now on."""
        with self.changed:
            self.held = False
            self.changed.notify_all()

    def end_of(self, name: str) -> Any:
        """What became of it in the end."""
        return until(lambda: next((what[1] for what in self.told[name] if what[0] == "end"), None))


class Door:
    """Holds each create of a client until the test lets it through."""

    def __init__(self, client: Client) -> None:
        self._open = threading.Event()
        self.waiting = 0
        usual = client._service.create

        def create(endpoint: str, body: dict[str, Any]) -> Reply:
            self.waiting += 1
            self._open.wait(20)
            return usual(endpoint, body)

        client._service.create = create  # type: ignore[method-assign]

    def open(self) -> None:
        self._open.set()
