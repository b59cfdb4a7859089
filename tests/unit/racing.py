"""Threads that race for one thing: all begin at once, and are switched as often as can be."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .fakes import at_once

THREADS = 8
TIMES = 60  # what each thread does so often
NAME = "runway-widget-shared"


@pytest.fixture
def often() -> Iterator[None]:
    """Threads are switched as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def race(*calls: Callable[[], Any], threads: int = THREADS) -> None:
    """Each thread makes all the calls `TIMES` times, in an order of its own; what one raises is raised."""

    def run() -> None:
        chance = random.Random(threading.get_ident())
        for _ in range(TIMES):
            for call in chance.sample(calls, len(calls)):
                call()

    for outcome in at_once(threads, run):
        if isinstance(outcome, BaseException):
            raise outcome
