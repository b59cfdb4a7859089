"""Whatever state the journal's file is in, one line is logged and no task is lost."""

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

from runway_widget._journal import file as journal_file
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State, empty_request

from .journals import a_row, accepted, call_everything, path_of, warnings

NOBODY = 65534  # a user id without rights
SUBMITTING = """
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Row
journal = Journal(sys.argv[1])
row = Row(base_url="https://a.example", service="A", endpoint="e")
assert journal.begin(row) is None
journal.record_task(row, "t-1")
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "data" / "journal.sqlite3")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def ordinary_user(*own: Path) -> Iterator[None]:
    """Run the block as a user who may not write everywhere, also where the tests run as root."""
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


def allow_access_to(path: Path) -> None:
    """Let the ordinary user reach ``path``: pytest makes its folders for their owner only."""
    for folder in path.parents:
        if folder.stat().st_uid == os.geteuid() and not mode(folder) & 0o001:
            folder.chmod(0o711)


def test_a_folder_that_cannot_be_made_logs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    call_everything(Journal(tmp_path / "file" / "journal.sqlite3"))
    assert len(warnings(caplog)) == 1
    assert "cannot be written" in warnings(caplog)[0]


@pytest.mark.posix
def test_a_read_only_folder_logs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    allow_access_to(tmp_path)
    tmp_path.chmod(0o555)
    with ordinary_user():
        call_everything(Journal(tmp_path / "journal.sqlite3"))
    tmp_path.chmod(0o755)
    assert len(warnings(caplog)) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.posix
def test_a_read_only_file_is_still_read(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    accepted(journal, "t-1")
    allow_access_to(path_of(journal))
    path_of(journal).chmod(0o444)
    path_of(journal).parent.chmod(0o555)
    with ordinary_user(path_of(journal)):
        accepted(journal, "t-2")
        assert [row.task_id for row in journal.recent()] == ["t-1"]
    path_of(journal).parent.chmod(0o755)
    assert mode(path_of(journal)) == 0o400, "a file that was made read-only stays so"
    assert len(warnings(caplog)) == 1
    assert "readonly" in warnings(caplog)[0]


def test_a_folder_in_the_place_of_the_file_logs_one_line_for_each_use(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tmp_path.chmod(0o755)
    call_everything(Journal(tmp_path))
    assert mode(tmp_path) == 0o755
    assert 1 <= len(warnings(caplog)) <= 2  # one for writing, one for reading
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_program_locks_is_given_up_and_logs_one_line(
    journal: Journal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(journal, "t-1")
    monkeypatch.setattr(journal_file, "BUSY_TIMEOUT", 0.05)
    with closing(sqlite3.connect(path_of(journal), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        row = a_row()
        assert journal.begin(row) is None
        journal.record_refusal(row, "no")
        assert time.monotonic() - started < 5
        other.execute("ROLLBACK")
    assert len(warnings(caplog)) == 1
    assert "locked" in warnings(caplog)[0]
    assert [row.state for row in journal.recent()] == [State.ACCEPTED]


def test_a_writer_waits_for_another_writer(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    accepted(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal), isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        timer = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
        timer.start()
        accepted(journal, "t-2")
        timer.join()
    assert warnings(caplog) == []
    assert len(journal.recent()) == 2


def test_a_damaged_file_is_renamed_and_a_new_one_is_made(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    file = path_of(journal)
    for number in (1, 2):
        accepted(journal, "t-1")
        damage = b"no database, attempt %d" % number * 100
        file.write_bytes(damage)
        accepted(journal, "t-2")
        assert [row.task_id for row in journal.recent()] == ["t-2"]
        aside = file.with_name(f"{file.name}.damaged-{number}")
        assert aside.read_bytes() == damage
        assert len(warnings(caplog)) == number
        assert aside.name in warnings(caplog)[-1]


def test_the_side_files_of_a_damaged_file_are_renamed_with_it(journal: Journal) -> None:
    """sqlite would apply the old file's rollback journal to the new file."""
    accepted(journal, "t-1")
    file = path_of(journal)
    for tail in ("-journal", "-wal", "-shm"):
        file.with_name(file.name + tail).write_text(tail)
    assert journal_file.JournalFile(file)._move_aside(file.stat().st_ino, OSError("damaged"), [])
    renamed = {path.name.partition(".damaged-1")[2]: path for path in file.parent.iterdir()}
    assert set(renamed) == {"", "-journal", "-wal", "-shm"}
    assert renamed["-wal"].read_text() == "-wal"


def test_damage_in_the_middle_of_a_file_is_noticed_when_it_is_read(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(40):
        accepted(journal, f"t-{number}", parameters={"promptText": "kite " * 100})
    file = path_of(journal)
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    assert journal.recent() == []
    accepted(journal, "new")
    assert [row.task_id for row in journal.recent()] == ["new"]
    assert len(warnings(caplog)) == 1


def test_a_new_file_is_not_renamed_for_the_damage_of_the_one_before(journal: Journal) -> None:
    """Another kernel has renamed the damaged file already."""
    accepted(journal, "t-1")
    file = journal_file.JournalFile(path_of(journal))
    assert file._move_aside(1, OSError(), [])
    assert [row.task_id for row in journal.recent()] == ["t-1"]


def test_a_value_of_a_wrong_type_becomes_empty_and_the_row_stays(journal: Journal) -> None:
    accepted(journal, "t-1")
    with closing(sqlite3.connect(path_of(journal))) as other:
        other.execute(
            "UPDATE submissions SET parameters = '{', request = '[]', files = 7, seconds = 'long', "
            "model = CAST(x'ff' AS TEXT), submitted_at = 1e300, state = 'odd'"
        )
        other.commit()
    row = journal.recent()[0]
    assert (row.task_id, row.parameters, row.files) == ("t-1", {}, ())
    assert row.request == empty_request()
    assert (row.seconds, row.submitted_at, row.state) == (0.0, 0.0, State.UNCERTAIN)


def test_another_programs_database_is_not_changed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "theirs.sqlite3"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url)")
        theirs.commit()
    before = file.read_bytes()
    call_everything(Journal(file))
    assert file.read_bytes() == before
    assert len(warnings(caplog)) == 1


def test_an_empty_file_becomes_a_journal(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    path_of(journal).parent.mkdir()
    path_of(journal).touch()
    assert journal.recent() == []
    accepted(journal, "t-1")
    assert len(journal.recent()) == 1
    assert warnings(caplog) == []


def test_a_file_that_disappears_is_made_again(journal: Journal, caplog: pytest.LogCaptureFixture) -> None:
    row = a_row()
    journal.begin(row)
    path_of(journal).unlink()
    journal.record_task(row, "t-1")
    assert [row.task_id for row in journal.recent()] == ["t-1"]
    assert warnings(caplog) == []


def test_without_sqlite_nothing_is_written_and_one_line_is_logged(tmp_path: Path) -> None:
    """Which also shows that importing the package does not import sqlite."""
    script = "import anywidget, sys\nsys.modules['sqlite3'] = None" + SUBMITTING  # IPython before 9 needs it
    process = subprocess.run([sys.executable, "-c", script, str(tmp_path / "j")], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    assert process.stderr.count("cannot be written") == 1


def test_no_warning_is_raised_under_python_w_error(tmp_path: Path) -> None:
    script = "import sys\n" + SUBMITTING
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "j.sqlite3"
    process = subprocess.run([sys.executable, "-W", "error", "-c", script, str(path)], capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
