"""The small pictures in the journal: made when a task ends, small, and not more than a journal should hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from runway_widget._journal import pictures, steps
from runway_widget._journal.journal import Journal
from runway_widget._media.dimensions import ratio_from_image
from runway_widget._media.kept_outputs import KeptOutput
from runway_widget._media.small_pictures import SMALL_BUDGET, picture_uri, small_picture
from runway_widget._media.thumbnails import thumbnail
from runway_widget._service.endpoint import Kind
from runway_widget._service.outputs import Output
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import MEDIA, QUICK, film
from .journals import HERE, a_row, accepted, path_of
from .keeper.helpers import media
from .pictures import noise, written

WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "


def pictured(journal: Journal) -> list[str]:
    """The tasks that have a picture, the newest first."""
    return [row.task_id for row in journal.recent(1000) if row.picture]


def count(journal: Journal) -> int:
    with closing(sqlite3.connect(path_of(journal))) as raw:
        return int(raw.execute("SELECT count(*) FROM pictures").fetchone()[0])


# Made at the end


def test_a_task_that_no_card_shows_leaves_a_picture(sim: Simulator, clock: ServiceTime, journal: Journal) -> None:
    client = sim.client(journal=path_of(journal))
    task = film(sim, client)
    clock.forward(1000)
    task.wait(20)
    (row,) = journal.recent()
    assert 0 < len(row.picture) <= pictures.MAX_PICTURE
    assert ratio_from_image(picture_uri(row.picture)) == pytest.approx(16 / 9, rel=0.02)
    fetched = media(sim)
    client.task(task.task_id, **QUICK).wait(20)
    assert media(sim) == fetched, "there is a picture already"


def test_nothing_is_fetched_for_a_journal_that_does_not_know_the_task(sim: Simulator, clock: ServiceTime) -> None:
    tasks = [sim.client(journal=False).task(sim.add_task(), **QUICK), sim.client().task(sim.add_task(), **QUICK)]
    clock.forward(1000)
    for task in tasks:
        task.wait(20)
    assert media(sim) == 0


def test_a_task_that_fails_leaves_none(sim: Simulator, clock: ServiceTime, journal: Journal) -> None:
    client = sim.client(journal=path_of(journal))
    sim.next(outcome="failure")
    task = film(sim, client)
    clock.forward(1000)
    task.wait(20, check=False)
    assert pictured(journal) == []


@pytest.mark.parametrize(("name", "kind"), [("dusk.mp4", "video"), ("dusk.jpg", "image"), ("wind.m4a", "audio")])
def test_a_picture_is_made_of_the_first_output_that_has_one(sim: Simulator, name: str, kind: Kind) -> None:
    sound = KeptOutput(Output("https://media.example/a.m4a", "audio"))
    seen = KeptOutput(Output(f"https://media.example/{name}", kind), file=MEDIA / name)
    picture = small_picture(sim.client()._service, [sound, seen])
    assert len(picture) <= pictures.MAX_PICTURE
    assert bool(picture) == (kind != "audio")
    assert media(sim) == 0


def test_a_large_thumbnail_is_made_smaller_and_a_small_one_is_taken_as_it_is(sim: Simulator) -> None:
    photo = written(noise(640, 360))
    large, small = thumbnail(photo, "image", 13_000), thumbnail(photo, "image", 2_000)
    assert len(large) > SMALL_BUDGET > len(small) > 0

    def made(uri: str) -> bytes:
        return small_picture(sim.client()._service, [KeptOutput(Output("https://media.example/a.jpg", "image"), uri)])

    assert 0 < len(made(large)) <= pictures.MAX_PICTURE
    assert picture_uri(made(small)) == small


# In the journal


def test_a_picture_belongs_to_its_task_at_its_service(journal: Journal) -> None:
    accepted(journal, "t-1")
    journal.record_picture(HERE, "t-1", WEBP)
    journal.record_picture("https://elsewhere.example", "t-1", WEBP + b"other")
    journal.record_picture(HERE, "nobody", WEBP)
    row = journal.find("t-1", HERE)
    assert row is not None
    assert row.picture == WEBP
    assert count(journal) == 1
    assert "RIFF" not in repr(row)


@pytest.mark.parametrize("picture", [b"", b"R" * (pictures.MAX_PICTURE + 1)])
def test_a_picture_that_is_none_or_too_large_is_not_written(journal: Journal, picture: bytes) -> None:
    accepted(journal, "t-1")
    journal.record_picture(HERE, "t-1", picture)
    assert count(journal) == 0


def test_the_newest_keep_theirs_and_those_that_are_picked(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 3)
    for number in range(6):
        accepted(journal, f"t-{number}")
        journal.record_picture(HERE, f"t-{number}", WEBP)
        if number == 1:
            journal.record_pick(a_row(task_id="t-1"), True)
    assert pictured(journal) == ["t-5", "t-4", "t-3", "t-1"]
    journal.record_picture(HERE, "t-5", WEBP + b"again")
    assert pictured(journal) == ["t-5", "t-4", "t-3", "t-1"]


def test_what_is_forgotten_leaves_no_picture(journal: Journal) -> None:
    for number in range(3):
        accepted(journal, f"t-{number}")
        journal.record_picture(HERE, f"t-{number}", WEBP + b"secret" * number)
    journal.forget("t-1")
    assert pictured(journal) == ["t-2", "t-0"]
    assert count(journal) == 2
    journal.forget_all()
    assert count(journal) == 0
    assert b"secret" not in path_of(journal).read_bytes()


def test_what_is_no_picture_is_not_shown_as_one(journal: Journal) -> None:
    accepted(journal, "t-1")
    journal.record_picture(HERE, "t-1", b"<svg onload=alert(1)>")
    row = journal.find("t-1", HERE)
    assert row is not None
    assert picture_uri(row.picture) == ""


def test_a_journal_of_an_older_package_has_no_pictures(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(steps, "STEPS", tuple(step for step in steps.STEPS if "CREATE TABLE pictures" not in step[0]))
        accepted(journal, "t-1")
    assert [row.task_id for row in journal.recent()] == ["t-1"]
    assert journal.find("t-1", HERE) is not None
