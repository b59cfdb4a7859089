"""Every exception this package raises. `make docs` draws their tree from these classes, and README shows it.

None of them ever holds the key: `_service.key` cuts it out of everything before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .watched_task import WatchedTask as WatchedTask


class RunwayWidgetError(Exception):
    """The root of all errors of this package; raised itself where none of those below it fits.

    What to do: the message says it. ``except RunwayWidgetError`` catches whatever this package raises.
    """


class ConfigurationError(RunwayWidgetError, ValueError):
    """A key, base URL, task id, argument, proxy or certificate cannot be used; nothing was sent.

    What to do: the message names what is wrong, and what is accepted. Mend it, and call again.
    """


class BudgetExceeded(RunwayWidgetError):
    """A create may cost more than is left of the client's budget, or what it may cost is not known; nothing was sent.

    Attributes:
        price: what it may cost, in credits; None where that is not known.
        budget: the client's, in credits.
        spent: what of it is spent, in credits; what may still be charged counts.

    What to do: make a client with a larger ``budget``. Where the price is not known, ``check=False`` sends it all the
    same, as long as anything is left.
    """

    def __init__(self, message: str, *, budget: float, spent: float, price: float | None = None) -> None:
        super().__init__(message)
        self.budget, self.spent, self.price = budget, spent, price


class ServiceError(RunwayWidgetError):
    """The service answered with an error, or not at all.

    Attributes:
        http_status: of the answer; None where none came.
        code: the service's own word for it; "" where it gave none.
        message: the service's own sentence; "" where it gave none.
        request_id: what the service's support asks for; None where the answer names none.
        transient: asking again may help.
        retry_after: the seconds that the service asked to wait; None where it did not.
        advice: what to do about it; "" where the message says all.

    What to do: where it is ``transient``, try again after a while. Else change what the message names, or ask the
    service's support, with the ``request_id``.
    """

    advice = ""  # what to do about it, in our words

    def __init__(
        self,
        message: str = "",
        *,
        http_status: int | None = None,
        code: str = "",
        request_id: str | None = None,
        transient: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.message = message
        self.http_status = http_status
        self.code = code
        self.request_id = request_id
        self.transient = transient
        self.retry_after = retry_after
        super().__init__(message)

    def __str__(self) -> str:
        details = [f"HTTP {self.http_status}"] if self.http_status else []
        if self.code and self.code != self.message:
            details.append(self.code)
        if self.request_id and self.request_id not in self.message:
            details.append(f"request id {self.request_id}")
        text = self.message or "the service gave no reason"
        text = f"{text}; {self.advice}" if self.advice else text
        return f"{text} ({', '.join(details)})" if details else text


class AuthenticationError(ServiceError):
    """401: the service refused the key (wrong, expired, or its quota is used up).

    What to do: set another key in the environment, and `RunwayTask.resume` the task, or make another client.
    """

    advice = "the key is wrong, expired or used up: set another, and resume"


class AccessDenied(ServiceError):
    """403: the key is known but may not do this (balance, plan, model, IP address).

    What to do: look at the account's balance and plan at the service, and whether it may use this model.
    """

    advice = "check the account's balance and plan, and the model, at the service"


class TaskNotFound(ServiceError):
    """The service knows no such task for this key: a wrong id, or another account's key.

    What to do: compare the id, and use the key that created the task. Services forget tasks after some weeks;
    `Client.recent` still has what was saved of one.
    """


class NoAnswer(ServiceError):
    """Nothing readable came back.

    Attributes:
        sent: False where it is certain that the request never reached the service.
        received: what came of an answer's body before it broke off, as text.

    What to do: try again; it is mostly the network. A watch does so by itself.
    """

    def __init__(
        self,
        message: str = "",
        *,
        sent: bool = True,
        received: str = "",
        http_status: int | None = None,
        code: str = "",
        request_id: str | None = None,
        transient: bool = True,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(
            message,
            http_status=http_status,
            code=code,
            request_id=request_id,
            transient=transient,
            retry_after=retry_after,
        )
        self.sent = sent
        self.received = received


class NetworkSetupError(NoAnswer, ConfigurationError):
    """This machine's way to the service is set up wrong: a proxy, or certificates. Trying again does not mend it.

    A ConfigurationError, as nothing was sent to the service; and a ServiceError, as it ends a watch as those do.

    What to do: set the variable that the message names, such as ``HTTPS_PROXY`` or ``REQUESTS_CA_BUNDLE``, and resume.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message, sent=False, transient=False)


#: What every further request with this key, from this machine, would meet too.
SAME_FOR_ALL = (AuthenticationError, AccessDenied, NetworkSetupError)


class SubmissionUncertain(ServiceError):
    """The service may have taken the create, and may charge it, but its answer did not arrive.

    Attributes:
        task_id: the id that a broken answer named all the same; "" where there is none.

    What to do: look at the service whether the task exists, before you create it again. If it does, `Client.task` with
    its id takes it up.
    """

    def __init__(
        self,
        message: str = "",
        *,
        task_id: str = "",
        http_status: int | None = None,
        code: str = "",
        request_id: str | None = None,
        transient: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(
            message,
            http_status=http_status,
            code=code,
            request_id=request_id,
            transient=transient,
            retry_after=retry_after,
        )
        self.task_id = task_id


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
        text = (reason or "the service gave no reason").removesuffix(".")
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
