"""An HTTP/1.1 server on loopback, which can also answer slowly, in part or not at all.

Each connection has a daemon thread, because an answer may hang. Only the thread that accepts connections is joined. It
blocks until a connection comes, so an idle simulator costs nothing; `close` wakes it by connecting to it. Closing shuts
every open connection, which ends the threads that wait on them.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .._runtime.process import Lock
from ._exchange import Answer, Request
from ._form import Form

HOST = "127.0.0.1"
_LARGEST_BODY = 64 << 20
_LARGEST_FORM = 256 << 20
_IDLE = 75.0  # seconds that a connection may be kept open without a request


class Server(ThreadingHTTPServer):
    """Serves `answer(request)` on a port of loopback; port 0 takes a free one. `now` gives the Date header."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port: int, answer: Callable[[Request], Answer], now: Callable[[], float]) -> None:
        self.answer = answer
        self.now = now
        self._closing = False
        self._process = os.getpid()
        self._open: set[socket.socket] = set()
        self._lock = Lock()  # of the open connections
        super().__init__((HOST, port), Handler)
        self._accepting = threading.Thread(target=self._accept, name="runway-simulator", daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    def close(self) -> None:
        """Stop listening and shut every connection."""
        if self._closing:
            return
        self._closing = True
        if self._process != os.getpid():  # a forked child: the connections are the parent's, as is who accepts them
            self.socket.close()
            return
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.server_port), timeout=1).close()
        self._accepting.join(timeout=2)
        self.server_close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closing:
            self.handle_request()

    def process_request(self, request: object, client_address: object) -> None:
        connection = request
        assert isinstance(connection, socket.socket)
        with self._lock:
            self._open.add(connection)
        try:
            super().process_request(connection, client_address)
        except RuntimeError:  # the interpreter is shutting down and starts no more threads
            self.shutdown_request(connection)

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: many tests close their connection early."""


class Handler(BaseHTTPRequestHandler):
    """Reads requests from one connection and sends the answers, each by its `Answer.delivery`."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: requests are in `Simulator.requests`."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        is_form = headers.get("content-type", "").startswith("multipart/form-data")
        largest = _LARGEST_FORM if is_form else _LARGEST_BODY
        if not length.isdigit() or int(length) > largest or "transfer-encoding" in headers:
            self.close_connection = True
            self._send(
                Answer(
                    413, b"the simulator reads bodies of a known length up to 64 MB, forms up to 256 MB", "text/plain"
                )
            )
            return
        query = dict(parse_qsl(parts.query))
        if is_form:
            form = Form(self.rfile, int(length), headers["content-type"])
            self._send(self._answer(Request(self.command, parts.path, query, headers, form=form)))
            self.close_connection = self.close_connection or not form.is_read
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # the client closed the connection before its request was complete
            self.close_connection = True
            return
        self._send(self._answer(Request(self.command, parts.path, query, headers, body)))

    do_GET = do_HEAD = do_POST = do_DELETE = do_PUT = do_PATCH = do_OPTIONS = _serve

    def _answer(self, request: Request) -> Answer:
        try:
            return self.server.answer(request)
        except Exception:  # a fault of the simulator must not look like a trouble that a test asked for
            return Answer(500, traceback.format_exc().encode(), "text/plain; charset=utf-8")

    def _send(self, answer: Answer) -> None:
        if answer.delivery == "hang":
            self._wait_for_client(None)
            self.close_connection = True
            return
        if answer.delivery == "slow" and self._wait_for_client(answer.amount):
            self.close_connection = True
            return
        head = answer.head(formatdate(self.server.now(), usegmt=True))
        if self.command == "HEAD":
            self.wfile.write(head)
            return
        match answer.delivery:
            case "reset":
                self._send_part(answer, head, int(answer.amount or 0))
                self._reset()
            case "truncated":
                self._send_part(answer, head, answer.size // 2 if answer.amount is None else int(answer.amount))
                self.close_connection = True
            case "drip":
                self.wfile.write(head)
                for byte in b"".join(_chunks(answer)):
                    if self._wait_for_client(answer.amount):
                        self.close_connection = True
                        return
                    self.wfile.write(bytes([byte]))
            case "huge":
                self.close_connection = True
                self.wfile.write(head + b'{"code":"success","message":"')
                while True:
                    self.wfile.write(b"0" * 65536)
            case _:
                chunks = _chunks(answer)
                self.wfile.write(head + next(chunks, b""))
                for chunk in chunks:
                    self.wfile.write(chunk)

    def _send_part(self, answer: Answer, head: bytes, left: int) -> None:
        """The head and the first `left` bytes of the body; for a reset of 0 bytes, not even the head."""
        if answer.delivery == "truncated" or left:
            self.wfile.write(head)
        for chunk in _chunks(answer):
            if left <= 0:
                return
            self.wfile.write(chunk[:left])
            left -= len(chunk)

    def _wait_for_client(self, seconds: float | None) -> bool:
        """Wait. True as soon as the client, or this server, has closed the connection."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _reset(self) -> None:
        """End the connection by a TCP reset; after an orderly end a client may take the body for complete."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())


def _chunks(answer: Answer) -> Iterator[bytes]:
    if answer.stream is not None:
        return answer.stream
    return iter((answer.body,))
