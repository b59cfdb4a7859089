"""Uploads, as Runway takes them: a place is asked for with the key, and filled at the store without it.

The store words its refusals as S3 does.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._runtime.process import Lock
from .._service.payload import walk_strings
from .._service.upload import LEAST_BYTES, LIFE, MOST_BYTES
from ._exchange import STORE, Answer, Request, json_answer
from ._wire import runway_error

_FILENAME = re.compile(r"[^/\\]+\.[A-Za-z0-9]{1,8}")
_REFUSED = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>{}</Message></Error>'


@dataclass
class _Place:
    fields: dict[str, str]
    created: float
    file: dict[str, Any] = field(default_factory=dict)


class Uploads:
    """The places that were asked for, and what came there. `now`: the service's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._places: dict[str, _Place] = {}
        self._lock = Lock()  # of what was announced and stored

    def begin(self, request: Request, url: str) -> Answer:
        """A place for one file."""
        body = request.json()
        body = body if isinstance(body, dict) else {}
        filename = body.get("filename")
        if not isinstance(filename, str) or not _FILENAME.fullmatch(filename):
            return _invalid("filename", "Invalid input: expected a name with an extension")
        if body.get("type") != "ephemeral":
            return _invalid("type", "Invalid input")
        name = str(uuid.uuid4())
        fields = {
            "key": f"ephemeral/{name}/{filename}",
            "policy": uuid.uuid4().hex,
            "x-amz-signature": uuid.uuid4().hex,
        }
        with self._lock:
            self._places[name] = _Place(fields, self._now())
        place = {"uploadUrl": f"{url}{STORE}{name}", "fields": fields, "runwayUri": f"runway://ephemeral/{name}"}
        return json_answer(place)

    def take(self, request: Request) -> Answer:
        """What the store says to a file."""
        form = request.form
        whole = form is not None and form.read()
        if "authorization" in request.headers:
            return _refused(400, "InvalidArgument", "Only one auth mechanism allowed")
        place = self._places.get(request.path.removeprefix(STORE))
        if form is None or not whole:
            return _refused(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed")
        if place is None or form.fields != place.fields:
            return _refused(403, "AccessDenied", "Invalid according to Policy")
        size = form.file["bytes"]
        if not LEAST_BYTES <= size <= MOST_BYTES:
            code = "EntityTooSmall" if size < LEAST_BYTES else "EntityTooLarge"
            return _refused(400, code, "Your proposed upload does not fit the size limits of the policy")
        place.file = form.file
        return Answer(204)

    def fault(self, body: Mapping[str, Any]) -> tuple[str, str] | None:
        """The field of a create that names an upload which is not there, or not any more, and what is wrong with it."""
        for name, value in body.items():
            for uri in walk_strings(value):
                if not uri.startswith("runway://"):
                    continue
                place = self._places.get(uri.removeprefix("runway://ephemeral/"))
                if place is None or not place.file:
                    return name, "Invalid asset: no such upload"
                if self._now() >= place.created + LIFE:
                    return name, "Invalid asset: the upload has expired"
        return None

    def expire(self) -> None:
        """Make all uploads so far expire."""
        with self._lock:
            for place in self._places.values():
                place.created = self._now() - LIFE


def _invalid(field: str, message: str) -> Answer:
    return runway_error(400, "Validation of body failed", [{"path": [field], "message": message}])


def _refused(status: int, code: str, message: str) -> Answer:
    return Answer(status, _REFUSED.format(code, message).encode(), "application/xml")
