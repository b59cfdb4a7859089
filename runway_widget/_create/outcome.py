"""What the answer to a create amounts to: a task, an error where there is certainly none, or doubt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .._errors import AccessDenied, ConfigurationError, NoAnswer, ServiceError, TaskNotFound
from .._service.cost import UNKNOWN, Cost
from .._service.error_answers import NO_CHANNEL, plain_error, without_route
from .._service.payload import Unreadable
from .._service.provider import checked_task_id
from .._service.service import Reply

# Statuses by which the service, or a proxy before it, says that it did not take the request and never will.
# Not among them: 408 and 499, with which a proxy gives up on a service that may be at work; 409, which may mean that
# the task exists already. Of the redirects only those that keep the method: 302 and 303 also follow a POST that was
# carried out.
_REFUSED = {400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 417, 421, 422, 426, 428, 431, 451}
_ELSEWHERE = {301, 307, 308}
_BUSY = {429, 503}
_BESIDE_A_REQUEST = ("code", "message", "msg", "error", "errors", "data", "output", "base_resp")
_ID = re.compile(r'"(?:id|task_id|taskId)"\s*:\s*"([^"\\]+)"')


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether a create was taken: the reason in a few words, and the error with all its details.

    ``task_id`` is an id that the answer named all the same, "" if there is none.
    """

    reason: str
    error: ServiceError | None = None
    task_id: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The service took a create: the id of its task, and what it said of the cost."""

    task_id: str
    cost: Cost = UNKNOWN


#: What became of a create: its task; an error where it was certainly not taken; or that nobody knows.
Outcome = Taken | ServiceError | Uncertain


def outcome_of(reply: Reply, service: str, endpoint: str) -> Outcome:
    """What an answer to a create amounts to."""
    accepted = 200 <= reply.status < 300
    task_id = _task_id(reply.value, accepted=accepted)
    if task_id and accepted:
        return Taken(task_id)
    error = reply.error()
    refused = reply.status in _REFUSED | _ELSEWHERE or (not task_id and _says_refused(reply, error))
    if not refused:
        named = task_id or (named_id(reply.value.text) if isinstance(reply.value, Unreadable) else "")
        return Uncertain(error._reason, error, named)
    if reply.status == 404:
        return without_route(error, service, endpoint)
    return plain_error(error, error.message) if isinstance(error, NoAnswer | TaskNotFound) else error


def _says_refused(reply: Reply, error: ServiceError) -> bool:
    """Whether an answer says in words that nothing was taken, or by a 429, which can mean nothing else."""
    if isinstance(error, AccessDenied) or reply.status == 429:
        return True
    if reply.status == 500:
        return error.code in {"invalid_request", NO_CHANNEL}
    # A page of HTML under 503 is some proxy's, which may have given up on a service that is at work.
    return reply.status == 503 and isinstance(reply.value, dict) and bool(error.code or reply.value.get("error"))


def may_succeed_later(error: ServiceError) -> bool:
    """Whether a create that was certainly not taken may be taken a little later."""
    if isinstance(error, AccessDenied) or error.code == NO_CHANNEL:
        return False
    return (isinstance(error, NoAnswer) and error.transient) or error.http_status in _BUSY


def _task_id(value: Any, *, accepted: bool = False) -> str:
    """The id in an answer, from any of the places where it was seen; "" if there is none that a path could hold.

    ``accepted``: the answer's status is that of a success. Then a "request_id" with nothing beside it that belongs to
    an envelope or to an error is the task's: xAI calls it so. Elsewhere it is that of the request itself.
    """
    if not isinstance(value, dict):
        return ""
    places = [value.get("id"), value.get("task_id"), value.get("taskId")]
    for name in ("data", "output"):
        inside = value.get(name)
        inner = inside[0] if isinstance(inside, list) and len(inside) == 1 else inside
        places += [inner.get("task_id"), inner.get("id")] if isinstance(inner, dict) else []
    if accepted and not any(name in value for name in _BESIDE_A_REQUEST):
        places.append(value.get("request_id"))
    for task_id in places:
        try:
            return checked_task_id(task_id)  # type: ignore[arg-type]  # it checks the type, too
        except ConfigurationError:
            continue
    return ""


def named_id(text: str) -> str:
    """The first id in a part of an answer, or in one that cannot be read, as `_task_id` would find it; else ""."""
    match = _ID.search(text)
    return _task_id({"id": match[1]}) if match else ""
