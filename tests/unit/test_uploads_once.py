"""What was uploaded is not sent again for a day, and is known by its content."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask, ServiceError, TaskGrid
from runway_widget._create.submit import submit
from runway_widget._create.uploads import MARGIN, Uploads
from runway_widget._journal.journal import Journal
from runway_widget._journal.steps import STEPS
from runway_widget._journal.uploads import Upload
from runway_widget._media.content import content_of
from runway_widget._service.upload import LIFE
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import KEY, QUICK, created
from .fakes import until
from .uploading import LARGE, edit, edited, film, forward, stored, videos
from .vault import Vault


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return film(tmp_path / "My holiday.mp4", LARGE)


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.runway_client()


# Sent once


def test_several_takes_and_prompts_upload_it_once(sim: Simulator, client: Client, clip: Path) -> None:
    grid = edit(client, clip, takes=2, prompt_text=["dusk", "dawn"])
    assert isinstance(grid, TaskGrid)
    until(lambda: len(created(sim)) == 4)
    assert len(stored(sim)) == 1
    assert len(set(videos(sim))) == 1


def test_takes_that_are_sent_at_once_wait_for_one_upload(sim: Simulator, client: Client, clip: Path) -> None:
    content, uploads = content_of(clip, clip.name, "video/mp4", ".mp4"), Uploads(Journal.off())
    sim.trouble("slow", route="store", seconds=600)
    uris, heard = list[str](), [list[float]() for _ in range(4)]

    def send(number: int) -> None:
        uris.append(uploads.uri_of(content, client._service, heard[number].append))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: all(parts and 0 < parts[-1] < 1 for parts in heard))  # all of them are told how far it is
    sim.calm()
    for thread in threads:
        thread.join(20)
    assert len(uris) == 4
    assert len(set(uris)) == len(stored(sim)) == 1


def test_those_who_wait_learn_that_it_failed(sim: Simulator, client: Client, clip: Path) -> None:
    content, uploads = content_of(clip, clip.name, "video/mp4", ".mp4"), Uploads(Journal.off())
    first, release, errors = threading.Event(), threading.Event(), list[BaseException]()

    def send(progress: Any) -> None:
        try:
            uploads.uri_of(content, client._service, progress)
        except ServiceError as error:
            errors.append(error)

    def hold(_: float) -> None:
        first.set()
        release.wait(10)

    sim.trouble("forbidden", route="upload", times=None)
    threads = [threading.Thread(target=send, args=(hold,))]
    threads[0].start()
    assert first.wait(10)
    threads.append(threading.Thread(target=send, args=(lambda _: release.set(),)))
    threads[1].start()
    for thread in threads:
        thread.join(20)
    assert len(errors) == 2
    assert len([request for request in sim.requests if request.route == "upload"]) == 1


def test_the_same_content_is_not_sent_again_under_whatever_name(
    sim: Simulator, client: Client, clip: Path, tmp_path: Path
) -> None:
    edit(client, clip)
    edit(client, film(tmp_path / "copy.mov", LARGE))
    edit(client, clip.read_bytes())
    assert (len(stored(sim)), len(set(videos(sim)))) == (1, 1)


def test_another_kernel_knows_it_too_and_another_key_does_not(
    clip: Path, tmp_path: Path, vault: Vault, clock: ServiceTime
) -> None:
    with Simulator(clock=clock) as sim:
        for _ in range(2):
            edit(sim.runway_client(api_key=KEY, journal=tmp_path / "j"), clip)
        assert len(stored(sim)) == 1
        edit(sim.runway_client(api_key=vault.key, journal=tmp_path / "j"), clip)
        assert len(stored(sim)) == 2
    assert not vault.found_in((tmp_path / "j").read_bytes().decode("latin-1"))


def test_without_a_journal_the_client_remembers_it(sim: Simulator, clip: Path) -> None:
    client = sim.runway_client(journal=False)
    edit(client, clip)
    edit(client, clip)
    assert len(stored(sim)) == 1


def test_an_upload_is_not_used_shortly_before_its_end(
    sim: Simulator, client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(client, clip)
    forward(monkeypatch, LIFE - MARGIN - 60)
    edit(client, clip)
    assert len(stored(sim)) == 1
    forward(monkeypatch, 120)
    for each in (client, sim.runway_client()):
        edit(each, clip)
    assert len(stored(sim)) == 2
    assert videos(sim)[2] == videos(sim)[3] != videos(sim)[0]


def test_a_clock_that_was_set_back_makes_no_upload_last_longer(
    sim: Simulator, client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(client, clip)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 7200)
    edit(client, clip)
    assert len(stored(sim)) == 2


def test_what_is_forgotten_is_sent_again(sim: Simulator, client: Client, clip: Path) -> None:
    edit(client, clip)
    client._journal.forget_all()
    edit(sim.runway_client(), clip)
    assert len(stored(sim)) == 2


def test_an_upload_that_the_service_has_lost_is_made_anew_the_next_time(
    sim: Simulator, client: Client, clip: Path
) -> None:
    edit(client, clip)
    sim.expire_uploads()
    with pytest.raises(ServiceError, match="Validation of body failed"):
        edit(client, clip)
    edit(client, clip)
    assert len(stored(sim)) == 2


def test_a_refusal_of_what_was_just_uploaded_does_not_have_it_sent_again(sim: Simulator, clip: Path) -> None:
    client = sim.runway_client(journal=False)
    sim.trouble("quota", route="create")
    with pytest.raises(ServiceError, match="enough credits"):
        edit(client, clip)
    edit(client, clip)
    assert len(stored(sim)) == 1


# Known by content


def test_the_same_request_is_reused_also_when_the_upload_has_ended(
    sim: Simulator, client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = edit(client, clip, reuse=True)
    forward(monkeypatch, 2 * LIFE)
    sent = len(sim.requests)
    assert edit(sim.runway_client(), clip, reuse=True).task_id == first.task_id
    assert not {"upload", "store", "create"} & {request.route for request in sim.requests[sent:]}
    edit(client, film(clip, LARGE, end=b"another end"), reuse=True)
    assert len(created(sim)) == 2


def test_the_journal_says_what_it_was(sim: Simulator, client: Client, clip: Path) -> None:
    edit(client, clip)
    (row,) = client._journal.recent()
    digest = content_of(clip, "", "", "").sha256
    assert row.parameters["videoUri"] == {"kept": False, "type": "video/mp4", "bytes": LARGE, "sha256": digest}


def test_again_uploads_the_file_again_when_its_upload_has_ended(
    sim: Simulator, client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task: RunwayTask = edit(client, clip)
    task.again(**QUICK)
    assert len(stored(sim)) == 1
    forward(monkeypatch, 2 * LIFE)
    task.again(**QUICK)
    assert len(stored(sim)) == 2
    assert videos(sim)[2] != videos(sim)[0]


def test_a_task_that_is_taken_up_later_is_made_again_while_its_upload_lasts(
    sim: Simulator, client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = edit(client, clip).task_id
    clip.unlink()
    recalled = sim.runway_client().task(task_id, **QUICK)
    recalled.again(**QUICK)
    assert (len(stored(sim)), len(set(videos(sim)))) == (1, 1)
    forward(monkeypatch, 2 * LIFE)
    with pytest.raises(ConfigurationError, match=r"^videoUri: it was a local file \(video/mp4.*its upload has ended"):
        recalled.again(**QUICK)
    with pytest.raises(ConfigurationError, match=r"^video_uri: it was a local file .*journal does not store; give it"):
        sim.runway_client().task(task_id, **QUICK).again(**QUICK)
    assert len(created(sim)) == 2


@pytest.mark.parametrize("change", ["content", "size", "gone"])
def test_a_file_that_changes_before_it_is_sent_is_noticed(
    sim: Simulator, client: Client, clip: Path, journal: Journal, change: str
) -> None:
    creation, status = edited(clip), clip.stat()
    if change == "gone":
        clip.unlink()
    else:
        film(clip, LARGE + (change == "size"), end=b"x")
        os.utime(clip, ns=(status.st_atime_ns, status.st_mtime_ns))
    word = "cannot be read any more: No such file" if change == "gone" else "has changed since it was checked"
    with pytest.raises(ConfigurationError, match=f"^video_uri: My holiday.mp4 {word}"):
        submit(client._service, creation, journal)
    assert (stored(sim), created(sim), journal.recent()) == ([], [], [])
    if change != "gone":
        submit(client._service, edited(clip), journal)
        assert len(stored(sim)) == 1


def test_an_old_file_of_the_journal_knows_no_uploads_and_learns_them(
    tmp_path: Path, sim: Simulator, clip: Path
) -> None:
    before = next(number for number, step in enumerate(STEPS) if "CREATE TABLE uploads" in step[0])
    with sqlite3.connect(tmp_path / "j") as connection:
        for step in STEPS[:before]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={before}")
    connection.close()
    journal = Journal(tmp_path / "j")
    assert journal.find_uploads("https://a.example", "0") == []
    for _ in range(2):
        edit(sim.runway_client(journal=tmp_path / "j"), clip)
    assert len(stored(sim)) == 1


def test_uploads_that_have_ended_leave_the_journal(journal: Journal) -> None:
    for number, when in enumerate((1000.0, 2000.0, 2000.0 + LIFE)):
        journal.record_upload(Upload("https://a.example", "0", f"owner {number}", f"runway://{number}", when))
    assert [each.uri for each in journal.find_uploads("https://a.example", "0")] == ["runway://2", "runway://1"]
    assert journal.find_uploads("https://b.example", "0") == journal.find_uploads("https://a.example", "1") == []
