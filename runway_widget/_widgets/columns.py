"""Text on a terminal, measured in columns. Pure."""

from __future__ import annotations

import unicodedata

from .._service.text import one_line

_NO_COLUMN = {"Mn", "Me", "Cf"}  # combining marks, variation selectors, joiners


def plain(text: str) -> str:
    """``text`` on one line, with nothing in it that a terminal would obey or give an unknown width."""
    return "".join(c for c in one_line(text) if c.isprintable())


def width(text: str) -> int:
    """Columns that ``text`` takes: two for a wide character, none for one that joins the one before it."""
    if text.isascii():
        return len(text)
    return sum(_width(c) for c in text)


def fitting(text: str, columns: int, ending: str = "…") -> str:
    """``text``, at most ``columns`` wide, with ``ending`` where something was cut off."""
    if width(text) <= columns:
        return text
    room = columns - width(ending)
    for number, character in enumerate(text):
        room -= _width(character)
        if room < 0:
            return text[:number].rstrip() + ending
    return text


def padded(text: str, columns: int) -> str:
    """``text`` with blanks up to ``columns``."""
    return text + " " * (columns - width(text))


def _width(character: str) -> int:
    if unicodedata.category(character) in _NO_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
