"""One watch as the poller keeps it: what is known, whom to ask, and the calls that are scheduled."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Protocol

import requests

from .._runtime.schedule import ScheduledCall
from .._service.provider import Route
from .._service.state import Answer
from .throttle import Throttle
from .watch import Subscription, Watch


class Asker(Protocol):
    """What answers polls: a `Service`, or a test's double of it."""

    @property
    def identity(self) -> Hashable:
        """What is asked, and as whom: two with one identity give the same answers."""

    def ask(self, task_id: str, route: Route, session: requests.Session) -> Answer:
        """One poll. It may block; it never raises."""


Key = tuple[Hashable, str, Route]  # identity, task id, route


@dataclass(eq=False)
class Entry:
    """A watch with whom to ask and what is planned. The poller's lock guards it."""

    key: Key
    asker: Asker
    watch: Watch
    throttle: Throttle
    reported_at: float
    asking: bool = False  # a poll is under way
    asked_at: float = 0.0
    poll: ScheduledCall | None = None
    heartbeat: ScheduledCall | None = None
    deadlines: dict[Subscription, ScheduledCall] = field(default_factory=dict)
