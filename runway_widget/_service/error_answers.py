"""Answers that hold no task, as typed errors: which of them may pass, and which never will.

Two services and three layers of gateway write their errors in five shapes, under every status including 200. The words
decide before the status does: `task_not_exist` under HTTP 200 is as absent as under 400.
"""

from __future__ import annotations

import re
from typing import Any

from .._errors import AccessDenied, AuthenticationError, NoAnswer, ServiceError, TaskNotFound
from .headers import NO_HEADERS, AnswerHeaders
from .payload import Unreadable, clean_text, walk_strings
from .retry import TRANSIENT

NOT_VISIBLE = "task_not_exist"
NO_CHANNEL = "model_not_found"

_QUOTA = {"quota_not_enough", "insufficient_user_quota", "pre_consume_token_quota_failed"}
_DEPTH = 4  # of the lists and objects in which the word for an absent task is looked for
_ABSENT = re.compile(rf"\b{NOT_VISIBLE}\b", re.IGNORECASE)
_REQUEST_ID = re.compile(r"\(?request[ _]id:\s*([\w.-]+)\)?", re.IGNORECASE)


def says_not_visible(value: Any) -> bool:
    """Whether the service's word for a task that it does not show stands anywhere in ``value``."""
    return any(_ABSENT.search(text) for text in walk_strings(value, _DEPTH))


def error_from(value: Any, http_status: int, headers: AnswerHeaders = NO_HEADERS) -> ServiceError:
    """The error that ``value`` (decoded JSON, or `Unreadable`) amounts to, under this status and with these headers."""
    details: dict[str, Any] = {
        "http_status": http_status,
        "request_id": headers.request_id,
        "retry_after": headers.retry_after,
    }
    if isinstance(value, Unreadable):
        if http_status >= 500 or not says_not_visible(value.text):
            return _error_from_unreadable(value, http_status, details)
        value = value.text
    code, message = _code_and_message(value)
    details["code"] = code
    if match := _REQUEST_ID.search(message):
        details["request_id"] = match[1]
    if http_status < 500 and says_not_visible(value):
        details["code"] = NOT_VISIBLE
        return TaskNotFound("the service does not show this task: wrong id, or another account's key", **details)
    if http_status == 401:
        return AuthenticationError(message or "the service refused the key", **details)
    if http_status in {402, 403} or code in _QUOTA:
        return AccessDenied(message or "the service denied access", **details)
    if http_status == 404 and not message.startswith("Invalid URL"):
        return TaskNotFound(message or "no such task", **details)
    if 300 <= http_status < 400:
        return ServiceError("the service redirects this address; check the base URL", **details)
    if "no available channel" in message.lower():
        details["code"] = NO_CHANNEL
    transient = http_status in TRANSIENT and not (http_status == 500 and code == "invalid_request")
    if http_status < 300:
        transient, message = True, message or "the answer holds no task"
    message = message or _PLAIN.get(http_status, "the service gave no reason")
    return ServiceError(message, transient=transient, **details)


_PLAIN = {429: "too many requests", 502: "bad gateway", 503: "the service is overloaded", 504: "the gateway timed out"}


def _error_from_unreadable(value: Unreadable, http_status: int, details: dict[str, Any]) -> ServiceError:
    """No JSON: the status alone decides. With an OK status it may be a proxy's page that goes away again."""
    if http_status == 401:
        return AuthenticationError("the service refused the key", **details)
    if http_status in {402, 403}:
        return AccessDenied(f"access denied, with {value.description}", **details)
    if 300 <= http_status < 400:
        return ServiceError("the service redirects this address; check the base URL", **details)
    if http_status < 300 or http_status in TRANSIENT:
        return NoAnswer(_PLAIN.get(http_status, value.description), **details)
    return ServiceError(f"{value.description}; check the base URL", **details)


def _code_and_message(value: Any) -> tuple[str, str]:
    """The error's code and message in the service's own words, whichever shape it came in."""
    if not isinstance(value, dict):
        return "", clean_text(value)
    error = value.get("error")
    inner = error if isinstance(error, dict) else {}
    code = clean_text(inner.get("code")) or clean_text(value.get("code")) or clean_text(inner.get("type"))
    message = clean_text(inner.get("message")) or clean_text(error)
    message = message or next(
        (text for key in ("message", "msg", "detail") if (text := clean_text(value.get(key)))), ""
    )
    issues = value.get("issues")
    for issue in issues[:10] if isinstance(issues, list) else []:
        if isinstance(issue, dict) and (text := clean_text(issue.get("message"))):
            path = issue.get("path")
            where = ".".join(clean_text(part) for part in path) if isinstance(path, list) else ""
            message += f"; {where}: {text}" if where else f"; {text}"
    return code, message.removeprefix("; ")


# Source: Runway's documentation of task failures; the codes are an open-ended list of dotted prefixes.
_ADVICE = (
    ("SAFETY.INPUT", "The input was moderated. Change the prompt or the picture; the same input will fail again, and "
     "moderated attempts are charged."),
    ("SAFETY.OUTPUT", "The result was moderated. Try a different prompt."),
    ("SAFETY", "Moderated. Change the prompt or the input; the same input will fail again."),
    ("INPUT_PREPROCESSING.SAFETY", "The prompt was moderated. Rephrase it; the same prompt will fail again."),
    ("INPUT_PREPROCESSING.INTERNAL", "Moderation itself broke down. Wait a little and create the same task again."),
    ("INTERNAL.BAD_OUTPUT", "The result did not pass the quality check. Change the input: text or graphics laid over "
     "a picture are a common cause."),
    ("ASSET.INVALID", "An input file has a format, size or duration that is not accepted. Fix the file and create the "
     "task again."),
    ("THIRD_PARTY.UNAVAILABLE", "A partner's model is down. Wait a little and create the same task again."),
    ("INTERNAL", "A fault at the service. Wait a little and create the same task again."),
)  # fmt: skip


def advise(failure_code: str) -> str:
    """What to do about a failure; "" for a code that is not known."""
    code = failure_code.upper()
    for prefix, advice in _ADVICE:
        if code == prefix or code.startswith(prefix + "."):
            return advice
    return "" if code else "The service gave no code. If the reason tells nothing, wait a little and create it again."
