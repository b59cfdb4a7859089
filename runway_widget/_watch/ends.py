"""How a watch ended, as the exception that `wait` raises."""

from __future__ import annotations

from typing import Any

from .._errors import (
    RunwayWidgetError,
    ServiceError,
    TaskCancelled,
    TaskFailed,
    TaskNotFound,
    WatchStopped,
    WatchTimeout,
)
from .._service.state import Status
from .._widgets.words import advise
from .report import Phase, Report


def verdict(report: Report, task: Any) -> RunwayWidgetError | None:
    """A fresh exception for an end that is not a success; None for one that is."""
    state, phase, told = report.state, report.phase, report.error
    if phase is Phase.ENDED:
        if state.status is Status.SUCCESS:
            return None
        if state.status is Status.CANCELLED:
            return TaskCancelled(state.fail_reason or "the task was cancelled", task)
        advice = advise(state.failure_code)
        return TaskFailed(state.fail_reason, task, failure_code=state.failure_code, advice=advice)
    if phase is Phase.STOPPED:
        return WatchStopped("watching was stopped; the task goes on, and task.resume() watches it again", task)
    if phase is Phase.GAVE_UP:
        last = f" (last trouble: {told})" if told else ""
        return WatchTimeout(
            f"no end within {report.gave_up_after:g} s (give_up_after){last}; task.resume() watches on", task
        )
    kind = TaskNotFound if phase is Phase.NOT_FOUND else type(told) if told else ServiceError
    if told is None:
        return kind("the watch ended without a reason")
    return kind(
        "wrong id, or another account's key" if phase is Phase.NOT_FOUND else told.message,
        http_status=told.http_status,
        code=told.code,
        request_id=told.request_id,
    )
