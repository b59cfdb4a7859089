"""What a forked child renews and what ends at exit: one hook of each kind for the whole package.

A hook per object would stay for ever, as neither `atexit` nor `os.register_at_fork` lets go of an object. So each
object that owns threads or locks is registered here, by a weak reference.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol
from weakref import WeakSet


class ThreadOwner(Protocol):
    """Something with threads or locks of its own."""

    def reset(self) -> None:
        """Forget everything, as a forked child must: the threads stayed with the parent, perhaps holding a lock."""

    def close(self) -> None:
        """Begin nothing further, because Python ends. Waits for nothing."""


class Lock:
    """A lock for the ``with`` statement that is free again in a forked child: who held it stayed with the parent.

    Args:
        make: gives the lock: `threading.Lock`, or `threading.RLock` for one that its holder may take again.
    """

    def __init__(self, make: Callable[[], AbstractContextManager[bool]] = threading.Lock) -> None:
        self._make = make
        self.reset()
        register(self)

    def reset(self) -> None:
        """See `ThreadOwner`."""
        self._lock = self._make()

    def close(self) -> None:
        """See `ThreadOwner`: nothing to do."""

    def __enter__(self) -> None:
        self._lock.__enter__()

    def __exit__(self, *error: object) -> None:
        self._lock.__exit__(None, None, None)


_owners: WeakSet[ThreadOwner] = WeakSet()


def register(owner: ThreadOwner) -> None:
    """Have ``owner`` reset in each forked child and closed at exit, for as long as it exists."""
    _owners.add(owner)


def _reset_all() -> None:
    for owner in list(_owners):
        owner.reset()


def _close_all() -> None:
    for owner in list(_owners):
        owner.close()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_reset_all)
