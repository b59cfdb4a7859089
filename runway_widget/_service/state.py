"""The state of a task, as one immutable value. Pure; how it is read from an answer is told in `parse`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .._errors import ServiceError
from .json_value import JsonValue
from .outputs import Output


class Status(StrEnum):
    """How a task stands: the gateway's words, plus CANCELLED, which only Runway's own API has. Each is a string.

    Attributes:
        NOT_START: not sent yet, or not begun.
        SUBMITTED: taken by the gateway.
        QUEUED: in the queue of who generates it.
        IN_PROGRESS: being generated.
        SUCCESS: done; there are outputs.
        FAILURE: failed; there is a reason.
        CANCELLED: cancelled, or deleted before it was done.
        UNKNOWN: a word that no documentation has; the card shows it as it is.

    Sources: CometAPI's page of the poll route; Runway's API reference, version 2024-11-06.
    """

    NOT_START = "NOT_START"
    SUBMITTED = "SUBMITTED"
    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"

    @property
    def ended(self) -> bool:
        """Final: the service will never say anything else about this task."""
        return self in {Status.SUCCESS, Status.FAILURE, Status.CANCELLED}

    @property
    def queued(self) -> bool:
        """Taken, but not yet running."""
        return self in {Status.NOT_START, Status.SUBMITTED, Status.QUEUED}


@dataclass(frozen=True, slots=True)
class TaskState:
    """One task as the service described it in one answer.

    Attributes:
        task_id: the service's id.
        code: the word of the envelope around the task, such as "success"; None where it has none.
        message: the sentence of that envelope.
        action: the service's word for what is made, such as "IMAGE_TO_VIDEO".
        status: how it stands.
        word: the service's own word for that.
        progress: from 0.0 to 1.0, and 1.0 only on SUCCESS.
        progress_known: False while the service sends nothing but its book-keeping steps.
        fail_reason: why it failed: the envelope's sentence where it has one.
        failure_detail: what the provider's own object says beside it, if that is anything else.
        failure_code: the service's code for it, such as "SAFETY.INPUT.TEXT".
        submit_time: when the service took it, in unix seconds by its clock; 0 where it did not say.
        start_time: when its work began, likewise.
        finish_time: when it ended, likewise.
        cost: in credits; None where the service does not say it.
        cost_is_estimate: ``cost`` is the most that it may come to.
        data: the nested provider object, or the whole task where nothing is nested.
        outputs: the finished media.

    Sources: as of `Status`.
    """

    task_id: str = ""
    code: str | None = None
    message: str = ""
    action: str = ""
    status: Status = Status.UNKNOWN
    word: str = ""
    progress: float = 0.0
    progress_known: bool = False
    fail_reason: str = ""
    failure_detail: str = ""
    failure_code: str = ""
    submit_time: float = 0.0
    start_time: float = 0.0
    finish_time: float = 0.0
    cost: float | None = None
    cost_is_estimate: bool = False
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    outputs: tuple[Output, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether this is the last that the service will say."""
        return self.status.ended

    @property
    def reason(self) -> str:
        """Why it failed or was cancelled, as far as anybody said: "upstream error: No faces"."""
        return ": ".join(filter(None, [self.fail_reason, self.failure_detail]))

    @property
    def failure(self) -> str:
        """That, and the service's code for it: "No faces. [SAFETY.INPUT.IMAGE]"."""
        return f"{self.reason} [{self.failure_code}]".lstrip() if self.failure_code else self.reason

    def after(self, previous: TaskState | None) -> TaskState:
        """This answer, with what it left out filled in from the one before it."""
        if previous is None:
            return self
        state = replace(
            self,
            task_id=self.task_id or previous.task_id,
            action=self.action or previous.action,
            submit_time=self.submit_time or previous.submit_time,
            start_time=self.start_time or previous.start_time,
            data=self.data or previous.data,
            cost=previous.cost if self.cost is None else self.cost,
            cost_is_estimate=previous.cost_is_estimate if self.cost is None else self.cost_is_estimate,
        )
        keep_progress = self.status in {Status.FAILURE, Status.CANCELLED, Status.UNKNOWN}
        if self.status is Status.UNKNOWN and not self.word:
            state = replace(state, status=previous.status, word=previous.word)
        if self.status is Status.IN_PROGRESS and previous.progress_known:
            keep_progress = self.progress < previous.progress  # a step of the gateway's, without the provider's number
            state = replace(state, progress_known=True)  # or a real percentage that happens to equal a step
        if keep_progress and not self.progress_known:
            state = replace(state, progress=previous.progress, progress_known=previous.progress_known)
        return state


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the service. ``clock_ahead``: its clock minus this machine's, in seconds; None if unknown."""

    result: TaskState | ServiceError
    clock_ahead: float | None = None
