"""What the simulator remembers of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._service.json_value import JsonValue


@dataclass(frozen=True)
class Received:
    """One request as the service got it. It holds no key.

    at: `time.monotonic()` when it was read. status: of the answer; 0 when there is none. task_id: for a create, the id
    of the task it made. body: the JSON object that was sent, else {}. headers: names in lower case, no Authorization.
    bearer: whether a key came along. trouble: the kind of trouble it met, or "".
    """

    method: str
    path: str
    task_id: str
    at: float
    status: int
    body: Mapping[str, JsonValue] = field(default_factory=dict)
    route: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    bearer: bool = False
    trouble: str = ""
