"""How a task's state is read from an answer. Pure: no I/O, no threads, no clock.

The poll route is documented in two shapes, a gateway's wrapper and a bare Runway task, and a gateway in front of a
gateway nests wrappers in each other. The gateways' other video routes come close to one or the other: Kling's, Luma's,
MiniMax's, xAI's and DashScope's tasks, and the unified ``/v1/videos``. `parse` does not guess a shape: it walks down
the layers of an answer and asks each for what it knows, so that a shape that nobody has documented yet still gives what
can be known of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._errors import ServiceError
from .cost import cost_in
from .error_answers import SOMEBODY, Asked, error_from, says_not_visible
from .headers import NO_HEADERS, AnswerHeaders
from .outputs import find_outputs
from .payload import Unreadable, clean_json, clean_text, unix_seconds
from .state import Status, TaskState

Layer = dict[str, Any]
MAX_LAYERS = 6

# Every word seen for a status, upper-cased; the digits are those of the legacy feed.
_STATUS = {
    **{status.value: status for status in Status},
    **dict.fromkeys(["PENDING", "THROTTLED", "PREPARING", "QUEUEING", "CREATED", "STARTING", "0"], Status.QUEUED),
    **dict.fromkeys(["RUNNING", "PROCESSING", "DREAMING", "1"], Status.IN_PROGRESS),
    **dict.fromkeys(["SUCCEEDED", "SUCCEED", "COMPLETED", "DONE", "3"], Status.SUCCESS),
    **dict.fromkeys(["FAILED", "FAIL", "ERROR", "EXPIRED", "2"], Status.FAILURE),
    **dict.fromkeys(["CANCELED"], Status.CANCELLED),
}
_SURELY_ENDED = {"FAILED", "EXPIRED"}  # xAI's failed task has no id, and says why under "error"
_STATUS_KEYS = ("status", "state", "task_status")
_TASK_KEYS = ("task_id", "id", *_STATUS_KEYS)
_WRAPS = {"code", "message", "msg", "task_id"}

# The gateway's own book-keeping: not a measure of anything.
_STEPS = {0, 10, 20, 30, 100}


def parse(
    value: object, http_status: int = 200, headers: AnswerHeaders = NO_HEADERS, asked: Asked = SOMEBODY
) -> TaskState | ServiceError:
    """What one answer of the poll or the feed route says: a state, or the error to raise. Never raises itself.

    ``value`` is what `payload.decode` made of the body; ``http_status`` and ``headers`` are what it came with, and
    ``asked`` is who sent it.
    """
    if http_status < 300 and isinstance(value, dict):
        layers = list(_layers(value))
        task = [layer for layer in layers if any(layer.get(key) not in (None, "") for key in _TASK_KEYS)]
        named = _text(task, "task_id", "id") or _status(task)[1].upper() in _SURELY_ENDED
        nameless = isinstance(value.get("error"), dict) and not named
        if task and not nameless and not (_status(task)[0] is Status.UNKNOWN and says_not_visible(value)):
            return _state(layers, task)
        if not task and value.get("data") is None and _says_success(value):
            return TaskState(code=_code(value), message=clean_text(value.get("message")))
    return error_from(value if isinstance(value, Unreadable) else clean_json(value), http_status, headers, asked)


def _layers(value: Layer) -> Iterator[Layer]:
    """The answer's objects from the outside in: envelope, task, provider's task, …"""
    layer: Any = value
    for _ in range(MAX_LAYERS):
        if not isinstance(layer, dict):
            return
        yield layer
        if (name := _wrapping(layer)) is None:
            return
        layer = _content(layer[name])


def _wrapping(layer: Layer) -> str | None:
    """The field in which the next layer lies, if any does.

    A provider's task is the innermost layer: its own ``data``, should it have any, is content. DashScope has its task
    under ``output``, where others have their media.
    """
    if "data" in layer:
        provider = not _WRAPS & layer.keys() and any(key in layer for key in _STATUS_KEYS)
        return None if provider else "data"
    inside = layer.get("output")
    wraps = isinstance(inside, dict) and any(inside.get(key) for key in _STATUS_KEYS) and not _status([layer])[1]
    return "output" if wraps else None


def _content(value: Any) -> Any:
    """What a layer wraps; of a list its first object, because one task was asked for."""
    return next((item for item in value if isinstance(item, dict)), value) if isinstance(value, list) else value


def _says_success(envelope: Layer) -> bool:
    fine = ("success", "200") if envelope.get("message") else (None, "success", "200")
    return "data" in envelope and "error" not in envelope and not says_not_visible(envelope) and _code(envelope) in fine


def _state(layers: list[Layer], task: list[Layer]) -> TaskState:
    envelope: Layer = layers[0] if layers[0] is not task[0] else {}
    action = _text(task, "action")
    status, word = _status(task)
    progress, known = _progress(layers, status)
    failed = status in {Status.FAILURE, Status.CANCELLED}
    reason, detail = _reasons(layers) if failed else ("", "")
    if failed and not reason and word.upper() == "EXPIRED":
        reason = "the service let it expire"
    inside_out = list(reversed(layers))
    cost = cost_in(inside_out)
    return TaskState(
        task_id=_text(task, "task_id") or _text(task, "id"),
        code=_code(envelope),
        message=clean_text(envelope.get("message") or envelope.get("msg")),
        action=action,
        status=status,
        word=word,
        progress=progress,
        progress_known=known,
        fail_reason=reason,
        failure_detail=detail,
        failure_code=_text(inside_out, "failureCode", "failure_code") if failed else "",
        submit_time=_time(layers, "submit_time", "create_time", "created_at", "createdAt"),
        start_time=_time(layers, "start_time", "startedAt"),
        finish_time=_time(layers, "finish_time", "endedAt", "completed_at", "end_time"),
        cost=cost.credits,
        cost_is_estimate=cost.is_estimate,
        data=_nested(layers[-1]),
        outputs=find_outputs(inside_out, action) if status is Status.SUCCESS else (),
    )


def _code(envelope: Layer) -> str | None:
    code = envelope.get("code")
    return None if code is None else clean_text(code)


def _text(layers: list[Layer], *keys: str) -> str:
    """The first non-empty text under any of ``keys``, layer by layer."""
    return next((text for layer in layers for key in keys if (text := clean_text(layer.get(key)))), "")


def _reasons(layers: list[Layer]) -> tuple[str, str]:
    """Why it failed: in the outermost wrapper's words where it has any, and what the provider says beside them."""
    inside_out = list(reversed(layers))
    errors = [error for layer in inside_out if isinstance(error := layer.get("error"), dict)]
    statuses = [base for layer in inside_out if isinstance(base := layer.get("base_resp"), dict)]
    inner = (
        _text(inside_out, "failure", "failure_reason", "task_status_msg", "error")
        or _text(errors, "message")
        or _text(statuses, "status_msg")
        or _text(inside_out, "fail_reason")
    )
    if not inner and layers[-1] is not layers[0]:
        inner = _text(layers[-1:], "message")  # beside a status, not in an envelope
    outer = _text(layers, "fail_reason")
    return outer or inner, inner if outer and inner != outer else ""


