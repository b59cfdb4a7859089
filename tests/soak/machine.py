"""What goes wrong on this machine: names that cannot be looked up, a full disk, threads that cannot start.

Each is on or off, and counted. The switches are at the edge of the package, in what it calls.
"""

from __future__ import annotations

import logging
import random
import socket
import sqlite3
import threading
from collections import Counter
from typing import Any

HOST = "localhost"  # under this name the package knows the far side

NO_THREAD = "can't start new thread"

_look_up, _start, _connect = socket.getaddrinfo, threading.Thread.start, sqlite3.connect


class Machine:
    """This process, with its troubles."""

    def __init__(self, seed: int) -> None:
        self.dns = self.disk = self.threads = False
        self.counts: Counter[str] = Counter()
        self.connections = 0  # that were tried
        self._chance = random.Random(seed)
        self._errors: list[str] = []

    def errors(self) -> list[str]:
        """What the package logged as a fault since this was asked last, but for threads that could not start."""
        errors, self._errors = self._errors, []
        return errors

    def enter(self) -> None:
        """Put the switches into place, for as long as the process lives."""
        machine = self

        def look_up(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
            if host != HOST:
                return _look_up(host, port, *arguments, **options)
            machine.connections += 1
            if machine.dns:
                machine.counts["dns"] += 1
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            return _look_up("127.0.0.1", port, *arguments, **options)

        def start(thread: threading.Thread) -> None:
            ours = thread.name.startswith("runway-widget")
            if machine.threads and ours and machine._chance.random() < 0.6:
                machine.counts["threads"] += 1
                raise RuntimeError(NO_THREAD)
            _start(thread)

        class Connection(sqlite3.Connection):
            """One on a disk that is full, as long as that is on: the file cannot grow."""

            def execute(self, *arguments: Any) -> Any:
                try:
                    return super().execute(*arguments)
                except sqlite3.OperationalError as error:
                    machine.counts["disk"] += error.sqlite_errorcode == sqlite3.SQLITE_FULL
                    raise

        def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
            made = _connect(*arguments, **options, factory=Connection)
            if machine.disk:
                made.execute("PRAGMA max_page_count=1")
            return made

        class Log(logging.Handler):
            """Keeps what is logged of exceptions."""

            def emit(self, record: logging.LogRecord) -> None:
                error = record.exc_info[1] if record.exc_info else None
                if error is not None and str(error) != NO_THREAD:
                    machine._errors.append(f"{record.getMessage()}: {error!r}")

        log = logging.getLogger("runway_widget")
        log.addHandler(Log())
        log.propagate = False
        socket.getaddrinfo = look_up
        threading.Thread.start = start  # type: ignore[method-assign, assignment]
        sqlite3.connect = connect  # type: ignore[assignment]
