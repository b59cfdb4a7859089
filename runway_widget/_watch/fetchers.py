"""Threads that wait for the network, so that the one that keeps the agenda need not.

They share the poller's lock, hold it for all but the waiting, and one session: a poll every few seconds is no reason
for a new connection. Both exist only while there is something to watch.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

import requests

from .._errors import NoAnswer
from .._runtime.threads import start_thread
from .._service.connection import abort, pooled_session
from .._service.state import Answer

log = logging.getLogger("runway_widget")

T = TypeVar("T")

FETCHERS = 6  # with the scheduler, the writer, the timer and the thread for users' callbacks: ten


class Fetchers(Generic[T]):
    """At most `FETCHERS` threads. All the functions but ``ask`` are called with ``lock`` held, and so are the methods.

    ``ready(item)`` is asked when an item's turn has come, ``ask(item, session)`` fetches, ``heard(item, answer)`` gets
    what came, and ``needed()`` says whether more may come.
    """

    def __init__(
        self,
        lock: threading.Lock,
        *,
        ready: Callable[[T], bool],
        ask: Callable[[T, requests.Session], Answer],
        heard: Callable[[T, Answer], None],
        needed: Callable[[], bool],
    ) -> None:
        self._lock = lock
        self._work = threading.Condition(lock)
        self._ready, self._ask, self._heard, self._needed = ready, ask, heard, needed
        self._items: deque[T] = deque()
        self._idle = 0
        self._session: requests.Session | None = None
        self.count = 0  # of threads

    def put(self, item: T) -> None:
        """Have ``item`` fetched."""
        self._items.append(item)
        if self._idle >= len(self._items) or self.count >= FETCHERS:
            self._work.notify()
            return
        try:
            start_thread(self._run, "runway-widget-fetcher")
            self.count += 1
        except RuntimeError:
            while self._items and not self.count:  # nobody else will: say so, and let it be tried again later
                self._heard(self._items.popleft(), Answer(NoAnswer("no thread can be started")))

    def rest(self) -> None:
        """Nothing is watched any more: whatever is still being waited for, nobody wants to know."""
        self._work.notify_all()
        if self._session is not None:
            abort(self._session)
            self._session = None

    def _run(self) -> None:
        with self._lock:
            while self._needed():
                if not self._items:
                    self._idle += 1
                    self._work.wait()
                    self._idle -= 1
                elif self._ready(item := self._items.popleft()):
                    session = self._session = self._session or pooled_session()
                    self._lock.release()
                    try:
                        answer = self._ask(item, session)
                    except Exception:  # a fault of this package must not end a watch over something that was paid for
                        log.exception("a poll went wrong in a way that nobody foresaw")
                        answer = Answer(NoAnswer("an internal error; see the log"))
                    finally:
                        self._lock.acquire()
                    self._heard(item, answer)
                    del item  # or it would stay alive until the next one
            self.count -= 1
            if not self.count and self._session is not None:
                self._session.close()
                self._session = None
