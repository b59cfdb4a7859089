"""Cancelling at the service, without ever deleting a finished output."""

from __future__ import annotations

from dataclasses import replace

from .._errors import RunwayWidgetError, ServiceError
from .service import Service
from .state import Status, TaskState


def cancel(service: Service, task_id: str, known: TaskState) -> TaskState:
    """Cancel a task that has not ended; returns how it stands then. Source: Runway's API, ``DELETE /v1/tasks/{id}``.

    Raises ServiceError, and RunwayWidgetError where the service has no such route.
    """
    if not service.home.can_cancel:
        raise RunwayWidgetError(
            f"{service.home.name} documents no way to cancel a task, so it goes on and is charged; "
            "stop() ends only the watching"
        )
    if known.ended:
        return known  # a cancelled task cannot even be looked at any more
    said = service.ask(task_id).said
    if isinstance(said, ServiceError):
        raise said
    if said.ended:
        return said
    reply = service.delete(task_id)
    if not (200 <= reply.status < 300 or reply.status == 404):  # 404: somebody else was faster
        raise reply.error()
    return replace(known.after(said), status=Status.CANCELLED, word=Status.CANCELLED.value, fail_reason="", outputs=())
