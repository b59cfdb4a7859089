"""What was submitted and how it ended, as a table: in a notebook, and on a terminal by its command.

The table is plain: no style sheet, no script, no colour. So it survives every sanitiser, theme and export.
"""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any, Self, overload

from .._errors import ConfigurationError
from .._journal.row import Row, State
from .._media.paths import short_path
from .._service.endpoint import endpoint_of
from .._service.state import Status
from .words import duration

ALL = "all"
MIN_PROMPT = 24  # columns
MAX_PROMPT = 60  # characters in a notebook

_STATES = {State.SENDING: "Being sent", State.REFUSED: "Refused", State.UNCERTAIN: "Uncertain"}
_ENDS: dict[str, str] = {Status.SUCCESS: "Done", Status.FAILURE: "Failed", Status.CANCELLED: "Cancelled"}
_UNCERTAIN = (
    "Uncertain: the service may have taken it, and may charge it. Look for it there; if it is not, strike it out with "
    "`python -m runway_widget recent --forget ID`."
)

Attach = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission.

    ``id`` is the journal's own, for ``--forget``; ``task_id`` the service's, "" where it gave none. ``word`` says how
    it stands ("Done", "Failed", "Cancelled", "Submitted", "Refused", "Uncertain", "Being sent") and ``outcome`` what
    came of sending it. ``took`` is in seconds from submission to the end, None while no end was seen; ``files`` are the
    paths where its outputs were saved.
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
    parameters: dict[str, Any] = field(repr=False)
    _row: Row = field(repr=False)
    _attach: Attach | None = field(repr=False, compare=False)

    @classmethod
    def of(cls, row: Row, attach: Attach | None = None) -> Self:
        """``row`` as people read it."""
        return cls(
            id=row.id,
            task_id=row.task_id,
            title=endpoint_of(row.action).title,
            action=row.action,
            model=row.model,
            prompt=str(row.request.get("prompt") or ""),
            word=_STATES.get(row.state) or _ENDS.get(row.status, "Submitted"),
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

    def task(self) -> Any:
        """The task, watched from now on: a `RunwayTask` with the prompt and the parameters as before.

        Raises ConfigurationError where the service gave no id.
        """
        if not self.task_id:
            raise ConfigurationError(f"no task to show: {self.word.lower()} ({self.outcome or 'no answer yet'})")
        if self._attach is None:
            raise ConfigurationError("this table came without a client; use client.recent(), or client.task(id)")
        return self._attach(self._row)

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows, but for the prompt and the files."""
        word = f"{self.word} in {duration(self.took)}" if self.took and self.word == "Done" else self.word
        name = self.task_id or f"({self.id})"
        return f"{self.submitted:%Y-%m-%d %H:%M}", self.title, self.model, word, name


class Recent(Sequence[Entry]):
    """Submissions, newest first: a sequence of `Entry` that shows itself as a table."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    @classmethod
    def of(cls, rows: Iterable[Row], attach: Attach | None = None) -> Self:
        """From the journal's rows; ``attach`` makes a task of one."""
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
        optional = [name for name, shown in (("Service", self._mixed), ("Saved as", self._saved)) if shown]
        return ["Submitted", "What", "Model", "Status", "Task", *optional, "Prompt"]

    def _rows(self) -> list[list[str]]:
        rows = []
        for entry in self._entries:
            optional = [entry.base_url] * self._mixed + [
                ", ".join(short_path(Path(file)) for file in entry.files)
            ] * self._saved
            rows.append([_plain(cell) for cell in (*entry.cells, *optional, entry.prompt)])
        return rows

    @property
    def _mixed(self) -> bool:
        return len({entry.base_url for entry in self._entries}) > 1

    @property
    def _saved(self) -> bool:
        return any(entry.files for entry in self._entries)

    def _footnote(self) -> str:
        uncertain = any(entry.word == _STATES[State.UNCERTAIN] for entry in self._entries)
        return f"\n\n{_UNCERTAIN}" if uncertain else ""


_LEFT = 'style="text-align: left"'


def _cells(row: list[str]) -> str:
    *cells, prompt = row
    short = prompt if len(prompt) <= MAX_PROMPT else prompt[: MAX_PROMPT - 1].rstrip() + "…"
    shown = "".join(f"<td {_LEFT}>{escape(cell)}</td>" for cell in cells)
    return f'{shown}<td {_LEFT} title="{escape(prompt)}">{escape(short)}</td>'


def _text(header: list[str], rows: list[list[str]], columns: int) -> str:
    """Aligned columns; the last one, the prompt, gets what is left of the line."""
    table = [[name.upper() for name in header], *rows]
    widths = [max(_width(row[i]) for row in table) for i in range(len(header) - 1)]
    left = max(MIN_PROMPT, columns - sum(widths) - 2 * len(widths))
    lines = []
    for *cells, prompt in table:
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
        lines.append("  ".join([*padded, _cut(prompt, left)]).rstrip())
    return "\n".join(lines)


def _plain(text: str) -> str:
    """On one line, and without what a terminal would obey rather than show."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _width(text: str) -> int:
    """Columns on a terminal: two for wide characters, none for what combines with the one before."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text
    )


def _cut(text: str, columns: int) -> str:
    if _width(text) <= columns:
        return text
    while _width(text) > columns - 1:
        text = text[:-1]
    return text.rstrip() + "…"
