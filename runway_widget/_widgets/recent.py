"""The journal's rows as a table, in a notebook and on a terminal.

The table has no style sheet, no script and no colour, so every sanitiser, theme and export leaves it readable.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

from .._errors import ConfigurationError
from .._journal.row import Row, State
from .._media.paths import short_path
from .._service.endpoint import endpoint_of
from .._service.json_value import JsonValue
from .._service.state import Status
from .._tracebacks import short_traceback
from .words import duration

if TYPE_CHECKING:
    from .task import RunwayTask

MIN_PROMPT = 24  # columns of a terminal
MAX_PROMPT = 60  # characters in a notebook

_STATE_WORDS = {State.SENDING: "Being sent", State.REFUSED: "Refused", State.UNCERTAIN: "Uncertain"}
_STATUS_WORDS: dict[str, str] = {Status.SUCCESS: "Done", Status.FAILURE: "Failed", Status.CANCELLED: "Cancelled"}
_UNCERTAIN_NOTE = (
    "Uncertain: the service may have taken it, and may charge it. Look for it there; if it is not, strike it out with "
    "`python -m runway_widget recent --forget ID`."
)

Attach = Callable[[Row], "RunwayTask"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission.

    ``id`` is the journal's, for ``--forget``; ``task_id`` the service's, "" where it gave none. ``word`` is one of
    "Done", "Failed", "Cancelled", "Submitted", "Refused", "Uncertain" and "Being sent"; ``outcome`` the result of the
    request in a few words. ``took`` is in seconds from submission to the end, None while no end was seen. ``files`` are
    the paths where the outputs were saved, ``parameters`` the request's body without media and signed links.
    """

    id: str
    task_id: str
    title: str
    action: str
    model: str
    prompt: str
    word: str
    outcome: str
    submitted: datetime
    took: float | None
    base_url: str
    service: str
    files: tuple[str, ...]
    parameters: dict[str, JsonValue] = field(repr=False)
    _row: Row = field(repr=False)
    _attach: Attach | None = field(repr=False, compare=False)

    @classmethod
    def of(cls, row: Row, attach: Attach | None = None) -> Self:
        """Make an entry of ``row``; ``attach`` makes a task of the row."""
        return cls(
            id=row.id,
            task_id=row.task_id,
            title=endpoint_of(row.action).title,
            action=row.action,
            model=row.model,
            prompt=str(row.request.get("prompt") or ""),
            word=_STATE_WORDS.get(row.state) or _STATUS_WORDS.get(row.status, "Submitted"),
            outcome=row.outcome,
            submitted=datetime.fromtimestamp(max(0.0, row.submitted_at)).astimezone(),
            took=row.seconds or None,
            base_url=row.base_url,
            service=row.service,
            files=row.files,
            parameters=row.parameters,
            _row=row,
            _attach=attach,
        )

    @short_traceback
    def task(self) -> RunwayTask:
        """The task, watched from now on, with the prompt and the parameters that it was created with.

        Raises ConfigurationError where the service gave no id, or where the table was made without a client.
        """
        if not self.task_id:
            raise ConfigurationError(f"no task to show: {self.word.lower()} ({self.outcome or 'no answer yet'})")
        if self._attach is None:
            raise ConfigurationError("this table came without a client; use client.recent(), or client.task(id)")
        return self._attach(self._row)

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells that every table has, without the prompt."""
        word = f"{self.word} in {duration(self.took)}" if self.took and self.word == "Done" else self.word
        name = self.task_id or f"({self.id})"
        return f"{self.submitted:%Y-%m-%d %H:%M}", self.title, self.model, word, name


class Recent(Sequence[Entry]):
    """Submissions, newest first: a sequence of `Entry` that shows itself as a table."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    @classmethod
    def of(cls, rows: Iterable[Row], attach: Attach | None = None) -> Self:
        """Make a table of the journal's rows; ``attach`` makes a task of one row."""
        return cls(Entry.of(row, attach) for row in rows)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Recent: ...
    def __getitem__(self, index: int | slice) -> Entry | Recent:
        return Recent(self._entries[index]) if isinstance(index, slice) else self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        if not self._entries:
            return "Nothing submitted yet."
        return _text(self._header(), self._rows(), shutil.get_terminal_size((120, 24)).columns) + self._footnote()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self._entries:
            return "<p>Nothing submitted yet.</p>"
        head = "".join(f"<th {_LEFT}>{escape(name)}</th>" for name in self._header())
        rows = "".join(f"<tr>{_cells(row)}</tr>" for row in self._rows())
        note = f"<p>{escape(self._footnote().strip())}</p>" if self._footnote() else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"

    def _header(self) -> list[str]:
        service = ["Service"] * self._shows_service
        saved_as = ["Saved as"] * self._shows_files
        return ["Submitted", "What", "Model", "Status", "Task", *service, *saved_as, "Prompt"]

    def _rows(self) -> list[list[str]]:
        rows = []
        for entry in self._entries:
            service = [entry.base_url] * self._shows_service
            saved_as = [", ".join(short_path(Path(file)) for file in entry.files)] * self._shows_files
            rows.append([_one_line(cell) for cell in (*entry.cells, *service, *saved_as, entry.prompt)])
        return rows

    @property
    def _shows_service(self) -> bool:
        return len({entry.base_url for entry in self._entries}) > 1

    @property
    def _shows_files(self) -> bool:
        return any(entry.files for entry in self._entries)

    def _footnote(self) -> str:
        uncertain = any(entry.word == _STATE_WORDS[State.UNCERTAIN] for entry in self._entries)
        return f"\n\n{_UNCERTAIN_NOTE}" if uncertain else ""


_LEFT = 'style="text-align: left"'


def _cells(row: list[str]) -> str:
    *cells, prompt = row
    short = prompt if len(prompt) <= MAX_PROMPT else prompt[: MAX_PROMPT - 1].rstrip() + "…"
    others = "".join(f"<td {_LEFT}>{escape(cell)}</td>" for cell in cells)
    return f'{others}<td {_LEFT} title="{escape(prompt)}">{escape(short)}</td>'


def _text(header: list[str], rows: list[list[str]], columns: int) -> str:
    """Aligned columns. The last one, the prompt, gets the rest of the line."""
    table = [[name.upper() for name in header], *rows]
    widths = [max(_width(row[i]) for row in table) for i in range(len(header) - 1)]
    rest = max(MIN_PROMPT, columns - sum(widths) - 2 * len(widths))
    lines = []
    for *cells, prompt in table:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
        lines.append("  ".join([*padded, _shorten(prompt, rest)]).rstrip())
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """On one line, without control characters, which a terminal would obey."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _width(text: str) -> int:
    """Columns on a terminal: two for a wide character, none for a combining one."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text
    )


def _shorten(text: str, columns: int) -> str:
    """At most ``columns`` wide, with an ellipsis where something was cut off."""
    if _width(text) <= columns:
        return text
    while _width(text) > columns - 1:
        text = text[:-1]
    return text.rstrip() + "…"
