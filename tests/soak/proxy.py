"""The troubled proxy: what comes through it may be reset, stalled, cut, exchanged or refused.

What it does to a request follows from the seed, the path and how often that path was asked before, so threads that
race each other change nothing of it. Each thing that it does is counted.
"""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import threading
from collections import Counter
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .world import real_sleep

#: What can happen to an answer, by the name of its fault.
ANSWERS = ("reset", "reset after", "stall", "stall midway", "truncated", "wrong shape", "429 storm", "5xx")
STALL = 0.8  # real seconds; longer than the client waits
_HOPS = {"connection", "content-length", "keep-alive", "transfer-encoding"}
_SHAPES: tuple[bytes, ...] = (
    *(b"", b"null", b"[]", b"{}", b"true", b"17", b'"SUCCESS"', b"NaN", b"\xff\xfe\x00", b"<html>ok</html>"),
    *(b'{"code":"success","data":null}', b'{"code":"success","data":[]}', b'{"code":"success","data":"x"}'),
    *(b'{"data":{"status":{"a":1},"progress":[]}}', b'{"data":{"status":null,"task_id":null}}'),
    b'{"id":7,"status":9,"progress":"much","output":"none"}',
    b"[" * 2000 + b"]" * 2000,
    json.dumps({"data": {"data": {"data": {"data": {}}}}}).encode(),
)


class Proxy:
    """Listens on one port of loopback, in front of the server at ``behind``, as long as it is `up`."""

    def __init__(self, behind: int, seed: int) -> None:
        self._behind, self._seed = behind, seed
        self.share = 0.35  # of the requests that something happens to, where anything is on
        self.on: tuple[str, ...] = ()
        self.counts: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.up()

    def up(self) -> None:
        """Begin to listen, on the port of before."""
        self._server = _Listener(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def down(self) -> None:
        """Refuse every connection, and cut those that there are."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        self.cut_all()

    def cut_all(self) -> None:
        """Cut the connections that are open, as a machine finds them that has slept."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def opened(self, connection: socket.socket, *, closed: bool = False) -> None:
        with self._lock:
            (self._open.discard if closed else self._open.add)(connection)

    def fault_for(self, request: str) -> tuple[str, random.Random]:
        """What happens to this request, "" for nothing; and what else is left to chance."""
        with self._lock:
            number = self._asked[request]
            self._asked[request] += 1
            chance = random.Random(f"{self._seed} {request} {number}")
            fault = chance.choice(self.on) if self.on and chance.random() < self.share else ""
            if fault:
                self.counts[fault] += 1
        return fault, chance

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
        """What the server behind says: its status, headers and body."""
        behind = HTTPConnection("127.0.0.1", self._behind, timeout=10)
        try:
            behind.request(method, path, body or None, headers)
            answer = behind.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            behind.close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: it is what the proxy is for."""


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            proxy.opened(self.connection)

        def finish(self) -> None:
            proxy.opened(self.connection, closed=True)
            with contextlib.suppress(OSError):
                super().finish()

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing."""

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault, chance = proxy.fault_for(f"{self.command} {self.path.partition('?')[0]} {body.decode('latin-1')}")
            if fault == "reset":
                return self._reset()
            if fault == "429 storm":
                return self._refuse(429, {} if chance.random() < 0.5 else {"Retry-After": str(chance.randint(1, 20))})
            if fault == "5xx":
                return self._refuse(chance.choice((500, 502, 503, 504, 524)), {})
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            try:
                status, sent, content = proxy.forward(self.command, self.path, headers, body)
            except (OSError, HTTPException):  # the server behind is gone: the soak is over
                return self._reset()
            if fault == "reset after":
                return self._reset()
            if fault == "stall":
                real_sleep(STALL)
                return self._reset()
            if fault == "wrong shape" and not self.path.startswith("/media/"):  # nobody could tell a wrong film
                status, sent, content = 200, [], chance.choice(_SHAPES)
            promised = len(content) + (0 if fault not in {"truncated", "stall midway"} else 1)
            kept = [f"{name}: {value}" for name, value in sent if name.lower() not in _HOPS]
            head = "\r\n".join([f"HTTP/1.1 {status} X", *kept, f"Content-Length: {promised}", "", ""])
            whole = head.encode("latin-1") + content
            if fault in {"truncated", "stall midway"}:
                self.close_connection = True
                self.wfile.write(whole[: len(head) + len(content) * 2 // 3])
                if fault == "stall midway":
                    real_sleep(STALL)
                return None
            self.wfile.write(whole)
            return None

        do_GET = do_POST = do_DELETE = answer

        def _refuse(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def _reset(self) -> None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            proxy.opened(self.connection, closed=True)
            self.connection.close()

    return Handler
