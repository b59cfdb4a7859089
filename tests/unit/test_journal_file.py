"""Where the journal's file is, who may read it, and how it comes of age."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from runway_widget._journal import file as _journal_file
from runway_widget._journal.journal import Journal

from .journals import HERE, everything_of, path_of, taken, warnings


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "journal.sqlite3")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Where it is, and who may read it


def test_nothing_is_made_before_there_is_something_to_write(journal: Journal) -> None:
    assert journal.recent() == []
    assert journal.forget_all() == 0
    assert not path_of(journal).parent.exists()


def test_the_file_its_folders_and_its_side_files_are_for_their_owner_only(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    side_modes: list[int] = []
    migrate = _journal_file._migrate

    def look(connection: sqlite3.Connection) -> None:
        migrate(connection)
        side_modes.extend(mode(file) for file in path_of(journal).parent.iterdir() if file != path_of(journal))

    monkeypatch.setattr(_journal_file, "_migrate", look)
    before = os.umask(0)
    try:
        taken(journal, "t-1")
    finally:
        os.umask(before)
    assert mode(path_of(journal)) == 0o600
    assert mode(path_of(journal).parent) == 0o700
    assert side_modes == [0o600]
    assert list(path_of(journal).parent.iterdir()) == [path_of(journal)], "a side file stayed"


def test_a_file_that_others_could_read_is_closed_to_them(journal: Journal) -> None:
    taken(journal, "t-1")
    path_of(journal).chmod(0o644)
    taken(journal, "t-2")
    assert mode(path_of(journal)) == 0o600


def test_the_path_is_the_argument_else_the_environment_s_else_the_user_s_data_folder(
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
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", " ")
    assert Journal().path == usual


def test_a_journal_that_is_off_keeps_and_finds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", "off")
    for journal in (Journal(), Journal.off()):
        everything_of(journal)
        assert journal.path is None
    assert list(tmp_path.iterdir()) == []


def test_a_path_with_signs_that_mean_something_in_a_url_is_only_a_path(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "100 %?mode=memory#x" / "j.sqlite3")
    taken(journal, "t-1")
    assert path_of(journal).stat().st_size > 0
    assert journal.find("t-1", HERE) is not None


def test_what_is_typical_is_found_without_a_look_at_every_row(journal: Journal) -> None:
    taken(journal, "t-1")
    where = "status = 'SUCCESS' AND seconds > 0 AND action = 'A' AND model = 'm' AND base_url = 'u'"
    with closing(sqlite3.connect(path_of(journal))) as raw:
        sql = f"EXPLAIN QUERY PLAN SELECT seconds FROM submissions WHERE {where} ORDER BY rowid DESC LIMIT 20"
        assert [step[3].split(" (")[0] for step in raw.execute(sql)] == ["SEARCH submissions USING INDEX by_success"]


# Versions


def test_an_older_file_is_brought_up_to_date_with_its_rows(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    taken(journal, "t-1")
    later = (*_journal_file.STEPS, ("ALTER TABLE submissions ADD COLUMN stars INTEGER NOT NULL DEFAULT 0",))
    monkeypatch.setattr(_journal_file, "STEPS", later)
    assert [row.task_id for row in journal.recent()] == ["t-1"], "reading must not need the newest version"
    taken(journal, "t-2")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(later),)
        assert raw.execute("SELECT task_id, stars FROM submissions").fetchall() == [("t-1", 0), ("t-2", 0)]


def test_a_newer_file_is_used_as_far_as_it_is_understood(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    taken(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        raw.execute("ALTER TABLE submissions ADD COLUMN stars INTEGER NOT NULL DEFAULT 0")
        raw.execute("PRAGMA user_version=99")
    taken(journal, "t-2")
    assert [row.task_id for row in journal.recent()] == ["t-2", "t-1"]
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (99,)
    assert warnings(caplog) == []


def test_a_step_that_fails_half_way_changes_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken(journal, "t-1")
    broken = ("ALTER TABLE submissions ADD COLUMN stars INTEGER", "NO SUCH STATEMENT")
    with monkeypatch.context() as patch:
        patch.setattr(_journal_file, "STEPS", (*_journal_file.STEPS, broken))
        taken(journal, "t-2")
    taken(journal, "t-3")
    assert [row.task_id for row in journal.recent()] == ["t-3", "t-1"]
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert "stars" not in {column[1] for column in raw.execute("PRAGMA table_info(submissions)")}


def test_the_file_keeps_no_write_ahead_log_even_where_somebody_began_one(journal: Journal) -> None:
    """Its shared memory does not work on a network's file systems."""
    taken(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
    taken(journal, "t-2")
    with closing(sqlite3.connect(path_of(journal))) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
