"""One file into the service's own store, for a request that is sent afterwards.

The service is asked for a place, and names one at some other host, with the fields of a form that lets the file in.
There the file goes as it is read, without the key. To upload costs nothing, so it is tried again after whatever may
pass; what is certain is that nothing was created by it.

Source: Runway's page on ephemeral uploads, and ``resources/uploads.py`` of its SDK 5.24.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import requests
from urllib3 import exceptions as u3
from urllib3.fields import RequestField

from .._errors import RunwayWidgetError, ServiceError, TaskNotFound
from .body import Body
from .error_answers import without_route
from .payload import Unreadable, clean_text
from .public_hosts import exchange
from .retry import TRANSIENT, backoff, parse_retry_after
from .service import Reply, Service

LEAST_BYTES = 512
MOST_BYTES = 200 * 2**20
LIFE = 86_400.0  # seconds after which the URI of an upload is worth nothing

TRIES = 3
_PAUSE = 1.0  # seconds before the second try; doubled for the third
_WHAT = "the address for the upload"
_MOST_OF_AN_ANSWER = 2**16
_REASON = re.compile(rb"<(Code|Message)>([^<]{1,300})</\1>")  # of S3's errors


class UploadStopped(RunwayWidgetError):
    """Nobody wanted the upload any more."""

    def __init__(self) -> None:
        super().__init__("interrupted while a medium was uploaded; nothing was created")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is uploaded: a name with the ending of its format, its media type and size, and its bytes, read anew.

    ``read`` raises ConfigurationError where they cannot be read, or are not those that were meant.
    """

    filename: str
    media_type: str
    size: int
    read: Callable[[], Iterable[bytes]]


def upload(
    service: Service,
    parcel: Parcel,
    *,
    progress: Callable[[float], None] = lambda part: None,
    stopped: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], object] = time.sleep,
) -> str:
    """Upload ``parcel``; returns the URI that stands for it in a request, for `LIFE` seconds from before the call.

    ``progress`` is told which part has been sent: 0 to 1, and from 0 again where it is sent once more. Once it is
    ``stopped``, nothing more is sent.

    Raises ServiceError (AuthenticationError, AccessDenied, NoAnswer), what ``parcel.read`` raises, and
    UploadStopped.
    """
    for tried in range(1, TRIES + 1):
        _require_going_on(stopped)
        try:
            place = _place_for(service, parcel.filename)
            _send(service, place, parcel, progress, stopped)
            return place.uri
        except ServiceError as error:
            if not error.transient or tried == TRIES:
                raise
            pause = backoff(tried, _PAUSE, error.retry_after)
        sleep(pause)
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file goes: the ``url`` and the ``fields`` of the form; and the ``uri`` that it has then."""

    url: str
    fields: dict[str, str]
    uri: str


def _place_for(service: Service, filename: str) -> _Place:
    path = service.provider.prefix + service.provider.uploads_path
    reply = service.request("POST", path, {"filename": filename, "type": "ephemeral"})
    if not 200 <= reply.status < 300:
        raise _refusal(reply, service)
    answer = reply.value if isinstance(reply.value, dict) else {}
    url, fields, uri = answer.get("uploadUrl"), answer.get("fields"), answer.get("runwayUri")
    if isinstance(url, str) and isinstance(uri, str) and isinstance(fields, dict):
        readable = uri.startswith("runway://") and uri.isprintable() and " " not in uri
        if readable and all(isinstance(value, str) for value in fields.values()):
            return _Place(url, fields, uri)
    broken = isinstance(reply.value, Unreadable)
    raise ServiceError("the answer names no place for it", http_status=reply.status, transient=broken)


def _refusal(reply: Reply, service: Service) -> ServiceError:
    error = reply.error()
    if not isinstance(error, TaskNotFound):
        return error
    return without_route(error, service.provider.name, service.provider.prefix + service.provider.uploads_path)


def _send(
    service: Service, place: _Place, parcel: Parcel, progress: Callable[[float], None], stopped: Callable[[], bool]
) -> None:
    form = _Form(place.fields, parcel, progress, stopped)
    headers = {"Content-Type": form.content_type}
    with exchange("POST", place.url, service.base_url, _WHAT, headers, body=form) as answer:
        if 200 <= answer.status_code < 300:
            return
        code, message = _reason_in(_beginning(answer))
        raise ServiceError(
            f"its store refused it: {message}" if message else "its store refused it",
            http_status=answer.status_code,
            code=code,
            transient=answer.status_code in TRANSIENT or code == "RequestTimeout",
            retry_after=parse_retry_after(answer.headers.get("Retry-After")),
        )


class _Form:
    """The form as it travels: its fields, then the file, piece by piece. Its length is known before.

    Stores refuse a body whose length is not announced, and want the file behind all fields.
    """

    def __init__(
        self, fields: dict[str, str], parcel: Parcel, progress: Callable[[float], None], stopped: Callable[[], bool]
    ) -> None:
        boundary = uuid.uuid4().hex
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._parcel = parcel
        self._progress = progress
        self._stopped = stopped
        parts = [RequestField(name, value) for name, value in fields.items()]
        for part in parts:
            part.make_multipart()
        file = RequestField("file", b"", filename=parcel.filename)
        file.make_multipart(content_type=parcel.media_type)
        heads = [f"--{boundary}\r\n{part.render_headers()}" for part in (*parts, file)]
        values = [f"{value}\r\n" for value in fields.values()] + [""]
        self._begin = "".join(head + value for head, value in zip(heads, values, strict=True)).encode()
        self._end = f"\r\n--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return len(self._begin) + self._parcel.size + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        yield self._begin
        sent = 0
        for chunk in self._parcel.read():
            _require_going_on(self._stopped)
            yield chunk
            sent += len(chunk)
            self._progress(sent / self._parcel.size)
        yield self._end


def _require_going_on(stopped: Callable[[], bool]) -> None:
    if stopped():
        raise UploadStopped


def _beginning(answer: requests.Response) -> bytes:
    """What there is of a refusal."""
    body, packed = b"", Body(answer)
    with suppress(u3.HTTPError, OSError, ValueError):
        while len(body) < _MOST_OF_AN_ANSWER and (chunk := packed.read()):
            body += chunk
    return body


def _reason_in(body: bytes) -> tuple[str, str]:
    """The code and the message of a store's refusal; "" for what it does not say."""
    said = {name: clean_text(text.decode("utf-8", "replace"), 200) for name, text in _REASON.findall(body)}
    return said.get(b"Code", ""), said.get(b"Message", "")
