"""When a service wants to be left alone by all polls of one key. Pure: times are handed in."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._errors import ServiceError
from .._service.retry import backoff
from .._service.state import TaskState
from .cadence import FLOOR

FAILING_TASKS = 3  # different tasks in a row with a 5xx: the service is in trouble, not a task


@dataclass
class Throttle:
    """Pauses every task of a key after a 429, or after `FAILING_TASKS` different tasks in a row got a 5xx.

    Any other answer resets it. ``paused_until`` is on the monotonic clock.
    """

    paused_until: float = 0.0
    refusals: int = 0
    failing: set[str] = field(default_factory=set)

    def record(self, now: float, task_id: str, result: TaskState | ServiceError) -> None:
        """Note one answer of this service to this key."""
        if isinstance(result, TaskState) or not result.transient:
            if self.refusals or self.failing:
                self.refusals, self.failing = 0, set()
            return
        status = result.http_status or 0
        if status >= 500 and len(self.failing) < FAILING_TASKS:
            self.failing.add(task_id)
        if status == 429 or (status >= 500 and len(self.failing) >= FAILING_TASKS):
            if now >= self.paused_until:  # an answer to a poll that was sent before the pause says nothing new
                self.refusals += 1
            self.paused_until = max(self.paused_until, now + backoff(self.refusals, FLOOR, result.retry_after))
