"""What was created before something ended the creating of more: shown, as its call returns nothing to show."""

from __future__ import annotations

from collections.abc import Sequence

from . import display
from .grid import TaskGrid
from .task import RunwayTask


def show_created(made: Sequence[RunwayTask], rest: Sequence[RunwayTask], *, freeze: bool) -> None:
    """Show the takes that were created beside the ``rest`` that was not, in a notebook; nothing where none was."""
    if not any(task.task_id for task in made) or display.kernel_shell() is None:
        return
    if len(made) + len(rest) > 1:
        TaskGrid([*made, *rest], freeze=freeze).show()
    else:
        made[0].show()
