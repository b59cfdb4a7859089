"""Where the journal's file is, who may read it, and how it is migrated."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from runway_widget._journal import file as journal_file
from runway_widget._journal import steps
from runway_widget._journal.journal import Journal

from .journals import HERE, accepted, call_everything, path_of, warnings


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "journal.sqlite3")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Where it is, and who may read it


def test_no_file_is_made_before_the_first_row(journal: Journal) -> None:
    assert journal.recent() == []
    assert journal.forget_all() == 0
    assert not path_of(journal).parent.exists()


@pytest.mark.posix
def test_only_the_owner_can_read_the_file_its_folders_and_its_side_files(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_modes: list[int] = []
    migrate = journal_file._migrate

    def look(connection: sqlite3.Connection) -> None:
        migrate(connection)
        side_modes.extend(mode(file) for file in path_of(journal).parent.iterdir() if file != path_of(journal))

    monkeypatch.setattr(journal_file, "_migrate", look)
    before = os.umask(0)
    try:
        accepted(journal, "t-1")
    finally:
        os.umask(before)
    assert mode(path_of(journal)) == 0o600
    assert mode(path_of(journal).parent) == 0o700
    assert side_modes == [0o600]
    assert list(path_of(journal).parent.iterdir()) == [path_of(journal)], "a side file is left"


@pytest.mark.posix
def test_a_file_that_others_can_read_is_made_private(journal: Journal) -> None:
    accepted(journal, "t-1")
    path_of(journal).chmod(0o644)
    accepted(journal, "t-2")
    assert mode(path_of(journal)) == 0o600


def test_the_path_is_the_argument_else_the_environments_else_in_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUNWAY_WIDGET_JOURNAL", raising=False)
    usual = path_of(Journal())
    assert (usual.name, usual.parent.name) == ("journal.sqlite3", "runway-widget")
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "~/other.sqlite3")
    assert Journal().path == tmp_path / "home" / "other.sqlite3"
    assert Journal("here.sqlite3").path == Path.cwd() / "here.sqlite3"
    assert Journal("./off").path == Path.cwd() / "off", "a word that switches is a name again with a folder before it"
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", " ")
    assert Journal().path == usual


def test_a_journal_that_is_off_writes_and_finds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "off")
    for journal in (Journal(), Journal.off()):
        call_everything(journal)
        assert journal.path is None
    assert list(tmp_path.iterdir()) == []


def test_a_path_may_hold_characters_that_are_special_in_a_url(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "100 %?mode=memory#x" / "j.sqlite3")
    accepted(journal, "t-1")
    assert path_of(journal).stat().st_size > 0
    assert journal.find("t-1", HERE) is not None


def test_transactions_of_one_process_never_overlap(journal: Journal) -> None:
    """To open a second handle of the file and close it would release this process's locks on it."""
    accepted(journal, "t-1")
    barrier, overlaps = threading.Barrier(2), []

    def meet(_: sqlite3.Connection) -> bool:
        try:
            barrier.wait(0.2)
        except threading.BrokenBarrierError:
            return False
        return True

    def read() -> None:
        overlaps.append(journal_file.JournalFile(path_of(journal)).read(meet, True))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert overlaps == [False, False]


def test_a_write_locks_the_file_before_it_reads_anything(journal: Journal) -> None:
    """So that nothing that it has read can change until it has written."""
    accepted(journal, "t-1")

    def job(_: sqlite3.Connection) -> bool:
        with closing(sqlite3.connect(path_of(journal), timeout=0, isolation_level=None)) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            return True

    assert journal_file.JournalFile(path_of(journal)).write(job, False)


def test_opening_a_connection_never_makes_a_file(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only `_make_file` does, with the right mode."""
    path_of(journal).parent.mkdir()
    monkeypatch.setattr(journal_file.JournalFile, "_make_file", lambda _: None)
    accepted(journal, "t-1")
    assert list(path_of(journal).parent.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Python 3.12, about forking with threads
def test_a_forked_child_can_write_where_its_parent_was_writing_at_that_moment(journal: Journal) -> None:
    """The thread that holds the lock stays with the parent, so nobody could release it in the child."""
    accepted(journal, "t-1")

    def fork(connection: sqlite3.Connection) -> int:
        connection.execute("ROLLBACK")  # the child needs the file, not only the lock
        child = os.fork()
        if child == 0:
            signal.alarm(20)  # a child that waits for ever is killed, and its exit status says so
            accepted(journal, "t-2")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        connection.execute("BEGIN IMMEDIATE")
        return status

    assert journal_file.JournalFile(path_of(journal)).write(fork, -1) == 0
    assert [row.task_id for row in journal.recent()] == ["t-2", "t-1"]


def test_what_is_typical_is_found_without_a_look_at_every_row(journal: Journal) -> None:
    accepted(journal, "t-1")
    where = "status = 'SUCCESS' AND seconds > 0 AND action = 'A' AND model = 'm' AND base_url = 'u'"
    with closing(sqlite3.connect(path_of(journal))) as raw:
        sql = f"EXPLAIN QUERY PLAN SELECT seconds FROM submissions WHERE {where} ORDER BY rowid DESC LIMIT 20"
        assert [step[3].split(" (")[0] for step in raw.execute(sql)] == ["SEARCH submissions USING INDEX by_success"]


# Versions


def test_an_older_file_is_migrated_with_its_rows(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(journal, "t-1")
    later = (*steps.STEPS, ("ALTER TABLE submissions ADD COLUMN stars INTEGER NOT NULL DEFAULT 0",))
    monkeypatch.setattr(steps, "STEPS", later)
    assert [row.task_id for row in journal.recent()] == ["t-1"], "reading must not need the newest version"
    accepted(journal, "t-2")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(later),)
        assert raw.execute("SELECT task_id, stars FROM submissions").fetchall() == [("t-1", 0), ("t-2", 0)]


def test_a_newer_file_is_used_without_a_migration(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    accepted(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        raw.execute("ALTER TABLE submissions ADD COLUMN stars INTEGER NOT NULL DEFAULT 0")
        raw.execute("PRAGMA user_version=99")
    accepted(journal, "t-2")
    assert [row.task_id for row in journal.recent()] == ["t-2", "t-1"]
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (99,)
    assert warnings(caplog) == []


def test_a_migration_that_fails_is_rolled_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    accepted(journal, "t-1")
    broken = ("ALTER TABLE submissions ADD COLUMN stars INTEGER", "NO SUCH STATEMENT")
    with monkeypatch.context() as patch:
        patch.setattr(steps, "STEPS", (*steps.STEPS, broken))
        accepted(journal, "t-2")
    accepted(journal, "t-3")
    assert [row.task_id for row in journal.recent()] == ["t-3", "t-2", "t-1"], "the second one is written later"
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert "stars" not in {column[1] for column in raw.execute("PRAGMA table_info(submissions)")}


def test_a_write_ahead_log_is_turned_off(journal: Journal) -> None:
    """It needs shared memory, which network file systems do not have."""
    accepted(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
    accepted(journal, "t-2")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
