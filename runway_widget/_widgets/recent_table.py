"""Submissions as a table, in a notebook and on a terminal.

The table has no style sheet, no script and no colour, so every sanitiser, theme and export leaves it readable. On a
terminal that is too narrow for it, each submission has some lines of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .._journal.row import State
from .._media.dimensions import ratio_from_image
from .._media.paths import short_path
from .._media.small_pictures import picture_uri
from .._service.text import one_line
from . import markup
from .columns import fitting, padded, plain, width
from .costs import CostSum
from .markup import Attribute, Markup, block, element
from .recent_entry import UNCERTAIN, Entry
from .words import PICKED, cost_words, duration, sum_words

MIN_TEXT = 24  # columns of a terminal for a prompt or a reason
MAX_PROMPT = 60  # characters of a prompt or a reason in a notebook
MAX_PICTURES = 900_000  # characters of all pictures: Jupyter Server drops what comes in more than 1 MB/s
WIDEST, HIGHEST = 96, 72  # pixels of a picture

NUMBER, STATUS, TASK, REASON, PROMPT = "[n]", "Status", "Task", "Reason", "Prompt"
_FIRST = (NUMBER, PROMPT, STATUS, REASON)  # in a notebook; on a terminal the long texts take what room is left

_UNCERTAIN_NOTE = (
    "Uncertain: the service may have taken it, and may charge it. Look for it there; if it is not, strike it out with: "
    "python -m runway_widget recent --forget ID"
)

_LEFT = "text-align:left"
_TOP = f"{_LEFT};vertical-align:top"


def text(entries: Sequence[Entry], room: int) -> str:
    """The table on a terminal of ``room`` columns."""
    return "\n\n".join([_text(_columns(entries), room), *_footnotes(entries)])


def html(entries: Sequence[Entry]) -> Markup:
    """The table in a notebook, with the pictures of what came out.

    What tells most stands first: hosts have a narrow output scroll, and the first 320 pixels show number, picture and
    prompt.
    """
    columns = _columns(entries)
    columns = {name: columns[name] for name in dict.fromkeys([*_FIRST, *columns]) if name in columns}
    pictures = _pictures(entries)
    head = [element("th", Markup(name), style=_LEFT) for name in columns]
    lines = [
        [_cell(name, text) for name, text in zip(columns, row, strict=True)]
        for row in zip(*columns.values(), strict=True)
    ]
    if any(pictures):  # beside the numbers
        head.insert(1, element("th", "Picture", style=_LEFT))
        for line, picture in zip(lines, pictures, strict=True):
            line.insert(1, element("td", picture, style=_TOP))
    table = block(
        "table",
        block("thead", block("tr", *head)),
        block("tbody", *(block("tr", *line) for line in lines)),
    )
    left_out = sum(1 for entry, picture in zip(entries, pictures, strict=True) if entry.picture and not picture)
    more = [f"{left_out} more have pictures, which are too many to carry here; a slice shows them."] if left_out else []
    return markup.lines([table, *(element("p", note) for note in [*more, *_footnotes(entries)])])


def total(entries: Sequence[Entry]) -> str:
    """What they cost together: "180 credits"; "" where nothing is known of any."""
    rows = [entry._row for entry in entries]
    return sum_words(CostSum(row.cost for row in rows if row.accepted or row.state is not State.REFUSED))


def status(entry: Entry) -> str:
    """ "Done in 1:18", "Failed"."""
    return f"{entry.word} in {duration(entry.took)}" if entry.took and entry.word == "Done" else entry.word


def made_from(entry: Entry) -> str:
    """ "3f2a1b2c…, 9d01…": the beginnings of the ids of the tasks that it was made from."""
    return ", ".join(f"{task_id[:8]}…" if len(task_id) > 9 else task_id for task_id in entry.inputs)


def _columns(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """The table by its columns' names, each with a text for every entry; without those that nobody needs."""
    columns = {
        NUMBER: [f"[{number}]" for number in range(len(entries))],
        "Submitted": [f"{entry.submitted:%Y-%m-%d %H:%M}" for entry in entries],
        "What": [entry.title for entry in entries],
        "Model": [entry.model for entry in entries],
        "Seed": ["" if entry.seed is None else str(entry.seed) for entry in entries],
        STATUS: [f"{status(entry)} {PICKED}" if entry.picked else status(entry) for entry in entries],
        "Cost": [cost_words(entry.cost, estimate=entry.cost_is_estimate) for entry in entries],
        "Made from": [made_from(entry) for entry in entries],
        TASK: [entry.task_id or f"({entry.id})" for entry in entries],
        "Service": [entry.base_url for entry in entries] if len({entry.base_url for entry in entries}) > 1 else [],
        "Saved as": [", ".join(short_path(Path(file)) for file in entry.files) for entry in entries],
        REASON: [entry.reason for entry in entries],
        PROMPT: [entry.prompt for entry in entries],
    }
    optional = {"Seed", "Cost", "Made from", "Service", "Saved as", REASON}
    return {name: cells for name, cells in columns.items() if name not in optional or any(cells)}


def _footnotes(entries: Sequence[Entry]) -> list[str]:
    """The total of what they cost, and what to do about one that is uncertain."""
    cost = total(entries)
    uncertain = any(entry.word == UNCERTAIN for entry in entries)
    return [*([f"Total: {cost}"] if cost else []), *([_UNCERTAIN_NOTE] if uncertain else [])]


def _pictures(entries: Sequence[Entry]) -> list[Markup]:
    """A small picture of each entry, empty where it has none, and where those before it are enough for one output."""
    made: list[Markup] = []
    room = MAX_PICTURES
    for number, entry in enumerate(entries):
        uri = picture_uri(entry.picture)
        room -= len(uri)
        made.append(_picture(uri, number) if uri and room >= 0 else Markup())
    return made


def _picture(uri: str, number: int) -> Markup:
    ratio = ratio_from_image(uri) or 16 / 9
    width, height = (WIDEST, WIDEST / ratio) if ratio >= WIDEST / HIGHEST else (HIGHEST * ratio, HIGHEST)
    size: dict[str, Attribute] = {"width": round(width), "height": round(height)}
    style = f"display:block;margin:0;min-width:{round(width)}px"  # hosts let a picture shrink to nothing in a table
    return element("img", src=uri, alt=f"What came out of [{number}]", style=style, **size)


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
    facts.append(f"from {cells['Made from']}" if cells.get("Made from") else "")
    first = f"{cells[NUMBER]} {cells['Submitted']}  {cells['What']}  {cells['Status']}"
    second = indent + " · ".join(part for part in (cells["Model"], *facts) if part)
    rest = [f"{indent}{cells[name]}" for name in ("Saved as", REASON, PROMPT) if cells.get(name)]
    return "\n".join(
        [fitting(first, room), fitting(second, room), indent + cells[TASK], *(fitting(x, room) for x in rest)]
    )
