"""One take of a grid, as the grid's page knows it and as its sum counts it."""

from __future__ import annotations

from typing import cast

from .._errors import SubmissionUncertain
from .._service.cost import Cost
from .._watch.report import Phase
from .tally import NOT_SENT, Take
from .task import RunwayTask
from .view import CompactTake


def cost_of(task: RunwayTask) -> Cost | None:
    """What ``task`` costs; None where it was certainly not created."""
    report = task._report
    may_exist = report.phase.has_task or isinstance(task._error, SubmissionUncertain)
    return Cost(report.state.cost, report.state.cost_is_estimate) if may_exist else None


def counted(task: RunwayTask) -> Take:
    """``task`` for a `Tally`. Status and phase are of one report: the traits follow it a moment later."""
    clock, report, cost = task._clock, task._report, cost_of(task)
    status = NOT_SENT if report.phase is Phase.NOT_SENT else report.state.status
    return Take(status, report.phase.over, None if clock["left"] is None else clock["at"] + clock["left"], cost)


def compact(task: RunwayTask) -> CompactTake:
    """``task`` for a page: the traits that a small card needs."""
    values = {name: getattr(task, name) for name in CompactTake.__annotations__}
    return cast(CompactTake, {**values, "status": task.status.value})
