"""Waiting for the end of a watch, from threads and coroutines, any number of times and by any number of waiters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from .._errors import (
    ConfigurationError,
    RunwayWidgetError,
    ServiceError,
    TaskCancelled,
    TaskFailed,
    TaskNotFound,
    WatchedTask,
    WatchStopped,
    WatchTimeout,
)
from .._numbers import real
from .._runtime import process, writer
from .._service.error_answers import advise
from .._service.payload import describe
from .._service.state import Status, TaskState
from .report import Phase, Report

if TYPE_CHECKING:
    import asyncio


STEP = 0.5  # seconds: on Windows Ctrl-C does not end a wait (cpython#80116), and the writer may need a thread


class Completion:
    """The end of one watch, which can be waited for and awaited.

    ``report`` is how it ended, once it is settled; before that it is an end whose consequences are still under way.
    """

    def __init__(self) -> None:
        self.report = Report(TaskState(), Phase.STARTING)
        self._lock = threading.Lock()  # of the calls: none is to be added after they were made
        self._event = threading.Event()
        self._calls: list[Callable[[], None]] = []
        process.register(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`: the watch stayed with the parent, so in the child it is over."""
        settled = self._event.is_set()
        self._lock, self._event, self._calls = threading.Lock(), threading.Event(), []
        if settled:
            self._event.set()
        elif self.report.phase is Phase.ENDED:
            self.settle(self.report)  # what the parent still saves and draws is the parent's
        else:
            self.settle(replace(self.report, phase=Phase.STOPPED))

    def close(self) -> None:
        """See `process.ThreadOwner`: nothing to do."""

    def settle(self, report: Report) -> None:
        """Note that the watch ended, with ``report``, and wake all who wait. Only the first end counts."""
        with self._lock:
            if self._event.is_set():
                return
            self.report = report
            self._event.set()
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    @property
    def settled(self) -> bool:
        """Whether the watch has ended, and what follows from that is done."""
        return self._event.is_set()

    def call_at_end(self, call: Callable[[], None]) -> None:
        """Have ``call`` made when it is settled, on the thread that does that; at once where it is settled already."""
        with self._lock:
            if not self._event.is_set():
                self._calls.append(call)
                return
        call()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most ``timeout`` seconds; whether it has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._event.is_set():
            left = STEP if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return False
            self._event.wait(min(left, STEP))
            writer.thread.ensure_thread()
        return True

    async def wait_async(self) -> None:
        """Wait in a coroutine, while its loop goes on."""
        import asyncio  # on use: a script that never awaits need not load it

        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        def call() -> None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits in it any more
                loop.call_soon_threadsafe(wake)

        with self._lock:
            if self._event.is_set():
                return
            self._calls.append(call)
        try:
            # The event too: in a forked child it is another one, and knows nothing of ``call``.
            while not ((await asyncio.wait([future], timeout=STEP))[0] or self._event.is_set()):
                writer.thread.ensure_thread()
        finally:
            with self._lock:
                if call in self._calls:
                    self._calls.remove(call)


def checked_timeout(timeout: float | None) -> float | None:
    """``timeout`` of a `wait`, where it is one. Raises ConfigurationError."""
    seconds = real(timeout)
    if timeout is not None and seconds is None:
        raise ConfigurationError(f"timeout must be a number of seconds, or None, not {describe(timeout)}")
    return seconds


def unwatched_words(task_id: str, error: Exception | None) -> str:
    """What to say of a task that is paid for, and whose watch could not begin because of ``error``."""
    return f"created as {task_id}, but it is not watched: {error}; task.resume() watches it"


def outlook(reports: Sequence[Report]) -> str:
    """What becomes of tasks that are waited for no longer, as a timeout says it."""
    number = len(reports)
    unseen, unsent = sum(each.not_shown for each in reports), sum(each.phase.unsent for each in reports)
    if number and unseen == number:
        return f"the service does not show {'it' if number == 1 else 'them'} so far; watching goes on"
    if number and unsent == number:
        if any(each.phase is Phase.SENDING for each in reports):  # the service may have it by now
            return "it is being sent" if number == 1 else "they are being sent"
        return f"{'it was' if number == 1 else 'they were'} not sent yet, and will be"
    goes_on = "the task goes on" if number == 1 else "they go on"
    return f"{goes_on}, but {unseen} of them the service does not show so far" if unseen else goes_on


def error_of(report: Report, task: WatchedTask) -> RunwayWidgetError | None:
    """A new exception for an end that is not a success; None for a success."""
    state, phase, error = report.state, report.phase, report.error
    if phase is Phase.ENDED:
        if state.status is Status.SUCCESS:
            return None
        if state.status is Status.CANCELLED:
            return TaskCancelled(state.reason or "the task was cancelled", task)
        advice = advise(state.failure_code)
        return TaskFailed(state.reason, task, failure_code=state.failure_code, advice=advice)
    if phase is Phase.STOPPED:
        goes_on = "the service has not shown such a task so far" if report.not_shown else "the task goes on"
        return WatchStopped(f"watching was stopped; {goes_on}, and task.resume() watches it again", task)
    if phase is Phase.UNWATCHED:
        return WatchStopped(unwatched_words(task.task_id, error), task)
    if phase is Phase.GAVE_UP:
        last = f" (last trouble: {error})" if error else ""
        return WatchTimeout(
            f"no end within {report.gave_up_after:g} s (give_up_after){last}; task.resume() watches on", task
        )
    if phase is Phase.NOT_FOUND:
        return _not_found(error)
    return ServiceError("the watch ended without a reason") if error is None else copy(error)


def _not_found(error: ServiceError | None) -> TaskNotFound:
    words = "wrong id, or another account's key"
    if error is None:
        return TaskNotFound(words)
    return TaskNotFound(words, http_status=error.http_status, code=error.code, request_id=error.request_id)
