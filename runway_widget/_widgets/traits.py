"""What a card's front end knows of a task: the synced traits. How they get their values is `card_state`'s.

Public traits are what the service said; those that start with an underscore are what only the card needs. All are
read-only, to users as to the front end. The front end's `State` interface mirrors them, and a test compares the two.
"""

from __future__ import annotations

from typing import Any

import traitlets as t

from .._journal.row import empty_request
from .._service.json_value import JsonValue
from .._service.state import Status
from .trait_types import OutputsTrait, StatusTrait, value_of
from .view import OutputDict


class TaskTraits(t.HasTraits):
    """The traits of a `RunwayTask`, as they are declared."""

    task_id: str = value_of(t.Unicode(read_only=True).tag(sync=True))
    """The service's id; "" as long as it gave none."""
    code: str | None = value_of(t.Unicode(None, allow_none=True, read_only=True).tag(sync=True))
    """The word of the service's envelope, such as "success"; None where it has none."""
    message: str = value_of(t.Unicode(read_only=True).tag(sync=True))
    """The sentence of the service's envelope."""
    action: str = value_of(t.Unicode(read_only=True).tag(sync=True))
    """The service's word for what is made, such as "IMAGE_TO_VIDEO"."""
    status: Status = value_of(StatusTrait())
    """How the task stands: see `Status`."""
    progress: float = value_of(t.Float(0.0, read_only=True).tag(sync=True))
    """From 0.0 to 1.0, and 1.0 only on success."""
    fail_reason: str = value_of(t.Unicode(read_only=True).tag(sync=True))
    """Why it failed, in the service's words; "" where it did not."""
    failure_code: str = value_of(t.Unicode(read_only=True).tag(sync=True))
    """The service's code for that, such as "SAFETY.INPUT.TEXT"."""
    submit_time: float = value_of(t.Float(0.0, read_only=True).tag(sync=True))
    """When the service took it, in unix seconds by its clock; 0 where it does not say."""
    start_time: float = value_of(t.Float(0.0, read_only=True).tag(sync=True))
    """When its work began, in unix seconds; 0 means not yet."""
    finish_time: float = value_of(t.Float(0.0, read_only=True).tag(sync=True))
    """When it ended, in unix seconds; 0 means not yet."""
    cost: float | None = value_of(t.Float(None, allow_none=True, read_only=True).tag(sync=True))
    """What it costs, in credits; None where the service does not say it."""
    cost_is_estimate: bool = value_of(t.Bool(False, read_only=True).tag(sync=True))
    """Whether `cost` is the most that it may come to, and may be less in the end."""
    picked: bool = value_of(t.Bool(False, read_only=True).tag(sync=True))
    """Whether it has a star: see `pick`."""
    data: dict[str, JsonValue] = value_of(t.Dict(read_only=True).tag(sync=True))
    """The task as the service's own object tells it."""
    outputs: list[OutputDict] = value_of(OutputsTrait(read_only=True).tag(sync=True))
    """The finished media: see `OutputDict`. Empty until the task has succeeded."""

    _face = t.Dict(read_only=True).tag(sync=True)
    _clock = t.Dict(read_only=True).tag(sync=True)
    _request = t.Dict(dict(empty_request()), read_only=True).tag(sync=True)
    _actions: t.List[str] = t.List(read_only=True).tag(sync=True)
    _version = t.Int(0, read_only=True).tag(sync=True)
    _lost = t.Unicode(read_only=True).tag(sync=True)  # what the card says when its kernel is gone

    def _numbered(self, values: dict[str, Any]) -> dict[str, Any]:
        """``values`` of the traits with the number of this state: a new one, if more has changed than the time.

        The clock, which every message holds, says the number too. So a page knows when it missed that of a change.
        """
        changed = any(getattr(self, name) != value for name, value in values.items() if name != "_clock")
        version = self._version + changed
        return {"_version": version, **values, "_clock": {**values["_clock"], "version": version}}
