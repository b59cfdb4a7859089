"""The README's picture of the benchmarks, as SVG, drawn from the JSON file. It follows the reader's light or dark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from typing import Any

from .rows import OURS, Row
from .table import number

WIDTH, MARGIN, GAP = 880, 24, 32
COLUMN = (WIDTH - 2 * MARGIN - GAP) / 2
BAR, LABEL, VALUE = 22, 194, 64  # a bar's pitch; the room for its name, and for its figure
PLOT = 150  # the plot's height
LEAST, MOST, LATEST = 0.5, 2000.0, 4.0  # its axes: requests, seconds

STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; } .small { font-size: 12px; fill: #59636e; } .ours { font-weight: 600; }
  .ground { fill: #ffffff; stroke: #d1d9e0; } .line { stroke: #d1d9e0; }
  .other { fill: #a3adb8; } .mine { fill: #5b4bdb; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .small { fill: #9198a1; } .ground { fill: #0d1117; stroke: #3d444d; }
    .line { stroke: #3d444d; } .other { fill: #656d76; } .mine { fill: #9b8cff; }
  }
"""


@dataclass(frozen=True)
class Panel:
    """Bars of one figure of one case."""

    title: str
    benchmark: str
    case: str
    figure: str


#: Requests and delay of one task, as points.
POINTS = "waiters", "104.6 s, spread 0.4"
PANELS = (
    Panel("Watching 1,000 tasks: CPU per task-minute", "many_tasks", "1,000 tasks", "CPU per task-minute"),
    Panel("Watching 1,000 tasks: memory per task", "many_tasks", "1,000 tasks", "memory per task"),
    Panel("JupyterLab, 50 cards: script per card and update", "painting", "50 cards", "script per card and update"),
    Panel("A card's first display: bytes to the page", "messages", "first display", "bytes"),
    Panel("100 takes: until all are created", "creating", "100 takes", "until all are created"),
    Panel("Import: CPU", "import_cost", "import", "CPU"),
)


def draw(figures: Mapping[str, Any]) -> str:
    """The picture. KeyError where something that belongs on it was not measured."""
    rows = {name: [Row(**each) for each in one["rows"]] for name, one in figures["benchmarks"].items()}
    top = 74.0
    parts, top = [*_plot(rows[POINTS[0]], top)], top + PLOT + 62
    for left, right in zip(PANELS[::2], PANELS[1::2], strict=True):
        pair = [_chosen(rows[panel.benchmark], panel.case, panel.figure) for panel in (left, right)]
        for column, (panel, bars) in enumerate(zip((left, right), pair, strict=True)):
            parts += _bars(panel.title, bars, MARGIN + column * (COLUMN + GAP), top)
        top += max(map(len, pair)) * BAR + 48
    on = figures["on"]
    head = (
        f"Measured by “make bench” on {on['cores']} cores, {on['system']}, Python {on['python']}, {figures['measured']}"
    )
    frame = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top:.0f}" viewBox="0 0 {WIDTH} {top:.0f}" '
        'role="img" aria-label="runway-widget beside other ways to do the same">',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" x="0.5" y="0.5" width="{WIDTH - 1}" height="{top - 1:.0f}" rx="8"/>',
        _text(MARGIN, 32, f"{OURS} beside other ways to do the same: everywhere, less is better", "title"),
        _text(MARGIN, 52, head, "small"),
    ]
    return "\n".join([*frame, *parts, "</svg>"]) + "\n"


def _chosen(rows: Iterable[Row], case: str, figure: str) -> list[Row]:
    """This project's row and the others', in their order. KeyError where there is none."""
    found = [each for each in rows if (each.case, each.figure) == (case, figure)]
    if not any(each.who == OURS for each in found):
        raise KeyError(f"{figure} of {case} was not measured")
    return found


def _plot(rows: Sequence[Row], top: float) -> list[str]:
    """Each client as a point: the requests of a task from left to right, and how late its end is seen upwards."""
    requests = {each.who: each for each in _chosen(rows, POINTS[1], "requests per task")}
    late = {each.who: each for each in _chosen(rows, POINTS[1], "seconds late")}
    left, width, bottom = MARGIN + 30, WIDTH - 2 * MARGIN - 40, top + PLOT + 14
    title = "A task that runs for about 105 s: requests until its end is seen, and how late that is"
    parts = [_text(MARGIN, top + 4, title, "title")]
    for seconds in range(int(LATEST) + 1):
        y = bottom - seconds / LATEST * (PLOT - 20)
        parts.append(f'<line class="line" x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(left - 6, y + 4, f"{seconds} s", "small", "end"))
    for mark in (1, 3, 10, 30, 100, 300, 1000):
        parts.append(_text(left + _along(mark) * width, bottom + 18, f"{mark:,}", "small", "middle"))
    for who, row in requests.items():
        if who != OURS and who.startswith(OURS):
            continue
        x, y = left + _along(row.value) * width, bottom - min(late[who].value / LATEST, 1) * (PLOT - 20)
        mine = who == OURS
        parts.append(f'<circle class="{"mine" if mine else "other"}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        label = f"{who}: {number(row.value)} requests, {number(late[who].value)} s late"
        before, last = mine or row.value > 100, row.value == max(each.value for each in requests.values())
        at = (x, y - 20) if last else (x - 11 if before else x + 11, y + 4)
        parts.append(_text(*at, label, "ours" if mine else "", "end" if before else "start"))
    return parts


def _along(requests: float) -> float:
    """Where on the logarithmic axis, 0 to 1."""
    return min(max(log10(requests / LEAST) / log10(MOST / LEAST), 0.0), 1.0)


def _bars(title: str, rows: Sequence[Row], x: float, top: float) -> list[str]:
    parts, most = [_text(x, top + 4, title, "title")], max(each.value for each in rows)
    for at, row in enumerate(rows):
        y, mine = top + 18 + at * BAR, row.who == OURS
        style = "mine" if mine else "other"
        width = max(row.value / most * (COLUMN - LABEL - VALUE), 2) if most else 2
        parts.append(_text(x + LABEL - 8, y + 12, row.who, "ours" if mine else "", "end"))
        parts.append(f'<rect class="{style}" x="{x + LABEL}" y="{y}" width="{width:.1f}" height="15" rx="2"/>')
        parts.append(_text(x + LABEL + width + 6, y + 12, f"{number(row.value)} {row.unit}".strip(), "small"))
    return parts


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
