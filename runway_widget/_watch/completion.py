"""Waiting for an end, from a thread or from a coroutine, any number of times and by any number of waiters."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from .._service.state import TaskState
from .report import Phase, Report

if TYPE_CHECKING:
    import asyncio


class Ending:
    """The end of one watch, which can be waited for and awaited. ``report`` is how it ended, once it is settled."""

    def __init__(self) -> None:
        self.report = Report(TaskState(), Phase.STARTING)
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._calls: list[Callable[[], None]] = []

    def settle(self, report: Report) -> None:
        """It has ended, with ``report``: wake whoever waits. Only the first end counts."""
        with self._lock:
            if self._event.is_set():
                return
            self.report = report
            self._event.set()
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    @property
    def settled(self) -> bool:
        """Whether it has ended."""
        return self._event.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most ``timeout`` seconds; whether it has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._event.is_set():
            left = 0.5 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return False
            self._event.wait(min(left, 0.5))  # in slices: on Windows Ctrl-C does not end a longer wait
        return True

    async def wait_async(self) -> None:
        """The same for a coroutine; its loop goes on meanwhile."""
        import asyncio  # on use: a script that never awaits need not load it

        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        def call() -> None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits in it any more
                loop.call_soon_threadsafe(wake)

        with self._lock:
            if self._event.is_set():
                return
            self._calls.append(call)
        try:
            await future
        finally:
            with self._lock:
                if call in self._calls:
                    self._calls.remove(call)
