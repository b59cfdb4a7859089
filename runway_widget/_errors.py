"""Every exception this package raises, and what they promise of the task that some of them hold.

    RunwayWidgetError
    ├─ ConfigurationError (ValueError)     key, base URL, task id, arguments
    │  └─ NetworkSetupError (NoAnswer)     this machine's proxy or certificates
    ├─ BudgetExceeded                      a create may cost more than the client's budget has left
    ├─ ServiceError                        what the service answered, or that it did not
    │  ├─ AuthenticationError              401: the key is wrong, expired or used up
    │  ├─ AccessDenied                     403: quota, plan, model
    │  ├─ TaskNotFound                     no such task for this key
    │  ├─ NoAnswer                         nothing that could be read came back
    │  └─ SubmissionUncertain              the create may have been taken, and charged
    ├─ TakesFailed (ExceptionGroup)        some takes of a grid did not succeed; holds the exception of each
    └─ TaskError                           how a task, or the watch over it, ended
       ├─ TaskFailed                       the service says FAILURE
       ├─ TaskCancelled                    the service says CANCELLED
       ├─ WatchStopped                     somebody stopped watching
       ├─ WaitTimeout (TimeoutError)       ``wait(timeout)`` ran out; the watch goes on
       └─ WatchTimeout (TimeoutError)      ``give_up_after`` ran out; the task may go on

None of them ever holds the key: `_service.key` cuts it out of everything before it gets here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Protocol


class WatchedTask(Protocol):
    """A `RunwayTask`, as far as somebody needs to know it who handles an error, or creates another task from it."""

    @property
    def task_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def progress(self) -> float: ...
    @property
    def fail_reason(self) -> str: ...
    @property
    def failure_code(self) -> str: ...
    @property
    def cost(self) -> float | None: ...
    @property
    def data(self) -> Mapping[str, object]: ...
    @property
    def outputs(self) -> Sequence[Mapping[str, object]]: ...
    def wait(self, timeout: float | None = None, *, check: bool = True) -> WatchedTask: ...
    def resume(self) -> None: ...
    def refresh(self) -> None: ...
    def stop(self) -> None: ...
    def cancel(self) -> None: ...
    @property
    def again(self) -> Callable[..., WatchedTask]: ...
    def download(self, directory: str | os.PathLike[str]) -> list[Path]: ...
    def show(self) -> None: ...
    def close(self) -> None: ...


class RunwayWidgetError(Exception):
    """The root of all errors of this package."""


class ConfigurationError(RunwayWidgetError, ValueError):
    """A key, base URL, task id or argument cannot be used; nothing was sent."""


class BudgetExceeded(RunwayWidgetError):
    """A create may cost more than is left of the client's budget, or what it may cost is not known; nothing was sent.

    In credits: ``price`` (None if unknown), ``budget``, and ``spent``, which counts what may be charged.
    """

    def __init__(self, message: str, *, budget: float, spent: float, price: float | None = None) -> None:
        super().__init__(message)
        self.budget, self.spent, self.price = budget, spent, price


class ServiceError(RunwayWidgetError):
    """The service answered with an error, or not at all.

    Attributes: ``http_status`` (int, or None when no answer came), ``code`` and ``message`` (the service's own words,
    "" when absent), ``request_id`` (str or None: what the service's support asks for), ``transient`` (bool: asking
    again may help), ``retry_after`` (seconds the service asked to wait, or None).
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
    """401: the service refused the key (wrong, expired, or its quota is used up)."""

    advice = "the key is wrong, expired or used up: set another, and resume"


class AccessDenied(ServiceError):
    """403: the key is known but may not do this (balance, plan, model, IP address)."""

    advice = "check the account's balance and plan, and the model, at the service"


class TaskNotFound(ServiceError):
    """The service knows no such task for this key: a wrong id, or another account's key."""


class NoAnswer(ServiceError):
    """Nothing readable came back. ``sent`` is False when it is certain that the request never reached the service.

    ``received`` is what came of an answer's body before it broke off, as text.
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
    """

    def __init__(
        self,
        message: str = "",
        *,
        sent: bool = False,
        http_status: int | None = None,
        code: str = "",
        request_id: str | None = None,
        transient: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(
            message,
            sent=sent,
            http_status=http_status,
            code=code,
            request_id=request_id,
            transient=transient,
            retry_after=retry_after,
        )


#: What every further request with this key, from this machine, would meet too.
SAME_FOR_ALL = (AuthenticationError, AccessDenied, NetworkSetupError)


class SubmissionUncertain(ServiceError):
    """The service may have taken the create, and may charge it, but its answer did not arrive.

    ``task_id`` is the id that a broken answer named all the same, "" if there is none.
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
    """How a task, or the watch over it, ended. ``task`` is the RunwayTask; its traits hold all that is known."""

    def __init__(self, message: str, task: WatchedTask) -> None:
        super().__init__(message)
        self.task = task


class TaskFailed(TaskError):
    """The service says that the task failed.

    ``reason`` is the service's sentence, ``failure_code`` its code ("" if none, e.g. ``SAFETY.INPUT.TEXT``),
    ``advice`` what to do about it.
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
    """The task was cancelled or deleted before it finished."""


class WatchStopped(TaskError):
    """Watching was stopped; the task itself goes on at the service. ``task.resume()`` watches again."""


class WaitTimeout(TaskError, TimeoutError):
    """``wait(timeout)`` ran out; the watch goes on and so does the task."""


class WatchTimeout(TaskError, TimeoutError):
    """The watch saw no end within ``give_up_after``; the task may still finish. ``task.resume()`` watches again."""


class TakesFailed(RunwayWidgetError, ExceptionGroup[Exception]):
    """Some takes of a grid did not succeed; ``exceptions`` holds one of the errors above for each.

    ``failures`` has the same errors by the number of the take in its grid: ``grid[number]``.
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
