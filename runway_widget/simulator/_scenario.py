"""The state of a task, as a pure function of time.

A scenario describes the whole run of one task before it starts. `moment(scenario, elapsed)` gives the task's state
after so many seconds, so a thousand tasks need no thread, no timer and no lock, and a test can look at any moment.
All seconds in this module are the service's own; the simulator's speed is applied by its caller.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from .._service.endpoint import Endpoint

Outcome = Literal["success", "failure", "cancelled", "never", "unknown_status"]
Phase = Literal[
    "not_start", "submitted", "queued", "throttled", "running", "unknown", "succeeded", "failed", "cancelled"
]
Kind = Literal["video", "image", "audio", "svg", "file"]

ENDED: frozenset[str] = frozenset({"succeeded", "failed", "cancelled"})

FAILURES: dict[str, str] = {
    "SAFETY.INPUT.TEXT": "The prompt was rejected by content moderation.",
    "SAFETY.INPUT.IMAGE": "The input image was rejected by content moderation.",
    "SAFETY.INPUT.VIDEO": "The input video was rejected by content moderation.",
    "SAFETY.OUTPUT.VIDEO": "The generated video was withheld by content moderation.",
    "INPUT_PREPROCESSING.SAFETY.TEXT": "The prompt did not pass content moderation.",
    "INPUT_PREPROCESSING.INTERNAL": "An error occurred while the inputs were being prepared.",
    "INTERNAL.BAD_OUTPUT.CODE01": "The generation did not reach the expected quality. Overlaid text may be the cause.",
    "ASSET.INVALID": "An input file has dimensions or a duration that cannot be used.",
    "THIRD_PARTY.UNAVAILABLE": "The partner model is not available at the moment.",
    "INTERNAL": "An unexpected error occurred.",
}


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """The run of one task. Seconds are the service's, before the simulator's speed; `math.inf` is allowed.

    Attributes:
        outcome: "success"; "failure" and "cancelled" (both after the share `ends_at` of the run); "never" (runs for
            ever); "unknown_status" (after the queue, a status word that no documentation knows, for ever).
        queued: seconds in the queue.
        duration: seconds of work after it.
        throttled: how many of the queue's first seconds are spent as THROTTLED.
        invisible: for so many seconds after submission the service says that it knows no such task.
        ends_at: share of the run, 0 to 1, after which a failure or a cancellation comes.
        failure: what a failed task says; the text that belongs to the code where none is given.
        failure_code: its code.
        outputs: the kinds of media a success leads to, each "video", "image", "audio", "svg" or "file" (a .zip).
        late_outputs: the first so many answers that say SUCCEEDED carry no output yet.
        status_word: the word of "unknown_status".
        opaque: output URLs carry no file extension.
        content_only: at the route /v1/videos a success names no URL; its file is at /content, for who has the key.
        size: bytes; output files are padded to this length (they still play), for downloads that take a while.
    """

    outcome: Outcome = "success"
    queued: float = 6.0
    duration: float = 60.0
    throttled: float = 0.0
    invisible: float = 0.0
    ends_at: float = 0.6
    failure: str | None = None
    failure_code: str | None = "INTERNAL.BAD_OUTPUT.CODE01"
    outputs: tuple[Kind, ...] = ("video",)
    late_outputs: int = 0
    status_word: str = "POST_PROCESSING"
    opaque: bool = False
    content_only: bool = False
    size: int | None = None

    def __post_init__(self) -> None:
        if self.outcome not in get_args(Outcome):
            raise ValueError(f"outcome must be one of {', '.join(get_args(Outcome))}; got {self.outcome!r}")
        for name in ("queued", "duration", "throttled", "invisible", "late_outputs"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise ValueError(f"{name} must be a number of 0 or more; got {value!r}")
        if not 0 <= self.ends_at <= 1:
            raise ValueError(f"ends_at is a share of the run, 0 to 1; got {self.ends_at!r}")
        object.__setattr__(self, "outputs", tuple(self.outputs))
        wrong = [kind for kind in self.outputs if kind not in get_args(Kind)]
        if wrong:
            raise ValueError(f"outputs must each be one of {', '.join(get_args(Kind))}; got {wrong[0]!r}")

    @property
    def reason(self) -> str:
        """What a failed task says to people."""
        return self.failure if self.failure is not None else FAILURES.get(self.failure_code or "", FAILURES["INTERNAL"])

    @property
    def worked(self) -> float:
        """Seconds of work until the end; infinite when there is none."""
        if self.outcome in ("never", "unknown_status"):
            return math.inf
        return self.duration if self.outcome == "success" else self.duration * self.ends_at


@dataclass(frozen=True)
class Moment:
    """How a task stands: its phase, the progress (0 to 1), and when it started and ended (seconds after submission)."""

    phase: Phase
    progress: float = 0.0
    started: float | None = None
    finished: float | None = None

    @property
    def ended(self) -> bool:
        return self.phase in ENDED


def moment(scenario: Scenario, elapsed: float) -> Moment:
    """How a task of this scenario stands `elapsed` seconds after its submission."""
    if elapsed < scenario.queued:
        return Moment(_waiting(scenario, elapsed))
    started = scenario.queued
    finished = started + scenario.worked
    if elapsed < finished:
        phase: Phase = "unknown" if scenario.outcome == "unknown_status" else "running"
        return Moment(phase, _progress(scenario, elapsed - started), started)
    if scenario.outcome == "success":
        return Moment("succeeded", 1.0, started, finished)
    last = _progress(scenario, scenario.worked)
    return Moment("cancelled" if scenario.outcome == "cancelled" else "failed", last, started, finished)


def _waiting(scenario: Scenario, elapsed: float) -> Phase:
    if elapsed < scenario.throttled:
        return "throttled"
    share = elapsed / scenario.queued
    if share < 0.05:
        return "not_start"
    return "submitted" if share < 0.2 else "queued"


def _progress(scenario: Scenario, worked: float) -> float:
    """The progress, 0 to 1: it grows unevenly and stays below 1 until the end, as the service's own does."""
    if scenario.duration <= 0 or math.isinf(scenario.duration):
        return 0.0
    share = worked / scenario.duration
    if scenario.outcome in ("never", "unknown_status"):
        return round(0.9 * (1 - math.exp(-share)), 3)
    share = min(share, 1.0)
    return round(0.99 * (share - 0.05 * math.sin(2 * math.pi * share)), 3)


def usual_scenario(endpoint: Endpoint) -> Scenario:
    """The usual scenario of an endpoint, a little faster than its typical duration."""
    kind: Kind = "video" if endpoint.output == "unknown" else endpoint.output
    return Scenario(queued=endpoint.typical / 14, duration=endpoint.typical * 5 / 7, outputs=(kind,))


_TAG = re.compile(r"\[(fail|slow|never|cancelled)(?:\s+([A-Z][A-Z0-9_.]*))?\]")


def tags(prompt: str) -> dict[str, Any]:
    """What a prompt asks of the simulator: `[fail]`, `[fail SAFETY.INPUT.TEXT]`, `[slow]`, `[never]`, `[cancelled]`.

    Returns keywords for `Scenario`; `slow` (a factor on the durations) is taken out by the caller.
    """
    keywords: dict[str, Any] = {}
    for word, code in _TAG.findall(prompt):
        if word == "slow":
            keywords["slow"] = 5.0
        elif word == "fail":
            keywords["outcome"] = "failure"
            if code:
                keywords["failure_code"] = code
        else:
            keywords["outcome"] = word
    return keywords
