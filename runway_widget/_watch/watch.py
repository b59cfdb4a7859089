"""One watch: what is known of one task at one service, and what follows from the next answer. No threads, no I/O.

Several cards may show one task; they share the watch and its requests. What belongs to one card only (how long it will
wait, whether it was stopped) is in its `Subscription`. Times are seconds on a monotonic clock that is handed in;
``wall`` is unix time, needed only to compare the service's own times with this clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from .._errors import (
    AccessDenied,
    AuthenticationError,
    ConfigurationError,
    NetworkSetupError,
    ServiceError,
    TaskNotFound,
)
from .._numbers import real
from .._service.error_answers import NO_CHANNEL, NOT_VISIBLE
from .._service.payload import describe
from .._service.retry import backoff
from .._service.state import Answer, Status, TaskState
from .cadence import FLOOR, History, not_visible_gap
from .report import Phase, Report, Timing

EMPTY_SUCCESSES = 3  # answers: the service may say SUCCESS a moment before it shows the outputs
NO_CHANNEL_TRIES = 5  # answers in a row
LONGEST_AGE = 7 * 86_400.0  # seconds; an older submit time is a broken clock, or of no interest any more


@dataclass(frozen=True, slots=True)
class Terms:
    """How one card wants its task watched. All in seconds; ``poll_interval`` None means the built-in cadence."""

    poll_interval: float | None = None
    not_found_after: float = 120.0
    give_up_after: float = 3600.0

    def __post_init__(self) -> None:
        for name in ("poll_interval", "not_found_after", "give_up_after"):
            value = getattr(self, name)
            if value is None and name == "poll_interval":
                continue
            seconds = real(value)
            if seconds is None or seconds < 0:
                raise ConfigurationError(f"{name} must be a number of seconds, not {describe(value)}")
            object.__setattr__(self, name, seconds)
        if self.poll_interval is not None and not 0.05 <= self.poll_interval < math.inf:
            raise ConfigurationError("poll_interval must be at least 0.05 s; leave it out for the built-in cadence")


@dataclass(eq=False)
class Subscription:
    """One card's part in a watch. ``listener`` is called with each report, on the writer thread."""

    listener: Callable[[Report], None]
    terms: Terms
    since: float
    last_poll: bool = False  # the deadline has passed, and the last poll is under way
    active: bool = True
    end: Phase | None = None  # how, when it is not active any more; None if that was not reported


