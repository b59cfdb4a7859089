"""Numbers, switches and columns of NumPy, pandas and the standard library, as Python's own. Pure.

None of these libraries is needed here: their scalars are told by what they offer, and by the classes of `numbers`.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Set, Sized
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

_SCALARS = (bool, int, float, str)
_TIMES = "mM"  # the kinds of NumPy's dates and durations, which pass for numbers, of whatever unit


class Column(Protocol):
    """A column of a table: a Series or an Index of pandas, an array of NumPy."""

    def tolist(self) -> object: ...


def plain(value: Any) -> Any:
    """``value`` as a bool, int, float or str where it is one in the make of another library; anything else as it is.

    That is every scalar of NumPy but its dates, an array without dimensions, and whatever is a number to `numbers`.
    """
    if type(value) in _SCALARS or _kind(value) in _TIMES:
        return value
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool | str):
        return value
    try:
        if isinstance(value, numbers.Integral):
            return int(value)
        return float(value) if isinstance(value, numbers.Real | Decimal) else value
    except (ValueError, OverflowError):  # a signalling NaN; a fraction beyond all floats
        return math.nan


def whole(value: Any) -> int | None:
    """``value`` as an int; None where it is no whole number by its kind. True and 5.0 are none, nor is "5"."""
    value = plain(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def real(value: Any) -> float | None:
    """``value`` as a number, maybe an infinite one; None where it is none, or NaN."""
    value = plain(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and value == value else None


def is_missing(value: Any) -> bool:
    """Whether ``value`` is what stands for an empty cell: NaN of any make, or pandas' NA and NaT. None is not."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return True
    value = plain(value)
    return (isinstance(value, float) and value != value) or (_kind(value) in _TIMES and str(value) == "NaT")


def column(value: Any, most: int) -> list[Any] | None:
    """The items of a list, a column of a table or any other row of things; None for one thing.

    What is one thing: a text, bytes, a dict, a set (it has no order), and what has more dimensions than one. Of a row
    whose length is not known, no more than ``most`` are taken.
    """
    if getattr(value, "ndim", 1) != 1 or isinstance(value, str | bytes | bytearray | Mapping | Set):
        return None
    if not isinstance(value, Iterable):
        return None
    return list(value) if isinstance(value, Sized) else list(islice(value, most))


def _kind(value: Any) -> str:
    """NumPy's letter for what an array or a scalar holds; "?" for anything else."""
    kind = getattr(getattr(value, "dtype", None), "kind", "?")
    return kind if isinstance(kind, str) else "?"


def megabytes(size: int) -> str:
    """That many bytes in words: "12.4 MB", "830 kB"."""
    return f"{size / 1e6:.1f} MB" if size >= 999_500 else f"{max(1, round(size / 1e3))} kB"
