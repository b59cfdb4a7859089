"""What a card shows, as a pure function: no widget, no service, no time but the one that is given."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ServiceError
from runway_widget._journal.row import Request
from runway_widget._media.kept_outputs import KeptOutput, KeptOutputs, Saving
from runway_widget._service.outputs import Output
from runway_widget._service.provider import COMETAPI, RUNWAY
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing, not_created
from runway_widget._widgets.card_state import QUIET_AFTER, CardState, card_state, clock

from .fakes import broken, state

VIDEO = Output("https://media.test/take.mp4", "video")
KEPT = KeptOutput(VIDEO)
REQUEST: Request = {"prompt": "the kite lifts", "facts": [], "ratio": None, "still": ""}
NOW, WALL = 1000.0, 1_700_000_000.0


def report(status: Status = Status.IN_PROGRESS, phase: Phase = Phase.WATCHING, **told: Any) -> Report:
    return Report(state(status), phase, **{"made_at": NOW, **told})


RUNNING = report()
DONE = report(Status.SUCCESS, Phase.ENDED)
FAILED = Report(state(Status.FAILURE, fail_reason="no faces"), Phase.ENDED, made_at=NOW)
STOPPED = report(phase=Phase.STOPPED)
RETRYING = report(phase=Phase.RETRYING, error=broken(502))
LOST = not_created(ServiceError("no quota", code="quota"), "IMAGE_TO_VIDEO", NOW)


def shown(what: Report, kept: KeptOutputs = KeptOutputs(), provider: Any = COMETAPI) -> CardState:  # noqa: B008
    return card_state(what, kept, provider, REQUEST, NOW, WALL)


def kept(*items: KeptOutput, saving: Saving = "", note: str = "", folder: str = "renders/") -> KeptOutputs:
    return KeptOutputs(items, saving, note, folder)


# Cancelling


@pytest.mark.parametrize(
    ("status", "costs", "said"),
    [
        (Status.IN_PROGRESS, (60.0, True), "What runs is not refunded: it costs up to 60 credits."),
        (Status.IN_PROGRESS, (1.0, False), "What runs is not refunded: it costs 1 credit."),
        (Status.IN_PROGRESS, (None, False), "What runs is not refunded."),
        (Status.QUEUED, (60.0, True), "A refund is not certain: it may cost up to 60 credits."),
        (Status.QUEUED, (None, False), "A refund is not certain."),
    ],
)
def test_the_question_says_what_is_charged_all_the_same(status: Status, costs: Any, said: str) -> None:
    credits, is_estimate = costs
    waiting = Report(state(status, cost=credits, cost_is_estimate=is_estimate), Phase.WATCHING, made_at=NOW)
    question = shown(waiting, provider=RUNWAY).face["cancel_question"]
    assert question == f"Cancel the task? {said} A result that finishes this instant is lost."


def test_nothing_is_asked_where_nothing_can_be_cancelled() -> None:
    assert shown(RUNNING).face["cancel_question"] == ""
    assert shown(DONE, provider=RUNWAY).face["cancel_question"] == ""
    elsewhere = card_state(RUNNING, KeptOutputs(), RUNWAY, REQUEST, NOW, WALL, route="/v1/videos/{id}")
    assert (elsewhere.face["cancel_question"], "cancel" in elsewhere.actions) == ("", False)


# The buttons


@pytest.mark.parametrize(
    ("what", "outputs", "actions"),
    [
        (RUNNING, kept(), ["refresh", "stop", "save"]),
        (RETRYING, kept(), ["refresh", "stop", "save"]),
        (STOPPED, kept(), ["resume"]),
        (report(phase=Phase.NOT_FOUND), kept(), ["resume"]),
        (DONE, kept(KEPT), ["save", "renew"]),
        (DONE, kept(KEPT, saving="saving"), ["renew"]),
        (DONE, kept(KEPT, saving="saved"), ["renew"]),
        (DONE, kept(), []),
        (FAILED, kept(), []),
        (LOST, kept(), []),
    ],
)
def test_the_buttons_are_those_that_make_sense(what: Report, outputs: KeptOutputs, actions: list[str]) -> None:
    assert shown(what, outputs).actions == actions


def test_only_a_service_that_can_cancel_has_a_button_for_it() -> None:
    assert shown(RUNNING, provider=RUNWAY).actions == ["refresh", "stop", "cancel", "save"]
    assert shown(STOPPED, provider=RUNWAY).actions == ["resume"]


# The note


@pytest.mark.parametrize(
    ("what", "outputs", "note"),
    [
        (RUNNING, kept(), ""),
        (RUNNING, kept(saving="armed"), "saves to renders/ when done"),
        (RUNNING, kept(saving="armed", note="could not cancel"), "could not cancel"),
        (RETRYING, kept(saving="armed", note="could not cancel"), "no answer (502)"),
        (STOPPED, kept(saving="armed"), "stopped by you; the task goes on"),
        (STOPPED, kept(saving="armed", note="could not resume: no key"), "could not resume: no key"),
        (DONE, kept(KEPT), ""),
        (DONE, kept(KEPT, note="saved to a.mp4"), "saved to a.mp4"),
        (DONE, kept(KEPT, note="could not save: the disk is full"), "could not save: the disk is full"),
        (FAILED, kept(note="could not cancel"), "no faces"),
        (LOST, kept(note="could not cancel"), "no quota"),
    ],
)
def test_the_note_is_what_matters_most(what: Report, outputs: KeptOutputs, note: str) -> None:
    assert shown(what, outputs).face["note"] == note


def test_the_face_says_where_the_button_saves_and_how_saving_stands() -> None:
    face = shown(RUNNING, kept(saving="armed", folder="films/")).face
    assert (face["save"], face["folder"]) == ("armed", "films/")


def test_a_take_that_was_not_created_has_a_face_of_its_own() -> None:
    face = shown(LOST).face
    assert (face["title"], face["word"]) == ("Image to video", "Not created")
    assert (face["tone"], face["stage"]) == ("danger", "grey")
    assert shown(LOST).reattach == ""


# The clock


def test_times_that_pass_are_given_as_of_now() -> None:
    timing = Timing(elapsed=10.0, left=20.0, since_answer=3.0, next_in=5.0)
    assert clock(report(timing=timing, made_at=NOW - 2), NOW, WALL, 7) == {
        "at": WALL,
        "elapsed": 12.0,
        "queued": None,
        "left": 18.0,
        "heard": 5.0,
        "retry_in": None,
        "ticking": True,
        "quiet_after": QUIET_AFTER,
        "version": 7,
    }


def test_times_of_what_is_over_stand_still() -> None:
    timing = Timing(elapsed=10.0, since_answer=3.0)
    stopped = clock(report(phase=Phase.STOPPED, timing=timing, made_at=NOW - 2), NOW, WALL)
    assert (stopped["elapsed"], stopped["heard"]) == (10.0, 3.0)
    assert (stopped["ticking"], stopped["quiet_after"]) == (False, None)


def test_no_time_is_negative_and_what_is_unknown_stays_so() -> None:
    late = clock(report(timing=Timing(left=1.0), made_at=NOW - 9), NOW, WALL)
    assert (late["left"], late["elapsed"], late["heard"]) == (0.0, None, None)
    assert clock(report(timing=Timing(elapsed=1.0), made_at=NOW + 9), NOW, WALL)["elapsed"] == 1.0


@pytest.mark.parametrize(
    ("phase", "error", "waits"),
    [
        (Phase.RETRYING, broken(502), True),
        (Phase.STARTING, broken(502), True),
        (Phase.STARTING, None, False),
        (Phase.WATCHING, None, False),
    ],
)
def test_the_next_try_is_told_only_in_trouble(phase: Phase, error: ServiceError | None, waits: bool) -> None:
    told = clock(report(phase=phase, error=error, timing=Timing(next_in=5.0)), NOW, WALL)
    assert (told["retry_in"] == 5.0) == waits


def test_the_time_in_the_queue_is_told_while_it_queues() -> None:
    timing = Timing(elapsed=10.0)
    assert clock(report(Status.QUEUED, timing=timing), NOW, WALL)["queued"] == 10.0
    assert clock(report(Status.QUEUED, Phase.STOPPED, timing=timing), NOW, WALL)["queued"] is None


# What the traits are set to


def test_the_status_is_set_last_of_all_traits() -> None:
    traits = shown(DONE, kept(KEPT)).traits()
    assert list(traits)[-1] == "status"
    assert (traits["status"], traits["progress"]) == ("SUCCESS", 1.0)
    assert traits["outputs"] == [{"url": VIDEO.url, "kind": "video"}]
    assert traits["_face"]["link"].startswith("link until ")
    assert traits["_actions"] == ["save", "renew"]


# The frozen card, and the line on a terminal


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebook's folder."""
    (tmp_path / "book").mkdir()
    monkeypatch.chdir(tmp_path / "book")
    return tmp_path / "book"


