"""What one wave came to: plain facts, which `claims` judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .record import Told


@dataclass
class Fact:
    """One task as it ended in the widget, and at the service (None: it is not known there, or has no id).

    Attributes:
        observed, page, grid: what a callback of the user's, the card's page and the grid's page were told;
            None where there was none.
        given: the times that a loop over `as_completed` gave it out.
        doubt: it may exist, as its error says.
        wrong_files: those that were saved and hold other bytes than the service's.
    """

    task_id: str = ""
    prompt: str = ""
    status: str = ""
    phase: str = ""
    outputs: list[str] = field(default_factory=list)
    reason: str = ""
    service: dict[str, Any] | None = None
    observed: Told | None = None
    page: Told | None = None
    grid: Told | None = None
    given: int = 1
    doubt: bool = False
    wrong_files: list[str] = field(default_factory=list)


@dataclass
class Record:
    """One wave: its tasks, what the service made, and the requests that an outage cost.

    Attributes:
        made: by the prompt, the ids of the tasks that the service made.
        made_again: the same, of those that were made when the cell was run once more with ``reuse=True``.
        gone: those of them all that failed or were cancelled: ``reuse=True`` creates them once more.
        outage_waits: the longest time to the next request that was planned for each task in an outage.
        errors: what the package logged of faults of its own.
        sums: of each grid, the line that its page was told last, and what its takes come to.
        lost: messages of a grid that its page did not get, or got too late.
    """

    faults: tuple[str, ...] = ()
    facts: list[Fact] = field(default_factory=list)
    made: dict[str, list[str]] = field(default_factory=dict)
    made_again: dict[str, list[str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sums: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    outage_requests: int = 0
    outage_hours: float = 0.0
    outage_tasks: int = 0
    outage_waits: list[float] = field(default_factory=list)
    files: int = 0  # that were saved and compared
