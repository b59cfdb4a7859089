"""What the journal keeps, finds, forgets and never writes down."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State

from .journals import HERE, a_row, doubtful, taken


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite3")


# Keeping


def test_a_row_is_on_the_disk_as_soon_as_it_has_begun(journal: Journal) -> None:
    row = a_row()
    assert journal.begin(row) is None
    assert Journal(journal.path).recent() == [row]


def test_a_completed_row_is_found_by_its_id_with_all_that_was_asked_for(journal: Journal) -> None:
    row = taken(journal, "t-1")
    found = journal.find("t-1", HERE)
    assert found == replace(row, state=State.TAKEN, task_id="t-1", outcome="taken")
    assert journal.find("t-1", "https://elsewhere.example") is None
    assert journal.find("", HERE) is None


def test_how_a_task_ended_and_where_its_files_are_is_noted_beside_it(journal: Journal) -> None:
    taken(journal, "t-1")
    journal.ended(HERE, "t-1", "SUCCESS", 78.5)
    journal.saved(HERE, "t-1", [Path("renders/a.mp4")])
    journal.saved(HERE, "t-1", ["renders/a.mp4", "renders/b.mp4"])
    found = journal.find("t-1", HERE)
    assert found is not None
    assert (found.status, found.seconds, found.files) == ("SUCCESS", 78.5, ("renders/a.mp4", "renders/b.mp4"))
    assert abs(found.ended_at - time.time()) < 60


def test_the_end_of_a_task_that_was_not_created_here_leaves_no_trace(journal: Journal) -> None:
    journal.ended(HERE, "t-1", "SUCCESS", 78.5)
    journal.saved(HERE, "t-1", ["a.mp4"])
    assert journal.path is not None
    assert not journal.path.exists()
    doubtful(journal)
    journal.ended(HERE, "", "SUCCESS", 78.5)
    assert journal.recent()[0].status == ""


def test_recent_gives_the_newest_first_and_no_more_than_asked_for(journal: Journal) -> None:
    for number in range(5):
        taken(journal, f"t-{number}", base_url=HERE if number % 2 else "https://elsewhere.example")
    assert [row.task_id for row in journal.recent(3)] == ["t-4", "t-3", "t-2"]
    assert [row.task_id for row in journal.recent(base_url=HERE)] == ["t-3", "t-1"]


def test_a_row_that_could_not_be_begun_is_written_whole_when_it_is_completed(journal: Journal) -> None:
    row = a_row()
    journal.complete(row, "t-1")
    assert journal.find("t-1", HERE) == replace(row, state=State.TAKEN, task_id="t-1", outcome="taken")


def test_nothing_that_opens_a_door_is_written(journal: Journal, tmp_path: Path) -> None:
    """No data URI, no query, no login: not from the body, not from the card, not from an error that quotes them."""
    folded = "data:image/png;base64,iVBORw0K\nGgoAAAANSUhEUg== and more"
    row = a_row(
        parameters={
            "promptText": "like https://cdn.example/a.png?_jwt=SIGNED1 and data:,SIGNED2",
            "promptImage": [{"uri": "data:image/svg+xml;charset=utf-8,<svg id='SIGNED3'/>"}],
            "videoUri": "https://me:SIGNED4@cdn.example/v.mp4#SIGNED5",
            "https://x.example/?q=SIGNED6": folded,
            "deep": {"list": [["s3://bucket/key?X-Amz-Signature=SIGNED7"]]},
        },
        request={"prompt": "p", "facts": [], "ratio": None, "still": "https://cdn.example/s.png?sig=SIGNED8"},
        model="data:,SIGNED",
    )
    journal.begin(row)
    journal.refused(row, "cannot read data:image/png;base64,SIGNED9 from https://cdn.example/b.png?_jwt=SIGNED0")
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"cdn.example/a.png" in written
    for secret in (b"SIGNED", b"iVBOR", b"GgoAAA", b"?_jwt", b"?sig"):
        assert secret not in written
    assert journal.recent()[0].request["still"] == ""


def test_what_is_described_instead_of_a_data_uri_stays_as_it_is(journal: Journal) -> None:
    told = "data:image/png (123 kB, sha256 0123456789ab…)"
    journal.begin(a_row(parameters={"promptImage": told, "promptText": "the data: see below, or at /a?b"}))
    assert journal.recent()[0].parameters == {
        "promptImage": told,
        "promptText": "the data: see below, or at /a?b",
    }


def test_text_that_no_database_takes_is_kept_as_well_as_it_can_be(journal: Journal) -> None:
    row = a_row(parameters={"promptText": "\ud800 kite", "n": 10**30, "x": float("nan")}, model="\udcff")
    journal.begin(row)
    journal.complete(row, "t-1")
    journal.saved(HERE, "t-1", ["renders/\udcff.mp4"])
    found = journal.recent()[0]
    assert found.parameters == {"promptText": "? kite", "n": None, "x": None}
    assert found.files == ("renders/?.mp4",)


# Durations and forgetting


def test_what_is_typical_is_the_median_of_the_latest_successes_of_the_same_kind(journal: Journal) -> None:
    def finished(task_id: str, seconds: float, status: str = "SUCCESS", **told: object) -> None:
        taken(journal, task_id, **told)
        journal.ended(HERE, task_id, status, seconds)

    finished("old-1", 1000.0)
    finished("old-2", 1000.0)
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") is None
    for number in range(20):
        finished(f"t-{number}", 79.0 - number)
    finished("failed", 1.0, "FAILURE")
    finished("unknown", 0.0)
    finished("other-model", 1.0, model="gen4_image")
    finished("other-action", 1.0, action="TEXT_TO_IMAGE")
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") == 69.5
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo", HERE) == 69.5
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo", "https://elsewhere.example") is None


def test_what_is_forgotten_leaves_the_file_and_nothing_else_does(journal: Journal) -> None:
    taken(journal, "t-1", parameters={"promptText": "SECRETKITE"})
    taken(journal, "t-2")
    kept = doubtful(journal)
    assert journal.path is not None
    assert b"SECRETKITE" in journal.path.read_bytes()
    assert journal.forget("t-1") == 1
    assert b"SECRETKITE" not in journal.path.read_bytes()
    assert journal.forget("t-1") == journal.forget("") == journal.forget("all") == 0
    assert journal.forget("t-2") == 1
    assert [row.id for row in journal.recent()] == [kept.id]
    assert journal.forget_all() == 1
    assert journal.recent() == []
