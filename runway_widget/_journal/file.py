"""The journal's file: sqlite, safe for home folders on a network, for many kernels at once, and for failing disks.

A connection lasts for one short transaction and is used by one thread. The file uses sqlite's rollback journal, because
a write-ahead log and a mapped file both need memory that is shared between readers, which no network file system has.

An error here is logged once and costs a row, never a task, unless whoever asks says that the job is needed. It is
logged rather than given as a warning: under ``python -W error`` a warning would be an exception, and the user would not
get a task that is paid for.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, TypeVar

from .._errors import ConfigurationError, RunwayWidgetError
from .._log import log
from .._runtime import process
from .._service.text import one_line
from . import steps

if TYPE_CHECKING:
    from sqlite3 import Connection  # imported where it is used: not every session writes a journal

T = TypeVar("T")
D = TypeVar("D")

BUSY_TIMEOUT = 5.0  # seconds to wait while another kernel writes

# One transaction at a time in this process. sqlite itself would not need that, but a process loses its POSIX locks on a
# file when it closes any handle of it, and making the file opens and closes one.
#
# A fork waits for the transaction that is under way: in the child, sqlite would go on counting it, and its locks, as
# those of a connection of its own, so that there the file would be locked for ever (seen with sqlite 3.40.1).
_lock = process.Lock(threading.RLock, fork_patience=BUSY_TIMEOUT + 1.0)

_logged: set[tuple[Path, str]] = set()


class JournalFile:
    """Runs short jobs on the file at ``path``. The first job that writes makes the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, job: Callable[[Connection], T], default: T) -> T:
        """What ``job`` returns; ``default`` where there is no file that can be read."""
        return self._run(job, default)

    def write(self, job: Callable[[Connection], T], default: T, *, create: bool = True) -> T:
        """What ``job`` returns, when its changes are on the disk; ``default`` where they cannot be written.

        With ``create=False`` no file is made: for jobs that only change rows that exist.
        """
        return self._run(job, default, write=True, create=create)

    def write_or_raise(self, job: Callable[[Connection], T]) -> T | None:
        """As `write`, for what must not be done without the journal. A damaged file is left where it is.

        Raises ConfigurationError where the changes cannot be written, and what ``job`` raises of this package's errors.
        """
        return self._run_or_raise(job, None, write=True)

    def read_or_raise(self, job: Callable[[Connection], T], default: T) -> T:
        """As `read`; raises ConfigurationError where there is a file, and it cannot be read."""
        return self._run_or_raise(job, default, write=False)

    @property
    def damaged_files(self) -> list[Path]:
        """The files that were damaged and put aside. What they hold is in no other file."""
        with contextlib.suppress(OSError):
            begin = f"{self.path.name}.damaged-"
            return sorted(
                path for path in self.path.parent.iterdir() if path.name.startswith(begin) and path.suffix[9:].isdigit()
            )
        return []

    def _run_or_raise(self, job: Callable[[Connection], T], default: D, *, write: bool) -> T | D:
        with _lock:
            try:
                if not write:
                    self.path.stat()
                return self._transact(job, default, write)
            except RunwayWidgetError:
                raise
            except Exception as error:
                if not write and isinstance(error, FileNotFoundError | NotADirectoryError):
                    return default
                verb = "written" if write else "read"
                raise ConfigurationError(f"the journal {self.path} cannot be {verb}: {error}") from None

    def _run(self, job: Callable[[Connection], T], default: T, *, write: bool = False, create: bool = False) -> T:
        faults: list[str] = []  # to be logged once the lock is free: the handlers are the user's
        try:
            with _lock:
                return self._try(job, default, write, create, faults)
        finally:
            for fault in faults:
                self._log_once(fault)

    def _try(self, job: Callable[[Connection], T], default: T, write: bool, create: bool, faults: list[str]) -> T:
        for attempt in (1, 2):
            inode = self._inode()
            if inode is None and not create:
                return default
            try:
                return self._transact(job, default, write)
            except Exception as caught:  # from the disk, from sqlite, or because this Python has no sqlite
                error = caught
            if attempt == 2 or not _is_damage(error) or not self._move_aside(inode, error, faults):
                break
        faults.append(f"cannot be {'written' if write else 'read'}: {error}. Tasks go on without it")
        return default

    def _transact(self, job: Callable[[Connection], T], default: D, write: bool) -> T | D:
        if write:
            self._make_file()
        with self._connection() as connection:
            if write:
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.execute("BEGIN IMMEDIATE")
                _migrate(connection)
            elif _version(connection) == 0:
                return default
            result = job(connection)
            if write:
                connection.execute("COMMIT")  # without it, closing rolls everything back
            return result

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        import sqlite3

        address = self.path.as_uri() + "?mode=rw"  # never makes a file
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            connection.execute("PRAGMA mmap_size=0")
            connection.execute("PRAGMA secure_delete=ON")  # a deleted row's bytes are overwritten in the file
            yield connection

    def _make_file(self) -> None:
        """Make the file and its folders, for their owner only. sqlite gives its side files the file's mode."""
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

    def _move_aside(self, damaged_inode: int | None, error: Exception, faults: list[str]) -> bool:
        """Rename the damaged file, so that a new one can be made and nothing is deleted. False where that fails.

        If the inode has changed, another kernel has moved the damaged file already, and this one is a new one.
        """
        if damaged_inode is None or self._inode() != damaged_inode:
            return True
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        try:
            # Side files first: sqlite would apply the old file's rollback journal to the new file.
            for tail in ("-journal", "-wal", "-shm"):
                side = self.path.with_name(self.path.name + tail)
                if side.exists():
                    side.rename(aside.with_name(aside.name + tail))
            self.path.rename(aside)
        except OSError:
            return False
        faults.append(f"was damaged ({error}). It is kept as {aside.name}, and a new one begins")
        return True

    def _log_once(self, message: str) -> None:
        if (self.path, message) not in _logged:
            _logged.add((self.path, message))
            log.warning("The journal %s %s.", self.path, one_line(message))


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: Connection) -> None:
    version = _version(connection)
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise ValueError("it is another program's database")
    for step in steps.STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    if version < len(steps.STEPS):
        connection.execute(f"PRAGMA user_version={len(steps.STEPS)}")


def _is_damage(error: Exception) -> bool:
    """Whether sqlite says that the file is no database, or a broken one."""
    try:
        import sqlite3
    except ImportError:
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
