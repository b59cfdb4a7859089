"""A server of media on loopback that answers by rules, one request after the other, and records the requests."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from runway_widget._service.key import Secret
from runway_widget._service.provider import COMETAPI
from runway_widget._service.service import Service

KEY = "sk-fTq8Zr2LmW5xVb9NcY3d"
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 1200
OTHER = VIDEO[:-1] + b"!"


@dataclass(frozen=True)
class Asked:
    """One request: its target (path and query), its headers, by lower-case names, and its body."""

    target: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Reply:
    """One answer. ``cut``: bytes of the body after which the connection ends; None sends all of it."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    cut: int | None = None
    hang: bool = False  # keep the connection open after the cut


Rule = Callable[[Asked], Reply]


def medium(data: bytes, *, etag: str = '"one"', ranges: bool = True, cut: int | None = None, **headers: str) -> Rule:
    """Serve ``data`` as a file server does; without ``ranges``, it ignores Range headers."""

    def rule(asked: Asked) -> Reply:
        common = {"Content-Type": "video/mp4", **{name.replace("_", "-"): text for name, text in headers.items()}}
        if etag:
            common["ETag"] = etag
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("range", ""))
        if not (ranges and match and asked.headers.get("if-range", etag) == etag):
            return Reply(200, {"Content-Length": str(len(data)), **common}, data, cut)
        start, stop = int(match[1]), min(int(match[2] or len(data)) + 1, len(data))
        part = {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}", "Content-Length": str(stop - start)}
        return Reply(206, {**part, **common}, data[start:stop], cut)

    return rule


def status(number: int, **headers: str) -> Rule:
    """Answer with a status and no body."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda _: Reply(number, {"Content-Length": "0", **sent})


def redirect(target: str) -> Rule:
    """Redirect to ``target``."""
    return status(302, Location=target)


class Origin(ThreadingHTTPServer):
    """Answers request n by rule n, and all further ones by the last rule."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *rules: Rule) -> None:
        self.rules = list(rules)
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def reply(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            rule = self.rules[min(len(self.asked), len(self.rules)) - 1]
        return rule(asked)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: many tests close their connection early."""


class _Handler(BaseHTTPRequestHandler):
    server: Origin
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        reply = self.server.reply(Asked(self.path, {name.lower(): text for name, text in self.headers.items()}, body))
        self.send_response(reply.status)
        for name, text in reply.headers.items():
            self.send_header(name, text)
        if "Content-Length" not in reply.headers:
            self.send_header("Connection", "close")
        self.end_headers()
        left = reply.cut
        for chunk in [reply.body] if isinstance(reply.body, bytes) else reply.body:
            self.wfile.write(chunk if left is None else chunk[:left])
            if left is not None:
                left = max(0, left - len(chunk))
        if reply.hang:
            self.connection.recv(1)  # until the client closes the connection
        if reply.cut is not None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_WR)  # the bytes sent so far arrive

    do_POST = do_GET


@contextlib.contextmanager
def origin(*rules: Rule) -> Iterator[Origin]:
    """An `Origin` while the block runs."""
    server = Origin(*rules)
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def service(base_url: str) -> Service:
    """A service at ``base_url``, as one key sees it."""
    return Service(COMETAPI, Secret(KEY), base_url, None)
