"""What a watch reports to its cards: one immutable value for each report, so that threads share nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from .._errors import RunwayWidgetError, ServiceError, TaskCancelled, TaskNotFound
from .._service.state import Status, TaskState

HEARTBEAT = 30.0  # seconds; a watch without news reports this often, so that the card knows that the kernel lives


class Phase(StrEnum):
    """The state of the watch. The state of the task itself is `Status`; the two are not the same thing."""

    WAITING = "waiting"  # there is no task yet: its create was not sent
    SENDING = "sending"  # the create is on its way, or the media that go with it
    STARTING = "starting"  # the service does not show the task yet
    WATCHING = "watching"
    RETRYING = "retrying"  # the last poll brought an error that may pass
    ENDED = "ended"  # SUCCESS, FAILURE or CANCELLED: final
    REJECTED = "rejected"  # 401
    DENIED = "denied"  # 403
    CUT_OFF = "cut_off"  # this machine's proxy or certificates keep the service out of reach
    REFUSED = "refused"  # any other error that asking again will not mend
    NOT_FOUND = "not_found"
    STOPPED = "stopped"  # by the user
    GAVE_UP = "gave_up"  # no end within the deadline
    UNWATCHED = "unwatched"  # created, but watching could not begin
    NOT_CREATED = "not_created"  # there is no task: creating it failed
    NOT_SENT = "not_sent"  # there is no task, and there will be none: its create was taken back before it was sent

    @property
    def over(self) -> bool:
        """Nothing more comes: no poll, and no answer to a create."""
        return self not in {Phase.STARTING, Phase.WATCHING, Phase.RETRYING} and not self.unsent

    @property
    def unsent(self) -> bool:
        """There is no task yet, but there will be one."""
        return self in {Phase.WAITING, Phase.SENDING}

    @property
    def resumable(self) -> bool:
        """Watching can be taken up again."""
        return self.over and self.has_task and self is not Phase.ENDED

    @property
    def to_come(self) -> bool:
        """The task may still end: the watch goes on, or can be taken up again."""
        return self.resumable or not self.over

    @property
    def has_task(self) -> bool:
        """There is a task at the service, or may be."""
        return self not in {Phase.NOT_CREATED, Phase.NOT_SENT} and not self.unsent


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations in seconds as of the moment of the report; None where nothing is known."""

    elapsed: float | None = None
    left: float | None = None
    since_answer: float | None = None
    next_in: float | None = None
    ran: float | None = None  # of a task that has ended: without the queue before


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a create waits for: the name of the one task, or how many they are; and its progress, where it is known."""

    name: str
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The task and the watch at one moment. ``made_at`` is on the monotonic clock.

    ``media_sent`` is the share of its media that was sent, 0.0 to 1.0; None where nothing is measured.
    """

    state: TaskState
    phase: Phase
    error: ServiceError | None = None
    timing: Timing = field(default_factory=Timing)
    made_at: float = 0.0
    beat: bool = False  # nothing changed; sent only so that the card knows that the kernel lives
    gave_up_after: float = 0.0  # seconds; of GAVE_UP
    recalled: bool = False  # its end as it was noted here; the service was not asked
    forgotten: bool = False  # the service does not show the task any more; this is its end as it was noted here
    media_sent: float | None = None  # of SENDING
    awaited: Awaited | None = None  # of WAITING, where it is not its turn that it waits for

    @property
    def not_shown(self) -> bool:
        """By its last answer the service does not know the task: whether there is one, nobody can tell."""
        return isinstance(self.error, TaskNotFound)


def waiting(known: TaskState, now: float, error: ServiceError | None = None, next_in: float | None = None) -> Report:
    """A create that waits for its turn, or, after ``error``, for a service that is busy, ``next_in`` seconds.

    ``now`` is on the monotonic clock.
    """
    state = replace(known, status=Status.NOT_START)
    return Report(state, Phase.WAITING, error, Timing(next_in=next_in), made_at=now)


def awaiting(known: TaskState, now: float, awaited: Awaited) -> Report:
    """A create that waits for the tasks that it is made from; else see `waiting`."""
    return Report(replace(known, status=Status.NOT_START), Phase.WAITING, made_at=now, awaited=awaited)


def sending(known: TaskState, now: float, media_sent: float | None = None) -> Report:
    """A create on its way, or its media, of which the share ``media_sent`` has arrived; else see `waiting`."""
    return Report(replace(known, status=Status.NOT_START), Phase.SENDING, made_at=now, media_sent=media_sent)


def resumed(known: TaskState, now: float) -> Report:
    """The first report of a watch that was taken up again. ``now`` is on the monotonic clock."""
    return Report(known, Phase.WATCHING if known.word else Phase.STARTING, made_at=now)


def forgotten(known: TaskState, seconds: float | None, now: float) -> Report:
    """The last report of a task that the service shows no more: ``known`` is how it ended, after ``seconds``."""
    return Report(known, Phase.ENDED, timing=Timing(elapsed=seconds), made_at=now, forgotten=True)


def unwatched(known: TaskState, error: Exception, now: float) -> Report:
    """The first report of a task that was created, but cannot be watched because of ``error``; else see `resumed`."""
    return Report(known, Phase.UNWATCHED, ServiceError(str(error)), made_at=now)


def not_created(error: RunwayWidgetError, action: str, now: float, *, sent: bool = True) -> Report:
    """The last report of a task that could not be created, because of ``error``. ``now`` is on the monotonic clock.

    One whose create its user has taken back counts as cancelled.
    """
    known = error if isinstance(error, ServiceError) else ServiceError(str(error))
    status = Status.CANCELLED if isinstance(error, TaskCancelled) else Status.FAILURE
    state = TaskState(action=action, status=status, fail_reason=known.message, failure_code=known.code)
    return Report(state, Phase.NOT_CREATED if sent else Phase.NOT_SENT, known, made_at=now)
