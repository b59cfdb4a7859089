"""What a task's card says and offers: the live card's words and actions, the frozen card's content, a line of text."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from .._errors import RunwayWidgetError
from .._journal.row import Request
from .._media.paths import short_path
from .._runtime.threads import start_thread
from .._service.service import Service
from .._service.state import Status
from .._watch.poller import poller
from .._watch.report import Phase, Report
from .._watch.watch import Subscription
from . import static_card
from .traits import TaskTraits, clock
from .view import Face
from .words import duration, face

if TYPE_CHECKING:
    from .._media.keeper import OutputKeeper


class TaskCard(TaskTraits):
    """The view of a `RunwayTask`, which says what is true; this says it to people."""

    task_id: Any
    _service: Service
    _keeper: OutputKeeper
    _report: Report
    _subscription: Subscription

    def cancel(self) -> None:
        """See `RunwayTask`."""
        raise NotImplementedError

    def __str__(self) -> str:
        return static_card.text(self._card())

    def __repr__(self) -> str:
        return f"<RunwayTask {self}>" if self.__dict__.get("_report") else "<RunwayTask that could not be made>"

    def _spoken(self, report: Report) -> Face:
        provider = self._service.provider
        folder = f"{short_path(self._keeper.usual_folder)}/"
        said = face(report, provider.name, provider.key_variable, save=self._keeper.saving, folder=folder)
        running = not report.phase.over
        if self._keeper.kept and all(each.embedded for each in self._keeper.kept):
            said["note"] = ""  # no link that could expire
        if self._keeper.told and (report.state.status is Status.SUCCESS if not running else not said["note"]):
            said["note"] = self._keeper.told  # but never over why it failed, or what is wrong with the service
        elif self._keeper.saving == "armed" and running and not said["note"]:
            said["note"] = f"saves to {short_path(self._keeper.folder)}/ when done" if self._keeper.folder else ""
        return said

    def _offers(self, report: Report) -> list[str]:
        if report.phase.resumable:
            return ["resume"]
        if report.phase is Phase.ENDED:
            return ["save"] if self._keeper.kept and self._keeper.saving == "" else []
        cancel = ["cancel"] if self._service.provider.can_cancel else []
        return ["refresh", "stop", *cancel, "save"]

    def _asked(self, asked: str, content: dict[str, Any]) -> None:
        if asked == "sync":
            poller.sync(self._subscription)
        elif asked == "save" and self._report.phase is Phase.ENDED:
            self._keeper.save()
        elif asked == "save":
            self._keeper.arm()
        elif asked == "renew" and self._keeper.outputs:
            self._keeper.renew()
        elif asked == "cancel":
            start_thread(self._cancel_for_card, "runway-widget-cancel")  # it must not stand in line behind downloads
        elif asked in {"refresh", "stop", "resume"}:
            getattr(self, asked)()

    def _cancel_for_card(self) -> None:
        try:
            self.cancel()
        except RunwayWidgetError as error:
            self._keeper.say(f"could not cancel: {error}")

    def _progress_line(self) -> str:
        """For a terminal: "Image to video: Generating 62 % · 0:48 · about 0:30 left"."""
        times = clock(self._report, time.monotonic(), time.time())
        parts = [f"{self._face['title']}: {self._face['word']}"]
        if times["elapsed"] is not None:
            parts.append(duration(times["elapsed"]))
        if times["left"] is not None:
            parts.append(f"about {duration(times['left'])} left")
        if self._face["note"]:
            parts.append(self._face["note"])
        return " · ".join(parts)

    def _static_bundle(self) -> dict[str, Any]:
        return {"text/html": static_card.html(self._card()), "text/plain": repr(self)}

    def _card(self) -> static_card.Card:
        report = self._report
        return static_card.Card(
            task_id=self.task_id,
            face=cast(Face, self._face),
            state=report.state,
            reattach=f'{self._service.provider.client}.task("{self.task_id}")',
            request=cast(Request, self._request),
            pictures=self._pictures(),
            when=_when(report),
        )

    def _pictures(self) -> tuple[static_card.Picture, ...]:
        if not self._keeper.kept:
            return tuple(static_card.Picture(output) for output in self._report.state.outputs)
        return tuple(
            static_card.Picture(kept.output, kept.thumbnail, kept.embedded, _beside(kept.file))
            for kept in self._keeper.kept
        )


def _when(report: Report) -> str:
    """When it was last heard of, where that is all that a reader will ever know; the date for what is done."""
    now = time.time() - (time.monotonic() - report.made_at) if report.made_at else time.time()
    if report.phase is Phase.ENDED:
        finished = report.state.finish_time or now
        took = report.timing.elapsed if report.state.status is not Status.SUCCESS else None  # which says it itself
        ended = time.strftime("%Y-%m-%d %H:%M", time.localtime(finished))
        return ended + (f", after {duration(took)}" if took is not None else "")
    elapsed = report.timing.elapsed
    seen = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    return f"as of {seen}" + (f", {duration(elapsed)} after it was submitted" if elapsed is not None else "")


def _beside(file: Path | None) -> str:
    """``file`` as a link in the notebook; "" unless it lies in the notebook's own folder or below."""
    path = short_path(file) if file else ""
    return quote(path) if path and not Path(path).is_absolute() else ""
