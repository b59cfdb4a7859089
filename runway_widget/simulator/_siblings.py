"""The other video routes of a gateway. They show the same tasks, each family of routes in a shape of its own.

Sources: CometAPI's pages of the queries of Kling, Luma, xAI and of the unified ``/v1/videos``; for MiniMax and
DashScope the pages of their own services.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ._scenario import Moment
from ._service import Service, Task

Shape = Callable[[Service, Task, Moment, list[str]], dict[str, Any]]


@dataclass(frozen=True)
class Family:
    """One family of routes: where its tasks are created and asked for, and what it answers to either.

    `create` and `poll` are patterns of paths; `poll` finds the id, unless `parameter` names the query's field with it.
    """

    name: str
    create: str
    poll: str
    created: Callable[[str], dict[str, Any]]
    shape: Shape
    parameter: str = ""


@dataclass(frozen=True)
class Match:
    """A request to one of these routes. "media" is the file of a finished video, for the key alone."""

    family: Family
    route: Literal["create", "poll", "media"]
    task_id: str = ""


def match(method: str, path: str, query: Mapping[str, str]) -> Match | None:
    """The family and the route that a request is for; None where it is for none of them."""
    for family in FAMILIES:
        if method == "POST" and re.fullmatch(family.create, path):
            return Match(family, "create")
        if method in ("GET", "HEAD") and (found := re.fullmatch(family.poll + "(/content)?", path)):
            task_id = query.get(family.parameter, "") if family.parameter else found[1]
            if found.groups()[-1] is None:
                return Match(family, "poll", task_id)
            return Match(family, "media", task_id) if family.name == "videos" else None
    return None


def _word(now: Moment, waiting: str, running: str, done: str, failed: str) -> str:
    if now.phase in ("not_start", "submitted", "queued", "throttled"):
        return waiting
    return {"succeeded": done, "failed": failed, "cancelled": failed}.get(now.phase, running)


def _failed(now: Moment) -> bool:
    return now.phase in ("failed", "cancelled")


def _reason(task: Task, now: Moment) -> str:
    return "the task was cancelled" if now.phase == "cancelled" else task.scenario.reason


def _videos(service: Service, task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": task.id,
        "object": "video",
        "model": "sora-2",
        "status": _word(now, "queued", "in_progress", "completed", "failed"),
        "progress": 100 if now.phase == "succeeded" else int(now.progress * 100),
        "created_at": int(task.created),
        "completed_at": int(service.unix(task, now.finished) or 0) or None,
        "error": {"code": task.scenario.failure_code, "message": _reason(task, now)} if _failed(now) else None,
    }
    return answer if task.scenario.content_only or not links else {**answer, "video_url": links[0]}


def _kling(service: Service, task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "task_id": task.id,
        "task_status": _word(now, "submitted", "processing", "succeed", "failed"),
        "task_status_msg": _reason(task, now) if _failed(now) else "",
        "created_at": int(task.created * 1000),
        "updated_at": int(service.now() * 1000),
    }
    if links:
        videos = [{"id": str(number), "url": url, "duration": "5"} for number, url in enumerate(links, 1)]
        data["task_result"] = {"videos": videos}
    return {"code": 0, "message": "SUCCEED", "request_id": f"request-{task.id}", "data": data}


def _xai(service: Service, task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    if now.phase == "cancelled":
        return {"status": "expired"}
    if _failed(now):
        return {"status": "failed", "error": {"code": "invalid_argument", "message": _reason(task, now)}}
    if now.phase != "succeeded":
        return {"status": "pending"}
    video = {"url": links[0], "duration": 6} if links else None
    return {"status": "done", "video": video, "model": "grok-imagine-video"}


def _luma(service: Service, task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    return {
        "id": task.id,
        "state": _word(now, "queued", "dreaming", "completed", "failed"),
        "assets": {"video": links[0]} if links else None,
        "failure_reason": _reason(task, now) if _failed(now) else None,
    }


def _minimax(service: Service, task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    """It names a file, and no URL."""
    base = {"status_code": 1026, "status_msg": _reason(task, now)} if _failed(now) else {"status_code": 0}
    word = _word(now, "Queueing", "Processing", "Success", "Fail")
    return {"task_id": task.id, "status": word, "file_id": "205258526306433" if links else "", "base_resp": base}


def _dashscope(service: Service, task: Task, now: Moment, links: list[str]) -> dict[str, Any]:
    output = {"task_id": task.id, "task_status": _word(now, "PENDING", "RUNNING", "SUCCEEDED", "FAILED")}
    if links:
        output["video_url"] = links[0]
    if _failed(now):
        output |= {"code": "InvalidParameter", "message": _reason(task, now)}
    return {"request_id": f"request-{task.id}", "output": output}


_KLING = "/kling/v1/videos/[a-z0-9-]+"
_LUMA = "/dream-machine/v1/generations"
_ID = "/([^/]+)"

FAMILIES = (
    Family(
        "videos",
        "/v1/videos",
        "/v1/videos" + _ID,
        lambda made: {"id": made, "object": "video", "status": "queued", "progress": 0},
        _videos,
    ),
    Family(
        "kling",
        _KLING,
        _KLING + _ID,
        lambda made: {"code": 0, "message": "SUCCEED", "data": {"task_id": made, "task_status": "submitted"}},
        _kling,
    ),
    Family("xai", "/grok/v1/videos/generations", "/grok/v1/videos" + _ID, lambda made: {"request_id": made}, _xai),
    Family("luma", _LUMA, _LUMA + _ID, lambda made: {"id": made, "state": "queued"}, _luma),
    Family(
        "minimax",
        "/minimax/v1/video_generation",
        "/minimax/v1/query/video_generation",
        lambda made: {"task_id": made, "base_resp": {"status_code": 0, "status_msg": "success"}},
        _minimax,
        parameter="task_id",
    ),
    Family(
        "dashscope",
        "/api/v1/services/aigc/video-generation/video-synthesis",
        "/api/v1/tasks" + _ID,
        lambda made: {"request_id": f"request-{made}", "output": {"task_id": made, "task_status": "PENDING"}},
        _dashscope,
    ),
)
