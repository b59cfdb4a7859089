"""The reading half of a sequence of tasks: what a list can do but change, and their sums. A grid is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .compact import cost_of
from .costs import CostSum

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

    @property
    def cost(self) -> float | None:
        """The credits of the takes together, as far as the service said them; None where it said nothing of any."""
        return CostSum(map(cost_of, self._tasks)).total.credits

    @property
    def cost_is_estimate(self) -> bool:
        """Whether it may be less in the end: that of some take is not final."""
        return CostSum(map(cost_of, self._tasks)).total.is_estimate


Sequence.register(TaskSequence)  # its own metaclass would not go together with that of a widget
