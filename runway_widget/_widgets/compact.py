"""One take of a grid, as the grid's page knows it and as its sum counts it."""

from __future__ import annotations

from typing import cast

from .._watch.report import Phase
from .tally import NOT_SENT, Take
from .task import RunwayTask
from .view import CompactTake


def counted(task: RunwayTask) -> Take:
    """``task`` for a `Tally`."""
    clock, phase = task._clock, task._report.phase
    status = NOT_SENT if phase is Phase.NOT_SENT else task.status
    return Take(status, phase.over, None if clock["left"] is None else clock["at"] + clock["left"])


def compact(task: RunwayTask) -> CompactTake:
    """``task`` for a page: the traits that a small card needs."""
    values = {name: getattr(task, name) for name in CompactTake.__annotations__}
    return cast(CompactTake, {**values, "status": task.status.value})
