"""The fields of the view: what Python sends to a card, as types.

Words are made in Python alone, and each field holds one thing: where the page needs a number or a part of a sentence,
it gets that as a field of its own, and takes no word apart. The live card, the static card and the grid read the same
fields. `js/src/state.ts` declares the same for TypeScript, and a test compares the two, field by field.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from .._journal.row import Request
from .._media.kept_outputs import Saving
from .._service.endpoint import Kind, MediumKind

Tone = Literal["neutral", "accent", "success", "danger"]
Bar = Literal["none", "indeterminate", "determinate"]
Stage = Literal["dim", "half", "grey", "clear", "kept"]
Action = Literal["refresh", "stop", "resume", "cancel", "save", "renew"]


class OutputDict(TypedDict):
    """One finished medium, as in ``task.outputs``.

    Attributes:
        url: where it is. Where the service has forgotten the task, and a saved file is all that there is, it is a
            ``file:`` one.
        kind: "video", "image" or "audio"; "file" for what is none of them, such as a ``.zip`` of frames; "unknown" as
            long as nobody has looked.
    """

    url: str
    kind: Kind


class Instead(TypedDict):
    """What stands in the place of one output.

    Attributes:
        words: "frames.zip · 12.4 MB"; "" where the output itself is shown.
        link: whether a page can open the output's URL.
        picture: a small picture of what is in a file alone, as a data URI; "" where there is none.
    """

    words: str
    link: bool
    picture: str


class Face(TypedDict):
    """How a task stands, in words and tones; all but the times.

    Attributes:
        title: the heading: "Image to video".
        kind: what will stand on the stage.
        word: how it stands: "Generating 62 %", "Done in 1:18".
        name: the same without numbers: "Generating", "Done". It changes only when the standing does.
        percent: the progress, 0 to 100; None where the service measures nothing, and where nothing runs.
        tone: the colour of the word and its icon.
        bar: the progress bar; "determinate" only where there is a ``percent``.
        stage: how much the still is dimmed; "kept" where it is a small picture of an output of which no more is left.
        warn: something is wrong that may pass: the last poll brought no answer.
        note: a line of text: the reason of a failure, where the file went, what is wrong.
        link: until when the links to the outputs open them: "link until 26 Nov"; "" where nothing depends on them.
        expired: what the card says instead from then on: "link expired".
        expires: that moment, in unix seconds; None where ``link`` is "".
        advice: what to do about a failure.
        wrapper: the code and message of the service's envelope, where they say more than that all is well.
        save: how saving the outputs stands; "armed" means that they are saved when the task succeeds.
        folder: the folder that the card's button saves to, as people write it: "renders/".
        picked: it has a star.
        frame: the line of Python that makes the next clip from the frame that was kept last; "" where none was.
        ended: the task has come to its end; nothing about it will change any more.
        instead: what stands in the place of each output; empty where all of them are shown.
        cancel_question: what is asked before the task is cancelled; "" where it cannot be.
    """

    title: str
    kind: MediumKind
    word: str
    name: str
    percent: int | None
    tone: Tone
    bar: Bar
    stage: Stage
    warn: bool
    note: str
    link: str
    expired: str
    expires: float | None
    advice: str
    wrapper: str
    save: Saving
    folder: str
    picked: bool
    frame: str
    ended: bool
    instead: list[Instead]
    cancel_question: str


class Clock(TypedDict):
    """The card's times, in seconds as of the moment of writing; None is not known, and is not shown.

    Attributes:
        at: the moment of writing, in unix seconds by the kernel's clock.
        elapsed: since the task was submitted.
        queued: the same, while the task is in the queue.
        left: the estimate until the end.
        heard: since the service last answered.
        retry_in: until the next try, after a poll that brought no answer.
        ticking: time alone changes what the card shows.
        quiet_after: when the card says that the kernel is silent.
        version: the number of the state that this is the clock of, as in the task's ``_version``. A page that holds
            another state has missed a message.
    """

    at: float
    elapsed: float | None
    queued: float | None
    left: float | None
    heard: float | None
    retry_in: float | None
    ticking: bool
    quiet_after: float | None
    version: int


class Summary(TypedDict):
    """What the takes of a grid come to.

    Attributes:
        words: "2 running · 1 done".
        left: seconds until the last take ends, as of the moment of writing; None where that is not known of each.
        at: the moment of writing, in unix seconds by the kernel's clock.
        ticking: a take still runs.
        number: of the grid's messages, how many there were up to this one. A page that finds one missing asks.
        cost: "180 credits", "up to 180 credits · cost of 1 not known"; "" where nothing is known of any.
    """

    words: str
    left: float | None
    at: float
    ticking: bool
    number: int
    cost: str


class CompactTake(TypedDict):
    """What a grid sends of one take: these of the task's traits."""

    task_id: str
    status: str
    progress: float
    failure_code: str
    outputs: list[OutputDict]
    _face: Face
    _clock: Clock
    _request: Request
    _actions: list[Action]
