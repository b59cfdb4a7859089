"""The reading half of a sequence of tasks: what a list can do but change. A grid is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .task import RunwayTask


class TaskSequence:
    """Length, index, iteration and search over the same tasks in the same order. Tasks are told apart by identity."""

    _tasks: list[RunwayTask]

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[RunwayTask]:
        return iter(self._tasks)

    def __reversed__(self) -> Iterator[RunwayTask]:
        return reversed(self._tasks)

    def __contains__(self, task: object) -> bool:
        return task in self._tasks

    def index(self, task: RunwayTask, start: int = 0, stop: int = sys.maxsize) -> int:
        """The number of the first take that is ``task``. Raises ValueError where there is none."""
        try:
            return self._tasks.index(task, start, stop)
        except ValueError:
            raise ValueError("the task is not in this grid") from None

    def count(self, task: RunwayTask) -> int:
        """How many takes are ``task``."""
        return self._tasks.count(task)


Sequence.register(TaskSequence)  # its own metaclass would not go together with that of a widget
