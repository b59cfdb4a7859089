"""Waiting on a terminal: one line that is written over, and gone at the end."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TextIO

from .columns import fitting, plain
from .display import kernel_shell

STEP = 0.5  # seconds between two lines
CLEAR = "\r\x1b[K"  # back to the start of the line, and delete it


class Waitable(Protocol):
    """An end, or the next of several, as `Completion` and `Ends` are."""

    def wait(self, timeout: float | None = None) -> bool: ...


def wait(completion: Waitable, line: Callable[[], str], timeout: float | None) -> bool:
    """``completion.wait``; meanwhile, where there is a terminal to read it on, what ``line`` gives."""
    stream = sys.stderr
    if kernel_shell() is not None or not _is_terminal(stream):
        return completion.wait(timeout)
    deadline = None if timeout is None else time.monotonic() + timeout
    try:
        while not completion.wait(STEP if deadline is None else max(0.0, min(STEP, deadline - time.monotonic()))):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            write_line(stream, line())
        return True
    finally:
        clear_line(stream)


def write_line(stream: TextIO | None, line: str) -> None:
    """Write ``line`` over the one that is there, where ``stream`` is a terminal."""
    if stream is not None and _is_terminal(stream):
        _write(stream, CLEAR + fitting(plain(line), shutil.get_terminal_size().columns - 1, ""))


def clear_line(stream: TextIO | None) -> None:
    """Delete the line that is there, where ``stream`` is a terminal."""
    if stream is not None and _is_terminal(stream):
        _write(stream, CLEAR)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except (AttributeError, ValueError):  # exchanged for something else, or closed
        return False


def _write(stream: TextIO, text: str) -> None:
    with suppress(OSError, ValueError):  # the terminal is gone; the result must not be lost with it
        stream.write(text)
        stream.flush()