@dataclass(eq=False)
class Watch:
    """What the service has answered about one task so far, and the cards that show it."""

    task_id: str
    subscriptions: list[Subscription] = field(default_factory=list)
    history: History = field(default_factory=History)
    state: TaskState = field(default_factory=TaskState)
    phase: Phase = Phase.STARTING
    error: ServiceError | None = None
    answered_at: float | None = None  # when the last state came
    next_poll: float | None = None  # when it is planned; None while a poll is under way
    report_next: bool = True  # the next answer is reported even if it brings nothing new
    _visible: bool = False
    _absences: int = 0
    _failures: int = 0
    _no_channel: int = 0
    _empty_successes: int = 0
    _seen_unfinished: bool = False
    _submitted_at: float | None = None  # on the monotonic clock
    _ran: float | None = None
    _clock_ahead: float = 0.0

    def __post_init__(self) -> None:
        self._visible = bool(self.state.word)  # an earlier watch may have seen it

    def process(self, now: float, answer: Answer, wall: float | None = None) -> bool:
        """Take in one answer; whether there is anything new to report."""
        before = (self.state, self.phase)
        if answer.clock_ahead is not None:
            self._clock_ahead = answer.clock_ahead
        result = answer.result
        if isinstance(result, TaskState):
            self._process_state(now, result, time.time() if wall is None else wall)
        else:
            self._process_error(result)
        new = self.report_next or self.error is not None or before != (self.state, self.phase)
        self.report_next = False
        return new

    def _process_state(self, now: float, answer: TaskState, wall: float) -> None:
        state = replace(answer.after(self.state), task_id=self.task_id)
        self.answered_at = now
        self.error = None
        self._failures = self._no_channel = 0
        self._visible = self._visible or bool(answer.task_id or answer.word)
        if self._submitted_at is None:
            self._submitted_at = self._local(state.submit_time, now, wall)
        if state.status is not Status.SUCCESS or state.outputs:
            self._empty_successes = 0
        elif self._empty_successes < EMPTY_SUCCESSES:
            self._empty_successes += 1
            self.phase = Phase.WATCHING
            if self.state.status is not Status.IN_PROGRESS:
                self.state = replace(state, status=Status.IN_PROGRESS, progress=0.99, progress_known=False)
            return
        self.history.record(now, state, self._local(state.start_time, now, wall), self._submitted_at)
        if state.ended:
            self._ran = self._run_time(state, self._local(state.finish_time, now, wall) or now)
        self._seen_unfinished = self._seen_unfinished or not state.ended
        self.state = state
        self.phase = Phase.ENDED if state.ended else Phase.WATCHING if self._visible else Phase.STARTING

    def _run_time(self, state: TaskState, ended: float) -> float | None:
        if state.start_time and state.finish_time >= state.start_time:
            return state.finish_time - state.start_time
        return self.history.ran(ended)

    def _local(self, service_time: float, now: float, wall: float) -> float | None:
        """A time by the service's clock, 0 for none, on the monotonic clock; never later than ``now``."""
        age = wall + self._clock_ahead - service_time
        return now - max(age, 0.0) if service_time and age < LONGEST_AGE else None

    def _process_error(self, error: ServiceError) -> None:
        self.error = error
        if isinstance(error, TaskNotFound) and error.code == NOT_VISIBLE and not self._visible:
            self._absences += 1
            self._failures = self._no_channel = 0
            self.phase = Phase.STARTING
            return
        self._failures += 1
        self._no_channel = self._no_channel + 1 if error.code == NO_CHANNEL else 0
        may_pass = error.transient and self._no_channel < NO_CHANNEL_TRIES
        self.phase = Phase.RETRYING if may_pass else _phase_of(error)

    def endings(self, now: float) -> Iterator[tuple[Subscription, Phase]]:
        """The subscriptions that end with the last answer, each with how it ends."""
        for subscription in list(self.subscriptions):
            waited = now - subscription.since
            if self.phase.over:
                yield subscription, self.phase
            elif self.phase is Phase.STARTING and waited >= subscription.terms.not_found_after:
                yield subscription, Phase.NOT_FOUND
            elif subscription.last_poll:
                yield subscription, Phase.GAVE_UP

    def gap(self, now: float) -> float:
        """Seconds until the next poll: the shortest that any of the cards asks for."""
        return min(self._gap(now, subscription.terms.poll_interval) for subscription in self.subscriptions)

    def _gap(self, now: float, interval: float | None) -> float:
        if self.phase is Phase.RETRYING and self.error is not None:
            return backoff(self._failures, min(interval or FLOOR, FLOOR), self.error.retry_after)
        if interval is not None:
            return interval
        if self.phase is Phase.STARTING or self._empty_successes:
            return not_visible_gap(max(self._absences, self._empty_successes, 1))
        return self.history.gap(now, self.state.action)

    def report(self, now: float, phase: Phase | None = None, *, beat: bool = False) -> Report:
        """All of this at one moment; ``phase`` where one card's differs from the watch's."""
        phase = phase or self.phase
        elapsed = self._elapsed(now, phase)
        timing = Timing(
            elapsed=elapsed,
            left=None if phase.over else self.history.left(now, elapsed),
            since_answer=None if self.answered_at is None else now - self.answered_at,
            ran=self._ran,
            next_in=None if phase.over or self.next_poll is None else max(0.0, self.next_poll - now),
        )
        return Report(self.state, phase, self.error, timing, now, beat)

    def _elapsed(self, now: float, phase: Phase) -> float | None:
        state = self.state
        if phase is Phase.ENDED and state.submit_time and state.finish_time >= state.submit_time:
            return state.finish_time - state.submit_time
        if phase is Phase.ENDED and not self._seen_unfinished:
            return None  # it had ended before the first poll, and the service does not say when
        return None if self._submitted_at is None else now - self._submitted_at


def _phase_of(error: ServiceError) -> Phase:
    if isinstance(error, AuthenticationError):
        return Phase.REJECTED
    if isinstance(error, AccessDenied):
        return Phase.DENIED
    if isinstance(error, NetworkSetupError):
        return Phase.CUT_OFF
    return Phase.NOT_FOUND if isinstance(error, TaskNotFound) else Phase.REFUSED
