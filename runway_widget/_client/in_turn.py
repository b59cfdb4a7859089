"""Creates that nobody waits for: their tasks are there at once, and the queue sends them in their turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from .._errors import RunwayWidgetError
from .._widgets.grid import TaskGrid
from .._widgets.task import RunwayTask
from .chains import Link
from .records import Records

if TYPE_CHECKING:
    from .._create.budget import Charge
    from .._create.creation import Creation
    from .._create.orders import Batch, Order


@dataclass
class Sent:
    """A creation as it is sent: once the tasks that it waits for, as ``link`` does, have ended, with their outputs."""

    creation: Creation
    link: Link | None = None


class InTurn(Records):
    """The part of a client that creates in the background. `Client` makes what is declared here."""

    _in_turn: WeakSet[RunwayTask]  # what was created so, whether or not it was sent by now
    _closed: bool

    def _require_open(self) -> None:
        if self._closed:
            raise RunwayWidgetError("this client was closed, and creates nothing more")

    def _take_all_back(self) -> None:
        """Have nothing sent any more that was not sent by now."""
        error = RunwayWidgetError("its client was closed before it was sent")
        for task in list(self._in_turn):
            task._take_back(error)

    def _create_in_turn(
        self, creations: list[Creation], charges: list[Charge], options: dict[str, Any], *, several: bool
    ) -> RunwayTask | TaskGrid:
        """All is there to be shown before the first of them is sent."""
        from .._create.orders import Batch, Listener, Order
        from .._create.queue import create_queue

        def send(order: Order) -> None:
            create_queue.put(self._service.identity, [order])

        watch = {name: value for name, value in options.items() if name not in {"reuse", "check"}}
        batch, ready, tasks, links = Batch(), list[Order](), list[RunwayTask](), list[Link]()
        typical = self._typical(creations[0])  # alike in all that counts for it
        try:
            for creation, charge in zip(creations, charges, strict=True):
                sent = Sent(creation)
                order = self._order(sent, charge, batch, options)
                record = self._record_of(creation, options=options, typical=typical)
                created = partial(self._record_when_created, sent, record, charge, options)
                task = RunwayTask("", self, **watch, _record=replace(record, created=created), _order=order)
                order.listener = Listener(task._show_waiting, task._show_sending, task._hear_end)
                tasks.append(task)
                if creation.sources:
                    task._made_from = creation.sources
                    sent.link = Link(task, order, creation.sources, send)
                    links.append(sent.link)
                else:
                    ready.append(order)
            made = TaskGrid(tasks, freeze=options.get("freeze", True)) if several else tasks[0]
            self._in_turn.update(tasks)
            self._require_open()  # another thread may have closed it meanwhile, and found nothing to take back
            if ready:
                create_queue.put(self._service.identity, ready)
            for link in links:
                link.begin()
            return made
        except BaseException:  # Ctrl-C, or a card that cannot be made
            for task in tasks:
                task.close()
            raise

    def _order(self, sent: Sent, charge: Charge, batch: Batch, options: dict[str, Any]) -> Order:
        from .._create.orders import Order
        from .._create.queue import create_queue
        from .._create.request import with_outputs
        from .._create.submit import submit
        from .._journal.row import new_row_id

        reuse, row_id = options.get("reuse", False), new_row_id()

        def send(progress: Callable[[float], None], begin: Callable[[], float]) -> tuple[str, bool]:
            if sent.creation.sources:
                sent.creation = with_outputs(sent.creation)
            task_id = submit(
                self._service,
                sent.creation,
                self._journal,
                uploads=self._uploads,
                charge=charge,
                reuse=reuse,
                patient=row_id,
                begin=begin,
                route=options.get("route", "task"),
                progress=lambda _name, share: progress(share),
                stopped=order.unwanted,
            )
            return task_id, charge.sent

        def close(nothing: bool) -> None:
            if sent.link is not None:
                sent.link.drop()
            if nothing:
                charge.release()
            else:
                charge.release_unless_sent()

        order = Order(send, close, create_queue, batch, alike=sent.creation.fingerprint if reuse else "")
        return order
