"""A service that answers by a script, and a time that passes only while somebody sleeps."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runway_widget._create.creation import Creation
from runway_widget._create.request import prepare
from runway_widget._create.submit import submit
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import State
from runway_widget._service.key import Secret
from runway_widget._service.provider import COMETAPI
from runway_widget._service.service import DEFAULT_VERSION, Service

from .conftest import RawServer, Script, http

KEY = "k-Zx81Qw77Lm"
TASK = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
TAKEN = http(json.dumps({"id": TASK}))
TOO_MANY = http('{"code":"","message":"saturated","data":null}', "429 Too Many Requests")
BUSY = http('{"error":{"message":"overloaded","code":"busy"}}', "503 Service Unavailable")
NO_CHANNEL = http(
    '{"error":{"message":"no available channel for group default and model x (distributor)","code":"model_not_found"}}',
    "503 Service Unavailable",
)
HTML = "<!DOCTYPE html><title>503</title>"


@dataclass
class Clock:
    """A time that passes only while somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.on_sleep()


def service_at(url: str, key: str = KEY) -> Service:
    return Service(COMETAPI, Secret(key), url, DEFAULT_VERSION)


def a_creation(prompt: str = "the kite lifts", **options: Any) -> Creation:
    arguments = {"model": "gen4_turbo", "prompt_image": "https://e.example/a.png", "prompt_text": prompt, "seed": 421}
    return prepare(COMETAPI, "image_to_video", {**arguments, **options}, check=False, base_url=COMETAPI.url)


@dataclass
class Case:
    """A service with a script for each request in turn, and a submission to it."""

    server: RawServer
    journal: Journal
    clock: Clock

    def submit(self, **options: Any) -> str:
        service = service_at(self.server.url)
        return submit(service, a_creation(), self.journal, sleep=self.clock.sleep, clock=self.clock, **options)

    @property
    def sent(self) -> int:
        return len(self.server.received)

    @property
    def row_state(self) -> State:
        (row,) = self.journal.recent()
        return row.state

    @classmethod
    def answering(cls, serve: Callable[[Script], RawServer], journal: Journal, clock: Clock, *scripts: Script) -> Case:
        """A service that answers its first request with the first script, the second one with the second, …"""
        left = list(scripts)

        def next_one(connection: socket.socket) -> None:
            script = left.pop(0)
            if isinstance(script, bytes):
                connection.sendall(script)
            else:
                script(connection)

        return cls(serve(next_one), journal, clock)


def reset(connection: socket.socket) -> None:
    """A script: end the connection by a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


#: ``answers(a, b, …)``
Answers = Callable[..., Case]
