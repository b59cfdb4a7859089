"""What a forked child renews and what ends at exit: one list for the whole package, and one hook of each kind.

The threads of a process stay with it, so in a forked child a lock may be held, and an event waited for, that nobody
will ever release or set. So every lock, condition and event that outlives a call is a `Lock` of this module, or belongs
to an object that is registered here and makes a new one in its `reset`; `tests/unit/test_fork_locks.py` reads the whole
package for that. A hook per object would stay for ever, as neither `atexit` nor `os.register_at_fork` lets go of one:
objects are remembered here by weak references.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakSet


class ThreadOwner(Protocol):
    """Something with threads or locks of its own."""

    def reset(self) -> None:
        """Forget everything, as a forked child must: the threads stayed with the parent, perhaps holding a lock."""

    def close(self) -> None:
        """Begin nothing further, because Python ends. Waits for nothing."""


class Heir(Protocol):
    """Something without locks or threads of its own, that waits for what a thread does."""

    def _after_fork(self) -> None:
        """In a forked child, where every lock is free: take leave of what will never come to its end here."""


class Finisher(Protocol):
    """Something that is in the middle of what had better not be cut in half."""

    def finish(self) -> None:
        """Bring it to its end, because Python ends. It may wait for a few seconds, and no more."""


class Lock:
    """A lock for the ``with`` statement that a forked child finds free, unless the thread that forked holds it.

    Args:
        make: gives the lock: `threading.Lock`, or `threading.RLock` for one that its holder may take again.
        fork_patience: seconds for which a fork waits until nobody else holds the lock, for what a child must not
            inherit half done; 0 does not wait.
    """

    def __init__(self, make: Callable[[], Any] = threading.Lock, *, fork_patience: float = 0.0) -> None:
        self._make = make
        self._lock = make()
        self._holder = 0  # the thread that holds it, and how many times; written by that thread alone
        self._depth = 0
        self._held_for_fork = False
        self.fork_patience = fork_patience
        register(self)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As of `threading.Lock`."""
        taken = bool(self._lock.acquire(blocking, timeout))
        if taken:
            self._holder = threading.get_ident()
            self._depth += 1
        return taken

    def release(self) -> None:
        """As of `threading.Lock`."""
        self._depth -= 1
        if self._depth == 0:
            self._holder = 0
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()

    def reset(self) -> None:
        """See `ThreadOwner`. Who forks within the ``with`` block is in it in the child too, and will leave it."""
        depth = self._depth if self._holder == threading.get_ident() else 0
        self._lock, self._holder, self._depth = self._make(), 0, 0
        for _ in range(depth - self._held_for_fork):
            self.acquire()
        self._held_for_fork = False

    def close(self) -> None:
        """See `ThreadOwner`: nothing to do."""

    def hold_for_fork(self) -> None:
        """Let nobody else hold it while the process forks, as far as `fork_patience` goes."""
        if self.fork_patience:
            self._held_for_fork = self.acquire(timeout=self.fork_patience)

    def release_after_fork(self) -> None:
        """The counterpart of `hold_for_fork` in the parent."""
        if self._held_for_fork:
            self._held_for_fork = False
            self.release()


_owners: WeakSet[ThreadOwner] = WeakSet()
_heirs: WeakSet[Heir] = WeakSet()
_finishers: WeakSet[Finisher] = WeakSet()


def register(owner: ThreadOwner) -> None:
    """Have ``owner`` reset in each forked child and closed at exit, for as long as it exists."""
    _owners.add(owner)


def register_heir(heir: Heir) -> None:
    """Have ``heir`` told of each fork, in the child, for as long as it exists."""
    _heirs.add(heir)


def register_finisher(finisher: Finisher) -> None:
    """Have ``finisher`` bring its work to an end at exit, after every owner was closed, for as long as it exists."""
    _finishers.add(finisher)


def _locks() -> list[Lock]:
    return [owner for owner in list(_owners) if isinstance(owner, Lock)]


def _before_fork() -> None:
    for lock in _locks():
        lock.hold_for_fork()


def _after_fork_in_parent() -> None:
    for lock in _locks():
        lock.release_after_fork()


def _reset_all() -> None:
    for owner in sorted(_owners, key=lambda owner: not isinstance(owner, Lock)):  # a reset may take a lock
        owner.reset()
    for heir in list(_heirs):
        heir._after_fork()


def _close_all() -> None:
    for owner in list(_owners):
        owner.close()
    for finisher in list(_finishers):
        finisher.finish()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_reset_all)
