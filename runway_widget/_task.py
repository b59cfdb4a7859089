"""RunwayTask: one task as an object and as a card.

It mirrors what the poller reports, and hands on what its user asks; it does no HTTP. It is a widget, but opens its comm
only when it is first shown: most tasks of a loop never are.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Self

from . import _display, _snapshot
from ._address import COMETAPI, checked_route, checked_task_id
from ._callbacks import THREAD
from ._ends import verdict
from ._errors import ConfigurationError, WaitTimeout
from ._http import DEFAULT_VERSION, Service
from ._poller import WRITER, Terms, poller
from ._report import Phase, Report
from ._state import TaskState
from ._traits import TaskTraits
from ._waiting import Ending
from ._words import face

if TYPE_CHECKING:
    from ._client import Client

log = logging.getLogger("runway_widget")
poller.start_thread = _display.start_thread


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
        self._freeze = bool(freeze)
        self._ending = Ending()
        self._outputs_shown: list[_display.Output] = []
        self._writing = threading.RLock()  # between the writer and whoever opens the comm
        self._waited_in = ""
        self._closed = False
        self._report = Report(TaskState(task_id=task_id), Phase.STARTING)
        self.set_trait("task_id", task_id)
        self._mirror(self._report, self._spoken(self._report), _actions(self._report))
        super().__init__()
        self.on_msg(self._asked)
        self._watch()

    # What users call

    def wait(self, timeout: float | None = None) -> Self:
        """Block until the task succeeded, at most ``timeout`` seconds; returns the task.

        Raises TaskFailed, TaskCancelled, TaskNotFound, AuthenticationError, AccessDenied, ServiceError, WatchStopped,
        WatchTimeout (``give_up_after`` ran out) or WaitTimeout (``timeout`` did; the watch goes on). Ctrl-C ends the
        waiting, not the task.
        """
        if threading.current_thread().name in {WRITER, THREAD}:
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

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; `resume` watches it again."""
        poller.stop(self._subscription)

    def resume(self) -> None:
        """Watch again after the watch ended (not after the task did). Heeds a new key in the environment."""
        if self._report.phase.resumable:
            self._watch()

    def refresh(self) -> None:
        """Poll now rather than at the next turn; at most once a second."""
        poller.refresh(self._subscription)

    def show(self, *, live: bool = False) -> None:
        """Show the card here; ``live``: with its buttons, also when the task has ended."""
        if _display.kernel_shell() is None:
            print(self)
            return
        frozen = self._frozen and not live
        shown = _display.show(*(self._static_bundle() if frozen else self._live_bundle()))
        if shown is not None and not frozen and not live:
            self._outputs_shown.append(shown)
            if self._frozen:  # it ended between the two lines above
                self._freeze_outputs()

    def close(self) -> None:
        """Stop watching and take the card out of the front end. What was shown frozen stays."""
        poller.stop(self._subscription, silently=True)
        self._closed = True
        if not self._ending.settled:
            self._report = Report(self._report.state, Phase.STOPPED)
            self._ending.settle()
        if self.comm is not None:
            self.layout.close()
        super().close()

    def __str__(self) -> str:
        return _snapshot.text(self.task_id, self._face, self._report)

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
                self._mirror(report, self._spoken(report), _actions(report))
            if report.phase is Phase.ENDED:
                self._freeze_outputs()
        finally:
            if report.phase.over:
                self._ending.settle()

    def _result(self) -> Self:
        """After an end: the task if it succeeded; its exception otherwise."""
        if self._report.phase is Phase.ENDED:
            self._freeze_outputs()  # again, from here: nbclient heeds no thread on some kernels
            self._waited_in = _display.current_cell()
        error = verdict(self._report, self)
        if error is not None:
            raise error
        return self

    def _spoken(self, report: Report) -> dict[str, Any]:
        return face(report, self._service.home.name, self._service.home.key_variable)

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """A message of the front end, on any thread: only hands on a request."""
        asked = content.get("ask") if isinstance(content, dict) else None
        if asked == "refresh":
            self.refresh()
        elif asked == "stop":
            self.stop()
        elif asked == "resume":
            self.resume()
        elif asked == "sync":
            poller.sync(self._subscription)

    # Showing

    @property
    def _frozen(self) -> bool:
        return self._freeze and self._report.phase is Phase.ENDED

    def open(self) -> None:
        """Does nothing yet: the comm opens when the card is first shown."""

    @property
    def model_id(self) -> str:
        """The id of the front end's model, which this brings about."""
        if self.comm is None and not self._closed:
            with self._writing:  # or a change made meanwhile would be in neither the first state nor a message
                super().open()
        return str(super().model_id) if self.comm is not None else ""

    def _ipython_display_(self) -> None:
        waited_here = self._waited_in and self._waited_in == _display.current_cell()
        if waited_here and self._outputs_shown and _display.is_last_expression():
            return  # `task.wait()` as a last line returns the task, whose card is on show already
        self.show()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        return self._static_bundle() if self._frozen or self._closed else self._live_bundle()

    def _live_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        if self._closed:
            return self._static_bundle()
        self.model_id  # noqa: B018 - opens the comm
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        return {**data, **self._static_bundle()[0]}, metadata

    def _static_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        html = _snapshot.html(self.task_id, self._face, self._report, self._request)
        return {"text/html": html, "text/plain": repr(self)}, {}

    def _freeze_outputs(self) -> None:
        if not self._freeze or not self._outputs_shown:
            return
        bundle, _ = self._static_bundle()
        for output in self._outputs_shown:
            try:
                _display.replace(output, bundle)
            except Exception:  # a kernel on its way out; the result itself must not be lost over it
                log.exception("a finished card could not be put into the notebook")


def _actions(report: Report) -> list[str]:
    """What the live card offers now."""
    if report.phase.over:
        return ["resume"] if report.phase.resumable else []
    return ["refresh", "stop"]
