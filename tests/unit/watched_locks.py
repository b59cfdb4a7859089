"""Locks that know who holds them, and calls of others' code that notice when this thread holds one.

While `watched_locks` is on, every lock that the package makes is a `WatchedLock`, those of its modules too. Whatever
leaves the package then (HTTP, files, sqlite, comms, observers of traits, log handlers, decoders, imports) is looked at:
if the thread holds a lock of the package, that is a breach, unless `REASONS` says why it may. It also notes which lock
is taken while which is held: where that goes in a circle, two threads may wait for each other for ever.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import av
import comm.base_comm
import PIL.Image
import pytest
import requests
import traitlets
import urllib3.connection

from runway_widget._runtime import process

#: What may be called while which lock is held, and why nobody waits for it who should not.
_CARD = (
    "a change and its message are one, and the first state holds all before it; the lock is one card's, its holder may "
    "take it again, and handlers of the user's get each change on a thread of their own"
)
_TRIED = "it is only ever tried, so nobody waits for it"
_FILE = "of one transaction at a time; whoever waits for it wants the file, and takes no other lock meanwhile"
REASONS: dict[tuple[str, str], str] = {
    ("_journal.file._lock", "a file"): _FILE,
    ("_journal.file._lock", "sqlite"): _FILE,
    ("_journal.file._lock", "an import"): "of sqlite3, which not every session needs",
    ("_widgets.freezable.FreezableWidget", "a comm"): _CARD,
    ("_widgets.freezable.FreezableWidget", "observers of a trait"): _CARD,
    ("_widgets.callbacks.Observer", "a callback"): _TRIED,
    ("_widgets.callbacks.Observer", "a comm"): _TRIED,
}

#: Events of the interpreter (see "Audit events table" of Python's documentation) that leave the package.
EVENTS = {
    **dict.fromkeys(("socket.connect", "socket.getaddrinfo"), "the network"),
    **dict.fromkeys(("open", "os.listdir", "os.rename", "os.mkdir", "os.remove", "shutil.rmtree"), "a file"),
    "sqlite3.connect": "sqlite",
    "import": "an import",
}

_STARTS = threading.Thread.start.__code__  # which waits for a thread that takes no lock before it says so
_RealLock, _RealRLock, _RealCondition = threading.Lock, threading.RLock, threading.Condition


class Watch:
    """What was seen so far: the breaches, and which lock was taken while which was held."""

    def __init__(self) -> None:
        self.breaches: list[str] = []
        self.order: set[tuple[str, str]] = set()
        self.reasons_used: set[tuple[str, str]] = set()
        self._here = threading.local()

    @property
    def held(self) -> list[str]:
        """The names of the locks that this thread holds."""
        if not hasattr(self._here, "held"):
            self._here.held = []
        held: list[str] = self._here.held
        return held

    def taken(self, name: str) -> None:
        self.order |= {(other, name) for other in self.held if other != name}
        self.held.append(name)

    def released(self, name: str) -> None:
        if name in self.held:
            self.held.reverse()
            self.held.remove(name)
            self.held.reverse()

    def leaves(self, what: str) -> None:
        """This thread leaves the package, for ``what``."""
        for name in self.held:
            kind = name.partition(" ")[0]
            if (kind, what) in REASONS:
                self.reasons_used.add((kind, what))
            else:
                self.breaches.append(f"{what} while {name} is held: {_way()}")

    @property
    def circle(self) -> list[str]:
        """Locks of which each is taken while the one before is held, and the first while the last is; or nothing."""
        after: dict[str, set[str]] = {}
        for first, second in self.order:
            after.setdefault(first, set()).add(second)

        def follow(path: list[str]) -> list[str]:
            for name in sorted(after.get(path[-1], ())):
                if name in path:
                    return [*path[path.index(name) :], name]
                if found := follow([*path, name]):
                    return found
            return []

        return next((found for name in sorted(after) if (found := follow([name]))), [])


class WatchedLock:
    """A lock as `threading` makes it, whose holder is known to ``watch``."""

    def __init__(self, watch: Watch, real: Any, name: str) -> None:
        self._watch, self._real, self._name = watch, real, name

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        taken = bool(self._real.acquire(blocking, timeout))
        if taken:
            self._watch.taken(self._name)
        return taken

    def release(self) -> None:
        self._watch.released(self._name)
        self._real.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()

    # What a condition asks of the lock that may be taken again. Whoever waits must hold no other lock.

    def _release_save(self) -> Any:
        held = self._watch.held
        times = held.count(self._name)
        held[:] = [name for name in held if name != self._name]
        self._watch.leaves("waiting for another thread")
        return self._real._release_save(), times

    def _acquire_restore(self, state: Any) -> None:
        self._real._acquire_restore(state[0])
        self._watch.held.extend([self._name] * state[1])

    def _is_owned(self) -> bool:
        return bool(self._real._is_owned())


def _way() -> str:
    """The calls of this package that led here. No file is opened for that, which would be an event again."""
    frame, calls = sys._getframe(2), list[str]()
    while frame is not None and len(calls) < 6:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("runway_widget."):
            calls.append(f"{module.removeprefix('runway_widget.')}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back  # type: ignore[assignment]
    return " < ".join(calls)


def _maker() -> str:
    """ "_watch.poller.Poller" for the class of this package, or the function, that makes a lock; "" where none does."""
    frame = sys._getframe(3)
    while frame.f_globals.get("__name__") == process.__name__ and frame.f_back is not None:
        frame = frame.f_back
    module = str(frame.f_globals.get("__name__", ""))
    if not module.startswith("runway_widget.") or module.startswith("runway_widget.simulator"):
        return ""
    made = frame.f_locals.get("self")
    owner = frame.f_code.co_qualname.rpartition(".")[0] or frame.f_code.co_name
    name = f"{module.removeprefix('runway_widget.')}.{owner}"
    which = getattr(made, "name", type(made).__name__)  # of the pools and of the cards
    return name if name.endswith(f".{which}") or made is None else f"{name} ({which})"


def _places() -> dict[int, str]:
    """By the ids of the locks that the package's modules hold: where they are, "_journal.file._lock"; of one that an
    object in a module holds, as of any other's, the class: "_widgets.pace.Pace".
    """
    found: dict[int, str] = {}
    for name, module in list(sys.modules.items()):
        if not name.startswith("runway_widget."):
            continue
        for attribute, value in list(vars(module).items()):
            if isinstance(value, process.Lock):
                found[id(value)] = f"{name.removeprefix('runway_widget.')}.{attribute}"
            elif type(value).__module__.startswith("runway_widget."):
                owner = f"{type(value).__module__.removeprefix('runway_widget.')}.{type(value).__qualname__}"
                held = [each for each in getattr(value, "__dict__", {}).values() if isinstance(each, process.Lock)]
                found |= {id(each): owner for each in held}
    return found


@contextmanager
def _watched(watch: Watch) -> Iterator[None]:
    """Have every lock of the package made anew, and watched."""
    with pytest.MonkeyPatch.context() as patch:

        def make(real: Callable[[], Any], name: str = "") -> Any:
            name = name or _maker()
            return WatchedLock(watch, real(), name) if name else real()

        def condition(lock: Any = None) -> threading.Condition:
            return _RealCondition(lock if lock is not None else make(_RealRLock))

        patch.setattr(threading, "Lock", lambda: make(_RealLock))
        patch.setattr(threading, "RLock", lambda: make(_RealRLock))
        patch.setattr(threading, "Condition", condition)
        patch.setattr(process.Lock.__init__, "__defaults__", (threading.Lock,))
        places = _places()
        usual = {owner: owner._make for owner in process._locks()}
        for lock, real in usual.items():
            lock._make = partial(make, real, places.get(id(lock), ""))
        _renew()
        yield
    for lock, real in usual.items():
        lock._make = real
    _renew()


def _renew() -> None:
    for owner in sorted(process._owners, key=lambda owner: not isinstance(owner, process.Lock)):
        owner.reset()


class _Handler(logging.Handler):
    """A log handler of the user's."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def handle(self, record: logging.LogRecord) -> bool:
        self._watch.leaves("a log handler")
        return True


