"""Threads: daemons all, made on demand, gone when there is nothing to do, and joined by nobody.

A request that hangs must not hold a kernel that shuts down, so there is no pool of the standard library here: those
join their threads at exit.
"""

from __future__ import annotations

import atexit
import contextvars
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .._errors import RunwayWidgetError

log = logging.getLogger("runway_widget")


@contextmanager
def log_errors(what: str, instead: Callable[[], None] | None = None) -> Iterator[None]:
    """Log what goes wrong with ``what``, do ``instead``, and go on: of one fault, not all that follows must be lost."""
    try:
        yield
    except Exception:
        log.exception("%s met an error", what)
        if instead is not None:
            instead()


# On these a thread without a context of its own dies of a LookupError as soon as it sends (ipykernel#1450). On all
# others a context would pin what it sends to one cell, and nbclient drops such messages.
_NEED_CONTEXT = {"7.0.0", "7.0.1"}


def require_threads() -> None:
    """RunwayWidgetError where this Python has no threads (pyodide): before anything is sent, or paid for."""
    if sys.platform == "emscripten":
        raise RunwayWidgetError("this Python has no threads, so nothing can be watched; use a kernel that has them")


def start_thread(run: Callable[[], None], name: str) -> None:
    """Run ``run`` on a daemon thread that may send messages, whichever kernel this is."""
    if getattr(sys.modules.get("ipykernel"), "__version__", "") in _NEED_CONTEXT:
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run,), name=name, daemon=True).start()
    else:
        threading.Thread(target=run, name=name, daemon=True).start()


class SerialThread:
    """Calls made one after the other, in order of arrival, on one thread; what one raises is logged and hurts no other.

    The thread lives while there are calls, or while somebody holds it: each new thread that sends messages costs the
    kernel a socket, so one that sends now and then had better stay.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.reset()
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """Forget everything, as a forked child must: the thread stayed with the parent."""
        self._news = threading.Condition()
        self._calls: deque[Callable[[], None]] = deque()
        self._holds = 0
        self._running = self._closing = False

    def put(self, call: Callable[[], None]) -> None:
        """Have ``call`` made soon."""
        with self._news:
            self._calls.append(call)
            try:
                self._wake()
            except RuntimeError:  # the machine is out of threads; the next call may have more luck, and takes it along
                log.exception("%s could not start", self.name)

    def hold(self) -> None:
        """Keep the thread until `release`, once there is one."""
        with self._news:
            self._holds += 1

    def release(self) -> None:
        """Let the thread go when it has nothing to do; the counterpart of `hold`."""
        with self._news:
            self._holds -= 1
            self._news.notify()

    def close(self) -> None:
        """Let the thread end when it can."""
        with self._news:
            self._closing = True
            self._news.notify()

    def abandon(self) -> list[Callable[[], None]]:
        """Give up on the call that is being made, and on this thread when it returns; the calls that waited behind."""
        with self._news:
            calls, self._calls = list(self._calls), deque()
            self._closing = True
        return calls

    @property
    def running(self) -> bool:
        """Whether there is a thread."""
        with self._news:
            return self._running

    def _wake(self) -> None:
        if not self._running:
            start_thread(self._run, self.name)
            self._running, self._closing = True, False
        self._news.notify()

    def _run(self) -> None:
        with self._news:
            while not self._closing:
                if self._calls:
                    call = self._calls.popleft()
                    self._news.release()
                    try:
                        call()
                    except BaseException:  # a SystemExit of a call's own must not end the thread of all the others
                        log.exception("%s met an error", self.name)
                    finally:
                        self._news.acquire()
                    del call  # or it would stay alive until the next one
                elif self._holds > 0:
                    self._news.wait()
                else:
                    break
            self._running = False
