"""One create, sent so that nobody is ever charged twice for it.

The service knows no idempotency key, so a create is sent again only where it is certain that the one before was not
taken: there was no connection, or the service refused it because it was busy. After anything else nobody knows whether
it was taken, and the user has to look: `SubmissionUncertain`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._errors import NoAnswer, RunwayWidgetError, ServiceError, SubmissionUncertain
from .._journal.journal import Journal
from .._journal.row import Row
from .._log import log
from .._service.cost import cost_in
from .._service.key import Bearer
from .._service.payload import clean_text
from .._service.provider import Route, stored_route
from .._service.retry import CREATE_PATIENCE, CREATE_PAUSE, CREATE_SENDS, backoff
from .._service.service import Service
from .budget import Budget, Charge
from .medium import Delivery, Progress, unheard
from .outcome import Outcome, Taken, Uncertain, may_succeed_later, named_id, outcome_of
from .uploads import Uploads

if TYPE_CHECKING:
    from .creation import Creation

#: Refusals that may be of an upload from before: then it is not used a third time.
_MAY_BE_A_MEDIUM = {400, 404, 410, 415, 422}


def submit(
    service: Service,
    creation: Creation,
    journal: Journal,
    *,
    uploads: Uploads | None = None,
    charge: Charge | None = None,
    reuse: bool = False,
    patient: str = "",
    begin: Callable[[], float] = time.time,
    route: Route = "task",
    progress: Progress = unheard,
    stopped: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Create a task and return its id; with ``reuse``, the id of an earlier one, if the journal has one.

    Blocks for one request, or for up to three where the service is busy or cannot be reached; once it is ``stopped``,
    no other is sent. ``charge`` learns what became of it, and holds what the service said of its cost. ``route`` is
    where its task will be asked for. Media that are known only now are made ready first, and ``progress`` is told;
    ``uploads`` remembers what the service has of them.

    ``patient`` is for a caller that waits for a busy service itself: the id of the row that its sends share. Then
    there is one request, and the charge of one that may be taken later stays. ``begin`` is called just before the row
    is written, and gives its unix time; what it raises is raised, and nothing was sent.

    Raises:
        SubmissionUncertain: the task may exist and be charged. With ``reuse`` also: an earlier one may.
        ConfigurationError: with ``reuse``, where the journal cannot be used; or a medium cannot be sent. Nothing was
            created.
        ServiceError (AuthenticationError, AccessDenied, NoAnswer): it certainly does not exist.
    """
    delivery, begun = Delivery(service, uploads or Uploads(journal), progress, stopped, sleep), time.time()
    known = reuse and was_created(service, creation, journal)  # then no medium is sent for nothing
    body = None if known else creation.filled(delivery)
    row = replace(row_of(service, creation), route=stored_route(route))
    row = replace(row, id=patient or row.id, submitted_at=begin())
    earlier = journal.begin(row, reuse=reuse)
    if earlier is not None:
        return earlier.task_id
    charge = charge or Budget().charge()
    try:
        if body is None:  # somebody has struck out the earlier one in this moment
            body = creation.filled(delivery)
        charge.send()
    except RunwayWidgetError as error:
        journal.record_refusal(row, str(error))
        raise
    outcome: Outcome = Uncertain("it was interrupted")
    last = clock() + CREATE_PATIENCE
    try:
        sends = 1 if patient else CREATE_SENDS
        for sent in range(1, sends + 1):
            outcome = Uncertain("it was interrupted")  # until `_send` has returned
            outcome = _send(service, creation, body)
            if not isinstance(outcome, ServiceError) or not may_succeed_later(outcome):
                break
            pause = backoff(sent, CREATE_PAUSE, outcome.retry_after)
            if sent == sends or clock() + pause > last:
                break
            log.info("%s; sent again in %.0f s", outcome, pause)
            sleep(pause)
            if stopped():
                break
        _record(journal, row, outcome, charge, patient=bool(patient))
    except BaseException as error:  # Ctrl-C, mostly: the user and the journal must get what is known by now
        if isinstance(outcome, Uncertain):
            error.add_note(str(_error_for(outcome, row, journal)))
        elif isinstance(outcome, Taken):
            error.add_note(created_note(outcome.task_id))
            error.task_id = outcome.task_id  # type: ignore[attr-defined]
        with suppress(BaseException):  # it may be the journal that raised, and the id must get out
            _record(journal, row, outcome, charge, patient=bool(patient))
        raise
    if isinstance(outcome, Taken):
        return outcome.task_id
    if isinstance(outcome, Uncertain):
        raise _error_for(outcome, row, journal)
    if outcome.http_status in _MAY_BE_A_MEDIUM:
        for content in creation.contents:
            delivery.uploads.forget(service, content.sha256, before=begun)
    raise outcome


def was_created(service: Service, creation: Creation, journal: Journal) -> bool:
    """Whether the journal has, or may have, a task of this request, so that ``reuse=True`` sends nothing."""
    return journal.find_same(row_of(service, creation)) is not None


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


def row_of(service: Service, creation: Creation) -> Row:
    """The row of a request in the journal, before it is sent. The key is taken out of it."""
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
        inputs=creation.input_ids,
        submitted_at=time.time(),
    )


def _record(journal: Journal, row: Row, outcome: Outcome, charge: Charge, *, patient: bool) -> None:
    if isinstance(outcome, Taken):
        charge.settle(outcome.task_id, outcome.cost)
        journal.record_task(row, outcome.task_id, outcome.cost)
    elif isinstance(outcome, Uncertain):
        journal.record_uncertain(row, outcome.error or outcome.reason, outcome.task_id)
    else:
        if not (patient and may_succeed_later(outcome)):
            charge.release()
        journal.record_refusal(row, outcome)


def _send(service: Service, creation: Creation, body: dict[str, Any]) -> Outcome:
    """One POST of the ``body`` that travels."""
    try:
        reply = service.create(creation.endpoint, body)
    except NoAnswer as error:
        return Uncertain(error.message, error, named_id(error.received)) if error.sent else error
    except Exception as error:  # of this package or of a library: the request may have been sent all the same
        return Uncertain(type(error).__name__)
    outcome = outcome_of(reply, service.provider.name, creation.endpoint)
    if isinstance(outcome, Taken) and service.provider.tells_cost:
        return replace(outcome, cost=cost_in([reply.value]))
    return outcome


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
