"""One request and its answer, as values: what the routes and the troubles speak of, without a socket in sight."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal

from ._scenario import ENDPOINTS

Family = Literal["comet", "runway", "media", ""]
Route = Literal["create", "poll", "feed", "cancel", "media", ""]
# whole: as it should be · slow: whole, after a while · drip: byte by byte · truncated: less than was promised, then an
# orderly end · reset: the same, then a TCP reset · hang: nothing at all · huge: a body that does not end
Delivery = Literal["whole", "slow", "drip", "truncated", "reset", "hang", "huge"]

_TASK = re.compile(r"(?:/runwayml)?/v1/tasks/([^/]*)")
_CREATE = re.compile(r"(?:/runwayml)?/v1/([a-z][a-z0-9_]*(?:/[a-z0-9_]+)*)")
_NOT_CREATES = ("tasks", "uploads", "organization")
MATCHABLE: frozenset[str] = frozenset({"create", "poll", "feed", "cancel", "media", "comet", "runway", *ENDPOINTS})


@dataclass(frozen=True)
class Request:
    """What came in. Header names are in lower case; `key` is the bearer, "" when there is none."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def key(self) -> str:
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""

    @property
    def family(self) -> Family:
        if self.path.startswith(("/runwayml/", "/runway/")):
            return "comet"
        if self.path.startswith("/v1/"):
            return "runway"
        return "media" if self.path.startswith("/media/") else ""

    @property
    def route(self) -> Route:
        if self.family == "media":
            return "media"
        if _TASK.fullmatch(self.path):
            return {"GET": "poll", "DELETE": "cancel"}.get(self.method, "")  # type: ignore[return-value]
        if self.method != "POST":
            return ""
        if self.path == "/runway/feed":
            return "feed"
        found = _CREATE.fullmatch(self.path)
        return "create" if found and found[1] not in _NOT_CREATES else ""

    @property
    def endpoint(self) -> str:
        """The name of a create's endpoint, such as "image_to_video"; "" for other requests."""
        found = _CREATE.fullmatch(self.path) if self.route == "create" else None
        return found[1] if found else ""

    @property
    def task_id(self) -> str:
        if self.route == "feed":
            asked = self.json().get("task_id") if isinstance(self.json(), dict) else None
            return asked if isinstance(asked, str) else ""
        found = _TASK.fullmatch(self.path) or re.match(r"/media/([^/]+)/", self.path)
        return found[1] if found else ""

    def json(self) -> Any:
        """The body, parsed; None when it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def names(self) -> set[str]:
        """Every word by which a trouble can ask for this request."""
        return {name for name in (self.route, self.endpoint, self.family) if name}


@dataclass(frozen=True)
class Answer:
    """What goes out, and how. `amount` belongs to the delivery: seconds, or bytes of the body sent before the cut.

    `stream` takes the place of `body` where a file is too large to hold; `length` is then its length in bytes.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Iterator[bytes] | None = None
    length: int | None = None
    delivery: Delivery = "whole"
    amount: float | None = None
    made: str = ""  # the id of the task that a create made

    @property
    def size(self) -> int:
        return len(self.body) if self.length is None else self.length

    def head(self, date: str) -> bytes:
        """Status line and headers."""
        try:
            reason = HTTPStatus(self.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {reason}", f"Date: {date}"]
        if self.status != 204:
            lines.append(f"Content-Type: {self.content_type}")
        if self.delivery == "huge":
            lines.append("Connection: close")
        elif self.status != 204:
            lines.append(f"Content-Length: {self.size}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def said(body: object, status: int = 200, **headers: str) -> Answer:
    """A JSON answer; underscores in header names stand for dashes."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, text.encode(), headers=named)
