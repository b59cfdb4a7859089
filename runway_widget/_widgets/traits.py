"""What a card's front end knows: the synced traits, and how a report becomes them.

Public traits are what the service said; those that start with an underscore are what only the card needs. All are
read-only, to users as to the front end. The front end's `State` interface mirrors them, and a test compares the two.
"""

from __future__ import annotations

import time
from typing import Any

import traitlets as t

from .._journal.row import empty_request
from .._service.state import Status
from .._watch.report import HEARTBEAT, Phase, Report
from .callbacks import Observer
from .freezable import FreezableWidget
from .view import Clock, Face

QUIET_AFTER = HEARTBEAT + 10.0


def clock(report: Report, now: float, wall: float) -> Clock:
    """The card's times, in seconds as of ``now`` on the monotonic clock; ``wall`` is the unix time then."""
    since = max(0.0, now - report.made_at)
    timing, ticking = report.timing, not report.phase.over

    def aged(value: float | None) -> float | None:
        return value + since if value is not None and ticking else value

    def nearer(value: float | None) -> float | None:
        return None if value is None else max(0.0, value - since)

    elapsed = aged(timing.elapsed)
    waits = report.phase is Phase.RETRYING or (report.phase is Phase.STARTING and report.error is not None)
    return {
        "at": wall,
        "elapsed": elapsed,
        "queued": elapsed if ticking and report.state.status.queued else None,
        "left": nearer(timing.left),
        "heard": aged(timing.heard),
        "retry_in": nearer(timing.next_in) if waits else None,
        "ticking": ticking,
        "quiet_after": QUIET_AFTER if ticking else None,
    }


class TaskTraits(FreezableWidget):
    """The widget without its behaviour."""

    task_id = t.Unicode(read_only=True).tag(sync=True)
    code = t.Unicode(None, allow_none=True, read_only=True).tag(sync=True)
    message = t.Unicode(read_only=True).tag(sync=True)
    action = t.Unicode(read_only=True).tag(sync=True)
    status = t.Unicode(Status.UNKNOWN.value, read_only=True).tag(sync=True)
    progress = t.Float(0.0, read_only=True).tag(sync=True)
    fail_reason = t.Unicode(read_only=True).tag(sync=True)
    failure_code = t.Unicode(read_only=True).tag(sync=True)
    submit_time = t.Float(0.0, read_only=True).tag(sync=True)
    start_time = t.Float(0.0, read_only=True).tag(sync=True)
    finish_time = t.Float(0.0, read_only=True).tag(sync=True)
    data = t.Dict(read_only=True).tag(sync=True)
    outputs: t.List[dict[str, str]] = t.List(read_only=True).tag(sync=True)

    _face = t.Dict(read_only=True).tag(sync=True)
    _clock = t.Dict(read_only=True).tag(sync=True)
    _request = t.Dict(dict(empty_request()), read_only=True).tag(sync=True)
    _actions: t.List[str] = t.List(read_only=True).tag(sync=True)

    def _spoken(self, report: Report) -> Face:
        """The card's words: see `words.face`."""
        raise NotImplementedError

    def _offers(self, report: Report) -> list[str]:
        """The actions that make sense now."""
        raise NotImplementedError

    def _mirror(self, report: Report) -> None:
        """Set the traits from ``report``: at most one message, and only what changed is in it."""
        state = report.state
        values: dict[str, Any] = {"_clock": clock(report, time.monotonic(), time.time())}
        if not report.beat:
            for name in ("code", "message", "action", "progress", "fail_reason", "failure_code", "data"):
                values[name] = getattr(state, name)
            for name in ("submit_time", "start_time", "finish_time"):
                values[name] = getattr(state, name)
            values |= {
                "outputs": [{"url": output.url, "kind": output.kind} for output in state.outputs],
                "_face": self._spoken(report),
                "_actions": self._offers(report),
                "status": state.status.value,  # last: who observes it finds all the rest in place
            }
        with self.hold_sync():
            for name, value in values.items():
                if getattr(self, name) != value:
                    self.set_trait(name, value)

    # Users' observers run on a thread of their own; traitlets' and ipywidgets' own, where they always do.

    def observe(self, handler: Any, names: Any = t.All, type: Any = "change") -> None:
        """As in traitlets, but ``handler`` runs on a thread of its own: it may raise or block without harm."""
        if not isinstance(handler, t.EventHandler | Observer):
            handler = Observer(handler)
        super().observe(handler, names=names, type=type)

    def unobserve(self, handler: Any, names: Any = t.All, type: Any = "change") -> None:
        """As in traitlets."""
        if handler is not None and not isinstance(handler, t.EventHandler | Observer):
            handler = Observer(handler)
        super().unobserve(handler, names=names, type=type)
