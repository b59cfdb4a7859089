"""Waiting for a task's end, from threads and coroutines."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Self, cast

from .._errors import WaitTimeout, WatchedTask
from .._runtime.threads import runs_callbacks
from .._tracebacks import ShortTraceback, short_traceback
from .._watch.completion import Completion, checked_timeout, error_of
from . import terminal
from .task_watch import TaskWatch


class TaskWaiting(TaskWatch):
    """A watched task whose end can be waited for and awaited."""

    @short_traceback
    def wait(self, timeout: float | None = None) -> Self:
        """Block until the task succeeded, at most ``timeout`` seconds; returns the task.

        Raises TaskFailed, TaskCancelled, TaskNotFound, AuthenticationError, AccessDenied, ServiceError, WatchStopped,
        WatchTimeout (``give_up_after`` ran out) or WaitTimeout (``timeout`` did; the watch goes on); of a take that
        could not be created, the error of creating it. Ctrl-C ends the waiting, not the task.
        """
        if runs_callbacks():
            raise RuntimeError("wait() in a callback would hold up every other callback; wait elsewhere")
        completion = self._completion
        if not terminal.wait(completion, lambda: self._state().line(), checked_timeout(timeout)):
            raise WaitTimeout(f"no end within {timeout:g} s; the task goes on: {self}", self._as_watched())
        return self._result(completion)

    def __await__(self) -> Generator[Any, None, Self]:
        """``await task`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        completion = self._completion
        await completion.wait_async()
        with ShortTraceback():
            return self._result(completion)

    def _result(self, completion: Completion) -> Self:
        self._freeze_where_waited()
        if self._error is not None:
            raise self._error.with_traceback(None)  # or it would hold the frames of every `wait` so far
        if (error := error_of(completion.report, self._as_watched())) is not None:
            raise error
        return self

    def _as_watched(self) -> WatchedTask:
        return cast("WatchedTask", self)  # it is a `RunwayTask`, which is made of more than this
