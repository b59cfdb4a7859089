"""Whatever state the journal's file is in, it costs one line in the log and never a task."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from runway_widget import _journal_file
from runway_widget._journal import Journal
from runway_widget._journal_row import State

from .journals import a_row, everything_of, path_of, taken, warnings

NOBODY = 65534
SUBMITTING = """
from runway_widget._journal import Journal
from runway_widget._journal_row import Row
journal = Journal(sys.argv[1])
row = Row(base_url="https://a.example", service="A", endpoint="e")
assert journal.begin(row) is None
journal.complete(row, "t-1")
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "journal.sqlite3")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def ordinary_user(*own: Path) -> Iterator[None]:
    """Root may write everywhere, so a test that runs as root goes on as somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    for path in own:
        os.chown(path, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def within_reach(path: Path) -> None:
    """Let the ordinary user come as far as ``path``: pytest's own folders are for their owner only."""
    for folder in path.parents:
        if folder.stat().st_uid == os.geteuid() and not mode(folder) & 0o001:
            folder.chmod(0o711)


def test_a_folder_that_cannot_be_made_costs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    everything_of(Journal(tmp_path / "file" / "journal.sqlite3"))
    assert len(warnings(caplog)) == 1
    assert "cannot be written" in warnings(caplog)[0]


@pytest.mark.posix
def test_a_read_only_folder_costs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    within_reach(tmp_path)
    tmp_path.chmod(0o555)
    with ordinary_user():
        everything_of(Journal(tmp_path / "journal.sqlite3"))
    tmp_path.chmod(0o755)
    assert len(warnings(caplog)) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.posix
def test_a_read_only_file_is_still_read(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    taken(journal, "t-1")
    within_reach(path_of(journal))
    path_of(journal).chmod(0o444)
    path_of(journal).parent.chmod(0o555)
    with ordinary_user(path_of(journal)):
        taken(journal, "t-2")
        assert [row.task_id for row in journal.recent()] == ["t-1"]
    path_of(journal).parent.chmod(0o755)
    assert mode(path_of(journal)) == 0o400, "whoever made it read-only meant it"
    assert len(warnings(caplog)) == 1
    assert "readonly" in warnings(caplog)[0]


def test_a_folder_in_the_place_of_the_file_costs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    everything_of(Journal(tmp_path))
    assert 1 <= len(warnings(caplog)) <= 2  # one for writing, one for reading
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_program_holds_costs_a_short_wait_and_one_line(
    journal: Journal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(journal, "t-1")
    monkeypatch.setattr(_journal_file, "BUSY", 0.05)
    with closing(sqlite3.connect(path_of(journal), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        row = a_row()
        assert journal.begin(row) is None
        journal.refused(row, "no")
        assert time.monotonic() - begun < 5
        other.execute("ROLLBACK")
    assert len(warnings(caplog)) == 1
    assert "locked" in warnings(caplog)[0]
    assert [row.state for row in journal.recent()] == [State.TAKEN]


def test_a_writer_waits_for_another_one_that_is_soon_done(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    taken(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal), isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        timer.start()
        taken(journal, "t-2")
        timer.join()
    assert warnings(caplog) == []
    assert len(journal.recent()) == 2


def test_a_damaged_file_is_moved_aside_and_journalling_goes_on(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    file = path_of(journal)
    for number in (1, 2):
        taken(journal, "t-1")
        damage = b"no database, attempt %d" % number * 100
        file.write_bytes(damage)
        taken(journal, "t-2")
        assert [row.task_id for row in journal.recent()] == ["t-2"]
        aside = file.with_name(f"{file.name}.damaged-{number}")
        assert aside.read_bytes() == damage
        assert len(warnings(caplog)) == number
        assert aside.name in warnings(caplog)[-1]


def test_the_side_files_of_a_damaged_file_go_with_it(journal: Journal) -> None:
    """A new journal must not have the old one's rollback applied to it."""
    taken(journal, "t-1")
    file = path_of(journal)
    for tail in ("-journal", "-wal", "-shm"):
        file.with_name(file.name + tail).write_text(tail)
    assert _journal_file.JournalFile(file)._move_aside(file.stat().st_ino, OSError("damaged"))
    aside = {found.name.partition(".damaged-1")[2]: found for found in file.parent.iterdir()}
    assert set(aside) == {"", "-journal", "-wal", "-shm"}
    assert aside["-wal"].read_text() == "-wal"


def test_damage_in_the_middle_is_found_out_when_reading(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(40):
        taken(journal, f"t-{number}", parameters={"promptText": "kite " * 100})
    file = path_of(journal)
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    assert journal.recent() == []
    taken(journal, "new")
    assert [row.task_id for row in journal.recent()] == ["new"]
    assert len(warnings(caplog)) == 1


def test_a_whole_file_is_not_moved_aside_for_the_damage_of_the_one_before(journal: Journal) -> None:
    """Another kernel met the damage too, and was quicker."""
    taken(journal, "t-1")
    file = _journal_file.JournalFile(path_of(journal))
    assert file._move_aside(1, OSError())
    assert [row.task_id for row in journal.recent()] == ["t-1"]


def test_odd_values_in_a_row_cost_no_more_than_themselves(journal: Journal) -> None:
    taken(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as other:
        other.execute(
            "UPDATE submissions SET parameters = '{', request = '[]', files = 7, seconds = 'long', "
            "model = CAST(x'ff' AS TEXT), submitted_at = 1e300, state = 'odd'"
        )
        other.commit()
    found = journal.recent()[0]
    assert (found.task_id, found.parameters, found.request, found.files) == ("t-1", {}, {}, ())
    assert (found.seconds, found.submitted_at, found.state) == (0.0, 0.0, State.UNCERTAIN)


def test_another_program_s_database_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "theirs.sqlite3"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url)")
        theirs.commit()
    before = file.read_bytes()
    everything_of(Journal(file))
    assert file.read_bytes() == before
    assert len(warnings(caplog)) == 1


def test_an_empty_file_becomes_a_journal(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    path_of(journal).parent.mkdir()
    path_of(journal).touch()
    assert journal.recent() == []
    taken(journal, "t-1")
    assert len(journal.recent()) == 1
    assert warnings(caplog) == []


def test_a_file_that_disappears_begins_anew(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    row = a_row()
    journal.begin(row)
    path_of(journal).unlink()
    journal.complete(row, "t-1")
    assert [found.task_id for found in journal.recent()] == ["t-1"]
    assert warnings(caplog) == []


def test_a_python_without_sqlite_journals_nothing_and_says_so(tmp_path: Path) -> None:
    """Which also shows that importing the package does not import sqlite."""
    script = "import sys\nsys.modules['sqlite3'] = None" + SUBMITTING
    told = subprocess.run([sys.executable, "-c", script, str(tmp_path / "j")], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert told.stderr.count("cannot be written") == 1


def test_a_warning_that_is_an_error_cannot_stop_a_task(tmp_path: Path) -> None:
    script = "import sys\n" + SUBMITTING
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "j.sqlite3"
    told = subprocess.run([sys.executable, "-W", "error", "-c", script, str(path)], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