_watches: list[Watch] = []  # the one that is on


def _audit(event: str, _: Any) -> None:
    if event in EVENTS:
        for watch in _watches:
            watch.leaves(EVENTS[event])


@cache
def _hear_of_events() -> None:
    """Have the interpreter call `_audit` from now on, for ever.

    Only where it is used: with such a hook, two threads that begin to be measured at once are an error (Python 3.11).
    """
    sys.addaudithook(_audit)


@contextmanager
def watched_locks() -> Iterator[Watch]:
    """Watch every lock of the package meanwhile. Nothing may be watched, sent or kept when it begins and ends."""
    _hear_of_events()
    watch = Watch()
    handler, log = _Handler(watch), logging.getLogger("runway_widget")
    with _watched(watch), pytest.MonkeyPatch.context() as patch:

        def look_at(owner: Any, name: str, what: str) -> None:
            usual = getattr(owner, name)

            def call(*arguments: Any, **options: Any) -> Any:
                if sys._getframe(1).f_code is not _STARTS:
                    watch.leaves(what)
                return usual(*arguments, **options)

            patch.setattr(owner, name, call)

        look_at(threading.Event, "wait", "waiting for another thread")
        look_at(requests.adapters.HTTPAdapter, "send", "a request")
        look_at(urllib3.connection.HTTPConnection, "close", "closing a connection")
        look_at(comm.base_comm.BaseComm, "send", "a comm")
        look_at(comm.base_comm.BaseComm, "open", "a comm")
        look_at(comm.base_comm.BaseComm, "close", "a comm")
        look_at(asyncio.BaseEventLoop, "call_soon_threadsafe", "an event loop")
        look_at(traitlets.HasTraits, "notify_change", "observers of a trait")
        look_at(PIL.Image, "open", "a decoder")
        look_at(av, "open", "a decoder")
        log.addHandler(handler)
        _watches.append(watch)
        try:
            yield watch
        finally:
            _watches.remove(watch)
            log.removeHandler(handler)
