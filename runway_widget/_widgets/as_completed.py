"""The takes of a grid one after the other, as they end: one loop for threads and for coroutines."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, Protocol, Self, TypeVar

from .._errors import WaitTimeout, WatchedTask
from .._runtime.threads import refuse_in_callbacks
from .._tracebacks import ShortTraceback, short_traceback
from .._watch.completion import Completion, checked_timeout, outlook
from .._watch.ends import Ends
from .._watch.report import Report
from . import terminal


class Take(WatchedTask, Protocol):
    """A `RunwayTask`, as far as it is waited for."""

    _completion: Completion
    _report: Report

    def _freeze_where_waited(self) -> None: ...


TakeT = TypeVar("TakeT", bound=Take)


class AsCompleted(Generic[TakeT]):
    """Takes in the order of their ends, for ``for`` and ``async for``; those that have ended already come first.

    A take comes once, however it ended, and also where the loop is left and another one goes on with it. Each step
    raises WaitTimeout where the next end does not come within ``timeout`` seconds of `TaskGrid.as_completed`.
    """

    def __init__(
        self,
        takes: list[TakeT],
        timeout: float | None,
        *,
        describe: Callable[[], str],
        last: Callable[[], None],
        interrupted: Callable[[KeyboardInterrupt], None],
    ) -> None:
        self._timeout = checked_timeout(timeout)
        self._deadline = None if self._timeout is None else time.monotonic() + self._timeout
        self._describe = describe  # the takes together, in a line
        self._last = last  # called when the last one is given out, on the thread that gets it
        self._interrupted = interrupted  # called where Ctrl-C ends the waiting
        self._ends = Ends([(take, take._completion) for take in dict.fromkeys(takes)])

    def __iter__(self) -> Self:
        return self

    @short_traceback
    def __next__(self) -> TakeT:
        refuse_in_callbacks("a loop over as_completed()")
        while self._ends.left:
            if (take := self._ends.next()) is not None:
                return self._given(take)
            try:
                one_more = terminal.wait(self._ends, self._describe, self._seconds_left())
            except KeyboardInterrupt as interrupt:
                self._interrupted(interrupt)
                raise
            if not one_more:
                raise self._too_late()
        raise StopIteration

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> TakeT:
        while self._ends.left:
            if (take := self._ends.next()) is not None:
                return self._given(take)
            if not await self._ends.wait_async(self._seconds_left()):
                with ShortTraceback():
                    raise self._too_late()
        raise StopAsyncIteration

    def _given(self, take: TakeT) -> TakeT:
        take._freeze_where_waited()
        if not self._ends.left:
            self._last()
        return take

    def _seconds_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def _too_late(self) -> WaitTimeout:
        left = self._ends.left
        words = f"{outlook([take._report for take in left])}: {self._describe()}"
        return WaitTimeout(f"not all takes ended within {self._timeout:g} s; {words}", left[0])
