"""Answers that hold no task, as typed errors: which of them may pass, and which never will.

Two services and three layers of gateway write their errors in five shapes, under every status including 200. The words
decide before the status does: `task_not_exist` under HTTP 200 is as absent as under 400.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .._errors import AccessDenied, AuthenticationError, NoAnswer, ServiceError, TaskNotFound, quoted
from .headers import NO_HEADERS, AnswerHeaders
from .payload import Unreadable, clean_text, walk_strings
from .retry import TRANSIENT

NOT_VISIBLE = "task_not_exist"
NO_CHANNEL = "model_not_found"

_QUOTA = {"quota_not_enough", "insufficient_user_quota", "pre_consume_token_quota_failed"}
_DEPTH = 4  # of the lists and objects in which the word for an absent task is looked for
_ABSENT = re.compile(rf"\b{NOT_VISIBLE}\b", re.IGNORECASE)
_REQUEST_ID = re.compile(r"\(?request[ _]id:\s*([\w.-]+)\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, as errors call it: its name, where its keys can be had, and the variable that the key is from."""

    name: str = "the service"
    keys_at: str = ""
    key_variable: str = ""  # "" where the key was given in code

    @property
    def key_advice(self) -> str:
        """What to do about a key that was refused."""
        where = f" ({self.keys_at})" if self.keys_at else ""
        if not self.key_variable:
            return f"It is wrong, expired or used up: make a client with another one{where}."
        return (
            f"It is wrong, expired or used up: set {self.key_variable} to another one{where}, then make a new client, "
            "or resume the task."
        )


SOMEBODY = Asked()


def says_not_visible(value: Any) -> bool:
    """Whether the service's word for a task that it does not show stands anywhere in ``value``."""
    return any(_ABSENT.search(text) for text in walk_strings(value, _DEPTH))


def error_from(
    value: Any, http_status: int, headers: AnswerHeaders = NO_HEADERS, asked: Asked = SOMEBODY
) -> ServiceError:
    """The error that ``value`` (decoded JSON, or `Unreadable`) amounts to, under this status and with these headers."""
    error = _error_from(value, http_status, headers, asked.name)
    if isinstance(error, AuthenticationError):
        error.key_variable, error.advice = asked.key_variable, asked.key_advice
    return error


def _error_from(value: Any, http_status: int, headers: AnswerHeaders, who: str) -> ServiceError:
    details: dict[str, Any] = {
        "http_status": http_status,
        "request_id": headers.request_id,
        "retry_after": headers.retry_after,
    }
    if isinstance(value, Unreadable):
        if http_status >= 500 or not says_not_visible(value.text):
            return _error_from_unreadable(value, http_status, details, who)
        value = value.text
    code, message = _code_and_message(value)
    details["code"] = code
    if match := _REQUEST_ID.search(message):
        details["request_id"] = match[1]
    if http_status < 500 and says_not_visible(value):
        details["code"] = NOT_VISIBLE
        return TaskNotFound(f"{who} does not show this task: wrong id, or another account's key", **details)
    if http_status == 401:
        return _quoting(AuthenticationError, f"{who} refused the key", message, **details)
    if http_status in {402, 403} or code in _QUOTA:
        return _quoting(AccessDenied, f"{who} denied access", message, **details)
    if http_status == 404 and not message.startswith("Invalid URL"):
        return _quoting(TaskNotFound, f"{who} knows no such task", message, **details)
    if 300 <= http_status < 400:
        return ServiceError(f"{who} redirects this address; check the base URL", **details)
    if "no available channel" in message.lower():
        details["code"] = NO_CHANNEL
    transient = http_status in TRANSIENT and not (http_status == 500 and code == "invalid_request")
    if http_status < 300:
        return _quoting(ServiceError, "the answer holds no task", message, transient=True, **details)
    if not message:
        return ServiceError(_PLAIN.get(http_status, f"{who} gave no reason"), transient=transient, **details)
    return _quoting(ServiceError, _summary(details, who, transient), message, transient=transient, **details)


_PLAIN = {429: "too many requests", 502: "bad gateway", 503: "the service is overloaded", 504: "the gateway timed out"}


def _quoting(kind: type[ServiceError], summary: str, message: str, **details: Any) -> ServiceError:
    """An error with the service's own ``message``; ``summary`` is what it says in its place where there is none."""
    error = kind(message or summary, **details)
    error.summary = summary if message else ""
    return error


def _summary(details: dict[str, Any], who: str, transient: bool) -> str:
    if details["code"] == NO_CHANNEL:
        return f"{who} has no channel for this model now"
    if details["http_status"] == 404:
        return f"{who} has no such route; check the base URL"
    if details["http_status"] == 429:
        return f"too many requests, says {who}"
    return f"{who} has trouble" if transient else f"{who} refused the request"


def _error_from_unreadable(value: Unreadable, http_status: int, details: dict[str, Any], who: str) -> ServiceError:
    """No JSON: the status alone decides. With an OK status it may be a proxy's page that goes away again."""
    if http_status == 401:
        return AuthenticationError(f"{who} refused the key", **details)
    if http_status in {402, 403}:
        return AccessDenied(f"{who} denied access, with {value.description}", **details)
    if 300 <= http_status < 400:
        return ServiceError(f"{who} redirects this address; check the base URL", **details)
    if http_status < 300 or http_status in TRANSIENT:
        return NoAnswer(_PLAIN.get(http_status, value.description), **details)
    return ServiceError(f"{value.description}; check the base URL", **details)


def without_route(error: ServiceError, service: str, route: str) -> ServiceError:
    """The error for a 404 to a request that names no task: ``service`` has no such ``route`` at this address."""
    said = f"{service} has no route {route!r} at this base URL"
    if error.summary:
        said += f": {quoted(error.message)}"
    elif not isinstance(error, TaskNotFound):  # whose own words would be about a task
        said += f": {error.message}"
    return plain_error(error, said)


def plain_error(error: ServiceError, message: str) -> ServiceError:
    """``error`` as a ServiceError and nothing more."""
    return ServiceError(
        message,
        http_status=error.http_status,
        code=error.code,
        request_id=error.request_id,
        transient=error.transient,
        retry_after=error.retry_after,
    )


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
