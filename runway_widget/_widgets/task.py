"""RunwayTask: one task as an object and as a card.

It holds the latest report of the poller and shows it (`card_state`), hands on what its user and its card's page ask,
and lets `ending` bring about what follows when the task ends. A take that could not be created is one too: it has no
task at the service, so nothing is watched, and `wait` raises why.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self, cast, overload

from .._errors import ConfigurationError, RunwayWidgetError, WaitTimeout
from .._runtime import writer
from .._runtime.threads import log_errors, runs_callbacks
from .._service.provider import COMETAPI, Route, checked_route, checked_task_id
from .._service.service import DEFAULT_VERSION, HasService, Service
from .._service.state import Answer, Status, TaskState
from .._tracebacks import ShortTraceback, short_traceback
from .._watch import poller
from .._watch.completion import Completion, error_of
from .._watch.report import Phase, Report, not_created
from .._watch.watch import Subscription, Terms
from . import display, static_card, terminal
from .card_requests import answer, request_in
from .card_state import CardState, card_state, clock
from .ending import Closing, Ending
from .freezable import FreezableWidget
from .record import TaskRecord
from .takes import Prompts, Takes
from .traits import TaskTraits
from .watchers import Watchers


class RunwayTask(TaskTraits, FreezableWidget):
    """A Runway task that exists at the service, watched from now on, and shown as a live card.

    Args:
        task_id: the id that creating the task returned.
        client: whose task it is; None makes a `Client()` from the environment.
        poll_interval: seconds between two polls; None for the built-in cadence (5 to 10 s).
        not_found_after: seconds for which the service may not show a new task yet, before it counts as not found.
        give_up_after: seconds after which watching ends (the task does not), from the first poll or from a resume.
        route: "task" (``GET …/tasks/{id}``) or "feed" (CometAPI's ``POST /runway/feed``).
        freeze: replace the card by a static one at the task's end, which needs no kernel to be read.
        save_to: a folder into which the outputs are saved when the task succeeds; None saves nothing.
        embed: carry the media themselves in the frozen card, of up to 5 MB each (or as many bytes as this says).

    Traits (read-only, observable): ``task_id``, ``code``, ``message``, ``action``, ``status`` (see `Status`),
    ``progress`` (0.0 to 1.0), ``fail_reason``, ``failure_code``, ``submit_time``, ``start_time``, ``finish_time``
    (unix seconds, 0 = not yet), ``data`` (the nested provider object), ``outputs`` (list of ``{"url", "kind"}``).

    A take of a `TaskGrid` that could not be created has ``task_id`` "" and ``status`` "FAILURE"; `wait` raises its
    error, and `again` creates it.

    Raises:
        ConfigurationError: an argument cannot be used; nothing was sent.
    """

    @short_traceback
    def __init__(
        self,
        task_id: str,
        client: HasService | None = None,
        *,
        poll_interval: float | None = None,
        not_found_after: float = 120.0,
        give_up_after: float = 3600.0,
        route: Route = "task",
        freeze: bool = True,
        save_to: str | os.PathLike[str] | None = None,
        embed: bool | int = False,
        _record: TaskRecord | None = None,
        _error: RunwayWidgetError | None = None,  # why the task could not be created
    ) -> None:
        from .._media.keeper import OutputKeeper, embed_limit  # on use: importing the package need not wait for it

        if _error is None:
            checked_task_id(task_id)
        self._terms = Terms(poll_interval, not_found_after, give_up_after)
        if client is not None and not isinstance(getattr(client, "_service", None), Service):
            raise ConfigurationError(f"client must be a Client, not {type(client).__name__}")
        self._service = Service(COMETAPI, None, None, DEFAULT_VERSION) if client is None else client._service
        self._route = checked_route(route, self._service.provider)
        self._record = _record or TaskRecord()
        self._error = _error
        self._keeper = OutputKeeper(
            lambda: self._service,
            task_id,
            save_to,
            embed_limit(embed),
            changed=lambda: writer.put(self._show_outputs),
            saved=lambda files: self._record.record_files(self._service.base_url, self.task_id, files),
        )
        self._ending = Ending(self._keeper, self._freeze_places, self._end_is_complete)
        self._completion = Completion()
        self._subscription: Subscription | None = None  # None where there is nothing to watch
        self._resuming = threading.Lock()
        self._watchers = Watchers()
        self._report = Report(TaskState(task_id=task_id, action=self._record.action), Phase.STARTING)
        if _error is not None:
            self._report = not_created(_error, self._record.action, time.monotonic())
            self._ending.closing = Closing.CLOSED
            self._completion.settle(self._report)
        self.set_trait("task_id", task_id)
        self.set_trait("_request", self._record.request)
        self._set_traits(self._state().traits())
        super().__init__(
            lambda: self._ending.closing is Closing.CLOSED, self._make_bundle, freeze=freeze, live=_error is None
        )
        self.on_msg(lambda _widget, content, _buffers: answer(self, request_in(content)))
        if _error is None:
            self._watch()

    # What users call

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
        if not terminal.wait(completion, lambda: self._state().line(), timeout):
            raise WaitTimeout(f"no end within {timeout:g} s; the task goes on: {self}", self)
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
        error = error_of(completion.report, self)
        if error is not None:
            raise error
        return self

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; `resume` watches it again."""
        if self._subscription is not None:
            poller.shared().stop(self._subscription)

    def resume(self) -> None:
        """Watch again after the watch ended (not after the task did). Heeds a new key in the environment."""
        with self._resuming:
            subscription = self._subscription
            if subscription is None or self._closed or subscription.active or subscription.end is Phase.ENDED:
                return
            self._watch()

    def refresh(self) -> None:
        """Poll now rather than at the next turn; at most once a second."""
        if self._subscription is not None:
            poller.shared().refresh(self._subscription)

    def cancel(self) -> None:
        """Cancel the task at the service, unless it has ended: then nothing is sent. Runway's own API only.

        The task is looked at first, because cancelling a finished one deletes its output. A result that finishes in
        the same instant is lost all the same. Raises ServiceError, and RunwayWidgetError where the service has no such
        route (CometAPI): there `stop` ends the watching, and the task goes on.
        """
        if self._subscription is None:
            raise RunwayWidgetError(f"there is nothing to cancel: {self}")
        state = self._service.cancel(self.task_id, self._report.state)
        if self._subscription.active:
            poller.shared().process_answer(self._subscription, Answer(state))
        elif (
            state.ended and self._report.phase is not Phase.ENDED
        ):  # nobody watches it any more, so no report will bring the end
            known = replace(state.after(self._report.state), task_id=self.task_id)
            self._completion = Completion()  # that of the watch is settled, and says something else
            report = replace(self._report, state=known, phase=Phase.ENDED, error=None)
            writer.put(partial(self._process_report, self._completion, report))

    @short_traceback
    def download(self, directory: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs as ``<task id>-<n>.<ending>`` in ``directory``, and return their paths.

        Never overwrites another file; a broken download goes on where it broke off. An expired link is renewed once.
        Raises ServiceError; RunwayWidgetError where there is nothing to save, or no room.
        """
        if self._report.state.status is not Status.SUCCESS or not self._keeper.outputs:
            raise RunwayWidgetError(f"there is nothing to download: {self}")
        paths = self._keeper.download(directory)
        written = threading.Event()
        writer.put(written.set)  # behind what the download has to show
        if not writer.thread.is_current and written.wait(1.0) and self._is_done():
            self._freeze_places()  # as after `wait`: nbclient 0.11.0 drops what a thread sends after the cell
        return paths

    @overload
    def again(self, *, prompt_text: str | None = ..., takes: None = None, **changes: object) -> RunwayTask: ...
    @overload
    def again(self, *, prompt_text: Prompts, takes: None = None, **changes: object) -> Takes[RunwayTask]: ...
    @overload
    def again(self, *, takes: int, **changes: object) -> Takes[RunwayTask]: ...
    @short_traceback
    def again(self, **changes: object) -> RunwayTask | Takes[RunwayTask]:
        """Create the same task anew with ``changes``, and another seed; ``takes`` or prompts make it a `TaskGrid`."""
        if self._record.again is None:
            raise ConfigurationError("only a task that was created here, or that the journal knows, can be made again")
        return cast("RunwayTask | Takes[RunwayTask]", self._record.again(changes))

    def close(self) -> None:
        """Stop watching and take the card out of the front end. What was shown frozen stays."""
        if self._subscription is not None:
            poller.shared().stop(self._subscription, silently=True)
        with self._writing:
            super().close()
            if not self._report.phase.over:
                self._report = Report(self._report.state, Phase.STOPPED, made_at=time.monotonic())
            self._completion.settle(self._report)
        writer.put(partial(self._watchers.notify, self))

    # Watching, and what follows from a report. All but `_watch` runs on the writer thread.

    def _watch(self) -> None:
        self._service = self._service.with_current_key()
        known, typical = self._report.state, self._record.typical
        self._completion = Completion()  # one for each watch: the end of an earlier watch ends that one only
        process = partial(self._process_report, self._completion)
        if self._report.phase.over:
            phase = Phase.WATCHING if known.word else Phase.STARTING
            writer.put(partial(process, Report(known, phase, made_at=time.monotonic())))
        self._subscription = poller.shared().subscribe(
            self._service, self.task_id, self._route, self._terms, process, typical=typical, known=known
        )

    def _process_report(self, completion: Completion, report: Report) -> None:
        """Take in one report. An end is settled whatever goes wrong on the way: see `log_errors`."""
        with self._writing:
            if self._closed or self._report.phase is Phase.ENDED or completion is not self._completion:
                completion.settle(report)
                return
            self._report = report
            if report.phase is Phase.ENDED and report.state.status is Status.SUCCESS and report.state.outputs:
                with log_errors("the outputs"):  # first: who sees the end may download, and the card offers to save
                    pictures = self._freeze and display.kernel_shell() is not None
                    self._keeper.keep(report.state.outputs, pictures=pictures)
            with log_errors("a card"):
                beat = {"_clock": clock(report, time.monotonic(), time.time())}
                self._set_traits(beat if report.beat else self._state().traits())
        if report.phase is Phase.ENDED:
            end = (self._service.base_url, self.task_id, report.state.status.value, report.timing.elapsed)
            self._ending.begin(partial(self._record.record_end, *end))
        elif report.phase.over:
            completion.settle(report)
        self._watchers.notify(self)

    def _show_outputs(self) -> None:
        """Something about the outputs is new."""
        if self._closed:
            return
        with self._writing, log_errors("a card"):
            if self._keeper.outputs:
                self._report = replace(self._report, state=replace(self._report.state, outputs=self._keeper.outputs))
            self._set_traits(self._state().traits())
        self._ending.outputs_changed()
        self._watchers.notify(self)

    def _end_is_complete(self) -> None:
        self._completion.settle(self._report)
        self._watchers.notify(self)

    # Showing

    def __str__(self) -> str:
        return static_card.text(self._state().frozen_card())

    def __repr__(self) -> str:
        return f"<RunwayTask {self}>" if self.__dict__.get("_report") else "<RunwayTask that could not be made>"

    def _state(self) -> CardState:
        return card_state(
            self._report, self._keeper.now, self._service.provider, self._record.request, time.monotonic(), time.time()
        )

    def _make_bundle(self) -> dict[str, Any]:
        return {"text/html": static_card.html(self._state().frozen_card()), "text/plain": repr(self)}
