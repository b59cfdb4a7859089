"""Errors of a service: what it answered, or that it did not."""

from __future__ import annotations

from .root import ConfigurationError, RunwayWidgetError

STOPS = ". 。"  # what ends a sentence of somebody else's, before ours goes on


def quoted(words: str) -> str:
    """The words of a service in quotation marks."""
    return f"“{words}”"


class ServiceError(RunwayWidgetError):
    """The service answered with an error, or not at all.

    Attributes:
        http_status: of the answer; None where none came.
        code: the service's own word for it; "" where it gave none.
        message: the service's own sentence, or ours where it gave none.
        summary: what went wrong, where the message is the service's own sentence; "" where it is ours.
        request_id: what the service's support asks for; None where the answer names none.
        transient: asking again may help.
        retry_after: the seconds that the service asked to wait; None where it did not.
        advice: what to do about it; "" where the message says all.

    What to do: where it is ``transient``, try again after a while. Else change what the message names, or ask the
    service's support, with the ``request_id``.
    """

    summary = ""
    advice = ""

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
        return f"{self._sentence.removesuffix('.')} ({', '.join(details)})" if details else self._sentence

    @property
    def _sentence(self) -> str:
        """What went wrong and what to do about it, and then the service's own words, in quotation marks."""
        if not self.advice:
            return self._reason
        if not self.summary:
            return f"{self._reason.rstrip(STOPS)}. {self.advice}"
        return f"{self.summary}. {self.advice} The service says: {quoted(self.message)}"

    @property
    def _reason(self) -> str:
        """What went wrong: the service's own words in quotation marks, after ours."""
        if self.summary:
            return f"{self.summary}: {quoted(self.message)}"
        return self.message or "the service gave no reason"


class AuthenticationError(ServiceError):
    """401: the service refused the key (wrong, expired, or its quota is used up).

    Attributes:
        key_variable: the environment variable that the key was in; "" where it was given in code.

    What to do: set another key in the environment, and `RunwayTask.resume` the task, or make another client.
    """

    key_variable = ""
    advice = "It is wrong, expired or used up: make a client with another one."


class AccessDenied(ServiceError):
    """403: the key is known but may not do this (balance, plan, model, IP address).

    What to do: look at the account's balance and plan at the service, and whether it may use this model.
    """

    advice = "Check the account's balance and plan there, and whether it may use the model."


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
