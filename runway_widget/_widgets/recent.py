"""The journal's rows as a table, in a notebook and on a terminal.

The table has no style sheet, no script and no colour, so every sanitiser, theme and export leaves it readable. On a
terminal that is too narrow for it, each submission has some lines of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

from .._errors import ConfigurationError
from .._journal.row import Row, State
from .._media.paths import short_path
from .._numbers import whole
from .._service.endpoint import endpoint_of
from .._service.json_value import JsonValue
from .._service.payload import describe, map_strings
from .._service.state import Status
from .._service.text import one_line, printable
from .._tracebacks import short_traceback
from .._watch.options import checked_flag
from . import markup
from .columns import fitting, padded, plain, width
from .costs import CostSum
from .markup import Markup, element
from .words import PICKED, cost_words, duration, sum_words

if TYPE_CHECKING:
    from .._journal.journal import Journal
    from .task import RunwayTask

MIN_TEXT = 24  # columns of a terminal for a prompt or a reason
MAX_PROMPT = 60  # characters of a prompt or a reason in a notebook

NOTHING_YET = "Nothing submitted yet."
NOTHING_PICKED = "Nothing is picked yet: task.pick(), or the star on its card, picks a take."
JOURNAL_OFF = (
    "The journal is off: nothing that is submitted is remembered. It is kept where RUNWAY_WIDGET_JOURNAL, or journal= "
    "of the client, names a file."
)

_STATE_WORDS = {State.SENDING: "Being sent", State.REFUSED: "Refused", State.UNCERTAIN: "Uncertain"}
_STATUS_WORDS: dict[str, str] = {Status.SUCCESS: "Done", Status.FAILURE: "Failed", Status.CANCELLED: "Cancelled"}
_UNCERTAIN_NOTE = (
    "Uncertain: the service may have taken it, and may charge it. Look for it there; if it is not, strike it out with: "
    "python -m runway_widget recent --forget ID"
)


Attach = Callable[[Row], "RunwayTask"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission.

    ``id`` is the journal's, for ``--forget``; ``task_id`` the service's, "" where it gave none. ``word`` is one of
    "Done", "Failed", "Cancelled", "Submitted", "Refused", "Uncertain" and "Being sent"; ``outcome`` the result of the
    request in a few words. ``reason`` says why it was refused, failed or was cancelled, or what is not known of it, ""
    otherwise. ``took`` is in seconds from submission to the end, None while no end was seen. ``files`` are the paths
    where the outputs were saved, ``parameters`` the request's body without media and signed links, ``seed`` the seed in
    it, None where there is none. ``cost`` is in credits, None where the service did not say it, and where nothing was
    created; ``cost_is_estimate`` says that it may have become less since. ``picked``: it has a star.
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
    seed: int | None
    reason: str
    cost: float | None
    cost_is_estimate: bool
    picked: bool
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
            word=_STATUS_WORDS.get(row.status) or _STATE_WORDS.get(row.state, "Submitted"),
            outcome=row.outcome,
            submitted=datetime.fromtimestamp(max(0.0, row.submitted_at)).astimezone(),
            took=row.seconds or None,
            base_url=row.base_url,
            service=row.service,
            files=row.files,
            parameters=map_strings(row.parameters, printable, keys=True),
            seed=row.seed,
            cost=row.cost.credits,
            cost_is_estimate=row.cost.is_estimate,
            picked=row.picked,
            reason=row.reason or (row.outcome if row.state is not State.ACCEPTED else ""),
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


class Recent(Sequence[Entry]):
    """Submissions, newest first: a sequence of `Entry` that shows itself as a table."""

    def __init__(self, entries: Iterable[Entry], empty: str = NOTHING_YET) -> None:
        self._entries = tuple(entries)
        self._empty = empty  # what is said where there are none

    @classmethod
    def of(cls, rows: Iterable[Row], attach: Attach | None = None, empty: str = NOTHING_YET) -> Self:
        """Make a table of the journal's rows; ``attach`` makes a task of one row."""
        return cls((Entry.of(row, attach) for row in rows), empty)

    @classmethod
    def read(
        cls,
        journal: Journal,
        limit: int,
        base_url: str | None = None,
        attach: Attach | None = None,
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
        return cls.of(rows, attach, nothing if journal.path else JOURNAL_OFF)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Recent: ...
    def __getitem__(self, index: int | slice) -> Entry | Recent:
        if isinstance(index, slice):
            return Recent(self._entries[index], "No submission is in this slice." if self._entries else self._empty)
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __str__(self) -> str:
        if not self._entries:
            return self._empty
        table = _text(self._columns(), shutil.get_terminal_size((120, 24)).columns)
        return "\n\n".join([table, *self._footnotes()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self._entries:
            return element("p", self._empty)
        columns = self._columns()
        head = [element("th", Markup(name), style=_LEFT) for name in columns]
        rows = zip(*columns.values(), strict=True)
        body = [element("tr", *map(_cell, columns, row)) for row in rows]
        notes = [element("p", note) for note in self._footnotes()]
        table = element("table", element("thead", element("tr", *head)), element("tbody", *body))
        return markup.join([table, *notes])

    def _columns(self) -> dict[str, list[str]]:
        """The table by its columns' names, each with a text for every entry; without those that nobody needs."""
        entries = self._entries
        columns = {
            NUMBER: [f"[{number}]" for number in range(len(entries))],
            "Submitted": [f"{entry.submitted:%Y-%m-%d %H:%M}" for entry in entries],
            "What": [entry.title for entry in entries],
            "Model": [entry.model for entry in entries],
            "Seed": ["" if entry.seed is None else str(entry.seed) for entry in entries],
            "Status": [_status(entry) for entry in entries],
            "Cost": [cost_words(entry.cost, estimate=entry.cost_is_estimate) for entry in entries],
            TASK: [entry.task_id or f"({entry.id})" for entry in entries],
            "Service": [entry.base_url for entry in entries] if len({entry.base_url for entry in entries}) > 1 else [],
            "Saved as": [", ".join(short_path(Path(file)) for file in entry.files) for entry in entries],
            REASON: [entry.reason for entry in entries],
            PROMPT: [entry.prompt for entry in entries],
        }
        optional = {"Seed", "Cost", "Service", "Saved as", REASON}
        return {name: cells for name, cells in columns.items() if name not in optional or any(cells)}

    def _footnotes(self) -> list[str]:
        """The total of what they cost, and what to do about one that is uncertain."""
        rows = [entry._row for entry in self._entries]
        total = sum_words(CostSum(row.cost for row in rows if row.accepted or row.state is not State.REFUSED))
        uncertain = any(entry.word == _STATE_WORDS[State.UNCERTAIN] for entry in self._entries)
        return [*([f"Total: {total}"] if total else []), *([_UNCERTAIN_NOTE] if uncertain else [])]


NUMBER, TASK, REASON, PROMPT = "[n]", "Task", "Reason", "Prompt"

_LEFT = "text-align:left"
_TOP = f"{_LEFT};vertical-align:top"


def _status(entry: Entry) -> str:
    word = f"{entry.word} in {duration(entry.took)}" if entry.took and entry.word == "Done" else entry.word
    return f"{word} {PICKED}" if entry.picked else word


def _cell(name: str, text: str) -> Markup:
    """A cell in a notebook. Only the long texts are cut, and have all of it in their titles."""
    text = one_line(text)
    if name not in {REASON, PROMPT}:
        return element("td", Markup(text) if name == NUMBER else text, style=_TOP)
    short = text if len(text) <= MAX_PROMPT else text[: MAX_PROMPT - 1].rstrip() + "…"
    style = f"{_TOP};unicode-bidi:plaintext;overflow-wrap:anywhere;min-width:12em"
    return element("td", short, style=style, title=text or None)


def _text(columns: dict[str, list[str]], room: int) -> str:
    """The table on a terminal: a line for each entry where it is wide enough, else some lines for each."""
    columns = {name: [plain(cell) for cell in cells] for name, cells in columns.items()}
    widths = {name: max(map(width, [name, *cells])) for name, cells in columns.items()}
    long = {name: min(widths[name], MIN_TEXT) for name in (REASON, PROMPT) if name in columns}
    fixed = sum(widths[name] for name in columns if name not in long) + 2 * (len(columns) - 1)
    if fixed + sum(long.values()) > room:
        return "\n".join(
            _block(dict(zip(columns, row, strict=True)), room) for row in zip(*columns.values(), strict=True)
        )
    if REASON in long:
        half = (room - fixed) // 2
        widths[REASON] = min(widths[REASON], max(half, room - fixed - widths[PROMPT]))
    widths[PROMPT] = room - fixed - widths.get(REASON, 0)
    head = [name.upper() for name in columns]
    lines = [head, *zip(*columns.values(), strict=True)]
    return "\n".join(
        "  ".join(padded(fitting(cell, wide), wide) for cell, wide in zip(line, widths.values(), strict=True)).rstrip()
        for line in lines
    )


def _block(cells: dict[str, str], room: int) -> str:
    """One entry on lines of its own. The id is never cut: without all of it, it is of no use."""
    indent = " " * (len(cells[NUMBER]) + 1)
    facts = [f"seed {cells['Seed']}" if cells.get("Seed") else "", cells.get("Cost", ""), cells.get("Service", "")]
    first = f"{cells[NUMBER]} {cells['Submitted']}  {cells['What']}  {cells['Status']}"
    second = indent + " · ".join(part for part in (cells["Model"], *facts) if part)
    rest = [f"{indent}{cells[name]}" for name in ("Saved as", REASON, PROMPT) if cells.get(name)]
    return "\n".join(
        [fitting(first, room), fitting(second, room), indent + cells[TASK], *(fitting(x, room) for x in rest)]
    )
