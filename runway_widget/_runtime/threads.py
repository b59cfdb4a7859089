"""Threads: daemons all, started on demand, gone when there is nothing to do, and joined by nobody.

A request that hangs must not hold a kernel that shuts down, so there is no pool of the standard library here: those
join their threads at exit. One class, `ThreadPool`, serves all purposes; a `SerialThread` is the pool of one thread.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakSet

from .._errors import RunwayWidgetError
from .._log import log
from . import process
from .later import MissingThread


@contextmanager
def log_errors(label: str, fallback: Callable[[], None] | None = None) -> Iterator[None]:
    """Log an exception raised in the block, call ``fallback``, and go on."""
    try:
        yield
    except Exception:
        log.exception("%s met an error", label)
        if fallback is not None:
            fallback()


# On these a thread without a context of its own dies of a LookupError as soon as it sends (ipykernel#1450). On all
# others a context would pin what it sends to one cell, and nbclient drops such messages
# (seen with 0.11.0).
_NEED_CONTEXT = {"7.0.0", "7.0.1"}


def require_threads() -> None:
    """RunwayWidgetError where this Python has no threads (pyodide): before anything is sent, or paid for."""
    if sys.platform == "emscripten":
        raise RunwayWidgetError("this Python has no threads, so nothing can be watched; use a kernel that has them")


def start_thread(run: Callable[[], None], name: str) -> None:
    """Run ``run`` on a daemon thread that may send messages, whichever kernel this is.

    RuntimeError: the machine is out of threads.
    """
    if getattr(sys.modules.get("ipykernel"), "__version__", "") in _NEED_CONTEXT:
        context = contextvars.copy_context()
        _Thread(lambda: context.run(run), name).start()
    else:
        _Thread(run, name).start()


class _Thread(threading.Thread):
    """A daemon thread that has no parent in the kernel's eyes; see `_log`: what it prints could take for ever.

    ipykernel 6.29 to 7.0 notes a thread's parent in `Thread.run`, which it exchanges.
    """

    def __init__(self, run: Callable[[], None], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._call = run

    def run(self) -> None:
        self._call()


class KeepAlive:
    """Between `begin` and `end`, the idle threads of the pools that were given this stay, once they were needed.

    Each new thread that sends messages costs the kernel a socket, so one that sends now and then had better stay.
    """

    def __init__(self) -> None:
        self._pools: WeakSet[ThreadPool] = WeakSet()
        self.reset()
        process.register(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`."""
        self._lock = threading.Lock()  # of the number that follows
        self._begun = 0

    def close(self) -> None:
        """See `process.ThreadOwner`: nothing to do, as every pool is closed too."""

    def add(self, pool: ThreadPool) -> None:
        """Keep the threads of ``pool`` too."""
        self._pools.add(pool)

    @property
    def active(self) -> bool:
        """Whether idle threads stay."""
        return self._begun > 0

    def begin(self) -> None:
        """Keep idle threads until as many calls of `end`."""
        with self._lock:
            self._begun += 1

    def end(self) -> None:
        """The counterpart of `begin`."""
        with self._lock:
            self._begun -= 1
        if not self.active:
            for pool in list(self._pools):
                pool.wake()


#: Active while any task is watched.
while_watching = KeepAlive()


class _Current(threading.local):
    """The pool that the thread belongs to. Who forks on such a thread goes on in the child on a thread of nobody's."""

    pool: ThreadPool | None = None

    def reset(self) -> None:
        """See `process.ThreadOwner`."""
        self.pool = None

    def close(self) -> None:
        """See `process.ThreadOwner`: nothing to do."""


_current = _Current()
process.register(_current)


def runs_callbacks() -> bool:
    """Whether this thread runs callbacks, so that whoever waits on it for a task's end would wait for ever."""
    return _current.pool is not None and _current.pool.runs_callbacks


def refuse_in_callbacks(what: str) -> None:
    """Raise RuntimeError on a thread that runs callbacks, for ``what`` waits for a task's end."""
    if runs_callbacks():
        raise RuntimeError(f"{what} in a callback would hold up every other callback; wait elsewhere")


