"""The one table: a line for each figure of each case, this project first, then what others need as multiples of it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from .rows import OURS, Row, Verdict, comparisons

HEAD = (
    "Each line: a case, a figure, runway-widget's value, and others as multiples of it, with their values. Above 1, "
    f"{OURS} needs less. In brackets is the middle half, of what was measured several times or of several tasks. "
    "What others are ahead in, by a fourth and noticeably, is marked with <."
)
WIDTH = 118


def table(results: Mapping[str, tuple[str, Sequence[Row]]]) -> str:
    """Of each benchmark its title and its rows, as text."""
    lines = textwrap.wrap(HEAD, WIDTH)
    for name, (title, rows) in results.items():
        lines += ["", f"{name}: {title}", *_lines(rows)]
    return "\n".join(lines)


def _lines(rows: Sequence[Row]) -> list[str]:
    """A line for each figure, or several where there are many others."""
    left = max((len(each.case) for each in rows), default=0)
    middle = max((len(f"{each.figure}, {each.unit}") for each in rows), default=0)
    lines = []
    for each in comparisons(rows):
        figure = each.head.figure + (f", {each.head.unit}" if each.head.unit else "")
        head = f"  {each.head.case:{left}}  {figure:{middle}}  {value(each.ours) if each.ours else '-':16}  "
        others = []
        for other in each.others:
            ratio = each.ratio(other)
            mark = " <" if each.verdict(other) is Verdict.BEHIND else ""
            times = "" if ratio is None else f"{number(ratio)} x "
            others.append(f"{times}{other.who} {value(other)}{mark}")
        lines += _wrapped(head, others)
    return lines


def _wrapped(head: str, others: Iterable[str]) -> list[str]:
    """``others`` behind ``head``, on as many lines as they need."""
    lines, line = list[str](), ""
    for other in others:
        longer = f"{line} · {other}" if line else other
        if line and len(longer) > WIDTH - 30:
            lines.append(line)
            line = other
        else:
            line = longer
    lines.append(line)
    return [f"{head if at == 0 else ' ' * len(head)}{each}".rstrip() for at, each in enumerate(lines)]


def number(value: float) -> str:
    """Two digits that count, or all before the point."""
    if value and abs(value) < 0.095:
        return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.001 else f"{value:.0e}"
    return f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:.1f}" if abs(value) >= 0.95 else f"{value:.2f}"


def value(row: Row) -> str:
    """A value, and its middle half where that is not the same."""
    low, middle, high = number(row.low), number(row.value), number(row.high)
    return middle if low == high else f"{middle} [{low}-{high}]"
