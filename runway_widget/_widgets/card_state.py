"""What a card shows: one pure function from a report, and what is kept of the outputs, to all that its traits hold.

Nothing here knows a widget, a poller or a thread. The live card gets the traits, the frozen one is made from the same
state, and so is the line on a terminal; so all three say the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._journal.row import Request
from .._media.kept_outputs import KeptOutput, KeptOutputs
from .._media.paths import link_from_notebook
from .._service.provider import Provider, Route, client_expression
from .._service.state import Status, TaskState
from .._watch.report import HEARTBEAT, Phase, Report
from .link_end import LinkEnd, link_end
from .view import Action, Clock, Face
from .words import cancel_question, cost_words, duration, face, instead

if TYPE_CHECKING:
    from . import static_card
    from .static_stage import Picture

QUIET_AFTER = HEARTBEAT + 10.0  # seconds without a message after which the page says that the kernel is silent

#: The public traits that repeat a field of `TaskState`. The status comes last of all: see `CardState.traits`.
COPIED = (
    *("code", "message", "action", "progress", "fail_reason", "failure_code", "data"),
    *("submit_time", "start_time", "finish_time", "cost", "cost_is_estimate"),
)


@dataclass(frozen=True, slots=True)
class CardState:
    """Everything that a card shows of a task at one moment.

    ``face``, ``clock`` and ``request`` are the front end's interfaces of these names, ``actions`` the buttons.
    ``reattach`` is a line of Python that takes the task up again, "" where there is none; ``reported_at`` the unix time
    of the report; ``link_end`` when the links to the outputs end. Only the frozen card shows these three.
    """

    report: Report
    outputs: KeptOutputs
    request: Request
    face: Face
    clock: Clock
    actions: list[Action]
    reattach: str
    reported_at: float
    link_end: LinkEnd | None

    def traits(self) -> dict[str, Any]:
        """The values of the traits that change, in the order in which they are to be set."""
        state = self.report.state
        return {
            "_clock": self.clock,
            **{name: getattr(state, name) for name in COPIED},
            "picked": self.face["picked"],
            "outputs": [{"url": output.url, "kind": output.kind} for output in state.outputs],
            "_face": self.face,
            "_request": {**self.request, "still": self._poster or self.request["still"] or self.outputs.still},
            "_actions": self.actions,
            "status": state.status,  # last: who observes it finds all the rest in place
        }

    def frozen_card(self, *, files: bool = True) -> static_card.Card:
        """The frozen card's content. ``files``: it stands beside the saved files, as a notebook's output does."""
        from . import static_card  # on use: importing the package need not wait for it

        return static_card.Card(
            task_id=self.report.state.task_id,
            face=self.face,
            state=self.report.state,
            reattach=self.reattach,
            request={**self.request, "still": self.outputs.still or self.request["still"]},
            pictures=self._pictures(files),
            when=_when(self.report, self.reported_at),
            after=_after(self.report),
            link_end=self.link_end.lasting_words(self.clock["at"]) if self.link_end else "",
        )

    @property
    def _poster(self) -> str:
        """A small picture of the output, for before it plays; "" where there is none yet, or for several outputs.

        Takes of one still would all look alike otherwise, until they play.
        """
        items = self.outputs.items
        return items[0].thumbnail if len(items) == 1 and self.report.state.status is Status.SUCCESS else ""

    def line(self) -> str:
        """For a terminal: "Image to video: Generating 62 % · 0:48 · about 0:30 left"."""
        parts = [f"{self.face['title']}: {self.face['word']}"]
        if self.clock["elapsed"] is not None:
            parts.append(duration(self.clock["elapsed"]))
        if self.clock["left"] is not None:
            parts.append(f"about {duration(self.clock['left'])} left")
        parts += [words for words in (self.face["note"], self.face["link"]) if words]
        return " · ".join(parts)

    def _pictures(self, files: bool) -> tuple[Picture, ...]:
        from .static_stage import Picture

        if not self.outputs.items:
            return tuple(Picture(output) for output in self.report.state.outputs)
        return tuple(
            Picture(item.output, item.thumbnail, item.embedded, link_from_notebook(item.file) if files else "")
            for item in self.outputs.items
        )


def card_state(
    report: Report,
    outputs: KeptOutputs,
    provider: Provider,
    request: Request,
    now: float,
    wall: float,
    *,
    route: Route = "task",
    client: str = "",
    picked: bool = False,
    frame: str = "",
) -> CardState:
    """What a card shows of ``report`` and ``outputs``.

    ``now`` is the time on the monotonic clock, ``wall`` the unix time then. ``request`` is what the task was created
    with, as the front end's `Request`; ``route`` where it is asked for; ``client`` the expression of its client, "" for
    the provider's usual one; ``picked`` whether it has a star; ``frame`` the line that uses the frame that was kept
    last.
    """
    reported_at = wall - max(0.0, now - report.made_at) if report.made_at else wall
    urls = [output.url for output in report.state.outputs if output.has_link]
    end = link_end(urls, outputs.links_since or reported_at) if urls else None
    actions = _actions(report, outputs, can_cancel=provider.can_cancel and not route.startswith("/"))
    said = _face(report, outputs, provider, end, wall)
    said["picked"], said["frame"] = picked, frame
    said["cancel_question"] = cancel_question(report.state) if "cancel" in actions else ""
    return CardState(
        report=report,
        outputs=outputs,
        request=_with_cost(request, report.state),
        face=said,
        clock=clock(report, now, wall),
        actions=actions,
        reattach=_reattach(report.state.task_id, client or client_expression(provider), route),
        reported_at=reported_at,
        link_end=end,
    )


def clock(report: Report, now: float, wall: float, version: int = 0) -> Clock:
    """The card's times, in seconds as of ``now`` on the monotonic clock; ``wall`` is the unix time then.

    ``version`` is the number of the state that they belong to: see `TaskTraits._numbered`.
    """
    since = max(0.0, now - report.made_at)
    timing, ticking = report.timing, not report.phase.over

    def grown(value: float | None) -> float | None:
        return value + since if value is not None and ticking else value

    def shrunk(value: float | None) -> float | None:
        return None if value is None else max(0.0, value - since)

    elapsed = grown(timing.elapsed)
    early = report.phase in {Phase.WAITING, Phase.STARTING}
    waits = report.phase is Phase.RETRYING or (early and report.error is not None)
    return {
        "at": wall,
        "elapsed": elapsed,
        "queued": elapsed if ticking and report.state.status.queued else None,
        "left": shrunk(timing.left),
        "heard": grown(timing.since_answer),
        "retry_in": shrunk(timing.next_in) if waits else None,
        "ticking": ticking,
        "quiet_after": QUIET_AFTER if ticking else None,
        "version": version,
    }


def _with_cost(request: Request, state: TaskState) -> Request:
    """``request`` with what it costs as the last of its facts, where that is known."""
    words = cost_words(state.cost, estimate=state.cost_is_estimate)
    return {**request, "facts": [*request["facts"], {"name": "cost", "text": words}]} if words else request


def _face(report: Report, outputs: KeptOutputs, provider: Provider, end: LinkEnd | None, wall: float) -> Face:
    result = face(report, provider.name, save=outputs.saving, folder=outputs.folder)
    result["note"] = _note(report, outputs, result["note"])
    result["instead"] = instead(outputs.items or tuple(map(KeptOutput, report.state.outputs)))
    result["link"] = outputs.renewal
    if end is not None and outputs.saving not in {"saving", "saved"} and not outputs.embedded:
        result["link"] = outputs.renewal or f"link {end.words(wall)}"
        result["expired"] = "; ".join(filter(None, [end.expired_words, outputs.renewal]))
        result["expires"] = end.at
    return result


def _note(report: Report, outputs: KeptOutputs, note: str) -> str:
    """``note`` of the face, or what there is to say of the outputs; never over why a task failed, or what is wrong."""
    if report.phase.resumable:
        return outputs.note or note  # what the last press of a button came to
    if report.phase.over:
        if report.state.status is not Status.SUCCESS:
            return note
        if report.forgotten:
            return " · ".join(filter(None, [note, outputs.note]))
        return outputs.note or note
    if note:
        return note
    return outputs.note or (f"saves to {outputs.folder} when done" if outputs.saving == "armed" else "")


def _reattach(task_id: str, client: str, route: Route) -> str:
    """The line of Python that takes the task up again; "" where there is none."""
    at = "" if route == "task" else f', route="{route}"'
    return f'{client}.task("{task_id}"{at})' if task_id else ""


def _actions(report: Report, outputs: KeptOutputs, *, can_cancel: bool) -> list[Action]:
    """The buttons that make sense now."""
    if report.phase.resumable:
        return ["resume"]
    if report.phase.over:
        if report.recalled:
            return ["refresh"]
        if not outputs.items or report.forgotten:
            return []
        return ["save", "renew"] if outputs.saving == "" else ["renew"]  # which the page offers where a link has ended
    if report.phase.unsent:
        return ["cancel", "save"]  # what was not sent can be taken back at any service
    cancel: list[Action] = ["cancel"] if can_cancel else []
    return ["refresh", "stop", *cancel, "save"]


def _when(report: Report, reported_at: float) -> str:
    """When it was last heard of, where that is all that a reader will ever know; the date for what is done."""
    elapsed = report.timing.elapsed
    if report.phase.over and not report.phase.resumable:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(report.state.finish_time or reported_at))
    seen = time.strftime("%Y-%m-%d %H:%M", time.localtime(reported_at))
    since = "" if elapsed is None else f", {duration(elapsed)} after it was submitted"
    left = report.timing.left if not report.phase.over else None
    return f"as of {seen}{since}" + (f", about {duration(left)} left" if left and left >= 1 else "")


def _after(report: Report) -> str:
    """ "after 0:48", of what is done and did not succeed; a success says it itself. As `timeParts` of the front end."""
    elapsed = report.timing.elapsed
    if elapsed is None or report.state.status is Status.SUCCESS or not report.phase.over or report.phase.resumable:
        return ""
    return f"after {duration(elapsed)}"
