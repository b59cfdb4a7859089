"""The saved files in a row of the journal: a path, and the number of the output in it where its name does not tell."""

from __future__ import annotations

from typing import Any

from .._service.payload import clean_text


def file_entry(path: str, number: int | None) -> Any:
    """One file as it is written; ``number`` is that of the output from 0, None where the name tells it."""
    return clean_text(path) if number is None else {"path": clean_text(path), "output": number}


def read_files(stored: Any) -> tuple[tuple[str, ...], dict[str, int]]:
    """The paths of files as they were written, and the numbers of the outputs in some of them."""
    paths: list[str] = []
    numbers: dict[str, int] = {}
    for each in stored if isinstance(stored, list) else ():
        number = each.get("output") if isinstance(each, dict) else None
        paths.append(clean_text(each.get("path") if isinstance(each, dict) else each))
        if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
            numbers[paths[-1]] = number
    return tuple(paths), numbers
