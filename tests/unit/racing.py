"""Threads that race for one thing: all begin at once, and are switched as often as can be, also between two lines of
the package between which the interpreter would hardly ever switch by itself.
"""

from __future__ import annotations

import random
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import runway_widget

from .fakes import at_once

THREADS = 8
TIMES = 60  # what each thread does so often
_installing = threading.Lock()  # of a trace function: two at once are an error (Python 3.11)
SWITCHES = 0.2  # of the lines
PACKAGE = str(Path(runway_widget.__file__).parent)
NAME = "runway-widget-shared"


@pytest.fixture
def often() -> Iterator[None]:
    """Threads are switched as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def race(*calls: Callable[[], Any], threads: int = THREADS, times: int = TIMES) -> None:
    """Each thread makes all the calls so many ``times``, in an order of its own; what one raises is raised."""

    def run() -> None:
        chance = random.Random(threading.get_ident())
        with switching(chance):
            for _ in range(times):
                for call in chance.sample(calls, len(calls)):
                    call()

    for outcome in at_once(threads, run):
        if isinstance(outcome, BaseException):
            raise outcome


@contextmanager
def switching(chance: random.Random) -> Iterator[None]:
    """Let another thread go on at some of the lines of the package that this thread comes to."""
    if sysconfig.get_config_var("Py_GIL_DISABLED") or sys.gettrace() is not None:  # they run at once; a debugger
        yield
        return

    def at_line(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line" and chance.random() < SWITCHES:
            time.sleep(0)
        return at_line

    with _installing:
        sys.settrace(lambda frame, event, arg: at_line if frame.f_code.co_filename.startswith(PACKAGE) else None)
    try:
        yield
    finally:
        with _installing:
            sys.settrace(None)
