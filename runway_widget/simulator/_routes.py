"""What each route answers when nothing is wrong: the gateways', Runway's own, and the media behind their links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import _media, _wire
from ._checks import refusal
from ._exchange import Answer, Request, json_answer
from ._ledger import create_fields
from ._scenario import Kind
from ._service import Service, Task
from ._siblings import Match
from ._troubles import unauthorized
from ._uploads import Uploads
from ._wire import Dialect, gateway_error, runway_error

_DENIED = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>'
)
_ANY_TAKE: dict[str, Kind] = {extension: kind for kind, extension in _media.EXTENSIONS.items()}


class Routes:
    """The service's routes. `key`: the only bearer that is accepted; None takes any. `ranges`: the media have them."""

    def __init__(self, service: Service, uploads: Uploads, dialect: Dialect, *, key: str | None, ranges: bool) -> None:
        self._service = service
        self._uploads = uploads
        self._dialect = dialect
        self._key = key
        self._ranges = ranges

    def answer(self, request: Request) -> Answer:
        if request.route == "media" and request.sibling is None:
            return self._serve_media(request)
        if request.route == "store":
            return self._uploads.take(request)
        if not request.key or (self._key is not None and request.key != self._key):
            return unauthorized(request)
        if request.sibling is not None:
            return self._answer_as_sibling(request, request.sibling)
        return self._answer_as_runway(request) if request.in_runways_form else self._answer_as_gateway(request)

    # Gateways

    def _answer_as_gateway(self, request: Request) -> Answer:
        match request.route:
            case "create":
                if "x-runway-version" not in request.headers:
                    return gateway_error(400, "invalid_request", "header X-Runway-Version is required")
                return self._create(request)
            case "poll":
                return self._gateway_poll(request, feed=False)
            case "feed":
                return self._gateway_poll(request, feed=True)
        error = {
            "message": f"Invalid URL ({request.method} {request.path})",
            "type": "invalid_request_error",
            "param": "",
            "code": "",
        }
        return json_answer({"error": error}, 404)

    def _gateway_poll(self, request: Request, *, feed: bool) -> Answer:
        task = self._service.find(request.task_id)
        if task is None:
            return _wire.task_not_exist(self._dialect.not_exist)
        now = self._service.moment(task)
        links = self._links(task, now.phase == "succeeded", fresh=self._dialect.renews_links)
        if self._dialect.shape == "wrapped":
            return json_answer(_wire.envelope(_wire.gateway_task(self._service, task, now, links, self._dialect)))
        if feed:
            newer = replace(self._dialect, result_in="result_url")
            return json_answer(_wire.gateway_task(self._service, task, now, links, newer))
        return json_answer(_wire.bare(task, now, links))

    # Runway

    def _answer_as_runway(self, request: Request) -> Answer:
        if "x-runway-version" not in request.headers:
            issue: dict[str, Any] = {"path": ["X-Runway-Version"], "message": "Required"}
            return runway_error(400, "The X-Runway-Version header is missing.", [issue])
        if request.route == "create":
            return self._create(request)
        if request.route == "balance":
            return json_answer(self._service.organization())
        if request.route == "upload":
            return self._uploads.begin(request, self._service.url)
        if request.route not in ("poll", "cancel"):
            return runway_error(
                405 if request.task_id else 404, "Method Not Allowed" if request.task_id else "Not Found"
            )
        task = self._service.find(request.task_id)
        if task is None:
            return runway_error(404, "Not Found")
        if request.route == "cancel":
            self._service.remove(task)
            return Answer(204)
        now = self._service.moment(task)
        return json_answer(_wire.runways(task, now, self._links(task, now.phase == "succeeded")))

    # A gateway's other video routes

    def _answer_as_sibling(self, request: Request, asked: Match) -> Answer:
        if asked.route == "create":
            body = request.json()
            fields = body if isinstance(body, dict) else {}
            made = self._service.create("image_to_video", {"promptText": fields.get("prompt"), **fields})
            return replace(json_answer(asked.family.created(made.id)), made=made.id)
        task = self._service.find(asked.task_id)
        if task is None:
            return _wire.task_not_exist(self._dialect.not_exist)
        now = self._service.moment(task)
        succeeded = now.phase == "succeeded"
        if asked.route == "media":
            if not succeeded:
                return gateway_error(400, "invalid_request_error", "the video is not ready yet")
            return self._serve(request, _media.File.of("video", task.variant, task.portrait, task.scenario.size))
        links = self._links(task, succeeded, fresh=self._dialect.renews_links)
        return json_answer(asked.family.shape(self._service, task, now, links))

    # Both

    def _create(self, request: Request) -> Answer:
        body = request.json()
        refused = refusal(request, body)
        if refused is not None:
            return refused
        if wrong := self._uploads.fault(body):
            field, message = wrong
            return runway_error(400, "Validation of body failed", [{"path": [field], "message": message}])
        task = self._service.create(request.endpoint, body)
        answer: dict[str, Any] = {"id": task.id}
        if request.in_runways_form:
            answer |= create_fields(request.endpoint, body, task.price)
        return replace(json_answer(answer), made=task.id)

    def _links(self, task: Task, succeeded: bool, *, fresh: bool = True) -> list[str]:
        if not succeeded or self._service.outputs_are_late(task):
            return []
        return self._service.links(task, fresh=fresh)

    # Media

    def _serve_media(self, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            return Answer(405, b"Method Not Allowed", "text/plain")
        file = self._file(request)
        return file if isinstance(file, Answer) else self._serve(request, file)

    def _serve(self, request: Request, file: _media.File) -> Answer:
        headers = {"ETag": file.etag, "Cache-Control": "private"}
        start, stop, status = 0, file.length, 200
        if self._ranges:
            headers["Accept-Ranges"] = "bytes"
            if request.headers.get("if-range", file.etag) == file.etag:
                try:
                    part = _media.byte_range(request.headers.get("range", ""), file.length)
                except ValueError:
                    return Answer(416, headers={**headers, "Content-Range": f"bytes */{file.length}"})
                if part:
                    (start, stop), status = part, 206
                    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.length}"
        stream = iter(()) if request.method == "HEAD" else file.chunks(start, stop)
        return Answer(status, content_type=file.content_type, headers=headers, stream=stream, length=stop - start)

    def _file(self, request: Request) -> _media.File | Answer:
        """An output by its signed link, or one of the project's own pictures, which need none (`/media/dusk.jpg`)."""
        look, dot, extension = request.path.removeprefix("/media/").partition(".")
        if look in _media.LOOKS and dot + extension in _ANY_TAKE:
            return _media.File.of(_ANY_TAKE[dot + extension], look)
        output = self._service.output(request.path)
        if output is None:
            return Answer(404, b"Not Found", "text/plain")
        if not self._service.link_is_good(request.path, request.query.get("_jwt", "")):
            return Answer(403, _DENIED, "application/xml")
        task, kind, look = output
        return _media.File.of(kind, look, task.portrait, task.scenario.size)
