"""The watch over one task, and what follows from its reports: the traits, the end, and what other cards are told.

What users call beside it, and how it is shown, is `task`'s.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from .._errors import RunwayWidgetError, TaskNotFound
from .._runtime import writer
from .._runtime.later import log_errors_later
from .._runtime.threads import log_errors
from .._service.cost import Cost
from .._service.payload import web_url
from .._service.provider import Route
from .._service.service import Service
from .._service.state import Status, TaskState
from .._tracebacks import short_traceback
from .._watch import poller
from .._watch.completion import Completion, unwatched_words
from .._watch.report import Phase, Report, forgotten, resumed, unwatched
from .._watch.watch import Subscription, Terms
from . import display
from .card_state import CardState, clock
from .ending import Closing, Ending
from .freezable import FreezableWidget
from .record import TaskRecord
from .traits import TaskTraits
from .view import Clock
from .watchers import Watchers

if TYPE_CHECKING:
    from .._media.keeper import OutputKeeper  # on use: importing the package need not wait for it
    from .._media.sources import Source
    from .._service.outputs import Output


LOOK = 30.0  # seconds for one look at a task that is only recalled
FLUSH = 5.0  # seconds that the writer gets for what it was given


class TaskWatch(TaskTraits, FreezableWidget):
    """A task as it is watched. `RunwayTask` makes all that is declared here."""

    _host_trait = "_face"

    _service: Service
    _route: Route
    _terms: Terms
    _record: TaskRecord
    _error: RunwayWidgetError | None  # why there is no task at the service
    _keeper: OutputKeeper
    _ending: Ending
    _completion: Completion
    _subscription: Subscription | None  # None where nothing was ever watched
    _watchers: Watchers
    _report: Report

    def _state(self) -> CardState:
        raise NotImplementedError

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; `resume` watches it again."""
        if self._subscription is not None:
            poller.shared().stop(self._subscription)

    @short_traceback
    def resume(self) -> None:
        """Watch again after the watch ended (not after the task did). Heeds a new key in the environment.

        A task that is shown as the journal has it (`Recent.grid`) is looked at once more.

        Raises ConfigurationError for a key that cannot be one, RunwayWidgetError where no thread can be started.
        """
        with self._writing:  # of two at once the second finds that the task is watched; see also `_watch`
            old = self._subscription
            ended = self._end_is_known or (old and (old.active or old.end is Phase.ENDED))
            if self._error is None and not (self._closed or ended or self._report.phase.unsent):
                self._watch(Completion())

    @property
    def _is_to_come(self) -> bool:
        """Whether its end is waited for, so that another task can be made from it already."""
        return not (self._closed or self._report.phase.over)

    def refresh(self) -> None:
        """Poll now rather than at the next turn; at most once a second. One that is only recalled is resumed."""
        if self._report.recalled:
            self.resume()
        elif self._subscription is not None:
            poller.shared().refresh(self._subscription)

    def _sources(self) -> list[Source]:
        """Its outputs as another task can begin from them now; empty where it has none, or not yet.

        Blocks: the task is looked at first, also where an earlier watch did not see its end.
        """
        from .._media.sources import current_sources, saved_files

        phase, state = self._report.phase, self._report.state
        ended_without = self._end_is_known and not state.outputs
        if ended_without or not phase.over or not phase.has_task:
            return []
        row = None if self._record.journal is None else self._record.journal.find(self.task_id, self._service.base_url)
        kept = {number: item.file for number, item in enumerate(self._keeper.now.items)}
        files = {} if row is None else saved_files(self.task_id, row.files, row.numbers)
        files |= {number: file for number, file in kept.items() if file is not None and file.is_file()}
        sources = current_sources(self._service, state.outputs, self._keeper.links_since, self._look_again, files)
        writer.flush(FLUSH)  # the card and the traits have the links that are sent
        return sources

    def _require_outputs(self, to: str) -> None:
        """Raise RunwayWidgetError where there is nothing ``to`` "download", for example: it says why."""
        if self._report.recalled and not self._keeper.outputs:
            self.resume()
            self._completion.wait(LOOK)
        phase, state = self._report.phase, self._report.state
        if state.status is Status.SUCCESS and self._keeper.outputs:
            return
        nothing = f"there is nothing to {to}"
        if not phase.over:
            raise RunwayWidgetError(f"{nothing} yet, wait() first: {self}")
        if phase.resumable:
            raise RunwayWidgetError(f"{nothing}: nobody watches the task, so resume() and wait() first: {self}")
        if self._report.recalled or self._report.forgotten:
            raise TaskNotFound(f"{nothing}: {self}")
        if state.status is Status.SUCCESS:
            raise RunwayWidgetError(f"{nothing}: the service sent no output; task.data holds what it said: {self}")
        raise RunwayWidgetError(f"{nothing}: {self}")

    def _look_again(self) -> tuple[Output, ...]:
        outputs = self._keeper.renew_links()
        writer.put(self._show_outputs)
        return outputs

    def _clock_now(self) -> Clock:
        """The times as of now, also of answers that brought nothing new."""
        report = self._report
        if self._subscription is not None and not report.phase.over:
            report = poller.shared().report(self._subscription) or report
        return clock(report, time.monotonic(), time.time(), self._version)

    def _send_all(self) -> None:
        """Say all again that is known, on this thread: on Colab nothing arrives but what answers (colabtools#3373)."""
        with log_errors("a card"), self._writing:
            if self.comm is not None and not self._closed:
                state = {
                    **self.get_state([*TaskTraits.class_trait_names(sync=True), "_twin"]),
                    "_clock": self._clock_now(),
                }
                self.comm.send({"method": "update", "state": state, "buffer_paths": []})

    @property
    def _end_is_known(self) -> bool:
        """Whether the service has said how it ended, so that there is nothing to ask it any more."""
        return self._report.phase is Phase.ENDED and not self._report.recalled

    # Watching, and what follows from a report. All but the first three runs on the writer thread.

    def _begin(self, paid: bool) -> str:
        """Watch it; of one that is ``paid`` for, what there is to log where that cannot be, as this may hold a lock."""
        trouble = ""
        try:
            self._watch(self._completion)
        except Exception as error:
            if not paid:
                raise
            trouble = unwatched_words(self.task_id, error)
            self._report = unwatched(self._report.state, error, time.monotonic())
            self._set_traits(self._numbered(self._state().traits()))
            self._completion.settle(self._report)
        if self._record.clip and display.kernel_shell() is not None:
            self._keeper.keep_still(self._record.clip, "video")  # the stage shows what it works on
        return trouble

    def _after_fork(self) -> None:
        """In a forked child nobody watches it until a resume, and what an end brings about is done by the parent."""
        if self._report.phase is Phase.ENDED:
            self._ending.closing = Closing.CLOSED
        elif not self._report.phase.over:
            self._report = Report(self._report.state, Phase.STOPPED, made_at=time.monotonic())

    def _watch(self, completion: Completion) -> None:
        """Watch it until ``completion``: one for each watch, as the end of an earlier watch ends that one only."""
        self._service = self._service.with_current_key()
        recalled, typical = self._report.recalled, self._record.typical
        known = self._record.state(self.task_id) if recalled else self._report.state
        process = partial(self._process_report, completion)
        with self._writing:  # no report is taken in before it is known whether there is a watch
            if self._report.phase.over and not recalled:
                writer.put(partial(process, resumed(known, time.monotonic())))
            self._subscription = poller.shared().subscribe(
                self._service,
                self.task_id,
                self._route,
                self._terms,
                process,
                typical=typical,
                known=known,
                gateway=self._service.provider.gateway,
            )
            self._completion = completion

    def _process_report(self, completion: Completion, report: Report) -> None:
        """Take in one report. An end is settled whatever goes wrong on the way: see `log_errors`."""
        report = self._remembered(report)
        with log_errors_later() as log_errors, self._writing:
            if self._closed or self._end_is_known or completion is not self._completion:
                completion.settle(report)
                return
            if self._report.recalled and report.phase is not Phase.ENDED:  # what is known stays in view
                if report.phase.over:
                    self._keeper.set_note(f"could not look again: {report.error}" if report.error else "")
                    completion.settle(self._report)
                return
            if report.phase.over != self._report.phase.over:
                self._keeper.set_note("")  # it is about the watch before this one, or a button that is gone
            cost = Cost(report.state.cost, report.state.cost_is_estimate)
            if cost != (self._report.state.cost, self._report.state.cost_is_estimate):
                with log_errors("the cost"):
                    self._record.record_cost(self._service.base_url, self.task_id, cost)
            self._report = report
            if report.phase is Phase.ENDED:
                completion.report = report
                with log_errors("the outputs"):  # first: who sees the end may download, and the card offers to save
                    self._keep(report.state)
            with log_errors("a card"):
                beat = {"_clock": clock(report, time.monotonic(), time.time(), self._version)}
                self._set_traits(beat if report.beat else self._numbered(self._state().traits()))
        if report.phase is Phase.ENDED:
            end = (self._service.base_url, self.task_id, report.state.status.value, report.timing.elapsed)
            self._ending.begin(
                partial(self._record.record_end, *end, reason=report.state.failure, ran=report.timing.ran)
            )
        elif report.phase.over:
            completion.settle(report)
        self._watchers.notify(self)

    def _remembered(self, report: Report) -> Report:
        """``report``; where the service has forgotten a task whose files were saved here, its end as it was then."""
        not_found = isinstance(report.error, TaskNotFound) and report.phase in {Phase.STARTING, Phase.NOT_FOUND}
        state = report.state
        without_outputs = report.phase is Phase.ENDED and state.status is Status.SUCCESS and not state.outputs
        known = self._record.remembered(self.task_id) if not_found or without_outputs else None
        if known is None and not (not_found and self._report.recalled):
            return report
        if self._subscription is not None:
            poller.shared().stop(self._subscription, silently=True)
        if known is None:
            return replace(self._report, recalled=False, forgotten=True, made_at=report.made_at)
        took = known.finish_time - known.submit_time if known.finish_time else None
        return forgotten(known, took, report.made_at)

    def _keep(self, state: TaskState) -> None:
        """Begin keeping what the end brought; where there are no outputs, the picture that was sent."""
        pictures = self._freeze and display.kernel_shell() is not None
        if state.status is Status.SUCCESS and state.outputs:
            files = self._record.saved(self.task_id)
            if self._report.forgotten:  # then these are all the outputs that there are
                files = dict(enumerate(files.values()))
            note = partial(self._record.record_picture, self._service.base_url, self.task_id)
            pictured = note if self._record.picture_wanted else None
            self._keeper.keep(state.outputs, pictures=pictures, files=files, pictured=pictured)
        elif pictures and not self._keeper.now.still and (still := web_url(self._record.request["still"])):
            self._keeper.keep_still(still)

    def _show_outputs(self) -> None:
        """Something about the outputs is new."""
        if self._closed:
            return
        self._take_in_outputs()
        self._ending.outputs_changed()
        self._watchers.notify(self)

    def _show_pick(self, _: object) -> None:
        """The task was picked, or is not any more. On any thread."""
        writer.put(self._take_in_pick)

    def _take_in_pick(self) -> None:
        with log_errors("a card"), self._writing:
            self._set_traits(self._numbered(self._state().traits()))
        self._ending.redraw()
        self._watchers.notify(self)

    def _take_in_outputs(self) -> None:
        with log_errors("a card"), self._writing:
            if self._keeper.outputs:
                self._report = replace(self._report, state=replace(self._report.state, outputs=self._keeper.outputs))
            self._set_traits(self._numbered(self._state().traits()))

    def _end_is_complete(self) -> None:
        if not self._closed:
            self._take_in_outputs()  # the last of them may have come after the traits were written
        self._completion.settle(self._report)
        self._watchers.notify(self)
