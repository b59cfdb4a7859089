"""The journal: what was submitted and how it ended, so that nothing paid for is lost, or paid for twice.

A row is written before its POST, and the task's id completes it before anybody sees the task. It holds no key, no data
URI and no signed link: see `row`. No method raises over the file, whatever state that is in: `file`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .._errors import ServiceError, SubmissionUncertain
from .._service.state import Status
from .file import JournalFile
from .row import Row, State

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

PATH_VARIABLE = "RUNWAY_WIDGET_JOURNAL"
OFF = "off"
SAMPLE = 20  # of the latest successes, for what is typical
FEWEST = 3


class Journal:
    """The submissions made from this account of this machine.

    Args:
        path: the file; None takes the environment's ``RUNWAY_WIDGET_JOURNAL``, else ``journal.sqlite3`` in the user's
            data folder. There the word ``off`` keeps no journal at all, as `Journal.off` does.

    Made with mode 0600 when the first row is written. Any number of kernels and threads may use one file. A method
    that cannot reach the file logs a warning, once, and does nothing, or finds nothing.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        told = os.environ.get(PATH_VARIABLE, "").strip() if path is None else path
        if path is None and told == OFF:
            self._file = None
        else:
            self._file = JournalFile(Path(told).expanduser().absolute() if told else _usual_path())

    @classmethod
    def off(cls) -> Self:
        """A journal that keeps and finds nothing; ``reuse=True`` then always creates anew."""
        journal = cls.__new__(cls)
        journal._file = None
        return journal

    @property
    def path(self) -> Path | None:
        """Where the file is, or will be; None if it is off."""
        return self._file.path if self._file else None

    def __repr__(self) -> str:
        return f"<Journal {self.path or OFF}>"

    # Submitting

    def begin(self, row: Row, *, reuse: bool = False) -> Row | None:
        """Write ``row`` before its POST. None: written; go on.

        With ``reuse``, looking for an earlier row of the same service, endpoint and fingerprint and writing this one
        are one transaction, so that of two kernels only one goes on. The other one gets the row whose task to take
        instead, and nothing is written.

        Raises:
            SubmissionUncertain: with ``reuse``, where such a row is not known to have been taken or refused.
        """

        def look_and_write(connection: Connection) -> Row | None:
            found = _best(connection, row.base_url, row.endpoint, row.fingerprint) if reuse else None
            if found is None:
                _put(connection, row)
            return found

        return _certain(self._write(look_and_write, None))

    def complete(self, row: Row, task_id: str) -> None:
        """The service took it: ``task_id``."""
        self._settle(replace(row, state=State.TAKEN, task_id=task_id, outcome="taken"))

    def refused(self, row: Row, error: ServiceError | str) -> None:
        """It is certain that nothing was taken."""
        self._settle(replace(row, state=State.REFUSED, outcome=str(error)))

    def uncertain(self, row: Row, reason: ServiceError | str) -> None:
        """It may have been taken."""
        self._settle(replace(row, state=State.UNCERTAIN, outcome=str(reason)))

    def _settle(self, row: Row) -> None:
        """The whole row once more: where `begin` could not write it, this still may."""
        self._write(lambda connection: _put(connection, row), None)

    # What came of it

    def ended(self, base_url: str, task_id: str, status: str, seconds: float | None) -> None:
        """How a task ended, ``seconds`` after its submission. A task that is in no row is none of the journal's."""
        told = {
            "base_url": base_url,
            "task_id": task_id,
            "status": str(status),
            "ended_at": time.time(),
            "seconds": max(0.0, seconds or 0.0),
        }
        self._write(
            lambda connection: connection.execute(
                "UPDATE submissions SET status = :status, ended_at = :ended_at, seconds = :seconds "
                "WHERE base_url = :base_url AND task_id = :task_id AND task_id != '' AND status != :status",
                told,
            ),
            None,
            create=False,
        )

    def saved(self, base_url: str, task_id: str, files: Iterable[Path | str]) -> None:
        """Where a task's outputs were saved, beside what was saved before."""
        new = [str(file) for file in files]

        def add(connection: Connection) -> None:
            for row in _select(connection, "base_url = ? AND task_id = ? AND task_id != ''", (base_url, task_id)):
                stored = replace(row, files=tuple(dict.fromkeys([*row.files, *new]))).stored()
                connection.execute("UPDATE submissions SET files = :files WHERE id = :id", stored)

        self._write(add, None, create=False)

    # Finding

    def recent(self, limit: int = 20, base_url: str | None = None) -> list[Row]:
        """The latest ``limit`` rows, newest first; of all services, or of the one at ``base_url``."""
        where, values = ("base_url = ?", (base_url,)) if base_url is not None else ("1", ())
        return self._rows(where, values, limit)

    def find(self, task_id: str, base_url: str) -> Row | None:
        """The row of a task, or None."""
        where = "task_id = ? AND base_url = ? AND task_id != ''"
        return next(iter(self._rows(where, (task_id, base_url), 1)), None)

    def reusable(self, base_url: str, endpoint: str, fingerprint: str) -> Row | None:
        """The newest row of such a create whose task did not fail; None where there is none.

        Raises:
            SubmissionUncertain: there is no such row, but one of which it is not known whether it was taken.
        """
        return _certain(self._read(lambda connection: _best(connection, base_url, endpoint, fingerprint), None))

    def typical(self, action: str, model: str, base_url: str | None = None) -> float | None:
        """The median of the seconds that the latest successes of such tasks took; None below three of them."""
        told = {"action": action, "model": model, "base_url": base_url}
        sql = (
            f"SELECT seconds FROM submissions WHERE status = '{Status.SUCCESS}' AND seconds > 0 "
            "AND action = :action AND model = :model AND (:base_url IS NULL OR base_url = :base_url) "
            f"ORDER BY rowid DESC LIMIT {SAMPLE}"
        )
        nothing: list[float] = []
        seconds = self._read(lambda connection: [float(found[0]) for found in connection.execute(sql, told)], nothing)
        if len(seconds) < FEWEST:
            return None
        seconds.sort()
        half = len(seconds) // 2
        return (seconds[half] + seconds[~half]) / 2

    def forget(self, which: str) -> int:
        """Strike out the rows with this task id or row id; returns how many there were."""
        sql = "DELETE FROM submissions WHERE ? IN (id, task_id)"
        return self._write(lambda c: c.execute(sql, (which,)).rowcount, 0, create=False) if which else 0

    def forget_all(self) -> int:
        """Strike out every row; returns how many there were."""
        return self._write(lambda c: c.execute("DELETE FROM submissions WHERE 1").rowcount, 0, create=False)

    def _rows(self, where: str, values: tuple[Any, ...], limit: int) -> list[Row]:
        nothing: list[Row] = []
        return self._read(lambda connection: _select(connection, where, values, limit), nothing)

    def _read(self, job: Callable[[Connection], T], default: T) -> T:
        return self._file.read(job, default) if self._file else default

    def _write(self, job: Callable[[Connection], T], default: T, *, create: bool = True) -> T:
        return self._file.write(job, default, create=create) if self._file else default


