"""Waiting for the ends of a grid's takes, from threads and coroutines, and the error that holds what went wrong."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, Self

from .._errors import RunwayWidgetError, TakesFailed, WaitTimeout
from .._runtime.threads import log_errors
from .._tracebacks import ShortTraceback, short_traceback
from .._watch.completion import checked_timeout, outlook
from .._watch.options import checked_flag
from . import display
from .as_completed import AsCompleted
from .freezable import FreezableWidget
from .task import RunwayTask
from .task_sending import take_back
from .task_sequence import TaskSequence


class GridWaiting(TaskSequence, FreezableWidget):
    """Takes whose ends can be waited for and awaited together."""

    @short_traceback
    def wait(self, timeout: float | None = None, *, check: bool = True) -> Self:
        """Block until every take ended, at most ``timeout`` seconds; returns the grid.

        Raises TakesFailed, which holds the exception of each take that did not succeed, or WaitTimeout. With
        ``check=False`` WaitTimeout alone, and ConfigurationError for an argument: `TaskGrid.succeeded` and
        `TaskGrid.failed` tell the takes apart then. Ctrl-C ends the waiting, and what was not sent yet is not sent.
        """
        check = checked_flag("check", check)
        timeout = checked_timeout(timeout)
        deadline = None if timeout is None else time.monotonic() + timeout
        failures: dict[int, Exception] = {}
        for number, task in enumerate(self._tasks):
            try:
                task._wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
            except WaitTimeout:
                left = outlook([each._report for each in self._tasks if not each._report.phase.over])
                raise WaitTimeout(f"not all takes ended within {timeout:g} s; {left}: {self}", task) from None
            except RunwayWidgetError as error:
                failures[number] = error
            except KeyboardInterrupt as interrupt:
                take_back(self._tasks, interrupt)
                raise
        return self._result(failures if check else {})

    def as_completed(self, timeout: float | None = None) -> AsCompleted[RunwayTask]:
        """The takes in the order in which they end, for ``for task in …`` and ``async for task in …``.

        Each take comes once, whether it succeeded or not (`RunwayTask.error` says why), also one that could not be
        created and one whose watch was stopped; those that have ended already come first. ``timeout`` is in seconds
        from now on, for all of them: the loop raises WaitTimeout then. Raises ConfigurationError for one that is none.
        """
        with ShortTraceback():
            return AsCompleted(
                self._tasks,
                timeout,
                describe=lambda: str(self),
                last=self._freeze_where_waited,
                interrupted=lambda interrupt: take_back(self._tasks, interrupt),
            )

    def __await__(self) -> Generator[Any, None, Self]:
        """``await grid`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        failures: dict[int, Exception] = {}
        for number, task in enumerate(self._tasks):
            try:
                await task
            except RunwayWidgetError as error:
                failures[number] = error
        with ShortTraceback():
            return self._result(failures)

    def _result(self, failures: dict[int, Exception]) -> Self:
        self._freeze_where_waited()
        if failures:
            raise takes_failed(f"{len(failures)} of {count_takes(len(self))} failed", failures)
        return self


def count_takes(count: int) -> str:
    """``count`` takes, in words."""
    return "1 take" if count == 1 else f"{count} takes"


def takes_failed(words: str, failures: dict[int, Exception]) -> TakesFailed:
    """The error of all ``failures``, by the numbers of their takes; a notebook shows it in a few lines."""
    with log_errors("a short traceback"):
        display.show_briefly(TakesFailed)
    return TakesFailed.of(words, failures)
