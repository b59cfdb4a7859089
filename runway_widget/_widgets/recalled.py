"""The end of a task as the journal has it, for who looks at many of them: the service is not asked.

What is shown is what lasts: the small picture, the files that were saved, and the words.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .._journal.row import Row
from .._media.small_pictures import picture_uri
from .._service.state import Status, TaskState
from .._watch.report import Phase, Report, Timing
from .record import TaskRecord

_ENDS = {Status.SUCCESS, Status.FAILURE, Status.CANCELLED}
_CODE = re.compile(r"(.*?) ?\[([\w.]+)\]", re.DOTALL)


def recalled_end(record: TaskRecord, task_id: str, now: float) -> Report | None:
    """The last report of a task whose end the journal has seen; None for any other. ``now`` is a monotonic time."""
    row = record.earlier
    if row is None or row.status not in _ENDS:
        return None
    state = record.remembered(task_id) or _state(record.state(task_id), row)
    state = replace(state, word=row.status, finish_time=state.finish_time or row.ended_at)
    return Report(state, Phase.ENDED, timing=Timing(elapsed=row.seconds or None), made_at=now, recalled=True)


def with_picture(record: TaskRecord, report: Report) -> TaskRecord:
    """``record``; of a success of which no output is left, with the small picture in the place of what was sent."""
    if report.state.status is not Status.SUCCESS or report.state.outputs:
        return record
    return replace(record, request={**record.request, "still": picture_of(record)})


def picture_of(record: TaskRecord) -> str:
    """The small picture of the task as a data URI; "" where there is none."""
    return picture_uri(record.earlier.picture) if record.earlier is not None else ""


def _state(known: TaskState, row: Row) -> TaskState:
    reason = _CODE.fullmatch(row.reason)
    return replace(
        known,
        status=Status(row.status),
        progress=1.0 if row.status == Status.SUCCESS else 0.0,
        submit_time=row.submitted_at,
        finish_time=row.finished_at,
        fail_reason=reason[1] if reason else row.reason,
        failure_code=reason[2] if reason else "",
    )
