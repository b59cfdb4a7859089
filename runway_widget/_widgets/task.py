"""RunwayTask: one task as an object and as a card.

It holds the latest report of the poller and shows it (`card_state`), hands on what its user and its card's page ask,
and `task_watch` and `ending` bring about what follows from it. A take that could not be created is one too: it has no
task at the service, so nothing is watched, and `wait` raises why.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from .._errors import ConfigurationError, RunwayWidgetError
from .._keywords import keywords
from .._log import log
from .._runtime import process, writer
from .._service.provider import COMETAPI, checked_route, task_id_in
from .._service.service import DEFAULT_VERSION, HasService, Service
from .._service.state import Answer
from .._tracebacks import short_traceback
from .._watch import poller
from .._watch.completion import Completion
from .._watch.options import WATCH_DEFAULTS, WatchOptions
from .._watch.report import Phase, Report, not_created
from .._watch.watch import Subscription, Terms
from .card_requests import answer, message_in
from .card_state import CardState, card_state
from .ending import Closing, Ending
from .origin import HasOrigin
from .picks import CanBePicked, pick_of
from .recalled import picture_of, recalled_end, with_picture
from .record import TaskRecord
from .takes import CanRepeat
from .task_frames import HasFrames
from .task_sending import Order, TaskSending
from .task_waiting import TaskWaiting
from .twin_names import next_name
from .watchers import Watchers


class RunwayTask(TaskWaiting, HasFrames, HasOrigin, CanBePicked, CanRepeat["RunwayTask"]):
    """A Runway task that exists at the service, watched from now on, and shown as a live card.

    Args:
        task_id: the id that creating the task returned.
        client: whose task it is; None makes a `Client()` from the environment.
        poll_interval: seconds between two polls; None for the built-in cadence (5 to 20 s).
        not_found_after: seconds for which the service may not show a new task yet, before it counts as not found.
        give_up_after: seconds after which watching ends (the task does not), from the first poll or from a resume.
        route: "task" (``GET …/tasks/{id}``), "feed" (CometAPI's ``POST /runway/feed``), or the path of any other route
            of the same service that shows a task, with ``{id}`` in it: ``"/kling/v1/videos/image2video/{id}"``.
        freeze: replace the card by a static one at the task's end, which needs no kernel to be read.
        save_to: a folder into which the outputs are saved when the task succeeds, or a pattern of names such as
            ``"renders/{date}-{model}-{seed}-{n}"``, see `Client.task`; None saves nothing.
        embed: carry the media themselves in the frozen card, of up to 5 MB each (or as many bytes as this says).

    Its traits are read-only, and can be observed: `task_id`, `code`, `message`, `action`, `status`, `progress`,
    `fail_reason`, `failure_code`, `submit_time`, `start_time`, `finish_time`, `cost`, `cost_is_estimate`, `data`,
    `outputs` and `picked`. Beside them it knows its request: `prompt`, `model`, `seed`, `parameters`; its `files` on
    disk; and its `error`.

    A task may exist here before it does at the service, which takes several only one after the other: until then it
    has ``task_id`` "" and ``status`` "NOT_START", and its card says *Waiting* or *Sending*. One that could not be
    created keeps its ``task_id`` "", with ``status`` "FAILURE", or "CANCELLED" where you took it back; `wait` raises
    why, and `again` creates it.

    Sources: CometAPI's pages of the official-format routes; Runway's API reference, version 2024-11-06.

    Raises:
        ConfigurationError: an argument cannot be used; nothing was sent.
    """

    @keywords(WatchOptions, WATCH_DEFAULTS)
    def __init__(
        self,
        task_id: str,
        client: HasService | None = None,
        *,
        _record: TaskRecord | None = None,
        _paid: bool = False,  # created just now, so that nothing may raise but what stops the program
        _error: RunwayWidgetError | None = None,  # why the task could not be created
        _order: Order | None = None,  # its create, where that was not sent yet
        _recalled: bool = False,  # its end is shown as the journal has it, and the service is not asked
        **watch: Unpack[WatchOptions],
    ) -> None:
        from .._media.frame_keeper import FrameKeeper  # on use: importing the package need not wait for it
        from .._media.keeper import OutputKeeper
        from .._media.thumbnails import embed_limit

        options: WatchOptions = {**WATCH_DEFAULTS, **watch}
        if _error is None and _order is None:
            task_id = task_id_in(task_id)
        if client is not None and not isinstance(getattr(client, "_service", None), Service):
            raise ConfigurationError(f"client must be a Client, not {type(client).__name__}")
        self._service = Service(COMETAPI, None, None, DEFAULT_VERSION) if client is None else client._service
        interval = self._service.poll_interval if options["poll_interval"] is None else options["poll_interval"]
        self._terms = Terms(interval, options["not_found_after"], options["give_up_after"])
        self._route = checked_route(options["route"], self._service.provider)
        self._record = _record or TaskRecord()
        self._error = _error
        self._order, self._stop_wanted, self._beat_planned = _order, False, None
        self._made_from: list[TaskSending] = []
        self._keeper = OutputKeeper(
            lambda: self._service,
            task_id,
            options["save_to"],
            embed_limit(options["embed"]),
            changed=lambda: writer.put(self._show_outputs),
            saved=lambda files: self._record.record_files(self._service.base_url, self.task_id, files),
            route=self._route,
            facts=self._name_facts,
        )
        self._identify(task_id)
        self._frames = FrameKeeper(self._keeper, lambda: self._service, lambda: writer.put(self._show_outputs))
        self._ending = Ending(self._keeper, self._freeze_places, self._end_is_complete)
        self._completion = Completion()
        self._subscription: Subscription | None = None  # None where there is nothing to watch
        self._watchers = Watchers()
        self._report = Report(self._record.state(task_id), Phase.STARTING)
        if _error is not None:
            self._report = not_created(_error, self._record.action, time.monotonic())
            self._ending.closing = Closing.CLOSED
            self._completion.settle(self._report)
        elif _order is not None:
            self._begin_unsent()
        self.set_trait("task_id", task_id)
        end = recalled_end(self._record, task_id, time.monotonic()) if _recalled else None
        if end is not None:
            self._recall(end)
        self._set_traits(self._numbered(self._state().traits()))
        self._show_lost()
        super().__init__(
            lambda: self._ending.closing is Closing.CLOSED,
            self._make_bundle,
            freeze=options["freeze"],
            live=_error is None,
        )
        self.on_msg(lambda _widget, content, _buffers: answer(self, message_in(content)))
        process.register_heir(self)
        if _error is None and _order is None and end is None:
            trouble = self._begin(_paid)
            if trouble:
                log.warning("%s", trouble)

    def _identify(self, task_id: str) -> None:
        self._keeper.task_id = task_id
        self.set_trait("_twin", next_name("task", [task_id]))
        self._pick = pick_of(self._service.base_url, task_id, self._record.picked)
        self._pick.watchers.add(self._show_pick)

    # What users call

    @short_traceback
    def cancel(self) -> None:
        """Cancel the task at the service, unless it has ended: then nothing is sent. Runway's own API only.

        One that was not sent yet is not sent, whatever the service: that costs nothing. A task that runs is not
        refunded. It is looked at first, because cancelling a finished one deletes its output; a result that finishes in
        the same instant is lost all the same. Raises ServiceError, and RunwayWidgetError where there is no such route
        (CometAPI, and a ``route`` with ``{id}``): there `stop` ends the watching.
        """
        if self._cancel_unsent():
            return
        if self._error is not None:
            raise RunwayWidgetError(f"there is nothing to cancel: {self}")
        state = self._service.cancel(self.task_id, self._report.state, self._route)
        if self._subscription is not None and self._subscription.active:
            poller.shared().process_answer(self._subscription, Answer(state))
        elif state.ended and self._report.phase is not Phase.ENDED:  # nobody watches, so no report brings the end
            known = replace(state.after(self._report.state), task_id=self.task_id)
            self._completion = Completion()  # that of the watch is settled, and says something else
            report = replace(self._report, state=known, phase=Phase.ENDED, error=None)
            writer.put(partial(self._process_report, self._completion, report))

    @short_traceback
    def download(self, directory: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs as ``<task id>-<n>.<ending>`` in ``directory``, which is made, and return their whole paths.

        Or as a pattern says: ``"renders/{date}-{seed}-{n}"``, with the fields of ``save_to``.
        Never overwrites another file; a broken download goes on where it broke off. An expired link is renewed once.
        Raises ServiceError; RunwayWidgetError where there is nothing to save, or not yet, or no room.
        """
        self._require_outputs("download")
        paths = self._keeper.download(directory)
        if writer.flush(5.0):  # what there is to show of it has been taken in
            for widget in (self, *self._watchers.owners()):
                widget._freeze_now()
        return paths

    @property
    def prompt(self) -> str:
        """What was asked for, as on the card; "" where that is not known."""
        return self._record.request["prompt"]

    def _recall(self, end: Report) -> None:
        """Show the task as the journal has it."""
        self._report = end
        self._record = with_picture(self._record, end)
        if end.state.outputs:
            files = dict(enumerate(self._record.saved(self.task_id).values()))
            self._keeper.keep(end.state.outputs, pictures=False, files=files)
            self._keeper.set_picture(0, picture_of(self._record), "")
        self._ending.closing = Closing.CLOSED
        self._completion.settle(end)

    def close(self) -> None:
        """Stop watching and take the card out of the front end. What was shown frozen stays.

        One that was not sent yet is not sent.
        """
        unsent = self._order is not None and self._order.withdraw()
        if self._subscription is not None:
            poller.shared().stop(self._subscription, silently=True)
        with self._writing:
            super().close()
            if unsent:
                self._note_unsent(RunwayWidgetError("closed before it was sent"), sent=False)
            elif not self._report.phase.over:
                self._report = Report(self._report.state, Phase.STOPPED, made_at=time.monotonic())
            self._completion.settle(self._report)
        writer.put(partial(self._watchers.notify, self))

    # Showing

    def __str__(self) -> str:
        from . import static_card

        return static_card.text(self._state().frozen_card())

    def __repr__(self) -> str:
        return f"<RunwayTask {self}>" if self.__dict__.get("_report") else "<RunwayTask that could not be made>"

    def _state(self) -> CardState:
        return card_state(
            self._report,
            self._keeper.now,
            self._service.provider,
            self._record.request,
            time.monotonic(),
            time.time(),
            route=self._route,
            client=self._service.client,
            picked=self._pick.picked,
            frame=self._frame_line(),
        )

    @property
    def _twin_name(self) -> str:
        """A static card stays where an output is in a file alone: the live one could not play it."""
        return "" if any(output.in_file for output in self._report.state.outputs) else self._twin

    def to_html(self) -> str:
        from . import static_card

        return str(static_card.html(self._state().frozen_card(files=False)))

    def _make_bundle(self) -> dict[str, Any]:
        from . import static_card  # on use: importing the package need not wait for it

        return {"text/html": static_card.html(self._state().frozen_card(), self._twin_name), "text/plain": repr(self)}
