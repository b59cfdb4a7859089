"""A task that has not ended yet, where a medium is wanted: what is known of its output before it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._errors import RunwayWidgetError
from .._service.endpoint import endpoint_of
from .input_field import InputField
from .medium import Delivery, Medium


def output_to_come(task: Any, field: InputField, look: Callable[[], Medium]) -> Medium:
    """What will be the output of ``task`` in this field; ``look`` gives it once it is there.

    Its kind is that of what such a task makes, so one that the field does not take is refused now. Raises
    ConfigurationError.
    """
    kind = str(endpoint_of(getattr(task, "action", "")).output)
    if kind == "video" and "image" in field.kinds and "video" not in field.kinds:
        kind = "image"  # its last frame
    if kind != "unknown":
        field.fitting(kind, "what that task makes")
    placeholder = f"task:{task.task_id or f'at-{id(task)}'}:{kind}"
    field.tasks.remember(placeholder, task, "")
    return Medium(
        placeholder,
        kind,
        "task",
        name_of(task),
        source=task,
        look=look,
        pending=_not_yet,
        stored={"kept": False, "task": task.task_id},
    )


def _not_yet(delivery: Delivery) -> Medium:
    raise RunwayWidgetError("what it is made from has not ended")


def name_of(task: Any) -> str:
    """What a task that another one waits for is called: its model, or else its id."""
    return str(getattr(task, "model", "") or f"task {task.task_id[:8]}".rstrip())
