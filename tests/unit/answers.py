"""The documented answer of the poll route, and others made of it."""

from __future__ import annotations

import json
from typing import Any

from runway_widget._errors import ServiceError
from runway_widget._service.headers import NO_HEADERS, AnswerHeaders
from runway_widget._service.parse import parse
from runway_widget._service.payload import decode
from runway_widget._service.state import TaskState

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


def parse_body(
    body: bytes | str, http_status: int = 200, headers: AnswerHeaders = NO_HEADERS
) -> TaskState | ServiceError:
    """What a body says, as it comes over the wire."""
    return parse(decode(body), http_status, headers)


def state_of(answer: Any, http_status: int = 200) -> TaskState:
    """What ``answer`` says, which must be a state, after a way over the wire."""
    state = parse_body(json.dumps(answer), http_status)
    assert isinstance(state, TaskState), state
    return state
