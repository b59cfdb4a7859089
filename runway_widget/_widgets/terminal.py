"""Waiting on a terminal: one line that is written over, and gone at the end."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable

from .._watch.completion import Completion
from .display import kernel_shell

STEP = 0.5


def wait(ending: Completion, tell: Callable[[], str], timeout: float | None) -> bool:
    """`Ending.wait`, and meanwhile, where there is a terminal to read it on, the line that ``tell`` gives."""
    stream = sys.stderr
    if kernel_shell() is not None or stream is None or not stream.isatty():
        return ending.wait(timeout)
    deadline = None if timeout is None else time.monotonic() + timeout
    try:
        while not ending.wait(STEP if deadline is None else max(0.0, min(STEP, deadline - time.monotonic()))):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            width = shutil.get_terminal_size().columns - 1
            stream.write(f"\r\x1b[K{tell()[:width]}")
            stream.flush()
        return True
    finally:
        stream.write("\r\x1b[K")
        stream.flush()
