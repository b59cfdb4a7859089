"""What a card's front end knows of a task: the synced traits. How they get their values is `card_state`'s.

Public traits are what the service said; those that start with an underscore are what only the card needs. All are
read-only, to users as to the front end. The front end's `State` interface mirrors them, and a test compares the two.
"""

from __future__ import annotations

from typing import Any

import traitlets as t

from .._journal.row import empty_request
from .._service.state import Status
from .callbacks import Observer


class TaskTraits(t.HasTraits):
    """The traits of a `RunwayTask`: declared, and observed by users."""

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
