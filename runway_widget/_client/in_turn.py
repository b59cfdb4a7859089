"""Creates that nobody waits for: their tasks are there at once, and the queue sends them in their turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from .._errors import RunwayWidgetError
from .._widgets.grid import TaskGrid
from .._widgets.task import RunwayTask
from .records import Records

if TYPE_CHECKING:
    from .._create.budget import Charge
    from .._create.creation import Creation
    from .._create.orders import Batch, Order


class InTurn(Records):
    """The part of a client that creates in the background. `Client` makes what is declared here."""

    _in_turn: WeakSet[RunwayTask]  # what was created so, whether or not it was sent by now

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

        watch = {name: value for name, value in options.items() if name not in {"reuse", "check"}}
        batch, orders, tasks = Batch(), list[Order](), list[RunwayTask]()
        typical = self._typical(creations[0])  # alike in all that counts for it
        try:
            for creation, charge in zip(creations, charges, strict=True):
                order = self._order(creation, charge, batch, options)
                record = self._record_of(creation, options=options, typical=typical)
                created = partial(self._record_when_created, creation, record, charge, options)
                task = RunwayTask("", self, **watch, _record=replace(record, created=created), _order=order)
                order.listener = Listener(task._show_waiting, task._show_sending, task._hear_end)
                orders.append(order)
                tasks.append(task)
            made = TaskGrid(tasks, freeze=options.get("freeze", True)) if several else tasks[0]
            self._in_turn.update(tasks)
            create_queue.put(self._service.identity, orders)
            return made
        except BaseException:  # Ctrl-C, or a card that cannot be made
            for task in tasks:
                task.close()
            raise

    def _order(self, creation: Creation, charge: Charge, batch: Batch, options: dict[str, Any]) -> Order:
        from .._create.orders import Order
        from .._create.queue import create_queue
        from .._create.submit import submit
        from .._journal.row import new_row_id

        reuse, row_id = options.get("reuse", False), new_row_id()

        def send(progress: Callable[[float], None], begin: Callable[[], None]) -> tuple[str, bool]:
            task_id = submit(
                self._service,
                creation,
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
            if nothing:
                charge.release()
            else:
                charge.release_unless_sent()

        order = Order(send, close, create_queue, batch, alike=creation.fingerprint if reuse else "")
        return order
