"""One create, sent so that nobody is ever charged twice for it.

The service knows no idempotency key, so a create is sent again only where it is certain that the one before was not
taken: there was no connection, or the service refused it because it was busy. After anything else nobody knows whether
it was taken, and the user has to look: `SubmissionUncertain`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._errors import (
    AccessDenied,
    BudgetExceeded,
    ConfigurationError,
    NoAnswer,
    RunwayWidgetError,
    ServiceError,
    SubmissionUncertain,
    TaskNotFound,
)
from .._journal.journal import Journal
from .._journal.row import Row
from .._log import log
from .._service.cost import UNKNOWN, Cost, cost_in
from .._service.error_answers import NO_CHANNEL
from .._service.key import Bearer
from .._service.payload import Unreadable, clean_text
from .._service.provider import Route, checked_task_id, stored_route
from .._service.retry import CREATE_PATIENCE, CREATE_PAUSE, CREATE_SENDS, backoff
from .._service.service import Reply, Service
from .budget import Budget, Charge

if TYPE_CHECKING:
    from .request import Creation


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


def submit(
    service: Service,
    creation: Creation,
    journal: Journal,
    *,
    charge: Charge | None = None,
    reuse: bool = False,
    route: Route = "task",
    stopped: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Create a task and return its id; with ``reuse``, the id of an earlier one, if the journal has one.

    Blocks for one request, or for up to three where the service is busy or cannot be reached; once it is ``stopped``,
    no other is sent. ``charge`` learns what became of it, and holds what the service said of its cost. ``route`` is
    where its task will be asked for.

    Raises:
        SubmissionUncertain: the task may exist and be charged. With ``reuse`` also: an earlier one may.
        ConfigurationError: with ``reuse``, where the journal cannot be used. Nothing was sent.
        ServiceError (AuthenticationError, AccessDenied, NoAnswer): it certainly does not exist.
    """
    row = replace(_row(service, creation), route=stored_route(route))
    earlier = journal.begin(row, reuse=reuse)
    if earlier is not None:
        return earlier.task_id
    charge = charge or Budget().charge()
    try:
        charge.send()
    except BudgetExceeded as error:
        journal.record_refusal(row, str(error))
        raise
    outcome: Outcome = Uncertain("it was interrupted")
    last = clock() + CREATE_PATIENCE
    try:
        for sent in range(1, CREATE_SENDS + 1):
            outcome = Uncertain("it was interrupted")  # until `_send` has returned
            outcome = _send(service, creation)
            if not isinstance(outcome, ServiceError) or not _may_succeed_later(outcome):
                break
            pause = backoff(sent, CREATE_PAUSE, outcome.retry_after)
            if sent == CREATE_SENDS or clock() + pause > last:
                break
            log.info("%s; sent again in %.0f s", outcome, pause)
            sleep(pause)
            if stopped():
                break
        _record(journal, row, outcome, charge)
    except BaseException as error:  # Ctrl-C, mostly: the user and the journal must get what is known by now
        if isinstance(outcome, Uncertain):
            error.add_note(str(_error_for(outcome, row, journal)))
        elif isinstance(outcome, Taken):
            error.add_note(created_note(outcome.task_id))
            error.task_id = outcome.task_id  # type: ignore[attr-defined]
        with suppress(BaseException):  # it may be the journal that raised, and the id must get out
            _record(journal, row, outcome, charge)
        raise
    if isinstance(outcome, Taken):
        return outcome.task_id
    raise _error_for(outcome, row, journal) if isinstance(outcome, Uncertain) else outcome


def was_created(service: Service, creation: Creation, journal: Journal) -> bool:
    """Whether the journal has, or may have, a task of this request, so that ``reuse=True`` sends nothing."""
    return journal.find_same(_row(service, creation)) is not None


@contextmanager
def created_as(task_id: str) -> Iterator[None]:
    """Whatever goes wrong in the block, its error names the task, which is paid for, and holds it in ``task_id``."""
    try:
        yield
    except Exception as error:
        raised = RunwayWidgetError(f"created as {task_id}, but it is not shown: {error}; try client.task({task_id!r})")
        raised.task_id = task_id  # type: ignore[attr-defined]
        raise raised from error
    except BaseException as error:  # Ctrl-C, mostly
        error.add_note(created_note(task_id))
        error.task_id = task_id  # type: ignore[attr-defined]
        raise