def test_a_frozen_card_links_files_that_lie_below_the_notebook(here: Path) -> None:
    items = [replace(KEPT, file=file) for file in (here / "my films/a&b.mp4", here.parent / "c.mp4", None)]
    pictures = shown(DONE, kept(*items)).frozen_card().pictures
    assert [picture.local for picture in pictures] == ["my%20films/a%26b.mp4", "", ""]


def test_a_frozen_card_carries_what_was_kept_or_else_the_outputs() -> None:
    whole = replace(KEPT, thumbnail="data:image/webp;base64,x", embedded="data:video/mp4;base64,y")
    (picture,) = shown(DONE, kept(whole)).frozen_card().pictures
    assert (picture.output, picture.thumbnail, picture.embedded) == (VIDEO, whole.thumbnail, whole.embedded)
    (plain,) = shown(DONE).frozen_card().pictures
    assert (plain.output, plain.thumbnail, plain.embedded, plain.local) == (VIDEO, "", "", "")


def test_a_frozen_card_says_how_to_take_the_task_up_again() -> None:
    assert shown(DONE).frozen_card().reattach == 'Client().task("t")'
    assert shown(DONE, provider=RUNWAY).frozen_card().reattach == 'Client.runway().task("t")'
    assert shown(DONE).frozen_card().request == REQUEST


