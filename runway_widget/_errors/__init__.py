"""Every exception this package raises. `make docs` draws their tree from these classes, and README shows it.

None of them ever holds the key: `_service.key` cuts it out of everything before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .root import BudgetExceeded as BudgetExceeded
from .root import ConfigurationError as ConfigurationError
from .root import RunwayWidgetError as RunwayWidgetError
from .service import SAME_FOR_ALL as SAME_FOR_ALL
from .service import STOPS
from .service import AccessDenied as AccessDenied
from .service import AuthenticationError as AuthenticationError
from .service import NetworkSetupError as NetworkSetupError
from .service import NoAnswer as NoAnswer
from .service import ServiceError as ServiceError
from .service import SubmissionUncertain as SubmissionUncertain
from .service import TaskNotFound as TaskNotFound
from .service import quoted as quoted
from .watched_task import WatchedTask as WatchedTask


class TaskError(RunwayWidgetError):
    """How a task, or the watch over it, ended.

    Attributes:
        task: the RunwayTask; its traits hold all that is known.

    What to do: it depends on which of those below it is. ``wait(check=False)`` raises none but WaitTimeout.
    """

    def __init__(self, message: str, task: WatchedTask) -> None:
        super().__init__(message)
        self.task = task


class TaskFailed(TaskError):
    """The service says that the task failed.

    Attributes:
        reason: the service's sentence.
        failure_code: the service's code, such as "SAFETY.INPUT.TEXT"; "" where it gave none.
        advice: what to do about it.

    What to do: what ``advice`` says. `RunwayTask.again` creates the task once more, with what you change.
    """

    def __init__(self, reason: str, task: WatchedTask, *, failure_code: str = "", advice: str = "") -> None:
        text = (reason or "the service gave no reason").rstrip(STOPS)
        if failure_code:
            text += f" [{failure_code}]"
        super().__init__(f"{text}. {advice}" if advice else text, task)
        self.reason = reason
        self.failure_code = failure_code
        self.advice = advice


class TaskCancelled(TaskError):
    """The task was cancelled or deleted before it finished.

    What to do: nothing, if it was you. `RunwayTask.again` creates it once more.
    """


class WatchStopped(TaskError):
    """Watching was stopped; the task itself goes on at the service.

    What to do: `RunwayTask.resume` watches again.
    """


class WaitTimeout(TaskError, TimeoutError):
    """``wait(timeout)`` ran out; the watch goes on and so does the task.

    What to do: wait again, for longer or without ``timeout``.
    """


class WatchTimeout(TaskError, TimeoutError):
    """The watch saw no end within ``give_up_after``; the task may still finish.

    What to do: `RunwayTask.resume` watches again. Where tasks take that long, give a larger ``give_up_after``.
    """


class TakesFailed(RunwayWidgetError, ExceptionGroup[Exception]):
    """Some takes of a grid did not succeed; one ``except*`` can tell them apart.

    Attributes:
        exceptions: the error of each of them.
        failures: the same errors by the number of the take in its grid: ``grid[number]``.

    What to do: what each error says. `TaskGrid.succeeded` has the others, and ``grid[number].again()`` tries once more.
    """

    failures: Mapping[int, Exception] = MappingProxyType({})

    @classmethod
    def of(cls, summary: str, failures: Mapping[int, Exception]) -> TakesFailed:
        """``failures``: the error of each take by its number. The message says each reason once."""
        takes: dict[str, list[int]] = {}
        for number, error in failures.items():
            takes.setdefault(str(error), []).append(number)
        reasons = "; ".join(f"{_take_numbers(numbers)}: {reason}" for reason, numbers in takes.items())
        return cls(f"{summary}: {reasons}", list(failures.values()))._with(failures)

    def derive(self, errors: Sequence[Exception], /) -> TakesFailed:  # type: ignore[override]  # only Exceptions here
        """What ``except*``, ``split`` and ``subgroup`` make of a part of them: of this family, too."""
        return TakesFailed(self.message, errors)._with(self.failures)

    def _with(self, failures: Mapping[int, Exception]) -> TakesFailed:
        """This group, with the numbers of the errors that are in it."""
        mine = {id(error) for error in self.exceptions}
        self.failures = {number: error for number, error in failures.items() if id(error) in mine}
        return self


def _take_numbers(numbers: Sequence[int]) -> str:
    *most, last = map(str, numbers)
    return f"takes {', '.join(most)} and {last}" if most else f"take {last}"
