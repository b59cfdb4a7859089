"""`python -m runway_widget recent`: the journal as a table on a terminal, and deleting entries from it."""

from __future__ import annotations

import argparse
import sys

from .._errors import ConfigurationError
from .._journal.journal import Journal
from .._widgets.recent import JOURNAL_OFF, Recent

ALL = "all"  # what --forget takes for every entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--limit", type=_positive, default=20, metavar="N", help="how many, newest first (default 20)")
    parser.add_argument("--picked", action="store_true", help="of the takes with a star alone")
    parser.add_argument(
        "--forget", metavar="ID", help="strike a task, or the attempt in parentheses, out of the journal; or 'all'"
    )


def serve(arguments: argparse.Namespace, journal: Journal | None = None) -> int:
    """Show the table, or forget entries. Returns the exit status: 0, or 1 for nothing to forget and no journal."""
    try:
        journal = journal or Journal()
        if arguments.forget is None:
            _print(str(Recent.read(journal, arguments.limit, picked=arguments.picked)))
            return 0
    except ConfigurationError as error:  # the variable names no file, or it cannot be read
        print(error, file=sys.stderr)
        return 1
    if journal.path is None:
        _print(JOURNAL_OFF)
        return 1
    name = arguments.forget.strip().strip("()")
    count = journal.forget_all() if name == ALL else journal.forget(name)
    _print(f"{count} forgotten." if count else f"The journal holds no {arguments.forget!r}.")
    return 0 if count else 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _print(text: str) -> None:
    """Print, with "?" for characters that the terminal's encoding does not have."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
