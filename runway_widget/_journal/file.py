"""The journal's file: sqlite, made for homes on a network, for many kernels at once, and for disks that fail.

A connection lives for one short transaction and belongs to one thread. The log is sqlite's rollback journal: a
write-ahead log needs memory that all its readers share, which no network file system has, and so does a mapped file.
Whatever goes wrong here is logged once and costs a row, never a task. It is logged, not warned of: under
``python -W error`` a warning would be an exception between the user and a task that is paid for.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlite3 import Connection  # imported where it is used: not every session writes a journal

T = TypeVar("T")
log = logging.getLogger("runway_widget")

#: Each step takes the file from one version (`PRAGMA user_version`) to the next. Steps only ever add, and columns have
#: defaults, so that an older package can go on with a newer file.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE submissions (
            id TEXT PRIMARY KEY,
            base_url TEXT NOT NULL,
            service TEXT NOT NULL DEFAULT '',
            endpoint TEXT NOT NULL DEFAULT '',
            action TEXT NOT NULL DEFAULT '',
            model TEXT NOT NULL DEFAULT '',
            parameters TEXT NOT NULL DEFAULT '{}',
            request TEXT NOT NULL DEFAULT '{}',
            fingerprint TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL,
            submitted_at REAL NOT NULL,
            task_id TEXT NOT NULL DEFAULT '',
            outcome TEXT NOT NULL DEFAULT '',
            status TEXT NOT NULL DEFAULT '',
            ended_at REAL NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0,
            files TEXT NOT NULL DEFAULT '[]'
        )
        """,
        "CREATE INDEX by_task ON submissions (task_id)",
        "CREATE INDEX by_fingerprint ON submissions (fingerprint)",
    ),
    ("CREATE INDEX by_success ON submissions (action, model, status)",),  # for `Journal.typical`, at each create
)
BUSY = 5.0  # seconds to wait while another kernel writes

# One at a time in this process. sqlite would cope; but a POSIX lock is lost when the process closes any other handle
# of the file, and making the file opens one.
_turn = threading.Lock()
_told: set[tuple[Path, str]] = set()


class JournalFile:
    """Runs short jobs on the file at ``path``, which the first job that writes brings about."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, job: Callable[[Connection], T], default: T) -> T:
        """What ``job`` returns; ``default`` where there is no file yet, or none that can be read."""
        return self._run(job, default)

    def write(self, job: Callable[[Connection], T], default: T, *, create: bool = True) -> T:
        """What ``job`` returns, once it is on the disk; ``default`` where it cannot get there.

        Without ``create``, a job that could only change what there is: no file is made for it.
        """
        return self._run(job, default, write=True, create=create)

    def _run(self, job: Callable[[Connection], T], default: T, *, write: bool = False, create: bool = False) -> T:
        with _turn:
            for attempt in (1, 2):
                seen = self._inode()
                if seen is None and not create:
                    return default
                try:
                    return self._transact(job, default, write)
                except Exception as error:  # of the disk, of sqlite, or that this Python has no sqlite
                    trouble = error
                if attempt == 2 or not _is_damage(trouble) or not self._move_aside(seen, trouble):
                    break
            self._tell(f"cannot be {'written' if write else 'read'}: {trouble}. Tasks go on without it")
        return default

    def _transact(self, job: Callable[[Connection], T], default: T, write: bool) -> T:
        if write:
            self._make()
        with self._connection() as connection:
            if write:
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.execute("BEGIN IMMEDIATE")
                _migrate(connection)
            elif _version(connection) == 0:
                return default
            result = job(connection)
            if write:
                connection.execute("COMMIT")  # without it, closing takes everything back
            return result

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        import sqlite3

        address = self.path.as_uri() + "?mode=rw"  # never makes a file
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            connection.execute("PRAGMA mmap_size=0")
            connection.execute("PRAGMA secure_delete=ON")  # what is forgotten leaves the file, too
            yield connection

    def _make(self) -> None:
        """The file and its folders, for nobody else to read; sqlite gives its side files the file's own mode."""
        missing = [folder for folder in self.path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(0o700, exist_ok=True)
        try:
            self.path.touch(0o600, exist_ok=False)
        except FileExistsError:
            mode = self.path.stat().st_mode
            if S_ISREG(mode) and mode & 0o077:
                with contextlib.suppress(OSError):
                    self.path.chmod(mode & 0o700)

    def _inode(self) -> int | None:
        try:
            return self.path.stat().st_ino
        except OSError:
            return None

    def _move_aside(self, seen: int | None, trouble: Exception) -> bool:
        """Give a damaged file another name, so that journalling goes on and nothing is deleted.

        Not if it is another file than the damaged one: then another kernel was quicker, and this one is whole.
        """
        if seen is None or self._inode() != seen:
            return True
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        try:
            # Side files first: a new journal must not have the old one's rollback applied to it.
            for tail in ("-journal", "-wal", "-shm"):
                side = self.path.with_name(self.path.name + tail)
                if side.exists():
                    side.rename(aside.with_name(aside.name + tail))
            self.path.rename(aside)
        except OSError:
            return False
        self._tell(f"was damaged ({trouble}). It is kept as {aside.name}, and a new one begins")
        return True

    def _tell(self, what: str) -> None:
        if (self.path, what) not in _told:
            _told.add((self.path, what))
            log.warning("The journal %s %s.", self.path, what)


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: Connection) -> None:
    version = _version(connection)
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise ValueError("it is another program's database")
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    if version < len(STEPS):
        connection.execute(f"PRAGMA user_version={len(STEPS)}")


def _is_damage(error: Exception) -> bool:
    """Whether sqlite says that the file is no database, or a broken one."""
    try:
        import sqlite3
    except ImportError:
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
