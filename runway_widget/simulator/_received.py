"""What the simulator remembers of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._service.json_value import JsonValue
from .._service.payload import map_strings
from ._exchange import Answer, Request

_LONGEST_STRING = 1 << 16


@dataclass(frozen=True)
class Received:
    """One request as the service got it. It holds no key.

    Attributes:
        method: "GET", "POST", …
        path: with its query.
        task_id: whose task it is about; for a create, the id of the task it made.
        at: ``time.monotonic()`` when it was read.
        status: of the answer; 0 when there is none.
        body: the JSON object that was sent, or the fields of a form and its "file" (name, bytes, sha256), else {}.
        route: what was asked for: "create", "poll", "feed", "cancel", "media", …
        headers: names in lower case, no Authorization.
        bearer: whether a key came along.
        trouble: the kind of trouble it met, or "".
    """

    method: str
    path: str
    task_id: str
    at: float
    status: int
    body: Mapping[str, JsonValue] = field(default_factory=dict)
    route: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    bearer: bool = False
    trouble: str = ""


def received(request: Request, answer: Answer, trouble: str, at: float) -> Received:
    """What is remembered of a request and its answer."""

    def without_key(text: str) -> str:
        return _shortened(text.replace(request.key, "…") if request.key else text)

    body = request.json() if request.form is None else request.form.summary
    unanswered = answer.delivery in ("hang", "reset")
    return Received(
        method=request.method,
        path=request.path,
        task_id=answer.made or request.task_id,
        at=at,
        status=0 if unanswered else answer.status,
        body=map_strings(body, without_key, keys=True) if isinstance(body, dict) else {},
        route=request.route,
        headers={name: without_key(value) for name, value in request.headers.items() if name != "authorization"},
        bearer=bool(request.key),
        trouble=trouble,
    )


def _shortened(text: str) -> str:
    """``text`` without its end if it is very long: local media are sent inside bodies."""
    return text if len(text) <= _LONGEST_STRING else f"{text[:_LONGEST_STRING]}… ({len(text)} characters)"
