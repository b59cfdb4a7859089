"""The journal: what was submitted and how it ended, so that nothing paid for is lost or paid for twice.

A row is written before its POST. The task's id is added before anybody sees the task. A row holds no key, no data URI
and no signed link (`row` removes them). No method raises over the file, whatever state it is in (`file` sees to that),
but for those that are asked to: what was asked for and cannot be had is an error before anything is paid for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from .._errors import ConfigurationError, ServiceError, SubmissionUncertain
from .._service.cost import UNKNOWN, Cost
from .._service.duration import Duration, measured
from .file import JournalFile
from .pictures import write_picture
from .place import OFF, place
from .queries import (
    delete_all,
    delete_rows,
    find_reusable,
    latest_durations,
    latest_rows,
    select_rows,
    write_cost,
    write_end,
    write_pick,
    write_row,
)
from .row import Row, State, cleaned_outcome
from .uploads import Upload, delete_uploads, find_uploads, write_upload

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

TYPICAL_SAMPLE = 20  # latest successes that `typical` looks at
TYPICAL_MINIMUM = 3


class Journal:
    """The submissions made from this account of this machine.

    Args:
        path: the file. None takes the environment's ``RUNWAY_WIDGET_JOURNAL``, else ``journal.sqlite3`` in the user's
            data folder. False, or a word such as "off" here or there, keeps no journal, as `Journal.off` does; True
            keeps one whatever is there.

    The file is made with mode 0600 when the first row is written. Any number of kernels and threads may use it at once.
    A method that cannot use the file logs one warning, and then writes nothing and finds nothing. So does a journal in
    the user's data folder where there is no such folder. ConfigurationError for what is no path.
    """

    def __init__(self, path: str | os.PathLike[str] | bool | None = None) -> None:
        self._unwritten = dict[str, Row]()  # by their ids
        file = place(path)
        self._file = JournalFile(file) if file is not None else None

    @classmethod
    def off(cls) -> Self:
        """A journal that writes nothing and finds nothing, so `Client` refuses ``reuse=True`` with it."""
        journal = cls.__new__(cls)
        journal._file = None
        journal._unwritten = {}
        return journal

    @property
    def path(self) -> Path | None:
        """Where the file is, or will be; None if it is off."""
        return self._file.path if self._file else None

    def __repr__(self) -> str:
        file = self.__dict__.get("_file")  # a traceback may show a journal that could not be made
        return f"<Journal {file.path if file else OFF}>"

    # Submitting

    def begin(self, row: Row, *, reuse: bool = False) -> Row | None:
        """Write ``row`` before its POST; None when that is done.

        With ``reuse``, an earlier row of the same service, endpoint and fingerprint whose task did not fail is looked
        for first. Where there is one, it is returned and nothing is written. Looking and writing are one transaction,
        so of two kernels that begin the same at once only one sends its request.

        Raises, with ``reuse`` only:
            ConfigurationError: the journal is off, cannot be written, or has lost rows with a damaged file, so that
                nobody can say whether there is such a row.
            SubmissionUncertain: of such a row it is not known whether the service accepted it.
        """
        if not reuse:
            self._write(partial(write_row, row=row), False)
            return None
        file = self._required_file()

        def find_or_write(connection: Connection) -> Row | None:
            earlier = find_reusable(connection, row)
            if earlier is None:
                _require_all_rows(file.damaged_files)
                write_row(connection, row)
            return earlier

        self._write_unwritten()
        earlier = file.write_or_raise(find_or_write)
        if earlier is not None and not earlier.accepted:
            raise _uncertainty(earlier)
        return earlier

    def require(self) -> None:
        """Raise ConfigurationError where `begin` with ``reuse`` would, before the first of several is sent."""
        self._required_file().write_or_raise(lambda _: None)

    def _required_file(self) -> JournalFile:
        if self._file is None:
            raise ConfigurationError("this client keeps no journal, so it cannot know what was created before")
        return self._file

    def record_task(self, row: Row, task_id: str, cost: Cost = UNKNOWN) -> None:
        """Note that the service accepted the request, called the task ``task_id``, and what it said of the cost."""
        self._record(replace(row, state=State.ACCEPTED, task_id=task_id, outcome="taken", cost=cost))

    def record_refusal(self, row: Row, error: ServiceError | str) -> None:
        """Note that the service certainly did not accept the request."""
        self._record(replace(row, state=State.REFUSED, outcome=str(error)))

    def record_uncertain(self, row: Row, reason: ServiceError | str, task_id: str = "") -> None:
        """Note that the service may have accepted the request, and the id that its broken answer named, if any."""
        self._record(replace(row, state=State.UNCERTAIN, outcome=str(reason), task_id=task_id))

    def _record(self, row: Row) -> None:
        """Write the whole row, in case `begin` could not. Where this cannot either, the next note writes it."""
        self._write_unwritten()
        if self._file is not None and not self._write(partial(write_row, row=row), False):
            self._unwritten[row.id] = row

    def _write_unwritten(self) -> None:
        """Write what became of requests since the journal broke, as far as that goes now."""
        for row in list(self._unwritten.values()):
            if not self._write(partial(write_row, row=row), False):
                return
            self._unwritten.pop(row.id, None)

    # After the submission

    def record_end(
        self,
        base_url: str,
        task_id: str,
        status: str,
        seconds: float | None,
        reason: str = "",
        ran: float | None = None,
    ) -> None:
        """Note how a task ended, ``seconds`` after its submission, why it failed, and for how many seconds it ``ran``.

        Tasks the journal does not know are ignored.
        """
        self._write_unwritten()
        end = {"status": str(status), "seconds": max(0.0, seconds or 0.0), "reason": cleaned_outcome(reason)}
        end["ran"] = max(0.0, ran or 0.0)
        self._write(partial(write_end, base_url=base_url, task_id=task_id, end=end), None, create=False)

    def record_cost(self, base_url: str, task_id: str, cost: Cost) -> None:
        """Note what a task costs. Tasks the journal does not know are ignored."""
        self._write_unwritten()
        self._write(partial(write_cost, base_url=base_url, task_id=task_id, cost=cost), None, create=False)

    def record_pick(self, row: Row, picked: bool) -> None:
        """Note whether the task of ``row`` is picked. One that the journal does not know gets this row by it."""
        self._write_unwritten()
        self._write(partial(write_pick, row=row, picked=picked), None, create=picked)

    def record_picture(self, base_url: str, task_id: str, picture: bytes) -> None:
        """Note a small picture of what came out. Tasks the journal does not know are ignored."""
        self._write_unwritten()
        job = partial(write_picture, base_url=base_url, task_id=task_id, picture=picture)
        self._write(job, None, create=False)

    def record_files(self, base_url: str, task_id: str, files: Iterable[Path | str]) -> None:
        """Add the paths where the outputs of a task were saved, in their order.

        Tasks the journal does not know are ignored.
        """
        self._write_unwritten()
        new = [str(file) for file in files]
        numbers = {file: at for at, file in enumerate(new) if not Path(file).name.startswith(f"{task_id}-")}

        def add(connection: Connection) -> None:
            for row in select_rows(connection, "base_url = ? AND task_id = ? AND task_id != ''", (base_url, task_id)):
                paths = tuple(dict.fromkeys([*row.files, *new]))
                columns = replace(row, files=paths, numbers=row.numbers | numbers).columns()
                connection.execute("UPDATE submissions SET files = :files WHERE id = :id", columns)

        self._write(add, None, create=False)

    # Finding

    def recent(self, limit: int = 20, base_url: str | None = None, *, picked: bool = False) -> list[Row]:
        """The latest ``limit`` rows, newest first: of the service at ``base_url``, or of all services.

        ``picked``: of the takes that are picked alone.
        """
        return self._read(partial(latest_rows, limit=limit, base_url=base_url, picked=picked), [])

    def recent_or_raise(self, limit: int, base_url: str | None = None, *, picked: bool = False) -> list[Row]:
        """The same; ConfigurationError where the file cannot be read, which is not the same as empty."""
        job = partial(latest_rows, limit=limit, base_url=base_url, picked=picked)
        return self._file.read_or_raise(job, []) if self._file else []

    def find(self, task_id: str, base_url: str) -> Row | None:
        """The row of a task with its picture, or None."""
        where, values, nothing = "task_id = ? AND base_url = ? AND task_id != ''", (task_id, base_url), list[Row]()
        job = partial(select_rows, where=where, values=values, limit=1, pictures=True)
        return next(iter(self._read(job, nothing)), None)

    def find_same(self, row: Row) -> Row | None:
        """The row that `begin` with ``reuse`` would find for ``row``, or fail for; None where it would write it."""
        return self._read(partial(find_reusable, row=row), None)

    def typical(self, action: str, model: str, base_url: str | None = None) -> Duration | None:
        """How long the latest `TYPICAL_SAMPLE` successes ran; None below `TYPICAL_MINIMUM`.

        Where a start was not seen, the time in the queue counts too.
        """
        nothing: list[float] = []
        seconds = self._read(partial(latest_durations, action, model, base_url, TYPICAL_SAMPLE), nothing)
        return None if len(seconds) < TYPICAL_MINIMUM else measured(seconds)

    def forget(self, which: str) -> int:
        """Delete the rows with this task id or row id, and their pictures; returns how many there were."""
        return self._write(partial(delete_rows, which=which), 0, create=False) if which else 0

    def forget_all(self) -> int:
        """Delete every row, the pictures, and what was uploaded; returns how many rows there were."""
        return self._write(delete_all, 0, create=False)

    # Uploads

    def find_uploads(self, base_url: str, sha256: str) -> list[Upload]:
        """The uploads of a content at the service, by anybody, the newest first."""
        nothing: list[Upload] = []
        return self._read(partial(find_uploads, base_url=base_url, sha256=sha256), nothing)

    def record_upload(self, upload: Upload) -> None:
        """Note that the service has a content."""
        self._write(partial(write_upload, upload=upload), None)

    def forget_uploads(self, base_url: str, sha256: str, before: float) -> None:
        """Forget the uploads of a content from before that unix time."""
        self._write(partial(delete_uploads, base_url=base_url, sha256=sha256, before=before), None, create=False)

    def _read(self, job: Callable[[Connection], T], default: T) -> T:
        return self._file.read(job, default) if self._file else default

    def _write(self, job: Callable[[Connection], T], default: T, *, create: bool = True) -> T:
        return self._file.write(job, default, create=create) if self._file else default


def _require_all_rows(damaged: list[Path]) -> None:
    """ConfigurationError where what is looked for may be in a file that was damaged."""
    if damaged:
        raise ConfigurationError(
            f"the journal was damaged, so whether this was created before is not known: {damaged[-1]} holds what there "
            "was. Look for the task at the service; delete or move that file, and reuse=True goes on without it"
        )


def _uncertainty(row: Row) -> SubmissionUncertain:
    """The error for a create that may have been accepted before: to create it again might be paid for twice."""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row.submitted_at))
    sent = f"this {row.endpoint} was sent already, at {when}"
    if row.state is State.SENDING:
        return SubmissionUncertain(f"{sent}, and its answer may still be out; try again in a few minutes")
    named = f"; the answer named {row.task_id!r}" if row.task_id else ""
    return SubmissionUncertain(
        f"{sent}, and whether {row.service} took it is not known ({row.outcome}{named}): the task may exist, and be "
        f"charged. Look for it at {row.service}. If it is there, show it by its id. If it is not, strike this out "
        f"with `python -m runway_widget recent --forget {row.id}`; reuse=False creates another one in any case"
    )
