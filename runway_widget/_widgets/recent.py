"""What was submitted, as a list to go on from: it shows itself as a table, and can be seen as a contact sheet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

from .._errors import ConfigurationError, RunwayWidgetError
from .._journal.row import Row
from .._numbers import whole
from .._service.payload import describe
from .._service.text import one_line
from .._tracebacks import short_traceback
from .._watch.options import checked_flag
from . import recent_table
from .markup import element
from .recent_entry import Attach, Entry

if TYPE_CHECKING:
    from .._journal.journal import Journal
    from .grid import TaskGrid

__all__ = ["JOURNAL_OFF", "Attach", "Entry", "Recent"]

NOTHING_YET = "Nothing submitted yet."
NOTHING_PICKED = "Nothing is picked yet: task.pick(), or the star on its card, picks a take."
JOURNAL_OFF = (
    "The journal is off: nothing that is submitted is remembered. It is kept where RUNWAY_WIDGET_JOURNAL, or journal= "
    "of the client, names a file."
)


class Recent(Sequence[Entry]):
    """Submissions, newest first: a sequence of `Entry` that shows itself as a table."""

    def __init__(self, entries: Iterable[Entry], empty: str = NOTHING_YET) -> None:
        self._entries = tuple(entries)
        self._empty = empty  # what is said where there are none

    @classmethod
    def of(
        cls,
        rows: Iterable[Row],
        attach: Attach | None = None,
        recall: Attach | None = None,
        empty: str = NOTHING_YET,
    ) -> Self:
        """Make a table of the journal's rows; ``attach`` makes a task of one row, ``recall`` a take of a grid."""
        return cls((Entry.of(row, attach, recall) for row in rows), empty)

    @classmethod
    def read(
        cls,
        journal: Journal,
        limit: int,
        base_url: str | None = None,
        attach: Attach | None = None,
        recall: Attach | None = None,
        *,
        picked: bool = False,
    ) -> Self:
        """The latest ``limit`` rows of ``journal``: of the service at ``base_url``, or of all services.

        ``picked``: of the takes with a star alone. Raises ConfigurationError for a limit that is no whole number from
        1, and where the journal cannot be read.
        """
        most = whole(limit)
        if most is None or most < 1:
            raise ConfigurationError(f"limit must be a whole number from 1, not {describe(limit)}")
        picked = checked_flag("picked", picked)
        nothing = f"Nothing submitted to {base_url} yet." if base_url else NOTHING_YET
        if picked:
            nothing = NOTHING_PICKED
        rows = journal.recent_or_raise(most, base_url, picked=picked)
        return cls.of(rows, attach, recall, nothing if journal.path else JOURNAL_OFF)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Recent: ...
    def __getitem__(self, index: int | slice) -> Entry | Recent:
        """The submission at ``index``, newest first; of a slice, a table of these."""
        if isinstance(index, slice):
            return Recent(self._entries[index], "No submission is in this slice." if self._entries else self._empty)
        return self._entries[index]

    @short_traceback
    def grid(self, columns: int | None = None) -> TaskGrid:
        """The contact sheet: all of them side by side, in the same order, ``columns`` in a row or as many as fit.

        A take that had ended by then is shown as the journal has it, with its saved files, or with its small picture;
        the service is not asked. `RunwayTask.resume` looks at one again. The others are watched. What could not be
        created is a take that says why, so ``recent[3]`` and ``grid[3]`` are the same.

        Raises ConfigurationError for columns that are no whole number from 1, and without a client.
        """
        from .grid import TaskGrid  # on use: a terminal's table needs no widget

        return TaskGrid([entry._take() for entry in self._entries], columns, _part="" if self else self._empty)

    @short_traceback
    def export(self, path: str | os.PathLike[str], *, title: str = "Contact sheet") -> Path:
        """Write the contact sheet as one HTML file to hand on, and return its whole path.

        It holds the pictures, prompts, facts, costs and stars, as the journal has them, and needs nothing else: no
        kernel, no network, no other file. There is no code in it, no link and no path of this machine. A sheet that was
        there before is replaced; another file is not.

        Raises ConfigurationError for what is no path of an HTML file, and where another file is there;
        RunwayWidgetError where there is nothing to export, and where it cannot be written.
        """
        from . import contact_sheet, sheet_file  # on use: most sessions export nothing

        if not isinstance(title, str) or not title.strip():
            raise ConfigurationError(f"title must be a text, not {describe(title)}")
        if not self._entries:
            raise RunwayWidgetError(f"there is nothing to export: {self._empty}")
        page = contact_sheet.page(self._entries, one_line(title), datetime.now().astimezone())
        return sheet_file.write_page(path, page, contact_sheet.GENERATOR)

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        if not self._entries:
            return self._empty
        return recent_table.text(self._entries, shutil.get_terminal_size((120, 24)).columns)

    __repr__ = __str__

    def to_html(self) -> str:
        """The table as HTML for a page of your own: with its small pictures, without any style, script or other file.

        All text is escaped. Where there are no entries, it says so.
        """
        return str(recent_table.html(self._entries) if self._entries else element("p", self._empty))

    def _repr_html_(self) -> str:
        return self.to_html()
