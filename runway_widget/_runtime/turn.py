"""A deed that one thread does at a time, and whose outcome the others wait for without holding a lock.

It is for what may take minutes, such as a create or the copy of a clip: Ctrl-C ends the wait on Windows too, and a
forked child does not wait for a thread that stayed with its parent.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from . import process

STEP = 0.5  # seconds: on Windows Ctrl-C does not end a wait (cpython#80116)


class Turn:
    """For each key one thread at a time: ``with turn.of(key): …``"""

    def __init__(self) -> None:
        self._busy: dict[Hashable, int] = {}  # the process in which somebody is at it
        self.reset()
        process.register(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`."""
        self._changed = threading.Condition()  # of `_busy`

    def close(self) -> None:
        """See `process.ThreadOwner`: nothing to do."""

    @contextmanager
    def of(self, key: Hashable = None) -> Iterator[None]:
        """Wait until nobody else is at it. The thread that is must not come again."""
        with self._changed:
            while self._busy.get(key) == os.getpid():
                self._changed.wait(STEP)
            self._busy[key] = os.getpid()
        try:
            yield
        finally:
            with self._changed:
                if self._busy.get(key) == os.getpid():  # else it was begun before a fork
                    del self._busy[key]
                self._changed.notify_all()
