"""One request and its answer, as values without a socket. Routes and families of routes follow from the providers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from .._service.endpoint import ENDPOINTS
from .._service.provider import PROVIDERS, Provider
from ._siblings import FAMILIES, Match, match

if TYPE_CHECKING:
    from ._form import Form

Route = Literal["create", "poll", "feed", "cancel", "balance", "upload", "store", "media", ""]
# whole: as it should be · slow: whole, after a while · drip: byte by byte · truncated: less than was promised, then an
# orderly end · reset: the same, then a TCP reset · hang: nothing at all · huge: a body that does not end
Delivery = Literal["whole", "slow", "drip", "truncated", "reset", "hang", "huge"]

_TASK = re.compile(r"tasks/([^/]*)")
_MEDIA_TASK = re.compile(r"/media/([^/]+)/")
_CREATE = re.compile(r"[a-z][a-z0-9_]*(?:/[a-z0-9_]+)*")
STORE = "/store/"  # where uploads go; as if it were another host's
_NOT_CREATES = ("tasks", "uploads", "organization")


def matchable(providers: tuple[Provider, ...]) -> set[str]:
    """Every name of a route that a trouble can have."""
    families = {*map(_family, providers), *(each.name for each in FAMILIES)}
    return {"create", "poll", "feed", "cancel", "balance", "upload", "store", "media", *families, *ENDPOINTS}


def _family(provider: Provider) -> str:
    """The word for the routes of one provider: "cometapi", "runway"."""
    return provider.name.lower()


def _belongs(path: str, provider: Provider) -> bool:
    return path.startswith(provider.prefix + "/") or (bool(provider.feed_path) and path == provider.feed_path)


@dataclass(frozen=True)
class Request:
    """What came in. Header names are in lower case; `key` is the bearer, "" when there is none.

    `providers`: those whose routes are served. `form`: the body where it is a form, which is still to be read.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    providers: tuple[Provider, ...] = PROVIDERS
    form: Form | None = None

    @property
    def key(self) -> str:
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else ""

    @property
    def provider(self) -> Provider | None:
        """The provider whose route this is; None for media, for siblings' routes and for paths that are nobody's."""
        if self.sibling is not None:
            return None
        return next((each for each in self.providers if _belongs(self.path, each)), None)

    @property
    def sibling(self) -> Match | None:
        """What this asks of a gateway's other video routes; None where it is for another one."""
        return match(self.method, self.path, self.query)

    @property
    def in_runways_form(self) -> bool:
        """Whether the answer is a bare task or error as Runway itself sends it, without a gateway's envelope."""
        return self.provider is not None and not self.provider.gateway

    @property
    def route(self) -> Route:
        if self.sibling is not None:
            return self.sibling.route
        if self.path.startswith("/media/"):
            return "media"
        if self.path.startswith(STORE):
            return "store" if self.method == "POST" else ""
        if self.provider is None:
            return ""
        if _TASK.fullmatch(self._rest):
            return {"GET": "poll", "DELETE": "cancel"}.get(self.method, "")  # type: ignore[return-value]  # of `Route`
        if self.method == "GET":
            return "balance" if f"/{self._rest}" == self.provider.balance_path else ""
        if self.method != "POST":
            return ""
        if self.path == self.provider.feed_path:
            return "feed"
        if f"/{self._rest}" == self.provider.uploads_path:
            return "upload"
        return "create" if _CREATE.fullmatch(self._rest) and self._rest not in _NOT_CREATES else ""

    @property
    def endpoint(self) -> str:
        """The path of a create's endpoint, such as "image_to_video"; "" for other requests."""
        return self._rest if self.route == "create" and self.sibling is None else ""

    @property
    def task_id(self) -> str:
        if self.sibling is not None:
            return self.sibling.task_id
        if self.route == "feed":
            body = self.json()
            task_id = body.get("task_id") if isinstance(body, dict) else None
            return task_id if isinstance(task_id, str) else ""
        match = _TASK.fullmatch(self._rest) or _MEDIA_TASK.match(self.path)
        return match[1] if match else ""

    @property
    def _rest(self) -> str:
        """The path without the provider's prefix."""
        return "" if self.provider is None else self.path.removeprefix(self.provider.prefix + "/")

    def json(self) -> Any:
        """The body, parsed; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def names(self) -> set[str]:
        """Every name of a route that matches this request."""
        family = _family(self.provider) if self.provider else self.sibling.family.name if self.sibling else ""
        return {name for name in (self.route, self.endpoint, family) if name}


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


def json_answer(body: object, status: int = 200, **headers: str) -> Answer:
    """A JSON answer; underscores in header names stand for dashes."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text.encode(), headers={name.replace("_", "-"): value for name, value in headers.items()})
