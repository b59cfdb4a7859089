"""How one service treats one key. Pure: times are handed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._errors import ServiceError
from .._service.retry import backoff
from .._service.state import TaskState
from .cadence import FLOOR

BROKEN = 3  # different tasks in a row with a 5xx: it is the service, not a task


@dataclass
class Throttle:
    """A 429 slows all tasks of a key, and so do `BROKEN` tasks in a row with a 5xx; an answer that is one mends it."""

    hold_until: float = 0.0
    refusals: int = 0
    broken: set[str] = field(default_factory=set)

    def heard(self, now: float, task_id: str, said: TaskState | ServiceError) -> None:
        """Take note of one answer of this service to this key."""
        if isinstance(said, TaskState) or not said.transient:
            self.refusals, self.broken = 0, set()
            return
        status = said.http_status or 0
        if status >= 500:
            self.broken.add(task_id)
        if status == 429 or (status >= 500 and len(self.broken) >= BROKEN):
            if now >= self.hold_until:  # what was under way when the trouble came says nothing new
                self.refusals += 1
            self.hold_until = max(self.hold_until, now + backoff(self.refusals, FLOOR, said.retry_after))
