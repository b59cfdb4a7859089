"""RunwayTask: one task as an object and as a card.

It mirrors what the poller reports, and hands on what its user asks. What its end brings about, in this order: the
journal hears of it, the outputs are kept (`_media.keeper`), the card is frozen, and only then does a `wait` return.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

from .._errors import ConfigurationError, RunwayWidgetError, WaitTimeout
from .._runtime import schedule, writer
from .._runtime.threads import log_errors, runs_callbacks
from .._service.provider import COMETAPI, checked_route, checked_task_id
from .._service.service import DEFAULT_VERSION, HasService, Service
from .._service.state import Answer, Status, TaskState
from .._watch import poller
from .._watch.completion import Completion, error_of
from .._watch.report import Phase, Report
from .._watch.watch import Terms
from . import display, terminal
from .card_state import TaskCard
from .record import TaskRecord

FREEZE_AFTER = 10.0  # seconds for thumbnails and files; a card that waits longer is frozen without them


class RunwayTask(TaskCard):
    """A Runway task that exists at the service, watched from now on, and shown as a live card.

    Args:
        task_id: the id that creating the task returned.
        client: whose task it is; None makes a `Client()` from the environment.
        poll_interval: seconds between two polls; None for the built-in cadence (5 to 10 s).
        not_found_after: seconds for which the service may not show a new task yet, before it counts as not found.
        give_up_after: seconds after which watching ends (the task does not), from the first poll and anew on resume.
        route: "task" (``GET …/tasks/{id}``) or "feed" (CometAPI's ``POST /runway/feed``).
        freeze: replace the card by a static one at the task's end, which needs no kernel to be read.
        save_to: a folder into which the outputs are saved when the task succeeds; None saves nothing.
        embed: carry the media themselves in the frozen card, of up to 5 MB each (or as many bytes as this says).

    Traits (read-only, observable): ``task_id``, ``code``, ``message``, ``action``, ``status`` (see `Status`),
    ``progress`` (0.0 to 1.0), ``fail_reason``, ``failure_code``, ``submit_time``, ``start_time``, ``finish_time``
    (unix seconds, 0 = not yet), ``data`` (the nested provider object), ``outputs`` (list of ``{"url", "kind"}``).

    Raises:
        ConfigurationError: an argument cannot be used; nothing was sent.
    """

    def __init__(
        self,
        task_id: str,
        client: HasService | None = None,
        *,
        poll_interval: float | None = None,
        not_found_after: float = 120.0,
        give_up_after: float = 3600.0,
        route: str = "task",
        freeze: bool = True,
        save_to: str | os.PathLike[str] | None = None,
        embed: bool | int = False,
        _origin: TaskRecord | None = None,
    ) -> None:
        from .._media.keeper import (  # on use: nobody who only imports the package should wait for it
            OutputKeeper,
            embed_limit,
        )

        checked_task_id(task_id)
        self._terms = Terms(poll_interval, not_found_after, give_up_after)
        if client is not None and not isinstance(getattr(client, "_service", None), Service):
            raise ConfigurationError(f"client must be a Client, not {type(client).__name__}")
        self._service = Service(COMETAPI, None, None, DEFAULT_VERSION) if client is None else client._service
        self._route = checked_route(route, self._service.provider)
        self._origin = _origin or TaskRecord()
        self._keeper = OutputKeeper(self._service, task_id, save_to, embed_limit(embed), self._kept, self._saved)
        self._resuming = threading.Lock()
        self._pending: set[str] = set()  # what an end still waits for
        self._complete = False
        self._freezing: schedule.ScheduledCall | None = None
        self._patient = True  # pictures are still waited for
        self._watchers: list[Callable[[], None]] = []  # grids; called on the writer thread
        self._report = Report(TaskState(task_id=task_id, action=self._origin.action), Phase.STARTING)
        self.set_trait("task_id", task_id)
        self.set_trait("_request", self._origin.request)
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
        if runs_callbacks():
            raise RuntimeError("wait() in a callback would hold up every other callback; wait elsewhere")
        ending = self._ending
        if not terminal.wait(ending, self._progress_line, timeout):
            raise WaitTimeout(f"no end within {timeout:g} s; the task goes on: {self}", self)
        return self._result(ending)

    def __await__(self) -> Generator[Any, None, Self]:
        """``await task`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        ending = self._ending
        await ending.wait_async()
        return self._result(ending)

    def _result(self, ending: Completion) -> Self:
        self._waited()
        error = error_of(ending.report, self)
        if error is not None:
            raise error
        return self

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; `resume` watches it again."""
        poller.shared().stop(self._subscription)

    def resume(self) -> None:
        """Watch again after the watch ended (not after the task did). Heeds a new key in the environment."""
        with self._resuming:
            if not (self._closed or self._subscription.active or self._subscription.ended is Phase.ENDED):
                self._watch()

    def refresh(self) -> None:
        """Poll now rather than at the next turn; at most once a second."""
        poller.shared().refresh(self._subscription)

    def cancel(self) -> None:
        """Cancel the task at the service, unless it has ended: then nothing is sent. Runway's own API only.

        The task is looked at first, because cancelling a finished one deletes its output. A result that finishes in
        the same instant is lost all the same. Raises ServiceError, and RunwayWidgetError where the service has no such
        route (CometAPI): there `stop` ends the watching, and the task goes on.
        """
        self._heard(self._service.cancel(self.task_id, self._report.state))

    def download(self, directory: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs as ``<task id>-<n>.<ending>`` in ``directory``, and return their paths.

        Never overwrites another file; a broken download goes on where it broke off. An expired link is renewed once.
        Raises ServiceError; RunwayWidgetError where there is nothing to save, or no room.
        """
        if self._report.state.status is not Status.SUCCESS or not self._keeper.outputs:
            raise RunwayWidgetError(f"there is nothing to download: {self}")
        paths = self._keeper.download(directory)
        shown = threading.Event()
        writer.put(shown.set)  # behind what the download has to show
        if not writer.thread.is_current and shown.wait(1.0) and self._done:
            self._freeze_places()  # as after `wait`: what a thread sends after the cell has ended, nbclient drops
        return paths

    def again(self, **changes: Any) -> Any:
        """Create the same task anew, with ``changes`` to its arguments; with another seed unless one is given."""
        if self._origin.again is None:
            raise ConfigurationError("only a task that was created here, or that the journal knows, can be made again")
        return self._origin.again(changes)

    def close(self) -> None:
        """Stop watching and take the card out of the front end. What was shown frozen stays."""
        poller.shared().stop(self._subscription, silently=True)
        with self._writing:
            super().close()
            if not self._report.phase.over:
                self._report = Report(self._report.state, Phase.STOPPED, made_at=time.monotonic())
            self._ending.settle(self._report)

    # Watching

    def _watch(self) -> None:
        self._service = self._service.with_current_key()
        known, typical = self._report.state, self._origin.typical
        self._ending = Completion()  # one for each watch: what was said of an earlier watch ends that one only
        take = partial(self._take, self._ending)
        if self._report.phase.over:
            phase = Phase.WATCHING if known.word else Phase.STARTING
            writer.put(partial(take, Report(known, phase, made_at=time.monotonic())))
        self._subscription = poller.shared().subscribe(
            self._service, self.task_id, self._route, self._terms, take, typical=typical, known=known
        )

    def _heard(self, state: TaskState) -> None:
        """Take in an end that no poll brought."""
        if self._subscription.active:
            poller.shared().process(self._subscription, Answer(state))
        elif not self._done and state.ended:
            report = replace(self._report, state=state.after(self._report.state), phase=Phase.ENDED, error=None)
            self._ending = Completion()  # that of the watch is settled, and told something else
            writer.put(partial(self._take, self._ending, report))

    def _take(self, ending: Completion, report: Report) -> None:
        """One report, on the writer thread. An end is settled whatever goes wrong on the way: see `log_errors`."""
        with self._writing:
            if self._closed or self._report.phase is Phase.ENDED or ending is not self._ending:
                ending.settle(report)
                return
            self._report = report
            if report.phase is Phase.ENDED:
                self._keep(report.state)  # first: whoever sees the end may download, and the card offers to save
            with log_errors("a card"):
                self._mirror(report)
        if report.phase is Phase.ENDED:
            self._end(report)
        elif report.phase.over:
            ending.settle(report)
        self._tell_watchers()

    def _keep(self, state: TaskState) -> None:
        if state.status is Status.SUCCESS and state.outputs:
            with log_errors("the outputs"):
                self._keeper.keep(state.outputs, pictures=self._freeze and display.kernel_shell() is not None)

    def _end(self, report: Report) -> None:
        """The task has ended: settle when what is to be kept is, or when it has been waited for long enough."""
        state, seconds = report.state, report.timing.elapsed
        self._pending = {"journal", "media"}
        with log_errors("the journal", self._done_with("journal")):
            self._origin.ended(
                self._service.base_url, self.task_id, state.status.value, seconds, self._done_with("journal")
            )
        with log_errors("the outputs", self._done_with("media")):
            if self._keeper.busy:
                self._freezing = schedule.timer.after(FREEZE_AFTER, lambda: writer.put(self._freeze_early))
            else:
                self._done_with("media")()

    def _done_with(self, what: str) -> Callable[[], None]:
        def settle() -> None:
            self._pending.discard(what)
            if not self._pending and not self._complete:
                self._complete = True
                with log_errors("the frozen card"):
                    self._freeze_places()
                self._ending.settle(self._report)
                self._tell_watchers()

        return lambda: writer.put(settle)

    def _freeze_early(self) -> None:
        """The card waits no longer; `wait` does for a file that is still on its way, and for nothing else."""
        self._patient = False
        if self._keeper.saving == "saving":
            self._freeze_places()
        else:
            self._done_with("media")()

    def _kept(self) -> None:
        """Something about the outputs has changed; on any thread."""
        writer.put(self._show_kept)

    def _show_kept(self) -> None:
        if self._closed:
            return
        with self._writing:
            if self._keeper.outputs:
                self._report = replace(self._report, state=replace(self._report.state, outputs=self._keeper.outputs))
            self._mirror(self._report)
        awaited = self._keeper.busy if self._patient else self._keeper.saving == "saving"
        if self._report.phase is Phase.ENDED and not awaited:
            if self._complete:
                self._freeze_places()  # saved by the card's own button, or a link renewed, after the end
            else:
                if self._freezing is not None:
                    schedule.timer.cancel(self._freezing)
                self._done_with("media")()
        self._tell_watchers()

    def _saved(self, files: Any) -> None:
        self._origin.saved(self._service.base_url, self.task_id, files)

    def _tell_watchers(self) -> None:
        for noticed in self._watchers:
            with log_errors("a grid"):
                noticed()

    @property
    def _done(self) -> bool:
        return self._complete
