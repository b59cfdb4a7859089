"""What a forked child renews and what ends at exit: one hook of each kind for the whole package.

A hook per object would stay for ever, as neither `atexit` nor `os.register_at_fork` lets go of an object. So each
object that owns threads or locks is registered here, by a weak reference.
"""

from __future__ import annotations

import atexit
import os
from typing import Protocol
from weakref import WeakSet


class ThreadOwner(Protocol):
    """Something with threads or locks of its own."""

    def reset(self) -> None:
        """Forget everything, as a forked child must: the threads stayed with the parent, perhaps holding a lock."""

    def close(self) -> None:
        """Begin nothing further, because Python ends. Waits for nothing."""


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
