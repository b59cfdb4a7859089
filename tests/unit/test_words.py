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
from runway_widget._widgets.view import Face
from runway_widget._widgets.words import duration, face, percent, trouble, wrapper_words


def said(phase: Phase, state: TaskState, error: ServiceError | None = None, **timing: float) -> Face:
    return face(Report(state, phase, error, Timing(**timing)), "CometAPI")


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
    assert percent(RUNNING) == 62
    assert percent(task(Status.IN_PROGRESS, progress=0.3, progress_known=False)) is None


class TestFace:
    def test_not_visible_yet(self) -> None:
        error = TaskNotFound("x", code="task_not_exist", http_status=400)
        assert said(Phase.STARTING, TaskState(), error) == {
            "title": "Runway task",
            "kind": "unknown",
            "word": "Starting",
            "name": "Starting",
            "percent": None,
            "tone": "neutral",
            "bar": "indeterminate",
            "stage": "dim",
            "warn": False,
            "note": "CometAPI does not show this task yet",
            "link": "",
            "expired": "",
            "expires": None,
            "advice": "",
            "wrapper": "",
            "save": "",
            "folder": "",
            "picked": False,
            "frame": "",
            "ended": False,
            "instead": [],
            "cancel_question": "",
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
        assert told["note"] == ""
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
        assert told == {**said(Phase.WATCHING, RUNNING), "warn": True, "note": "no answer (502)"}

    def test_key_rejected(self) -> None:
        told = said(Phase.REJECTED, RUNNING, AuthenticationError("no", http_status=401))
        assert (told["word"], told["tone"], told["bar"], told["stage"]) == ("Key rejected", "danger", "none", "half")
        assert told["note"] == "CometAPI refused the key (401). Make a client with another one."

    def test_a_key_from_the_environment_that_is_rejected(self) -> None:
        error = AuthenticationError("no", http_status=401)
        error.key_variable = "COMETAPI_KEY"
        told = said(Phase.REJECTED, RUNNING, error)
        assert told["note"] == "CometAPI refused the key (401). Set COMETAPI_KEY and press resume."

    def test_access_denied(self) -> None:
        error = AccessDenied("user quota is not enough", http_status=403)
        error.summary = "CometAPI denied access"
        told = said(Phase.DENIED, RUNNING, error)
        assert told["word"] == "Access denied"
        assert told["note"] == "CometAPI denied access: “user quota is not enough”"

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

    def test_an_unknown_status_is_cut_where_it_would_fill_the_card(self) -> None:
        assert said(Phase.WATCHING, task(Status.UNKNOWN, word="X" * 99))["word"] == f"Status {'X' * 40}"

    def test_a_success_that_took_no_time_to_speak_of_names_none(self) -> None:
        assert said(Phase.ENDED, task(Status.SUCCESS), elapsed=0.4)["word"] == "Done"

    @pytest.mark.parametrize(
        ("after", "note"), [(3600.0, "no end after 60 min"), (60.0, "no end after 60 s"), (2.5, "no end after 2.5 s")]
    )
    def test_a_watch_that_gave_up_says_after_how_long(self, after: float, note: str) -> None:
        given_up = face(Report(RUNNING, Phase.GAVE_UP, gave_up_after=after), "CometAPI")
        assert given_up["note"] == note

    def test_what_stands_on_the_stage_follows_from_what_was_asked_for(self) -> None:
        kinds = {"IMAGE_TO_VIDEO": "video", "TEXT_TO_IMAGE": "image", "SOUND_EFFECT": "audio", "SOMETHING": "unknown"}
        for action, kind in kinds.items():
            assert said(Phase.WATCHING, task(Status.QUEUED, action=action))["kind"] == kind

    def test_the_name_is_the_word_without_its_number(self) -> None:
        running, queued = said(Phase.WATCHING, RUNNING), said(Phase.WATCHING, task(Status.QUEUED))
        done = said(Phase.ENDED, task(Status.SUCCESS), elapsed=78.0)
        assert (running["name"], running["percent"]) == ("Generating", 62)
        assert (queued["name"], queued["percent"]) == ("In the queue", None)
        assert (done["name"], done["percent"]) == ("Done", None)

    def test_a_percentage_is_gone_when_nothing_runs_any_more(self) -> None:
        for phase in Phase:
            if phase.over:
                told = said(phase, RUNNING)
                assert (told["percent"], "%" in told["word"]) == (None, False), phase

    def test_trouble_that_may_pass_keeps_the_percentage(self) -> None:
        assert said(Phase.RETRYING, RUNNING)["percent"] == 62

    def test_only_an_end_that_is_final_counts_as_ended(self) -> None:
        for phase in Phase:
            assert said(phase, RUNNING)["ended"] is (phase.over and not phase.resumable), phase
        assert said(Phase.ENDED, task(Status.CANCELLED))["ended"] is True
        assert said(Phase.STOPPED, RUNNING)["ended"] is False

    def test_saving_and_the_folder_are_said_as_they_were_given(self) -> None:
        told = face(Report(RUNNING, Phase.WATCHING), "CometAPI", save="armed", folder="out/kites/")
        assert (told["save"], told["folder"]) == ("armed", "out/kites/")

    @pytest.mark.parametrize("phase", list(Phase))
    @pytest.mark.parametrize("status", list(Status))
    def test_nothing_is_ever_missing_and_a_bar_has_a_number(self, phase: Phase, status: Status) -> None:
        for progress in (0.0, 0.3, 0.62):
            for known in (True, False):
                state = task(status, progress=progress, progress_known=known)
                told = said(phase, state)
                assert set(told) == set(Face.__annotations__)
                assert told["title"]
                assert told["word"].startswith(told["name"])
                assert told["name"]
                assert (told["bar"] == "determinate") == (told["percent"] is not None)
                assert told["percent"] is None or known
                assert told["bar"] == "none" or not phase.over, "what is over does not go on moving"


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (None, "", ""),
        ("", "", ""),
        ("success", "", ""),
        ("SUCCESS", "success", ""),
        ("0", "OK", ""),
        ("200", "ok", ""),
        ("success", "Success", ""),
        ("fail_to_fetch_task", "upstream is full", "fail_to_fetch_task: upstream is full"),
        ("success", "upstream is full", "upstream is full"),
        ("task_not_exist", "success", "task_not_exist"),
        ("task_not_exist", "task_not_exist", "task_not_exist"),
        ("upstream_error", "Moderated", "upstream_error"),
        ("2000", "okay", "2000: okay"),
    ],
)
def test_the_wrapper_is_quoted_only_where_it_says_more(code: str | None, message: str, words: str) -> None:
    state = task(Status.FAILURE, code=code, message=message, fail_reason="Moderated")
    assert wrapper_words(state) == words
    assert said(Phase.ENDED, state)["wrapper"] == words


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
