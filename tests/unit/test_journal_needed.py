"""Where the journal was asked for and is not to be had, nothing is sent; where it breaks later, nothing is lost."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask, ServiceError, SubmissionUncertain, TakesFailed
from runway_widget._journal import file as file_module
from runway_widget._journal import file as journal_file
from runway_widget._journal.journal import Journal
from runway_widget._journal.place import PATH_VARIABLE
from runway_widget._journal.row import State
from runway_widget.simulator import Simulator

from .creating import created, film
from .journals import a_row, accepted, path_of, warnings

Break = Callable[[Path], Any]


@contextmanager
def no_folder(path: Path) -> Iterator[None]:
    """A file where the journal's folder should be."""
    aside = path.parent.with_name("aside")
    path.parent.rename(aside)
    path.parent.touch()
    yield
    path.parent.unlink()
    aside.rename(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program keeps it for itself."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def damaged(path: Path) -> Iterator[None]:
    path.write_bytes(b"no database " * 100)
    yield


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Each page holds as much as it can, and the file cannot grow: what sqlite says then, it says on a full disk."""
    usual = journal_file.JournalFile._connection
    with closing(sqlite3.connect(path, isolation_level=None)) as filling:
        filling.execute("PRAGMA max_page_count=1")  # as many as there are
        for size in (500, 1):
            with contextlib.suppress(sqlite3.OperationalError):
                while True:
                    filling.execute(
                        "INSERT INTO submissions (id, base_url, state, submitted_at, parameters) "
                        "VALUES (hex(randomblob(6)), '', 'refused', 0, ?)",
                        ("{}" * size,),
                    )

    @contextmanager
    def small(self: journal_file.JournalFile) -> Iterator[sqlite3.Connection]:
        with usual(self) as connection:
            connection.execute("PRAGMA max_page_count=1")
            yield connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_file.JournalFile, "_connection", small)
        yield


@contextmanager
def another_program(path: Path) -> Iterator[None]:
    path.unlink()
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url)")
        theirs.commit()
    yield


TROUBLES = [no_folder, locked, damaged, full_disk, another_program]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "BUSY_TIMEOUT", 0.05)


@pytest.fixture
def client(sim: Simulator, tmp_path: Path) -> Client:
    """A client whose journal holds many rows, so that one more needs another page."""
    client = sim.client(journal=tmp_path / "data" / "journal.sqlite3")
    for number in range(20):
        accepted(client._journal, f"t-{number}", parameters={"promptText": "kite " * 200})
    return client


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("options", [{}, {"takes": 2}, {"prompt_text": ["up", "down"]}])
def test_reuse_with_a_journal_that_cannot_be_used_sends_nothing(
    sim: Simulator, client: Client, trouble: Break, options: dict[str, Any]
) -> None:
    with trouble(path_of(client._journal)):
        for _ in range(2):
            # A full disk is found out with the first row: then it is the takes that say so.
            with pytest.raises((ConfigurationError, TakesFailed), match="journal"):
                film(sim, client, reuse=True, **options).wait(0)
    assert created(sim) == []


@pytest.mark.parametrize("trouble", TROUBLES)
def test_without_reuse_the_same_create_goes_on_and_one_line_is_logged(
    sim: Simulator, client: Client, trouble: Break, caplog: pytest.LogCaptureFixture
) -> None:
    with trouble(path_of(client._journal)):
        task = film(sim, client)
        assert isinstance(task, RunwayTask)
        task.close()
    assert len(created(sim)) == 1
    assert len({line for line in warnings(caplog) if "journal" in line.casefold()}) in {1, 2}, "written, and read"


def test_a_journal_that_is_off_in_the_environment_is_off_for_reuse_too(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PATH_VARIABLE, "off")
    client = sim.client(journal=None)
    with pytest.raises(ConfigurationError, match=r"reuse=True needs the journal .* keeps no journal"):
        film(sim, client, reuse=True)
    with pytest.raises(ConfigurationError, match="reuse=True needs the journal"):
        film(sim, client).again(reuse=True)
    assert len(created(sim)) == 1


def test_a_journal_that_breaks_amid_the_takes_ends_the_sending(sim: Simulator, client: Client) -> None:
    begin_usual, record_usual = client._journal.begin, client._journal.record_task
    numbers, two_are_in_it = itertools.count(1), threading.Event()
    recorded = list[str]()

    def begin(row: Any, **options: Any) -> Any:
        if next(numbers) > 2:
            assert two_are_in_it.wait(20)
            with file_module._lock:  # not amid a transaction of another take's
                path_of(client._journal).write_bytes(b"no database " * 100)
        return begin_usual(row, **options)

    def record_task(row: Any, task_id: str, *cost: Any) -> None:
        record_usual(row, task_id, *cost)
        recorded.append(task_id)
        if len(recorded) == 2:
            two_are_in_it.set()

    client._journal.record_task = record_task  # type: ignore[method-assign, assignment]
    client._journal.begin = begin  # type: ignore[method-assign]
    grid = film(sim, client, takes=4, reuse=True)
    assert sorted(bool(task.task_id) for task in grid) == [False, False, True, True]
    assert len(created(sim)) == 2
    lost = next(task for task in grid if not task.task_id)
    with pytest.raises(ConfigurationError, match="journal"):
        lost.wait(0)


def test_what_a_damaged_journal_held_is_not_created_again_until_the_user_says_so(
    sim: Simulator, client: Client
) -> None:
    film(sim, client, reuse=True).close()
    path = path_of(client._journal)
    path.write_bytes(b"no database " * 100)
    client._journal.recent()  # which puts it aside, and begins a new one
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=r"was damaged.*\.damaged-1 holds what there was"):
            film(sim, client, reuse=True)
    assert len(created(sim)) == 1
    path.with_name(f"{path.name}.damaged-1").unlink()
    film(sim, client, reuse=True).close()
    assert len(created(sim)) == 2
    film(sim, client, reuse=True).close()
    assert len(created(sim)) == 2


def test_a_task_that_the_new_journal_knows_is_reused_beside_a_damaged_one(sim: Simulator, client: Client) -> None:
    path_of(client._journal).write_bytes(b"no database " * 100)
    first = film(sim, client)
    assert film(sim, client, reuse=True).task_id == first.task_id
    assert len(created(sim)) == 1


# What is asked of the journal otherwise


def test_what_was_submitted_is_not_nothing_where_the_journal_is_off_or_cannot_be_read(
    sim: Simulator, client: Client
) -> None:
    off = sim.client(journal="off").recent()
    assert len(off) == 0
    assert str(off).startswith("The journal is off: ")
    assert len(client.recent()) == 0, "of this service"
    with damaged(path_of(client._journal)), pytest.raises(ConfigurationError, match="cannot be read"):
        client.recent()


def test_a_journal_that_nobody_has_written_yet_is_empty(sim: Simulator, tmp_path: Path) -> None:
    assert len(sim.client(journal=tmp_path / "none" / "journal.sqlite3").recent()) == 0


# After the service said yes


def test_an_id_that_cannot_be_noted_is_written_as_soon_as_the_journal_works_again(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    journal = client._journal
    row = a_row(fingerprint="beef")
    journal.begin(row)
    with locked(path_of(journal)):
        journal.record_task(row, "t-new")
    assert len(warnings(caplog)) == 1
    assert journal.recent(1)[0].state is State.SENDING
    journal.record_end("https://elsewhere.example", "nobody", "SUCCESS", 1.0)
    assert journal.recent(1)[0].state is State.ACCEPTED
    assert journal.begin(a_row(fingerprint="beef"), reuse=True) is not None


def test_a_journal_that_works_again_knows_in_time_for_reuse(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "data" / "journal.sqlite3")
    row = a_row()
    journal.begin(row)
    with no_folder(path_of(journal)):
        journal.record_task(row, "t-1")
    earlier = journal.begin(a_row(), reuse=True)
    assert earlier is not None
    assert earlier.task_id == "t-1"


def test_what_was_created_while_nothing_could_be_written_is_known_once_there_is_room_again(
    sim: Simulator, client: Client
) -> None:
    with full_disk(path_of(client._journal)):
        first = film(sim, client)
    assert film(sim, client, reuse=True).task_id == first.task_id
    assert len(created(sim)) == 1


def test_the_id_that_a_broken_answer_named_is_noted_and_said_with_the_doubt(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    row = a_row()
    journal.begin(row)
    journal.record_uncertain(row, ServiceError("the connection broke"), "t-1")
    with pytest.raises(SubmissionUncertain, match="the answer named 't-1'"):
        journal.begin(a_row(), reuse=True)
    journal.record_end(row.base_url, "t-1", "SUCCESS", 1.0)
    earlier = journal.begin(a_row(), reuse=True)
    assert earlier is not None, "its end was seen, so it was taken"
    assert earlier.task_id == "t-1"
