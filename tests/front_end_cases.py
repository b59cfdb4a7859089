"""The states of a card and of a grid that the front end's tests and its gallery show, as reports of the poller.

`tests.front_end_fixtures` makes of them what a kernel sends.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any

from runway_widget import ServiceError, TaskNotFound
from runway_widget._errors import NetworkSetupError
from runway_widget._service.error_answers import Asked, error_from
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Awaited, Phase, Timing

NOW = 1_773_366_778.0  # when the states were written, in unix seconds
ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
PROMPT = "The kite lifts above the wheat field, slow dolly, late afternoon light"

HOUR = 3600.0

#: Where the media of the fixtures are; the gallery puts the simulator's media in its place.
MEDIA = "https://media.example/"
STILL = f"{MEDIA}dusk.jpg"
BODY = {"model": "gen4_turbo", "promptText": PROMPT, "ratio": "1280:720", "duration": 5, "seed": 421}
FILM = (Output(f"{MEDIA}dusk.mp4?_jwt=secret", "video"),)


@dataclass(frozen=True)
class Case:
    """One state of a card: what the poller reports, what was asked for, and what was kept of the outputs."""

    state: TaskState
    phase: Phase = Phase.WATCHING
    timing: Timing = field(default_factory=Timing)
    error: ServiceError | None = None
    gave_up_after: float = 0.0
    body: dict[str, Any] | None = field(default_factory=lambda: BODY)  # None: nothing is known of the request
    still: str = STILL
    age: float = 0.0  # seconds since the state was written
    save: str = ""  # "", "armed" or "saved"
    client: str = "CometAPI"
    gone: bool = False  # the kernel, since
    picked: bool = False
    kept: str = ""  # the file of a frame that was kept
    recalled: bool = False  # shown as the journal has it
    media_sent: float | None = None  # while it is being sent
    awaited: Awaited | None = None  # what it waits for
    renewal: str = ""  # why asking for new links brought none

    def but(self, *, state: dict[str, Any] | None = None, body: dict[str, Any] | None = None, **changes: Any) -> Case:
        """The same with these changes, to its task and to its request's body too."""
        return replace(
            self,
            state=replace(self.state, **(state or {})),
            body=self.body if body is None else {**(self.body or {}), **body},
            **changes,
        )


def task(status: Status, word: str, **known: Any) -> TaskState:
    return TaskState(
        task_id=ID,
        code="success",
        action="IMAGE_TO_VIDEO",
        status=status,
        word=word,
        submit_time=1_773_366_766.0,
        data={"id": ID, "status": word, "createdAt": "2026-03-13T09:52:46+08:00"},
        **known,
    )


KEY_REFUSED = error_from({"error": "no such key"}, 401, asked=Asked("CometAPI", key_variable="COMETAPI_KEY"))
QUEUE = Case(task(Status.QUEUED, "PENDING"), timing=Timing(elapsed=12.0, since_answer=2.0))
RUNNING = Case(
    task(Status.IN_PROGRESS, "RUNNING", progress=0.62, progress_known=True, start_time=1_773_366_780.0),
    timing=Timing(elapsed=48.0, left=28.0, since_answer=2.0),
)
RETRYING = RUNNING.but(
    phase=Phase.RETRYING,
    error=ServiceError("bad gateway", http_status=502, transient=True),
    timing=Timing(elapsed=48.0, left=28.0, since_answer=14.0, next_in=4.0),
)
SUCCESS = Case(
    task(Status.SUCCESS, "SUCCEEDED", progress=1.0, progress_known=True, outputs=FILM),
    Phase.ENDED,
    Timing(elapsed=78.0),
)
FAILURE = Case(
    task(
        Status.FAILURE,
        "FAILED",
        fail_reason="The output was rejected because text was detected in it.",
        failure_code="INTERNAL.BAD_OUTPUT.CODE01",
    ),
    Phase.ENDED,
    Timing(elapsed=62.0),
)
CANCELLED = Case(task(Status.CANCELLED, "CANCELLED"), Phase.ENDED, Timing(elapsed=31.0))
UNSEEN = Case(TaskState(task_id=ID), Phase.STARTING, body=None, still="")  # the service has not shown it yet
UNSENT = Case(TaskState(action="IMAGE_TO_VIDEO", status=Status.NOT_START), Phase.WAITING)  # there is no task yet
HALTED = Timing(elapsed=48.0)
NOT_TRUSTED = (
    "the certificate of api.cometapi.com is not trusted: set REQUESTS_CA_BUNDLE to a PEM file that holds your "
    "network's certificate authority"
)
NOT_VISIBLE = TaskNotFound("task_not_exist", code="task_not_exist", http_status=400)


def images(*names: str) -> dict[str, Any]:
    outputs = tuple(Output(f"{MEDIA}{name}.jpg?_jwt=secret", "image") for name in names)
    return {"action": "TEXT_TO_IMAGE", "outputs": outputs}


def one_output(name: str, kind: Any) -> dict[str, Any]:
    return {"outputs": (Output(f"{MEDIA}{name}", kind),)}


