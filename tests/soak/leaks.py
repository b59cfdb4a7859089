"""What is left when all tasks have ended and their cards are closed: threads, files and sockets, objects, memory."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import sysconfig
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .world import real_monotonic, real_sleep

#: Of these no object may be left.
KINDS = ("RunwayTask", "TaskGrid", "Watch", "Entry", "Subscription", "Order", "Batch", "Lane", "OutputKeeper", "Link")

#: Without the interpreter's lock, how many objects are tracked says little. (Python 3.13t: thousands come and go)
NO_COUNT = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


@dataclass(frozen=True)
class Leavings:
    """What there was at one moment. ``memory`` in bytes, 0 where the system does not say; ``tasks`` up to then."""

    tasks: int
    threads: tuple[str, ...]
    files: int
    kept: dict[str, int]
    objects: int
    memory: int


def idle() -> bool:
    """Whether the package has nothing to do."""
    from runway_widget._create.queue import create_queue
    from runway_widget._media.pool import media_pool
    from runway_widget._runtime import schedule
    from runway_widget._watch import poller

    quiet = poller.shared().idle and create_queue.idle and not media_pool.running and not schedule.timer.running
    return quiet and not _threads()


def _threads() -> tuple[str, ...]:
    """All but the one that looks, whatever they are called."""
    return tuple(sorted(thread.name for thread in threading.enumerate() if thread is not threading.current_thread()))


def leavings(tasks: int, patience: float = 10.0) -> Leavings:
    """What is left now; waits for that to settle first."""
    _hurry()
    deadline = real_monotonic() + patience
    while (kept := _kept()) or not idle():
        if real_monotonic() > deadline:
            break
        real_sleep(0.05)
    return Leavings(tasks, _threads(), _files(), kept, 0 if NO_COUNT else len(gc.get_objects()), _memory())


def _hurry() -> None:
    """Have made now what was put while no thread could start, and is made with the next call."""
    from runway_widget._runtime import writer
    from runway_widget._widgets import callbacks, record

    for serial in (record._writer, writer.thread, callbacks.callbacks._serial):
        serial.ensure_thread()


def _kept() -> dict[str, int]:
    for _ in range(3):
        gc.collect()
    ours = [each for each in gc.get_objects() if str(type(each).__module__).startswith("runway_widget.")]
    names = [type(each).__name__ for each in ours]
    return {kind: names.count(kind) for kind in KINDS if kind in names}


def _files() -> int:
    folder = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    return len(list(folder.iterdir()))


def _memory() -> int:
    if sys.platform != "linux":
        return 0
    with suppress(AttributeError):  # of another C library
        ctypes.CDLL(None).malloc_trim(0)  # what is free, but was not given back, does not count
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
