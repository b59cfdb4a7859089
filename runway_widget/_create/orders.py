"""Creates that were asked for and not sent yet: one, those of one call, and those that go to one account.

No threads and no clock: the `queue` moves them on, and its lock guards all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Literal, Protocol

from .._errors import RunwayWidgetError, ServiceError
from .._runtime.schedule import ScheduledCall

ABREAST = 4  # creates of one account that are under way at a time


class Withdrawn(RunwayWidgetError):
    """The create was taken back while its media were being sent."""


class Holder(Protocol):
    """The queue that an order waits in."""

    @property
    def closing(self) -> bool:
        """Python ends, and nothing more is to be sent."""

    def withdraw(self, order: Order) -> bool:
        """See `Order.withdraw`."""

    def wait_for_answer(self, order: Order, timeout: float) -> bool:
        """See `Order.wait_for_answer`."""


@dataclass(frozen=True, slots=True)
class Listener:
    """What is called with what becomes of a create, on the thread that sends it.

    Attributes:
        waiting: the service was busy, as the error says; the next try comes in so many seconds.
        sending: it is being sent: this share of its media by now, 0.0 to 1.0; None where nothing is measured.
        end: it was taken, as the task of this id; or it was not, because of the error, and the last says whether it was
            tried.
    """

    waiting: Callable[[ServiceError, float], None]
    sending: Callable[[float | None], None]
    end: Callable[[str, RunwayWidgetError | None, bool], None]


@dataclass(eq=False)
class Batch:
    """The creates of one call. Until one was answered they go alone: the key may be refused, or no money left."""

    proven: bool = False
    running: int = 0
    left: int = 0  # that wait or run
    waiting: list[tuple[int, Order]] = field(default_factory=list)  # a heap, in the order of the call; also withdrawn


@dataclass(eq=False)
class Order:
    """One create on its way.

    Attributes:
        send: sends it once; returns its task's id, and False where that is of an earlier one, and nothing was sent. It
            calls the first of what it is given with the share of its media that was sent, and the second just before
            it writes the journal's row and sends the create itself, which gives that moment; either may raise
            Withdrawn.
        close: called at its end, with True where it is certain that nothing was created.
        listener: who is told.
        given_up: it was to be taken back while it was at the service: if that refuses it as busy, it is not sent again.
        alike: the same for creates of which the second is to find the first one's task; "" for none such.
    """

    send: Callable[[Callable[[float], None], Callable[[], float]], tuple[str, bool]]
    close: Callable[[bool], None]
    queue: Holder
    batch: Batch
    alike: str = ""
    listener: Listener | None = None
    number: int = 0
    account: Hashable = None
    given_up: bool = False
    state: Literal["new", "waiting", "preparing", "posting", "over"] = "new"

    def unwanted(self) -> bool:
        """Whether it was taken back, or Python ends: then no further part of it is to be sent."""
        return self.state == "over" or self.queue.closing

    def follows(self, other: Order) -> bool:
        """Whether ``other`` is of the same call, comes first, and has not got as far as its journal's row."""
        return self.batch is other.batch and other.number < self.number and other.state == "preparing"

    def withdraw(self) -> bool:
        """Have it not be sent, or not again. False where it may have reached the service: then its listener is told."""
        return self.queue.withdraw(self)

    def wait_for_answer(self, timeout: float) -> bool:
        """Wait until it is not on its way to the service; False where that takes longer than ``timeout`` seconds."""
        return self.queue.wait_for_answer(self, timeout)


class Lane:
    """The creates that go to one account. The queue's lock guards it."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.running: set[Order] = set()
        self.width = ABREAST  # 1 after trouble, until something was taken
        self.paused_until = 0.0
        self.failures = 0  # pauses in a row
        self.trouble_since: float | None = None
        self.resumption: ScheduledCall | None = None

    @property
    def unsent(self) -> int:
        """How many wait or are made ready."""
        waiting = (order for batch in self.batches for _, order in batch.waiting)
        return sum(order.state in {"waiting", "preparing"} for order in (*waiting, *self.running))

    def next(self) -> Order | None:
        """The first that may be sent now."""
        under_way = {order.alike for order in self.running if order.alike}
        for batch in self.batches:
            if batch.running and not batch.proven:
                continue
            passed: list[tuple[int, Order]] = []
            found: Order | None = None
            while batch.waiting and found is None:
                entry = heappop(batch.waiting)
                if entry[1].state != "waiting":  # it was taken back
                    continue
                if entry[1].alike in under_way:
                    passed.append(entry)
                else:
                    found = entry[1]
            for entry in passed:
                heappush(batch.waiting, entry)
            if found is not None:
                return found
        return None

    def take_all(self, batch: Batch) -> list[Order]:
        """All that waits in ``batch``, and does not any more."""
        orders = [order for _, order in sorted(batch.waiting, key=lambda entry: entry[0]) if order.state == "waiting"]
        batch.waiting.clear()
        batch.left -= len(orders)
        for order in orders:
            order.state = "over"
        return orders