class ThreadPool:
    """Makes calls on at most ``threads`` daemon threads, first come, first served.

    What a call raises is logged and hurts no other call. Threads exist only while there are calls, or while
    ``keep_alive`` is active. ``runs_callbacks``: the calls run code of the user's, so nobody may wait in them.
    """

    def __init__(
        self, name: str, threads: int, *, keep_alive: KeepAlive | None = None, runs_callbacks: bool = False
    ) -> None:
        self.name = name
        self._most = threads
        self._keep_alive = keep_alive
        self.runs_callbacks = runs_callbacks
        self.reset()
        if keep_alive is not None:
            keep_alive.add(self)
        process.register(self)

    def reset(self) -> None:
        """See `process.ThreadOwner`."""
        self._changed = threading.Condition()  # of all that follows; a thread without a call waits for it
        self._calls: deque[Callable[[], object]] = deque()
        self._running = self._waiting = 0  # threads, and how many of them have nothing to do
        self._closing = False
        self._missing = MissingThread()
        self._generation = object()  # threads of an older one end as soon as they can

    def submit(self, call: Callable[[], object]) -> None:
        """Have ``call`` made soon. RuntimeError: there is no thread, and none can be started; it will not be made."""
        with self._changed:
            self._calls.append(call)
            try:
                self._provide_thread()
            except RuntimeError:
                if not self._running:
                    self._calls.pop()
                    raise

    @property
    def running(self) -> bool:
        """Whether there is a thread."""
        with self._changed:
            return self._running > 0

    @property
    def is_current(self) -> bool:
        """Whether the calling thread is one of this pool's."""
        return _current.pool is self

    def wake(self) -> None:
        """Let the threads that have nothing to do look whether they are still wanted."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Begin no further call: drop those that wait, and let the threads end."""
        with self._changed:
            self._calls.clear()
            self._closing = True
            self._changed.notify_all()

    def _provide_thread(self) -> None:
        if self._waiting < len(self._calls) and self._running < self._most:
            generation = self._generation
            start_thread(lambda: self._run(generation), self.name)
            self._running += 1
            self._closing = False
        else:
            self._changed.notify()

    def _run(self, generation: object) -> None:
        _current.pool = self
        self._missing.log(self.name)
        changed = self._changed
        with changed:
            while generation is self._generation:
                if self._calls:
                    call = self._calls.popleft()
                    changed.release()
                    try:
                        call()
                    except BaseException:  # a SystemExit of a call's own must not end the thread of all the others
                        log.exception("%s met an error", self.name)
                    finally:
                        changed.acquire()
                    del call  # or it would stay alive until the next one
                elif self._keep_alive is not None and self._keep_alive.active and not self._closing:
                    self._waiting += 1
                    changed.wait()
                    self._waiting -= 1
                else:
                    self._running -= 1
                    return


class SerialThread(ThreadPool):
    """Makes calls one after the other, in order of arrival, on one thread."""

    def __init__(self, name: str, *, keep_alive: KeepAlive | None = None, runs_callbacks: bool = False) -> None:
        super().__init__(name, 1, keep_alive=keep_alive, runs_callbacks=runs_callbacks)

    def put(self, call: Callable[[], object]) -> None:
        """Have ``call`` made soon, or, where no thread can be started, together with the next call that is put."""
        with self._changed:
            self._calls.append(call)
            self._try_to_provide_thread()

    def _try_to_provide_thread(self) -> None:
        try:
            self._provide_thread()
        except RuntimeError as error:
            self._missing.note(error)

    def flush(self, seconds: float) -> bool:
        """Wait until all that was put before is done. False where that takes longer, or on the thread itself."""
        if self.is_current:
            return False
        done = threading.Event()
        self.put(done.set)
        return done.wait(seconds)

    def ensure_thread(self) -> None:
        """Start a thread where calls wait and there is none, because none could be started when they were put."""
        with self._changed:
            if self._calls and not self._running:
                self._try_to_provide_thread()  # if there is still none, whoever waits asks again

    def replace_thread(self) -> None:
        """Give up on the call that is being made: its thread ends when it returns, and another takes what waits."""
        with self._changed:
            if not self._running or self._waiting:
                return
            self._generation = object()
            self._running = 0
            if self._calls:
                self._try_to_provide_thread()
