"""A pipe between a page and its server, which can swallow what goes through it, and break.

So does a train in a tunnel, a lid that was closed, a company's proxy: for a while nothing arrives though nobody says
so, and then the connection is reset.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.ports import free_port

NO_LINGER = struct.pack("ii", 1, 0)  # a close is then a reset: the other side gets an error, not an end


class Pipe:
    """``with Pipe(port) as pipe:`` listens at `pipe.port` and passes all on to the server at ``port``."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self._target = port
        self._lock = threading.Lock()
        self._swallows = threading.Event()  # another one after each reset: a new connection is not of the old ones
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # which wakes who waits for a connection
        self._listener.close()
        self.reset()
        for thread in self._threads:
            thread.join(5)

    def swallow(self) -> None:
        """From now on, nothing arrives on either side, and neither is told."""
        self._swallows.set()

    def reset(self) -> None:
        """Break every connection, and pass on what new ones bring."""
        with self._lock:
            sockets, self._sockets = self._sockets, set()
            self._swallows = threading.Event()
        for each in sockets:
            with each, contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                each.shutdown(socket.SHUT_RD)  # which wakes who reads from it

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=target, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            with self._lock:
                self._sockets |= {near, far}
                swallows = self._swallows
            for source, drain in ((near, far), (far, near)):
                self._start(self._pass_on, source, drain, swallows)

    def _pass_on(self, source: socket.socket, drain: socket.socket, swallows: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if not swallows.is_set():
                    drain.sendall(data)
        with contextlib.suppress(OSError):
            drain.shutdown(socket.SHUT_WR)