def links_until(seconds: float) -> dict[str, Any]:
    """An output whose link says that it ends so many seconds after the states were written."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": NOW + seconds}).encode()).decode().rstrip("=")
    return one_output(f"dusk.mp4?_jwt=a.{claims}.c", "video")


CASES: dict[str, Case] = {
    "waiting": UNSENT,
    "waiting for a busy service": UNSENT.but(
        error=ServiceError("saturated", http_status=429, transient=True), timing=Timing(next_in=12.0)
    ),
    "waiting for another task": UNSENT.but(awaited=Awaited("gen4_image", 0.4)),
    "sending": UNSENT.but(phase=Phase.SENDING),
    "sending media": UNSENT.but(phase=Phase.SENDING, media_sent=0.4, save="armed"),
    "starting": UNSEEN.but(error=NOT_VISIBLE, timing=Timing(since_answer=2.0, next_in=3.0)),
    "just begun": UNSEEN,
    "queue": QUEUE,
    "queue, nothing known of the request": replace(QUEUE, body=None, still=""),
    "running": RUNNING.but(client="Runway"),
    "running, with its cost": RUNNING.but(client="Runway", state={"cost": 25.0, "cost_is_estimate": True}),
    "running, no number": RUNNING.but(
        state={"progress": 0.0, "progress_known": False}, timing=Timing(elapsed=48.0, since_answer=2.0)
    ),
    "running, to be saved": RUNNING.but(save="armed"),
    "retrying": RETRYING,
    "kernel silent": RUNNING.but(age=47.0),
    "success": SUCCESS,
    "success, saved": SUCCESS.but(save="saved"),
    "success, link ends soon": SUCCESS.but(state=links_until(8 * HOUR)),
    "success, link ends next year": SUCCESS.but(state=links_until(300 * 24 * HOUR)),
    "success, link expired": SUCCESS.but(state=links_until(-HOUR)),
    "success, no new link": SUCCESS.but(
        state=links_until(-HOUR), renewal="no new link: the service does not show the outputs any more"
    ),
    "success, with its cost": SUCCESS.but(client="Runway", state={"cost": 25.0}),
    "success, portrait": SUCCESS.but(
        state=one_output("dawn-portrait.mp4", "video"),
        body={"ratio": "720:1280", "duration": 10, "seed": 9},
        still="",
    ),
    "success, four images": SUCCESS.but(state=images("dawn", "noon", "dusk", "night"), still=""),
    "success, two images": SUCCESS.but(state=images("dawn", "noon"), still=""),
    "success, audio": replace(
        SUCCESS.but(state={"action": "SOUND_EFFECT", **one_output("wind.m4a", "audio")}, still=""),
        body={"promptText": "Wind in dry wheat", "seed": 3},
    ),
    "success, three sounds": replace(
        SUCCESS.but(
            state={
                "action": "SOUND_EFFECT",
                "outputs": tuple(Output(f"{MEDIA}wind.m4a?take={take}", "audio") for take in range(3)),
            },
            still="",
        ),
        body={"promptText": "Wind in dry wheat", "seed": 3},
    ),
    "success, a film and its frames": SUCCESS.but(
        state={"outputs": (*FILM, Output(f"{MEDIA}frames.zip?_jwt=secret", "file", 12_400_000))}
    ),
    "success, frames alone": SUCCESS.but(
        state={"outputs": (Output(f"{MEDIA}frames.zip?_jwt=secret", "file", 12_400_000),)}
    ),
    "success, behind the key": SUCCESS.but(
        state={"outputs": (Output("https://api.cometapi.com/v1/videos/video_7/content", "video", needs_key=True),)},
        still="",
    ),
    "success, kind unknown": SUCCESS.but(state=one_output("output?x=1", "unknown")),
    "success, no output": SUCCESS.but(state={"outputs": ()}),
    "success, does not play": SUCCESS.but(state=one_output("missing.mp4", "video")),
    "failure": FAILURE,
    "failure, from words alone": FAILURE.but(
        state={
            "action": "TEXT_TO_VIDEO",
            "fail_reason": "The prompt was moderated.",
            "failure_code": "SAFETY.INPUT.TEXT",
        },
        still="",
    ),
    "failure, long and Chinese": FAILURE.but(
        state={
            "fail_reason": "任务超时（60分钟）。" * 60,
            "failure_code": "INTERNAL",
            "code": "upstream_error",
            "message": "当前分组上游负载已饱和，请稍后再试 (request id: 20260313015246)",
        },
        body={"promptText": "风筝在麦田上空升起，镜头缓慢推进，午后的光线，" * 6},
    ),
    "cancelled": CANCELLED,
    "key rejected": QUEUE.but(phase=Phase.REJECTED, timing=HALTED, error=KEY_REFUSED),
    "no connection": QUEUE.but(phase=Phase.CUT_OFF, timing=HALTED, error=NetworkSetupError(NOT_TRUSTED)),
    "not found": UNSEEN.but(phase=Phase.NOT_FOUND, timing=HALTED, error=NOT_VISIBLE),
    "stopped": RUNNING.but(phase=Phase.STOPPED, timing=HALTED),
    "gave up": RUNNING.but(phase=Phase.GAVE_UP, timing=HALTED, gave_up_after=3600.0),
    "created, not watched": UNSEEN.but(
        phase=Phase.UNWATCHED, timing=HALTED, error=ServiceError("nothing can be watched, as no thread can be started")
    ),
    "unknown status": QUEUE.but(state={"status": Status.UNKNOWN, "word": "HIBERNATING"}),
    "right to left": RUNNING.but(body={"promptText": "ترتفع الطائرة الورقية فوق حقل القمح 🪁 ببطء، ضوء العصر"}),
    "long id": replace(
        QUEUE.but(state={"task_id": "task_".ljust(120, "7")}),
        body={"model": "a-model-with-a-very-long-name-" * 6, "ratio": "1280:720"},
    ),
}

CASES |= {
    "picked": SUCCESS.but(picked=True),
    "recalled from the journal": SUCCESS.but(state={"outputs": ()}, recalled=True),
    "kernel gone": RUNNING.but(client="Runway", gone=True),
    "kernel gone after a success": SUCCESS.but(gone=True),
}


def take(case: Case, seed: int, output: str = "", progress: float | None = None, **changes: Any) -> Case:
    """``case`` among other takes: of the same request, with a seed, an output and a progress of its own."""
    state: dict[str, Any] = {}
    if output:
        state |= one_output(output, "video" if output.endswith("mp4") else "image")
    if progress is not None:
        state |= {"progress": progress}
    return case.but(state=state, body={"seed": seed}, **changes)


NOT_CREATED = ServiceError("no credits left", http_status=402)

#: Takes, and the number of columns; a seed alone stands for a take that could not be created.
GRIDS: dict[str, tuple[list[Case | int], int | None]] = {
    "being sent": (
        [
            take(UNSEEN, 1).but(state={"action": "IMAGE_TO_VIDEO", "status": Status.NOT_START}),
            take(UNSENT, 2, phase=Phase.SENDING, media_sent=0.4),
            take(UNSENT, 3, phase=Phase.SENDING),
            take(UNSENT, 4),
        ],
        None,
    ),
    # For the tests.
    "one of each": ([RUNNING.but(client="Runway"), QUEUE, SUCCESS, 421], None),
    "one running": ([RUNNING], None),
    "two running": ([take(RUNNING, 1, client="Runway"), take(RUNNING, 2, client="Runway")], None),
    "three that cost": (
        [
            take(RUNNING, 1).but(state={"cost": 25.0, "cost_is_estimate": True}, client="Runway"),
            take(SUCCESS, 2, "dusk.mp4").but(state={"cost": 25.0}, client="Runway"),
            take(QUEUE, 3),
        ],
        None,
    ),
    "two in the queue": ([take(QUEUE, 1), take(QUEUE, 2)], None),
    "eight in the queue": (
        [take(QUEUE, seed, still="").but(state={"task_id": f"task-{seed}"}) for seed in range(8)],
        None,
    ),
    "one in trouble": ([RETRYING], None),
    "kernel silent": ([take(RUNNING, 1, age=47.0), take(RUNNING, 2, age=47.0)], None),
    "kernel gone": ([take(RUNNING, 1, gone=True), take(SUCCESS, 2, "dusk.mp4", gone=True)], None),
    # To look at.
    "four takes, one not created": (
        [take(RUNNING, 421734), take(SUCCESS, 90211, "dusk.mp4"), 3318, take(RUNNING, 2750163, progress=0.31)],
        None,
    ),
    "nine takes in mid-run": (
        [
            take(SUCCESS, 421, "dawn.mp4"),
            take(RUNNING, 4294967295, progress=0.87),
            take(FAILURE, 77),
            take(RUNNING, 1024, progress=0.4, save="armed"),
            take(SUCCESS, 8, "night.mp4", save="saved", picked=True),
            take(RETRYING, 91, progress=0.35),
            take(QUEUE, 5555),
            take(CANCELLED, 31),
            take(QUEUE, 12),
        ],
        None,
    ),
    "six to choose among": (
        [
            take(SUCCESS, 421, "dawn.mp4"),
            take(SUCCESS, 77, "noon.mp4", picked=True),
            take(SUCCESS, 1024, "dusk.mp4", kept=f"renders/{ID}-1-1.96s.png"),
            take(SUCCESS, 8, "night.mp4", save="saved", picked=True),
            take(SUCCESS, 31, "dusk.mp4"),
            take(SUCCESS, 5555, "noon.mp4"),
        ],
        3,
    ),
    "two tall takes of three columns": (
        [
            take(SUCCESS, 5, "dawn-portrait.mp4", still="").but(body={"ratio": "720:1280"}),
            take(RUNNING, 6, progress=0.2, still="").but(body={"ratio": "720:1280"}),
        ],
        3,
    ),
    "from words alone, one failed": (
        [
            take(RUNNING, 1, progress=0.5, still=""),
            take(FAILURE, 2, still=""),
            take(SUCCESS, 3, "noon.mp4", still=""),
        ],
        3,
    ),
}