def _status(task: list[Layer]) -> tuple[Status, str]:
    """An end beats no end, failure beats success, and otherwise the outer layer knows best."""
    words = [word for layer in task if (word := _text([layer], *_STATUS_KEYS))]
    pairs = [(_STATUS.get(word.upper(), Status.UNKNOWN), word) for word in words]
    ends = [pair for end in (Status.CANCELLED, Status.FAILURE, Status.SUCCESS) for pair in pairs if pair[0] is end]
    known = [pair for pair in pairs if pair[0] is not Status.UNKNOWN]
    return next(iter([*ends, *known, *pairs]), (Status.UNKNOWN, ""))


def _progress(layers: list[Layer], status: Status) -> tuple[float, bool]:
    """The innermost progress that is a measurement, else the gateway's step; only SUCCESS gives 1.0."""
    if status is Status.SUCCESS:
        return 1.0, True
    fractions = [pair for layer in reversed(layers) if (pair := _fraction(layer.get("progress"))) is not None]
    measured = [pair for pair in fractions if pair[1]]
    fraction, known = next(iter([*measured, *fractions]), (0.0, False))
    if status.ended and fraction >= 1.0:  # the gateway writes 100 % on a failure too
        return 0.0, False
    return min(fraction, 0.99), known


def _fraction(value: Any) -> tuple[float, bool] | None:
    """``value`` as (0.0 … 1.0, is it a measurement), or None where there is no number: "30%", "30", 30, 0.3."""
    text = clean_text(value)
    percent = text.endswith("%")
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        return None
    if not 0 <= number < float("inf"):
        return None
    if not percent and number <= 1:
        return number, number > 0
    return min(number / 100, 1.0), number not in _STEPS


def _time(layers: list[Layer], *keys: str) -> float:
    """The first time under any of ``keys`` in unix seconds: seconds, milliseconds or ISO 8601; 0.0 if none."""
    return next((at for layer in layers for key in keys if (at := unix_seconds(layer.get(key)))), 0.0)


def _nested(layer: Layer) -> dict[str, Any]:
    """The provider's object: what lies under ``data``, or the whole layer where nothing does."""
    name = _wrapping(layer)
    value = clean_json(layer if name is None else layer[name])
    return value if isinstance(value, dict) else {} if value is None else {"value": value}