def _usual_path() -> Path:
    import platformdirs

    return platformdirs.user_data_path("runway-widget", appauthor=False) / "journal.sqlite3"


def _select(connection: Connection, where: str, values: tuple[Any, ...], limit: int = -1) -> list[Row]:
    now = time.time()
    sql = f"SELECT * FROM submissions WHERE {where} ORDER BY rowid DESC LIMIT ?"
    return [Row.read(dict(found), now) for found in connection.execute(sql, (*values, limit))]


def _put(connection: Connection, row: Row) -> None:
    stored = row.stored()
    connection.execute(
        f"INSERT INTO submissions ({', '.join(stored)}) VALUES ({', '.join(':' + name for name in stored)}) "
        "ON CONFLICT (id) DO UPDATE SET state = :state, task_id = :task_id, outcome = :outcome",
        stored,
    )


def _best(connection: Connection, base_url: str, endpoint: str, fingerprint: str) -> Row | None:
    """What ``reuse=True`` should take: a task that was taken and did not fail, else whatever is in doubt."""
    where = "base_url = ? AND endpoint = ? AND fingerprint = ?"
    rows = _select(connection, where, (base_url, endpoint, fingerprint))
    taken = [row for row in rows if row.state is State.TAKEN and not row.failed]
    doubtful = [row for row in rows if row.state in {State.UNCERTAIN, State.BEGUN}]
    return next(iter([*taken, *doubtful]), None)


def _certain(found: Row | None) -> Row | None:
    """``found``, unless it is in doubt: creating it again might be paid for twice."""
    if found is None or found.state is State.TAKEN:
        return found
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(found.submitted_at))
    sent = f"this {found.endpoint} was sent already, at {when}"
    if found.state is State.BEGUN:
        raise SubmissionUncertain(f"{sent}, and its answer may still be out; try again in a few minutes")
    raise SubmissionUncertain(
        f"{sent}, and whether {found.service} took it is not known ({found.outcome}): the task may exist, and be "
        f"charged. Look for it at {found.service}. If it is there, show it by its id. If it is not, strike this out "
        f"with `python -m runway_widget recent --forget {found.id}`; reuse=False creates another one in any case"
    )
