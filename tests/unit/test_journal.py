"""What the journal keeps, finds, forgets and never writes down."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from runway_widget._journal.journal import Journal
from runway_widget._journal.row import MAX_OUTCOME, State
from runway_widget._service.duration import measured

from .journals import HERE, a_row, accepted, uncertain, warnings

# Keeping


def test_begin_writes_the_row_to_the_disk(journal: Journal) -> None:
    row = a_row()
    assert journal.begin(row) is None
    assert Journal(journal.path).recent() == [row]


def test_an_accepted_row_is_found_by_its_task_id_and_service(journal: Journal) -> None:
    submitted = accepted(journal, "t-1")
    uncertain(journal)
    row = journal.find("t-1", HERE)
    assert row == replace(submitted, state=State.ACCEPTED, task_id="t-1", outcome="taken")
    assert journal.find("t-1", "https://elsewhere.example") is None
    assert journal.find("", HERE) is None


def test_the_end_and_the_files_of_a_task_are_added_to_its_row(journal: Journal) -> None:
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "SUCCESS", 78.5)
    journal.record_files(HERE, "t-1", [Path("renders/a.mp4")])
    journal.record_files(HERE, "t-1", ["renders/b.mp4", "renders/a.mp4"])
    row = journal.find("t-1", HERE)
    assert row is not None
    assert (row.status, row.seconds, row.files) == ("SUCCESS", 78.5, ("renders/a.mp4", "renders/b.mp4"))
    assert abs(row.ended_at - time.time()) < 60


def test_only_the_first_of_two_equal_ends_is_recorded(journal: Journal) -> None:
    """A card of the same task in another kernel sees the end later."""
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "SUCCESS", 78.5)
    journal.record_end(HERE, "t-1", "SUCCESS", 900.0)
    assert journal.recent()[0].seconds == 78.5


@pytest.mark.parametrize("seconds", [None, -5.0])
def test_an_end_without_a_duration_is_recorded_with_zero_seconds(journal: Journal, seconds: float | None) -> None:
    accepted(journal, "t-1")
    journal.record_end(HERE, "t-1", "SUCCESS", seconds)
    row = journal.recent()[0]
    assert (row.status, row.seconds) == ("SUCCESS", 0.0)


def test_the_end_of_a_task_that_the_journal_does_not_know_is_ignored(journal: Journal) -> None:
    journal.record_end(HERE, "t-1", "SUCCESS", 78.5)
    journal.record_files(HERE, "t-1", ["a.mp4"])
    assert journal.path is not None
    assert not journal.path.exists()
    uncertain(journal)
    journal.record_end(HERE, "", "SUCCESS", 78.5)
    journal.record_files(HERE, "", ["a.mp4"])
    assert (journal.recent()[0].status, journal.recent()[0].files) == ("", ())


def test_recent_returns_the_newest_rows_first_up_to_a_limit(journal: Journal) -> None:
    for number in range(5):
        accepted(journal, f"t-{number}", base_url=HERE if number % 2 else "https://elsewhere.example")
    assert [row.task_id for row in journal.recent(3)] == ["t-4", "t-3", "t-2"]
    assert [row.task_id for row in journal.recent(base_url=HERE)] == ["t-3", "t-1"]


def test_the_whole_row_is_written_with_the_task_id_where_begin_could_not(journal: Journal) -> None:
    row = a_row()
    journal.record_task(row, "t-1")
    assert journal.find("t-1", HERE) == replace(row, state=State.ACCEPTED, task_id="t-1", outcome="taken")


def test_data_uris_queries_and_logins_are_never_written(journal: Journal, tmp_path: Path) -> None:
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
    journal.record_refusal(row, "cannot read data:image/png;base64,SIGNED9 from https://cdn.example/b.png?_jwt=SIGNED0")
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"cdn.example/a.png" in written
    for secret in (b"SIGNED", b"iVBOR", b"GgoAAA", b"?_jwt", b"?sig"):
        assert secret not in written
    assert journal.recent()[0].request["still"] == ""


def test_the_description_of_a_data_uri_is_written_unchanged(journal: Journal) -> None:
    description = "data:image/png (123 kB, sha256 0123456789ab…)"
    journal.begin(a_row(parameters={"promptImage": description, "promptText": "the data: see below, or at /a?b"}))
    assert journal.recent()[0].parameters == {
        "promptImage": description,
        "promptText": "the data: see below, or at /a?b",
    }


def test_values_that_sqlite_cannot_store_are_replaced(journal: Journal) -> None:
    row = a_row(parameters={"promptText": "\ud800 kite", "n": 10**30, "x": float("nan")}, model="\udcff")
    journal.begin(row)
    journal.record_task(row, "t-1")
    journal.record_files(HERE, "t-1", ["renders/\udcff.mp4"])
    stored = journal.recent()[0]
    assert stored.parameters == {"promptText": "? kite", "n": None, "x": None}
    assert stored.files == ("renders/?.mp4",)


def test_a_long_outcome_is_cut(journal: Journal) -> None:
    row = a_row()
    journal.record_refusal(row, "no " * 1000)
    assert len(journal.recent()[0].outcome) < MAX_OUTCOME + 30  # with a note of the whole length


def test_deeply_nested_parameters_are_cut(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    lists: object = "deep"
    objects: object = "deep"
    for _ in range(2000):
        lists, objects = [lists], {"a": objects}
    journal.begin(a_row(parameters={"lists": lists, "objects": objects, "n": 1}))
    assert journal.recent()[0].parameters["n"] == 1
    assert warnings(caplog) == []


# Durations and forgetting


def test_typical_is_the_median_of_the_latest_successes_of_the_same_kind(journal: Journal) -> None:
    def finished(task_id: str, seconds: float, status: str = "SUCCESS", **fields: object) -> None:
        accepted(journal, task_id, **fields)
        journal.record_end(HERE, task_id, status, seconds)

    finished("old-1", 1000.0)
    finished("old-2", 1000.0)
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") is None
    finished("old-3", 1000.0)
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") == measured([1000.0] * 3)
    for number in range(20):
        finished(f"t-{number}", 79.0 - number)
    finished("failed", 1.0, "FAILURE")
    finished("unknown", 0.0)
    finished("other-model", 1.0, model="gen4_image")
    finished("other-action", 1.0, action="TEXT_TO_IMAGE")
    latest = measured([79.0 - number for number in range(20)])
    assert (latest.median, latest.runs) == (69.5, 20)
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo") == latest
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo", HERE) == latest
    assert journal.typical("IMAGE_TO_VIDEO", "gen4_turbo", "https://elsewhere.example") is None


def test_what_is_typical_is_the_run_without_the_queue_before_it(journal: Journal) -> None:
    for number in range(3):
        accepted(journal, f"t-{number}")
        journal.record_end(HERE, f"t-{number}", "SUCCESS", 600.0, ran=60.0 + number)
    typical = journal.typical("IMAGE_TO_VIDEO", "gen4_turbo")
    assert typical is not None
    assert typical.median == 61.0
    assert journal.recent()[0].seconds == 600.0, "people waited for the queue too"


def test_forget_removes_the_rows_bytes_from_the_file_and_no_other_row(journal: Journal) -> None:
    accepted(journal, "t-1", parameters={"promptText": "SECRETKITE"})
    accepted(journal, "t-2")
    other = uncertain(journal)
    assert journal.path is not None
    assert b"SECRETKITE" in journal.path.read_bytes()
    assert journal.forget("t-1") == 1
    assert b"SECRETKITE" not in journal.path.read_bytes()
    assert journal.forget("t-1") == journal.forget("") == journal.forget("all") == 0
    assert journal.forget("t-2") == 1
    assert [row.id for row in journal.recent()] == [other.id]
    assert journal.forget_all() == 1
    assert journal.recent() == []