def created_note(task_id: str) -> str:
    """For an exception that comes between a create that was taken and its task: the id is paid for."""
    return f"created as {task_id}; client.task({task_id!r}) shows it"


def _row(service: Service, creation: Creation) -> Row:
    key = service.auth_for(service.base_url)

    def without_key(value: Any) -> Any:
        return key.cut_from(value) if isinstance(key, Bearer) else value

    body: dict[str, Any] = without_key(creation.public_body)
    return Row(
        base_url=service.base_url,
        service=service.provider.name,
        endpoint=creation.endpoint,
        action=creation.action,
        model=clean_text(body.get("model")),
        parameters=body,
        request=without_key(dict(creation.request)),
        fingerprint=creation.fingerprint,
        submitted_at=time.time(),
    )


def _record(journal: Journal, row: Row, outcome: Outcome, charge: Charge) -> None:
    if isinstance(outcome, Taken):
        charge.settle(outcome.task_id, outcome.cost)
        journal.record_task(row, outcome.task_id, outcome.cost)
    elif isinstance(outcome, Uncertain):
        journal.record_uncertain(row, outcome.error or outcome.reason, outcome.task_id)
    else:
        charge.release()
        journal.record_refusal(row, outcome)


def _send(service: Service, creation: Creation) -> Outcome:
    """One POST."""
    try:
        reply = service.create(creation.endpoint, creation.body)
    except NoAnswer as error:
        return Uncertain(error.message, error, _named_id(error.received)) if error.sent else error
    except Exception as error:  # of this package or of a library: the request may have been sent all the same
        return Uncertain(type(error).__name__)
    outcome = outcome_of(reply, service.provider.name, creation.endpoint)
    if isinstance(outcome, Taken) and service.provider.tells_cost:
        return replace(outcome, cost=cost_in([reply.value]))
    return outcome


def outcome_of(reply: Reply, service: str, endpoint: str) -> Outcome:
    """What an answer to a create amounts to."""
    accepted = 200 <= reply.status < 300
    task_id = _task_id(reply.value, accepted=accepted)
    if task_id and accepted:
        return Taken(task_id)
    error = reply.error()
    refused = reply.status in _REFUSED | _ELSEWHERE or (not task_id and _says_refused(reply, error))
    if not refused:
        named = task_id or (_named_id(reply.value.text) if isinstance(reply.value, Unreadable) else "")
        return Uncertain(error.message, error, named)
    if reply.status == 404:
        return _plain(error, f"{service} has no route {endpoint!r} at this base URL: {error.message}")
    return _plain(error, error.message) if isinstance(error, NoAnswer | TaskNotFound) else error


def _says_refused(reply: Reply, error: ServiceError) -> bool:
    """Whether an answer says in words that nothing was taken, or by a 429, which can mean nothing else."""
    if isinstance(error, AccessDenied) or reply.status == 429:
        return True
    if reply.status == 500:
        return error.code in {"invalid_request", NO_CHANNEL}
    # A page of HTML under 503 is some proxy's, which may have given up on a service that is at work.
    return reply.status == 503 and isinstance(reply.value, dict) and bool(error.code or reply.value.get("error"))


def _may_succeed_later(error: ServiceError) -> bool:
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


def _named_id(text: str) -> str:
    """The first id in a part of an answer, or in one that cannot be read, as `_task_id` would find it; else ""."""
    match = _ID.search(text)
    return _task_id({"id": match[1]}) if match else ""


def _plain(error: ServiceError, message: str) -> ServiceError:
    """``error`` as a ServiceError and nothing more."""
    return ServiceError(
        message,
        http_status=error.http_status,
        code=error.code,
        request_id=error.request_id,
        transient=error.transient,
        retry_after=error.retry_after,
    )


def _error_for(outcome: Uncertain, row: Row, journal: Journal) -> SubmissionUncertain:
    message = (
        f"no clear answer to this create ({outcome.reason}): the task may exist, and be charged. Look for it at "
        f"{row.service} before you create it again"
    )
    if outcome.task_id:
        message += f". The answer named {outcome.task_id}, and client.task({outcome.task_id!r}) shows whether it exists"
    if journal.path is not None:
        message += f"; `python -m runway_widget recent --forget {row.id}` then strikes this attempt out"
    error = outcome.error or ServiceError()
    return SubmissionUncertain(
        message, task_id=outcome.task_id, http_status=error.http_status, code=error.code, request_id=error.request_id
    )
