"""Until when links to outputs last: the words, whom they concern, and what follows from asking for new ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from runway_widget import RunwayTask
from runway_widget._media.kept_outputs import KeptOutput, KeptOutputs
from runway_widget._service.outputs import Output
from runway_widget._service.provider import COMETAPI
from runway_widget._service.state import Status
from runway_widget._watch.report import Phase, Report
from runway_widget._widgets.card_state import CardState, card_state
from runway_widget._widgets.link_end import LinkEnd, date, link_end
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import finished, press, written
from .fakes import state, until

DAY = 24 * 3600.0
LIFE = 86400.0  # seconds, of the simulator's links


def local(*moment: int) -> float:
    """The unix time of a moment in this machine's time zone."""
    return datetime(*moment).timestamp()  # type: ignore[arg-type]


NOW = local(2026, 11, 25, 14, 2)
DATED = Output(f"https://media.test/take.mp4?Expires={local(2026, 11, 26, 15, 30):.0f}", "video")
UNDATED = Output("https://media.test/take.mp4", "video")
EMBEDDED = "data:video/mp4;base64,x"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ((2026, 11, 25, 18, 0), "25 Nov, 18:00"),
        ((2026, 11, 26, 9, 5), "26 Nov, 09:05"),
        ((2026, 11, 26, 15, 30), "26 Nov"),
        ((2026, 11, 25, 9, 0), "25 Nov, 09:00"),
        ((2027, 1, 3, 8, 0), "3 Jan 2027"),
    ],
)
def test_a_date_says_what_its_reader_does_not_know(at: tuple[int, ...], words: str) -> None:
    assert date(local(*at), NOW) == words


def test_a_date_for_any_time_says_all() -> None:
    assert date(local(2026, 11, 26, 15, 30)) == "26 Nov 2026, 15:30"


def test_a_link_that_tells_when_it_ends_is_believed() -> None:
    end = link_end([UNDATED.url, DATED.url], NOW)
    assert (end.words(NOW), end.expired_words) == ("until 26 Nov", "link expired")
    assert end.lasting_words(NOW) == "until 26 Nov 2026, 15:30"
    assert end.lasting_words(end.at) == "expired 26 Nov 2026, 15:30"


def test_of_one_that_does_not_it_is_said_that_it_is_a_guess() -> None:
    end = link_end([UNDATED.url], NOW)
    assert end == LinkEnd(NOW + DAY, guessed=True)
    assert (end.words(NOW), end.expired_words) == ("until about 26 Nov", "link may have expired")
    assert end.lasting_words(NOW + 9 * DAY) == "until about 26 Nov 2026"


# Whom it concerns


def shown(output: Output = DATED, kept: KeptOutputs | None = None, status: Status = Status.SUCCESS) -> CardState:
    outputs = (output,) if status is Status.SUCCESS else ()
    report = Report(replace(state(status), outputs=outputs), Phase.ENDED, made_at=50.0)
    kept = KeptOutputs((KeptOutput(output),)) if kept is None else kept
    return card_state(report, kept, COMETAPI, {"prompt": "", "facts": [], "ratio": None, "still": ""}, 50.0, NOW)


def link(shown: CardState) -> tuple[Any, ...]:
    return shown.face["link"], shown.face["expired"], shown.face["expires"]


def test_a_card_says_until_when_its_link_lasts_and_what_to_say_then() -> None:
    assert link(shown()) == ("link until 26 Nov", "link expired", local(2026, 11, 26, 15, 30))
    assert shown().frozen_card().link_end == "until 26 Nov 2026, 15:30"
    assert shown().line().endswith(" · link until 26 Nov")


def test_a_guess_counts_from_when_the_service_gave_the_link() -> None:
    given = KeptOutputs((KeptOutput(UNDATED),), links_since=NOW - 2 * DAY)
    assert link(shown(UNDATED, given)) == ("link until about 24 Nov", "link may have expired", NOW - DAY)
    assert link(shown(UNDATED, KeptOutputs()))[2] == NOW + DAY


@pytest.mark.parametrize(
    "kept",
    [
        KeptOutputs((KeptOutput(DATED),), "saved", "saved to renders/take.mp4"),
        KeptOutputs((KeptOutput(DATED),), "saving", "saving 40 %"),
        KeptOutputs((KeptOutput(DATED, embedded=EMBEDDED),)),
    ],
)
def test_what_is_saved_or_embedded_depends_on_no_link(kept: KeptOutputs) -> None:
    assert link(shown(kept=kept)) == ("", "", None)
    assert shown(kept=kept).frozen_card().link_end == "until 26 Nov 2026, 15:30", "for the link itself"


def test_one_of_two_outputs_that_is_not_embedded_still_does() -> None:
    two = KeptOutputs((KeptOutput(DATED, embedded=EMBEDDED), KeptOutput(DATED)))
    assert link(shown(kept=two))[0] == "link until 26 Nov"


@pytest.mark.parametrize("status", [Status.FAILURE, Status.CANCELLED])
def test_without_outputs_there_is_no_link(status: Status) -> None:
    assert link(shown(status=status)) == ("", "", None)
    assert shown(status=status).frozen_card().link_end == ""


def test_why_there_is_no_new_link_is_said_before_and_after_the_end() -> None:
    refused = KeptOutputs((KeptOutput(DATED),), renewal="no new link: silent")
    assert link(shown(kept=refused))[:2] == ("no new link: silent", "link expired; no new link: silent")
    saved = replace(refused, saving="saved")
    assert link(shown(kept=saved)) == ("no new link: silent", "", None)


# Asking for new ones


def test_a_new_link_has_a_new_date(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock).wait(10)
    first, old = task._face["expires"], task.outputs
    assert first is not None
    assert abs(first - clock() - LIFE) < 2000
    clock.forward(LIFE)
    press(task, "renew")
    until(lambda: task.outputs != old)
    until(lambda: (task._face["expires"] or 0) >= first + LIFE)


def test_where_the_service_gives_none_the_card_says_why(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock).wait(10)
    sim.trouble("server_error", route="poll")
    press(task, "renew")
    until(lambda: task._face["link"].startswith("no new link: "))
    assert task._face["expired"].startswith("link expired; no new link: ")
    press(task, "renew")
    until(lambda: task._face["link"].startswith("link until "))


def test_the_same_link_again_is_no_new_one(sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch) -> None:
    task: RunwayTask = finished(sim, clock).wait(10)
    same = task._keeper.outputs
    monkeypatch.setattr(task._keeper, "renew_links", lambda: same)
    press(task, "renew")
    until(lambda: task._face["link"] == "no new link: the service gave the same one again")


def test_a_failed_renewal_does_not_take_the_place_of_where_the_file_went(
    sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    task = finished(sim, clock, save_to=tmp_path).wait(10)
    note = task._face["note"]
    assert note.startswith("saved to ")
    sim.trouble("server_error", route="poll")
    press(task, "renew")
    until(lambda: task._face["link"].startswith("no new link: "))
    written()
    assert task._face["note"] == note
