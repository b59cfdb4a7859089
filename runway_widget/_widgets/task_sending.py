"""A task from before it has an id: what its create tells of itself, and how it is taken back.

It is one object from beginning to end. Its create waits for its turn and is sent; then the task is watched as any
other, or it says why there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, cast

from .._errors import RunwayWidgetError, ServiceError, TaskCancelled, WatchedTask
from .._log import log
from .._runtime import schedule, writer
from .._runtime.later import log_errors_later
from .._runtime.threads import log_errors
from .._service.state import Status
from .._service.timeouts import LONGEST_REQUEST
from .._watch.report import HEARTBEAT, Awaited, Phase, Report, awaiting, not_created, sending, waiting
from .card_state import clock
from .ending import Closing
from .lost import kernel_gone
from .record import TaskRecord
from .task_watch import FLUSH, TaskWatch


class Order(Protocol):
    """The create of a task. Any thread may ask."""

    def withdraw(self) -> bool:
        """Have it not be sent. False where it may have reached the service: then the task is told the answer."""

    def wait_for_answer(self, timeout: float) -> bool:
        """Wait until it is not on its way to the service; False where that takes longer than ``timeout`` seconds."""


class TaskSending(TaskWatch):
    """A task that may not have an id yet. `RunwayTask` makes what is declared here."""

    _order: Order | None  # None where the task exists, or will never exist
    _stop_wanted: bool  # it is not to be watched once it exists
    _beat_planned: schedule.ScheduledCall | None
    _made_from: Sequence[TaskSending]  # the tasks whose ends it waits for

    def _identify(self, task_id: str) -> None:
        """Tell those who keep something of the task what it is called."""
        raise NotImplementedError

    def _begin_unsent(self) -> None:
        """Show that it waits, and show again from time to time that the kernel lives."""
        self._report = waiting(self._record.state(""), time.monotonic())
        self._plan_beat()

    def _take_back(self, error: RunwayWidgetError) -> bool:
        """Have its create not be sent, so that it ends with ``error``; False where it was sent, or will never be."""
        order = self._order
        if order is None or not order.withdraw():
            return False
        writer.put(partial(self._end_unsent, error, sent=False))
        return True

    def _cancel_unsent(self) -> bool:
        """Take it back; where it is just being sent, wait for the answer. False where there is a task by now."""
        unsent = self._order is not None
        while (order := self._order) is not None:
            if self._take_back(TaskCancelled("cancelled before it was sent, so it costs nothing", self._as_watched())):
                return True
            if not order.wait_for_answer(LONGEST_REQUEST) or not writer.flush(FLUSH):
                raise RunwayWidgetError(f"it is being sent, and its answer is still out: {self}")
        return unsent and self._error is not None  # the service refused it meanwhile

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; `resume` watches it again.

        One that was not sent yet is not sent.
        """
        self._stop_wanted = self._order is not None
        if not self._take_back(RunwayWidgetError("stopped before it was sent")):
            super().stop()

    def _as_watched(self) -> WatchedTask:
        return cast("WatchedTask", self)  # it is a `RunwayTask`, which is made of more than this

    def _after_fork(self) -> None:
        if self._order is None:
            super()._after_fork()
            return
        error = RunwayWidgetError("the process that this one was forked from sends it; client.recent() lists it")
        self._note_unsent(error, sent=False)

    # What its create tells, on the thread that sends it

    def _show_waiting(self, error: ServiceError, seconds: float) -> None:
        """The service is busy, as ``error`` says; the next try comes in ``seconds``."""
        now = time.monotonic()
        writer.put(partial(self._show_unsent, lambda known: waiting(known, now, error, seconds)))

    def _show_awaited(self, awaited: Awaited) -> None:
        """It waits for the tasks that it is made from."""
        now = time.monotonic()
        writer.put(partial(self._show_unsent, lambda known: awaiting(known, now, awaited)))

    def _show_sending(self, share: float | None) -> None:
        """It is being sent: ``share`` of its media by now, 0.0 to 1.0; None where nothing is measured."""
        now = time.monotonic()
        writer.put(partial(self._show_unsent, lambda known: sending(known, now, share)))

    def _hear_end(self, task_id: str, error: RunwayWidgetError | None, sent: bool) -> None:
        """The service took it as ``task_id``; or there is no task because of ``error``; ``sent``: it was tried."""
        if error is not None:
            writer.put(partial(self._end_unsent, error, sent=sent))
            return
        record = replace(self._record, created=None)
        with log_errors("the record of a task"):
            if self._record.created is not None:
                record = self._record.created(task_id)
        writer.put(partial(self._begin_as, task_id, record))

    # On the writer thread

    def _show_unsent(self, make: Callable[..., Report]) -> None:
        with log_errors_later() as log_errors, self._writing:
            if self._order is None or self._closed:
                return
            self._report = make(self._report.state)
            with log_errors("a card"):
                self._set_traits(self._numbered(self._state().traits()))
        self._watchers.notify(self)

    def _plan_beat(self) -> None:
        self._beat_planned = schedule.timer.after(HEARTBEAT, lambda: writer.put(self._beat))

    def _forget_order(self) -> None:
        """There is nothing more to hear of its create."""
        self._order = None
        if self._beat_planned is not None:
            schedule.timer.cancel(self._beat_planned)

    def _beat(self) -> None:
        if self._order is None or self._closed:
            return
        with log_errors("a card"), self._writing:
            self._set_traits({"_clock": clock(self._report, time.monotonic(), time.time(), self._version)})
        self._watchers.notify(self)
        self._plan_beat()

    def _begin_as(self, task_id: str, record: TaskRecord) -> None:
        """The task exists: watch it."""
        with log_errors_later() as log_errors, self._writing:
            self._forget_order()
            self._record = record
            with self.hold_sync():
                self._identify(task_id)
                self.set_trait("task_id", task_id)
                if self._closed:
                    return
                known = replace(record.state(task_id), status=Status.NOT_START)
                self._report = Report(known, Phase.STARTING, made_at=time.monotonic())
                with log_errors("a card"):
                    self._set_traits(self._numbered(self._state().traits()))
                    self._show_lost()
            trouble = self._begin(True)
        if trouble:
            log.warning("%s", trouble)
        if self._stop_wanted:
            super().stop()
        self._watchers.notify(self)

    def _show_lost(self) -> None:
        """What the card says when its kernel is gone."""
        line, unsent = self._state().reattach, int(self._order is not None)
        self.set_trait("_lost", kernel_gone([line] if line else [], unsent, client=self._service.client))

    def _note_unsent(self, error: RunwayWidgetError, *, sent: bool) -> None:
        self._forget_order()
        self._error = error
        self._report = not_created(error, self._record.action, time.monotonic(), sent=sent)
        self._ending.closing = Closing.CLOSED

    def _end_unsent(self, error: RunwayWidgetError, *, sent: bool) -> None:
        """There is no task, and there will be none."""
        with log_errors_later() as log_errors, self._writing:
            if self._order is None:
                return
            self._note_unsent(error, sent=sent)
            with log_errors("a card"):
                self._set_traits(self._numbered(self._state().traits()))
        self._freeze_places()
        self._completion.settle(self._report)
        self._watchers.notify(self)


def take_back(tasks: Sequence[TaskSending], interrupt: BaseException) -> None:
    """Ctrl-C: have those of ``tasks`` that were not sent yet not be sent, and ``interrupt`` say how many these are."""
    error = RunwayWidgetError("interrupted before it was sent")
    number = sum([task._take_back(error) for task in _with_sources(tasks)])
    if number:
        words = "1 task was not sent; its" if number == 1 else f"{number} tasks were not sent; each one's"
        interrupt.add_note(f"{words} again() creates it")


def _with_sources(tasks: Sequence[TaskSending]) -> list[TaskSending]:
    """``tasks``, and before each the ones that it waits for: a loop cannot be, as these were there first."""
    found: dict[TaskSending, None] = {}
    ahead = list(reversed(tasks))
    while ahead:
        task = ahead.pop()
        if task not in found:
            found[task] = None
            ahead += task._made_from
    return list(found)
