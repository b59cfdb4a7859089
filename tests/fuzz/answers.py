"""The answers that services give, in each shape that is known, and what becomes of one when an attacker writes it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from runway_widget._service.headers import AnswerHeaders

from .payloads import ADDRESSES, NUMBERS, RAW, TEXTS, text, value

ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
VIDEO = "https://cdn.example/take.mp4?_jwt=a.b.c"

Path = tuple[str | int, ...]


def _task(status: str, inner: Any = None, **more: Any) -> dict[str, Any]:
    """The gateway's task in its wrapper."""
    task = {
        **{"task_id": ID, "action": "IMAGE_TO_VIDEO", "status": status, "fail_reason": "", "progress": "30%"},
        **{"submit_time": 1773366766, "start_time": 1773366770, "finish_time": 0, "quota": 5, "data": inner},
        **more,
    }
    return {"code": "success", "message": "", "data": task}


_RUNWAY: dict[str, Any] = {"id": ID, "createdAt": "2026-03-13T09:52:46Z"}

SHAPES: tuple[Any, ...] = (
    _task("IN_PROGRESS", {**_RUNWAY, "status": "RUNNING", "progress": 0.62}),
    _task("SUCCESS", {**_RUNWAY, "status": "SUCCEEDED", "output": [VIDEO]}, finish_time=1773366850, result_url=VIDEO),
    _task(
        "FAILURE",
        {**_RUNWAY, "status": "FAILED", "failure": "No faces", "failureCode": "SAFETY.INPUT"},
        fail_reason="no",
    ),
    {**_RUNWAY, "status": "PENDING", "estimatedCost": {"credits": 60}},
    {**_RUNWAY, "status": "SUCCEEDED", "output": [VIDEO, "https://cdn.example/b.png"], "cost": {"credits": 60}},
    {**_RUNWAY, "status": "SUCCEEDED", "output": {"node": [VIDEO], "zip": ["https://cdn.example/f.zip"]}},
    {**_RUNWAY, "status": "FAILED", "failure": "No faces were found.", "failureCode": "INTERNAL.BAD_OUTPUT.1"},
    {**_RUNWAY, "status": "CANCELLED"},
    {
        "code": 0,
        "data": {"task_id": "7", "task_status": "succeed", "task_result": {"videos": [{"id": "v", "url": VIDEO}]}},
    },
    {
        "id": "7",
        "state": "completed",
        "assets": {"video": VIDEO},
        "failure_reason": None,
        "created_at": "2026-05-01T10:00:00Z",
    },
    {"task_id": "7", "status": "Fail", "base_resp": {"status_code": 1026, "status_msg": "not allowed"}},
    {"status": "done", "video": {"url": VIDEO, "duration": 6}, "model": "grok"},
    {
        "request_id": "r",
        "output": {"task_id": "7", "task_status": "SUCCEEDED", "video_url": VIDEO, "end_time": "2026-05-01"},
    },
    {"id": "7", "object": "video", "status": "completed", "progress": 100, "created_at": 1, "error": {"message": "x"}},
    {
        "error": {"message": "Rate limited", "code": "busy", "type": "x"},
        "issues": [{"message": "bad", "path": ["a", 0]}],
    },
    {"code": "task_not_exist", "message": "task_not_exist", "data": None},
    {"error": "model_not_found: no available channel (request id: 2026abc)"},
    {"detail": "Not Found"},
    [],
    "a text",
)

STATUSES = (
    200,
    200,
    200,
    200,
    200,
    201,
    204,
    301,
    400,
    401,
    402,
    403,
    404,
    409,
    418,
    422,
    429,
    500,
    502,
    503,
    520,
    599,
)
_NAMES = ("status", "url", "output", "data", "error", "message", "code", "fail_reason", "progress", "createdAt", "cost")


def paths(shape: Any, path: Path = ()) -> Iterator[Path]:
    """The way to each leaf of an answer, and to each list and object in it."""
    yield path
    if isinstance(shape, dict | list):
        for key, item in shape.items() if isinstance(shape, dict) else enumerate(shape):
            yield from paths(item, (*path, key))


def leaves(shape: Any) -> list[Path]:
    return [path for path in paths(shape) if not isinstance(at(shape, path), dict | list)]


def at(shape: Any, path: Path) -> Any:
    for key in path:
        shape = shape[key]
    return shape


def with_value(shape: Any, path: Path, new: Any) -> Any:
    """A copy of ``shape`` with ``new`` at ``path``."""
    if not path:
        return new
    made = copy.deepcopy(shape)
    at(made, path[:-1])[path[-1]] = new
    return made


def with_name(shape: Any, path: Path, name: str) -> Any:
    """A copy of ``shape`` in which the last step of ``path``, in an object, is called ``name``."""
    made = copy.deepcopy(shape)
    place = at(made, path[:-1])
    if isinstance(place, dict):
        place[name] = place.pop(path[-1])
    return made


def _changed(random: Random, shape: Any) -> Any:
    every = list(paths(shape))
    path = random.choice(every)
    deed = random.randrange(10)
    if deed < 4:
        return with_value(shape, path, random.choice((text(random), random.choice(ADDRESSES), random.choice(NUMBERS))))
    if deed < 6:
        return with_value(shape, path, value(random))
    if deed == 6 and path:
        return with_name(shape, path, random.choice((text(random), random.choice(_NAMES))))
    if deed == 7:
        return with_value(shape, path, {random.choice(_NAMES): at(shape, path), text(random): value(random)})
    if deed == 8:
        return with_value(
            shape, path, [at(shape, path)] * random.choice((1, 2, 2, 3, 3, 60) + (300,) * (random.random() < 0.1))
        )
    return {"code": value(random, 0), "message": text(random), "data": shape}


def body(random: Random) -> bytes:
    """The body of one answer."""
    if random.random() < 0.03:
        return (
            random.randbytes(random.randrange(200))
            if random.random() < 0.5
            else text(random).encode("utf-8", "replace")
        )
    shape = random.choice(SHAPES)
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 6))):
        shape = _changed(random, shape)
    written = json.dumps(shape, ensure_ascii=random.random() < 0.5)
    if random.random() < 0.1:
        written = _spoilt(random, written)
    encoding = random.choice(("utf-8",) * 18 + ("utf-16", "latin-1"))
    return written.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def _spoilt(random: Random, written: str) -> str:
    """JSON that is none, or is read in more than one way."""
    place = random.randrange(len(written) + 1)
    deed = random.randrange(5)
    if deed == 0:
        return written[:place]
    if deed == 1:
        return written[:place] + random.choice((*RAW, *TEXTS)) + written[place:]
    if deed == 2:
        return written.replace(":", f": {random.choice(RAW)}, {json.dumps(text(random))}:", 1)
    if deed == 3:  # twice the same name
        return written.replace(
            "{", f'{{"status": "SUCCESS", {json.dumps(random.choice(_NAMES))}: {json.dumps(text(random))}, ', 1
        )
    return random.choice(("\ufeff", "\ufeff\ufeff", "\0", " \n", ")]}',\n", "<html>")) + written


def headers(random: Random) -> AnswerHeaders:
    if random.random() < 0.7:
        return AnswerHeaders()
    some = (
        text(random),
        str(random.choice(NUMBERS)),
        "Fri, 13 Mar 2026 01:52:46 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "nan",
        "",
    )
    return AnswerHeaders.read({name: random.choice(some) for name in ("Retry-After", "Date", "X-Request-Id")})
