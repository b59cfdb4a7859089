"""The documented answer of the poll route, and others made of it."""

from __future__ import annotations

import json
from typing import Any

from runway_widget._service.state import TaskState, parse

ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
URL = "https://dnznrvs05pmza.cloudfront.net/x/take.mp4?_jwt=a.b.c"

# The gateway's documented answer, as it was validated on 2026-03-13.
QUEUED: dict[str, Any] = {
    "code": "success",
    "message": "",
    "data": {
        "task_id": ID,
        "action": "IMAGE_TO_VIDEO",
        "status": "QUEUED",
        "fail_reason": "",
        "submit_time": 1773366766,
        "start_time": 0,
        "finish_time": 0,
        "progress": "0%",
        "data": {"id": ID, "status": "PENDING", "createdAt": "2026-03-13T09:52:46+08:00"},
    },
}


def wrapped(*, inner: Any = None, code: Any = "success", message: Any = "", **task: Any) -> dict[str, Any]:
    """The documented wrapper with another task, or another provider's object, in it."""
    record: dict[str, Any] = {**QUEUED["data"], **task}
    record["data"] = record["data"] if inner is None else inner
    return {"code": code, "message": message, "data": record}


def state_of(answer: Any, http_status: int = 200) -> TaskState:
    """What ``answer`` says, sent as bytes; the same as when it comes decoded."""
    state = parse(json.dumps(answer).encode(), http_status)
    assert state == parse(answer, http_status)
    assert isinstance(state, TaskState), state
    return state
