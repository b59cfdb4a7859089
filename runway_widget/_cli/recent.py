"""`python -m runway_widget recent`: the journal as a table on a terminal, and striking entries out of it."""

from __future__ import annotations

import argparse
import sys

from .._journal.journal import Journal
from .._widgets.recent import Recent

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="how many, newest first (default 20)")
    parser.add_argument(
        "--forget", metavar="ID", help="strike a task, or the attempt in parentheses, out of the journal; or 'all'"
    )


def serve(arguments: argparse.Namespace, journal: Journal | None = None) -> int:
    """Show or forget. Returns the exit status: 0, or 1 where there was nothing to forget."""
    journal = journal or Journal()
    if arguments.forget is None:
        _say(str(Recent.of(journal.recent(arguments.limit))))
        return 0
    which = arguments.forget.strip().strip("()")
    struck = journal.forget_all() if which == ALL else journal.forget(which)
    _say(f"{struck} forgotten." if struck else f"The journal holds no {arguments.forget!r}.")
    return 0 if struck else 1


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _say(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
