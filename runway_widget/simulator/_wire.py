"""The shapes on the wire: one task at one moment, in each of the forms that the services are known to send.

CometAPI has documented two forms of the same route, and its gateway's builds differ in details; `Dialect` names the
differences. Runway's own routes have one form.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Literal, get_args

from ._exchange import Answer, json_answer
from ._ledger import cost_fields
from ._scenario import Moment
from ._service import Service, Task

Shape = Literal["wrapped", "bare"]

_RUNWAY_WORDS = {
    "not_start": "PENDING",
    "submitted": "PENDING",
    "queued": "PENDING",
    "throttled": "THROTTLED",
    "running": "RUNNING",
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "cancelled": "CANCELLED",
}
# The gateway's own word and the step of progress that it writes beside it.
_GATEWAY_WORDS = {
    "not_start": ("NOT_START", "0%"),
    "submitted": ("SUBMITTED", "10%"),
    "queued": ("QUEUED", "20%"),
    "throttled": ("QUEUED", "20%"),
    "running": ("IN_PROGRESS", "30%"),
    "succeeded": ("SUCCESS", "100%"),
    "failed": ("FAILURE", "100%"),
}
_GATEWAY_ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """Which of its known forms a gateway's routes use.

    Attributes:
        shape: "wrapped" in code, message and data, or Runway's "bare" task.
        progress: the wrapper's own progress goes in the gateway's "steps" (0, 10, 20, 30, 100 %) or in "percent".
        result_in: where the wrapper puts the first result's URL: "fail_reason" (older builds), or "result_url" (newer
            ones, which also send their account-internal fields).
        not_exist: HTTP status of task_not_exist, 400 or 200.
        cancelled_as: the wrapper's word for a cancelled task, "CANCELLED" or "FAILURE".
        nested: the provider's object arrives inside an envelope of its own.
        renews_links: each answer holds fresh links; otherwise the first ones are repeated, expired or not.
    """

    shape: Shape = "wrapped"
    progress: Literal["steps", "percent"] = "steps"
    result_in: Literal["fail_reason", "result_url"] = "fail_reason"
    not_exist: Literal[400, 200] = 400
    cancelled_as: Literal["CANCELLED", "FAILURE"] = "CANCELLED"
    nested: bool = False
    renews_links: bool = True

    def __post_init__(self) -> None:
        choices = {
            "shape": get_args(Shape),
            "progress": ("steps", "percent"),
            "result_in": ("fail_reason", "result_url"),
            "not_exist": (400, 200),
            "cancelled_as": ("CANCELLED", "FAILURE"),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                wanted = " or ".join(repr(value) for value in allowed)
                raise ValueError(f"{name} must be {wanted}; got {getattr(self, name)!r}")


# Tasks


def bare(task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    """Runway's own task object. `links` are the outputs' URLs, read only when the task has succeeded."""
    word = _RUNWAY_WORDS.get(now.phase, task.scenario.status_word)
    body: dict[str, Any] = {"id": task.id, "status": word, "createdAt": _iso(task.created)}
    if now.phase == "running":
        body["progress"] = now.progress
    elif now.phase == "succeeded":
        body["output"] = links
    elif now.phase == "failed":
        body |= {"failure": task.scenario.reason, "failureCode": task.scenario.failure_code}
    return body


def gateway_task(service: Service, task: Task, now: Moment, links: list[str], dialect: Dialect) -> dict[str, Any]:
    """The gateway's record of a task, with the provider's object in `data`. Times are unix seconds, 0 = not yet."""
    if now.phase == "cancelled":
        word, progress = str(dialect.cancelled_as), "100%"
    else:
        word, progress = _GATEWAY_WORDS.get(now.phase, (task.scenario.status_word, "30%"))
    if dialect.progress == "percent" and now.phase in ("running", "unknown"):
        progress = f"{int(now.progress * 100)}%"
    reason = {"failed": task.scenario.reason, "cancelled": "task was cancelled"}.get(now.phase, "")
    result = links[0] if now.phase == "succeeded" and links else ""
    record: dict[str, Any] = {
        "task_id": task.id,
        "action": task.action,
        "status": word,
        "fail_reason": result if result and dialect.result_in == "fail_reason" else reason,
        "submit_time": int(task.created),
        "start_time": int(service.unix(task, now.started) or 0),
        "finish_time": int(service.unix(task, now.finished) or 0),
        "progress": progress,
    }
    if dialect.result_in == "result_url":
        record |= {"id": 81734, "platform": "runway", "user_id": 4711, "group": "default", "channel_id": 12}
        record |= {"quota": 160000, "created_at": int(task.created), "updated_at": int(service.now())}
        if result or reason:
            record["result_url"] = result or reason  # this build really repeats the reason here
    inner = bare(task, now, links)
    if _RUNWAY_WORDS.get(now.phase) == "PENDING":  # made up by the gateway at submission, in its own time zone
        inner["createdAt"] = datetime.fromtimestamp(task.created, _GATEWAY_ZONE).isoformat(timespec="seconds")
    record["data"] = envelope({**record, "data": inner}) if dialect.nested else inner
    return record


def envelope(data: Any) -> dict[str, Any]:
    return {"code": "success", "message": "", "data": data}


def runways(task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    """The bare task as Runway itself sends it: with what it costs, in credits."""
    return bare(task, now, links) | cost_fields(task.price, task.scenario, now)


def _iso(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Errors


def gateway_error(status: int, code: str, message: str, **headers: str) -> Answer:
    """The envelope of the gateway's own errors; the request id stands in the message and in a header."""
    request_id = f"{datetime.now(UTC):%Y%m%d%H%M%S}{uuid.uuid4().hex[:12]}"
    error = {
        "message": f"{message} (request id: {request_id})",
        "type": "comet_api_error",
        "param": "",
        "code": code,
    }
    return json_answer({"error": error}, status, X_Oneapi_Request_Id=request_id, **headers)


def task_error(status: int, code: str, message: str, **headers: str) -> Answer:
    """The form of errors that concern a task."""
    return json_answer({"code": code, "message": message, "data": None}, status, **headers)


def runway_error(status: int, message: str, issues: list[dict[str, Any]] | None = None, **headers: str) -> Answer:
    """Runway's form: `error`, and for a rejected body the `issues`, each with `path` and `message`."""
    body: dict[str, Any] = {"error": message}
    if issues:
        body["issues"] = issues
    return json_answer(body, status, **headers)


def task_not_exist(status: int = 400) -> Answer:
    return task_error(status, "task_not_exist", "task_not_exist")
