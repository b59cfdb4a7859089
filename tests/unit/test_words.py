"""What the card says, in each state that it can be in."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget._errors import AccessDenied, AuthenticationError, NoAnswer, ServiceError, TaskNotFound
from runway_widget._service.endpoint import endpoint_of
from runway_widget._service.error_answers import advise
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing
from runway_widget._widgets.words import duration, face, percent, trouble


def said(phase: Phase, state: TaskState, error: ServiceError | None = None, **timing: float) -> dict[str, Any]:
    return face(Report(state, phase, error, Timing(**timing)), "CometAPI", "COMETAPI_KEY")


def task(status: Status, **known: Any) -> TaskState:
    return TaskState(**{"task_id": "t", "action": "IMAGE_TO_VIDEO", "status": status, "word": status.value, **known})


RUNNING = task(Status.IN_PROGRESS, progress=0.62, progress_known=True)


class TestAdvice:
    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("SAFETY.INPUT", "same input will fail again"),
            ("SAFETY.INPUT.TEXT", "moderated attempts are charged"),
            ("safety.input.image", "The input was moderated"),
            ("SAFETY.OUTPUT.VIDEO", "Try a different prompt"),
            ("SAFETY.NEWKIND", "Moderated"),
            ("INPUT_PREPROCESSING.SAFETY.TEXT", "prompt was moderated"),
            ("INPUT_PREPROCESSING.INTERNAL", "Wait a little"),
            ("INTERNAL.BAD_OUTPUT.CODE01", "quality check"),
            ("INTERNAL", "A fault at the service. Wait"),
            ("INTERNAL.SOMETHING", "A fault at the service"),
            ("ASSET.INVALID", "Fix the file"),
            ("THIRD_PARTY.UNAVAILABLE", "partner's model is down"),
            ("", "gave no code"),
        ],
    )
    def test_each_known_prefix_has_its_own(self, code: str, words: str) -> None:
        assert words in advise(code)

    @pytest.mark.parametrize("code", ["SAFETYNET", "INTERNALS", "ASSET", "SOMETHING.ELSE", "X"])
    def test_an_unknown_code_gets_none_rather_than_a_guess(self, code: str) -> None:
        assert advise(code) == ""


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("IMAGE_TO_VIDEO", "Image to video"),
        ("text_to_image", "Text to image"),
        ("VIDEO_UPSCALE", "Video upscale"),
        ("CHARACTER_PERFORMANCE", "Character performance"),
        ("VIDEO_GENERATION", "Video generation"),
        ("textGenerate", "textGenerate"),
        ("", "Runway task"),
    ],
)
def test_titles(action: str, words: str) -> None:
    assert endpoint_of(action).title == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (-3, "0:00"), (0.9, "0:00"), (48, "0:48"), (78.9, "1:18"), (3600, "1:00:00"), (3723, "1:02:03")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_percentage_is_shown_only_where_something_was_measured() -> None:
    assert percent(RUNNING) == "62 %"
    assert percent(task(Status.IN_PROGRESS, progress=0.3, progress_known=False)) == ""


class TestFace:
    def test_not_visible_yet(self) -> None:
        error = TaskNotFound("x", code="task_not_exist", http_status=400)
        assert said(Phase.STARTING, TaskState(), error) == {
            "title": "Runway task",
            "word": "Starting",
            "tone": "neutral",
            "bar": "indeterminate",
            "stage": "dim",
            "warn": False,
            "note": "CometAPI does not show this task yet",
            "advice": "",
            "save": "",
        }
        assert said(Phase.STARTING, TaskState())["note"] == "", "before the first answer nothing is wrong"

    @pytest.mark.parametrize("status", [Status.NOT_START, Status.SUBMITTED, Status.QUEUED])
    def test_in_the_queue(self, status: Status) -> None:
        told = said(Phase.WATCHING, task(status))
        assert told["title"] == "Image to video"
        assert (told["word"], told["tone"], told["bar"]) == ("In the queue", "neutral", "indeterminate")
        assert "%" not in str(told)

    def test_generating(self) -> None:
        told = said(Phase.WATCHING, RUNNING)
        assert (told["word"], told["tone"], told["bar"]) == ("Generating 62 %", "accent", "determinate")
        assert told["stage"] == "half"

    def test_generating_without_a_number(self) -> None:
        told = said(Phase.WATCHING, task(Status.IN_PROGRESS, progress=0.3))
        assert (told["word"], told["bar"]) == ("Generating", "indeterminate")

    def test_an_unknown_status_is_shown_as_it_came(self) -> None:
        assert said(Phase.WATCHING, task(Status.UNKNOWN, word="PAUSED"))["word"] == "Status PAUSED"

    def test_success(self) -> None:
        done = task(Status.SUCCESS, progress=1.0, progress_known=True, outputs=(Output("https://a.example/x.mp4"),))
        told = said(Phase.ENDED, done, elapsed=78.0)
        assert (told["word"], told["tone"], told["stage"]) == ("Done in 1:18", "success", "clear")
        assert told["note"] == "link lasts about a day"
        assert told["bar"] == "none"
        assert said(Phase.ENDED, done)["word"] == "Done"
        assert said(Phase.ENDED, task(Status.SUCCESS))["note"] == "the service sent no output"

    def test_failure(self) -> None:
        failed = task(Status.FAILURE, fail_reason="Moderated", failure_code="SAFETY.INPUT.TEXT")
        told = said(Phase.ENDED, failed)
        assert (told["word"], told["tone"], told["stage"], told["bar"]) == ("Failed", "danger", "grey", "none")
        assert told["note"] == "Moderated"
        assert told["advice"] == advise("SAFETY.INPUT.TEXT")
        assert said(Phase.ENDED, task(Status.FAILURE))["note"] == "the service gave no reason"

    def test_cancelled(self) -> None:
        told = said(Phase.ENDED, task(Status.CANCELLED))
        assert (told["word"], told["tone"], told["stage"], told["note"]) == ("Cancelled", "neutral", "grey", "")

    def test_retrying_changes_nothing_but_for_a_dot_and_a_note(self) -> None:
        told = said(Phase.RETRYING, RUNNING, ServiceError("x", http_status=502, transient=True))
        assert told == said(Phase.WATCHING, RUNNING) | {"warn": True, "note": "no answer (502)"}

    def test_key_rejected(self) -> None:
        told = said(Phase.REJECTED, RUNNING, AuthenticationError("no", http_status=401))
        assert (told["word"], told["tone"], told["bar"], told["stage"]) == ("Key rejected", "danger", "none", "half")
        assert told["note"] == "CometAPI refused the key (401). Set COMETAPI_KEY and press resume."

    def test_access_denied(self) -> None:
        told = said(Phase.DENIED, RUNNING, AccessDenied("user quota is not enough", http_status=403))
        assert told["word"] == "Access denied"
        assert told["note"] == "CometAPI denied access: user quota is not enough"

    def test_refused(self) -> None:
        told = said(Phase.REFUSED, RUNNING, ServiceError("no such route", http_status=405))
        assert (told["word"], told["note"]) == ("Refused", "no such route (HTTP 405)")

    def test_not_found(self) -> None:
        told = said(Phase.NOT_FOUND, TaskState(), TaskNotFound("x"))
        assert (told["word"], told["tone"], told["stage"]) == ("Not found", "danger", "dim")
        assert told["note"] == "wrong id, or another account's key"

    @pytest.mark.parametrize("phase", [Phase.STOPPED, Phase.GAVE_UP])
    def test_not_watching(self, phase: Phase) -> None:
        told = said(phase, RUNNING)
        assert (told["word"], told["tone"], told["bar"], told["stage"]) == ("Not watching", "neutral", "none", "half")
        assert told["note"]

    @pytest.mark.parametrize("phase", list(Phase))
    @pytest.mark.parametrize("status", list(Status))
    def test_nothing_is_ever_missing_and_a_bar_has_a_number(self, phase: Phase, status: Status) -> None:
        for progress in (0.0, 0.3, 0.62):
            for known in (True, False):
                state = task(status, progress=progress, progress_known=known)
                told = said(phase, state)
                assert set(told) == {"title", "word", "tone", "bar", "stage", "warn", "note", "advice", "save"}
                assert told["title"]
                assert told["word"]
                assert told["bar"] != "determinate" or known
                assert told["bar"] == "none" or not phase.over, "what is over does not go on moving"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (None, "no answer"),
        (ServiceError("x", http_status=429), "too many requests (429)"),
        (ServiceError("bad gateway", http_status=502), "no answer (502)"),
        (NoAnswer("the connection was refused"), "no answer (the connection was refused)"),
        (NoAnswer("HTML instead of JSON", http_status=200), "no answer (HTML instead of JSON)"),
    ],
)
def test_trouble(error: ServiceError | None, words: str) -> None:
    assert trouble(Report(RUNNING, Phase.RETRYING, error)) == words
