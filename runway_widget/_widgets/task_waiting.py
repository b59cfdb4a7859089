"""Waiting for a task's end, from threads and coroutines."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Self

from .._errors import RunwayWidgetError, WaitTimeout
from .._runtime.threads import refuse_in_callbacks
from .._tracebacks import ShortTraceback, short_traceback
from .._watch.completion import Completion, checked_timeout, error_of, outlook
from .._watch.options import checked_flag
from . import terminal
from .task_sending import TaskSending, take_back


class TaskWaiting(TaskSending):
    """A watched task whose end can be waited for and awaited."""

    @short_traceback
    def wait(self, timeout: float | None = None, *, check: bool = True) -> Self:
        """Block until the task succeeded, at most ``timeout`` seconds; returns the task.

        Raises TaskFailed, TaskCancelled, TaskNotFound, AuthenticationError, AccessDenied, ServiceError, WatchStopped,
        WatchTimeout (``give_up_after`` ran out) or WaitTimeout (``timeout`` did; the watch goes on); of a take that
        could not be created, the error of creating it. Ctrl-C ends the waiting, not the task; one that was not sent
        yet is not sent then.

        With ``check=False`` the task is returned however its watch ended, and `error` holds what would have been
        raised. Still raised are WaitTimeout, as there is no end yet, and ConfigurationError for an argument.
        """
        check = checked_flag("check", check)
        try:
            return self._wait(timeout, check)
        except KeyboardInterrupt as interrupt:
            take_back([self], interrupt)
            raise

    def _wait(self, timeout: float | None, check: bool = True) -> Self:
        refuse_in_callbacks("wait()")
        completion = self._completion
        if not terminal.wait(completion, lambda: self._state().line(), checked_timeout(timeout)):
            raise WaitTimeout(f"no end within {timeout:g} s; {outlook([self._report])}: {self}", self._as_watched())
        return self._result(completion, check)

    @property
    def error(self) -> RunwayWidgetError | None:
        """Why it did not succeed, as `wait` raises it; None of a success, and as long as the task is watched."""
        if self._error is not None:
            return self._error
        report = self._report
        return error_of(report, self._as_watched()) if report.phase.over else None

    def __await__(self) -> Generator[Any, None, Self]:
        """``await task`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        completion = self._completion
        await completion.wait_async()
        with ShortTraceback():
            return self._result(completion)

    def _result(self, completion: Completion, check: bool = True) -> Self:
        self._freeze_where_waited()
        if not check:
            return self
        if self._error is not None:
            raise self._error.with_traceback(None)  # or it would hold the frames of every `wait` so far
        if (error := error_of(completion.report, self._as_watched())) is not None:
            raise error
        return self