def date(unix: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix))


@pytest.mark.parametrize(
    ("what", "when"),
    [
        (DONE, date(WALL)),
        (replace(DONE, timing=Timing(elapsed=65.0)), date(WALL)),
        (replace(DONE, state=replace(DONE.state, finish_time=WALL - 9000)), date(WALL - 9000)),
        (replace(FAILED, timing=Timing(elapsed=65.0)), date(WALL)),
        (replace(RUNNING, made_at=NOW - 600), f"as of {date(WALL - 600)}"),
        (replace(RUNNING, timing=Timing(elapsed=65.0)), f"as of {date(WALL)}, 1:05 after it was submitted"),
        (replace(RUNNING, timing=Timing(left=30.4)), f"as of {date(WALL)}, about 0:30 left"),
        (replace(RUNNING, timing=Timing(left=0.4)), f"as of {date(WALL)}"),
        (replace(RUNNING, made_at=0.0), f"as of {date(WALL)}"),
        (STOPPED, f"as of {date(WALL)}"),
        (LOST, date(WALL)),
    ],
)
def test_a_frozen_card_is_dated(what: Report, when: str) -> None:
    assert shown(what).frozen_card().when == when


@pytest.mark.parametrize(("what", "after"), [(DONE, ""), (FAILED, "after 1:05"), (RUNNING, ""), (STOPPED, "")])
def test_a_frozen_card_says_as_the_live_one_how_long_took_what_did_not_succeed(what: Report, after: str) -> None:
    assert shown(replace(what, timing=Timing(elapsed=65.0))).frozen_card().after == after


@pytest.mark.parametrize(
    ("what", "line"),
    [
        (replace(RUNNING, state=TaskState(action="IMAGE_TO_VIDEO")), "Image to video: Starting"),
        (
            replace(RUNNING, timing=Timing(elapsed=48.0, left=30.0)),
            "Runway task: Generating · 0:48 · about 0:30 left",
        ),
        (RETRYING, "Runway task: Generating · no answer (502)"),
    ],
)
def test_a_terminal_gets_one_line(what: Report, line: str) -> None:
    assert shown(what).line() == line
