"""RunwayTask: one task as an object and as a card.

It mirrors what the poller reports, and hands on what its user asks; it does no HTTP. Its comm opens only when it is
first shown: most tasks of a loop never are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Self

from . import _snapshot
from ._address import COMETAPI, checked_route, checked_task_id
from ._callbacks import callbacks
from ._ends import verdict
from ._errors import ConfigurationError, WaitTimeout
from ._http import DEFAULT_VERSION, Service
from ._poller import poller
from ._report import Phase, Report
from ._state import TaskState
from ._traits import TaskTraits
from ._waiting import Ending
from ._watch import Terms
from ._words import duration, face

if TYPE_CHECKING:
    from ._client import Client


class RunwayTask(TaskTraits):
    """A Runway task that exists at the service, watched from now on, and shown as a live card.

    Args:
        task_id: the id that creating the task returned.
        client: whose task it is; None makes a `Client()` from the environment.
        poll_interval: seconds between two polls; None for the built-in cadence (5 to 10 s).
        not_found_after: seconds for which the service may not show a new task yet, before it counts as not found.
        give_up_after: seconds after which watching ends (the task does not), from the first poll and anew on resume.
        route: "task" (``GET …/tasks/{id}``) or "feed" (CometAPI's ``POST /runway/feed``).
        freeze: replace the card by a static one at the task's end, which needs no kernel to be read.

    Traits (read-only, observable): ``task_id``, ``code``, ``message``, ``action``, ``status`` (see `Status`),
    ``progress`` (0.0 to 1.0), ``fail_reason``, ``failure_code``, ``submit_time``, ``start_time``, ``finish_time``
    (unix seconds, 0 = not yet), ``data`` (the nested provider object), ``outputs`` (list of ``{"url", "kind"}``).

    Raises:
        ConfigurationError: an argument cannot be used; nothing was sent.
    """

    def __init__(
        self,
        task_id: str,
        client: Client | None = None,
        *,
        poll_interval: float | None = None,
        not_found_after: float = 120.0,
        give_up_after: float = 3600.0,
        route: str = "task",
        freeze: bool = True,
    ) -> None:
        checked_task_id(task_id)
        self._terms = Terms(poll_interval, not_found_after, give_up_after)
        if client is not None and not isinstance(getattr(client, "_service", None), Service):
            raise ConfigurationError(f"client must be a Client, not {type(client).__name__}")
        self._service = Service(COMETAPI, None, None, DEFAULT_VERSION) if client is None else client._service
        self._route = checked_route(route, self._service.home)
        self._ending = Ending()
        self._report = Report(TaskState(task_id=task_id), Phase.STARTING, made_at=time.monotonic())
        self.set_trait("task_id", task_id)
        self._mirror(self._report)
        super().__init__(freeze=freeze)
        self._watch()

    # What users call

    def wait(self, timeout: float | None = None) -> Self:
        """Block until the task succeeded, at most ``timeout`` seconds; returns the task.

        Raises TaskFailed, TaskCancelled, TaskNotFound, AuthenticationError, AccessDenied, ServiceError, WatchStopped,
        WatchTimeout (``give_up_after`` ran out) or WaitTimeout (``timeout`` did; the watch goes on). Ctrl-C ends the
        waiting, not the task.
        """
        if threading.current_thread().name in {poller.writer.name, callbacks.name}:
            raise RuntimeError("wait() in a callback would hold up every other callback; wait elsewhere")
        if not self._ending.wait(timeout):
            raise WaitTimeout(f"no end within {timeout:g} s; the task goes on: {self}", self)
        return self._result()

    def __await__(self) -> Generator[Any, None, Self]:
        """``await task`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        await self._ending.wait_async()
        return self._result()

    def _result(self) -> Self:
        self._waited()
        error = verdict(self._report, self)
        if error is not None:
            raise error
        return self

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; `resume` watches it again."""
        poller.stop(self._subscription)

    def resume(self) -> None:
        """Watch again after the watch ended (not after the task did). Heeds a new key in the environment."""
        if self._report.phase.resumable and not self._closed:
            self._watch()

    def refresh(self) -> None:
        """Poll now rather than at the next turn; at most once a second."""
        poller.refresh(self._subscription)

    def close(self) -> None:
        """Stop watching and take the card out of the front end. What was shown frozen stays."""
        poller.stop(self._subscription, silently=True)
        super().close()
        if not self._ending.settled:
            self._report = Report(self._report.state, Phase.STOPPED, made_at=time.monotonic())
            self._ending.settle()

    def __str__(self) -> str:
        return _snapshot.text(self._card())

    def __repr__(self) -> str:
        return f"<RunwayTask {self}>"

    # Watching

    def _watch(self) -> None:
        self._service = self._service.renewed()
        self._ending.reset()
        self._subscription = poller.subscribe(self._service, self.task_id, self._route, self._terms, self._take)

    def _take(self, report: Report) -> None:
        """One report, on the writer thread. An end is settled last: who waits finds everything in place."""
        if self._closed:
            return
        try:
            with self._writing:
                self._report = report
                self._mirror(report)
            if self._done:
                self._freeze_places()
        finally:
            if report.phase.over:
                self._ending.settle()

    def _spoken(self, report: Report) -> dict[str, Any]:
        return face(report, self._service.home.name, self._service.home.key_variable)

    def _offers(self, report: Report) -> list[str]:
        if report.phase.over:
            return ["resume"] if report.phase.resumable else []
        return ["refresh", "stop"]

    # The card

    @property
    def _done(self) -> bool:
        return self._report.phase is Phase.ENDED

    def _asked(self, asked: str, content: dict[str, Any]) -> None:
        if asked == "refresh":
            self.refresh()
        elif asked == "stop":
            self.stop()
        elif asked == "resume":
            self.resume()
        elif asked == "sync":
            poller.sync(self._subscription)

    def _static_bundle(self) -> dict[str, Any]:
        return {"text/html": _snapshot.html(self._card()), "text/plain": repr(self)}

    def _card(self) -> _snapshot.Card:
        client = "Client()" if self._service.home is COMETAPI else "Client.runway()"
        report = self._report
        elapsed = report.timing.elapsed
        running = f"{duration(elapsed)} when last seen" if elapsed is not None and not report.phase.over else ""
        return _snapshot.Card(
            task_id=self.task_id,
            face=self._face,
            state=report.state,
            reattach=f'{client}.task("{self.task_id}")',
            request=self._request,
            pictures=tuple(_snapshot.Picture(output) for output in report.state.outputs),
            when=running,
        )
