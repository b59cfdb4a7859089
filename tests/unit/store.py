"""A service of the open internet and the store that it names for uploads, by the rules for their answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from runway_widget._service.key import Secret
from runway_widget._service.provider import RUNWAY
from runway_widget._service.service import Service
from runway_widget._service.upload import Parcel, upload

from .internet import Internet
from .origin import KEY, Origin, Reply, Rule, origin

PIECES = [b"\x00\x00\x00\x18ftypmp42", b"a" * 70_000, b"\r\n--x--\r\n"]
SIGNATURE = "s1gnature-0f-the-store"
XML = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>%s</Message></Error>"


def parcel(pieces: list[bytes] | None = None, read: Callable[[], Any] | None = None) -> Parcel:
    pieces = PIECES if pieces is None else pieces
    return Parcel("video.mp4", "video/mp4", sum(map(len, pieces)), read or (lambda: iter(pieces)))


def at(base_url: str, key: str = KEY) -> Service:
    return Service(RUNWAY, Secret(key), base_url, "2024-11-06")


def sent(service: Service, what: Parcel | None = None, **options: Any) -> str:
    return upload(service, what or parcel(), **{"sleep": lambda _: None, **options})


def place(url: str, uri: Any = "runway://a/1", **fields: Any) -> Rule:
    answer = {"uploadUrl": url, "fields": {"key": "ephemeral/1", **fields}, "runwayUri": uri}
    return said(200, json.dumps(answer))


def said(status: int, body: str | bytes = "", **headers: str) -> Rule:
    content = body.encode() if isinstance(body, str) else body
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda _: Reply(status, {"Content-Length": str(len(content)), **sent}, content)


class Hosts:
    """A service of the open internet, and its store, each with the rules for its answers."""

    def __init__(self, internet: Internet, api: Origin, store: Origin) -> None:
        internet("api.example", api)
        internet("store.example", store)
        self.api, self.store, self.service = api, store, at("https://api.example")

    def answer(self, *rules: Rule) -> None:
        self.store.rules = list(rules)


@contextmanager
def open_hosts(internet: Internet) -> Iterator[Hosts]:
    """The two, while the block runs."""
    with origin(place(f"https://store.example/b?sig={SIGNATURE}")) as api, origin(said(204)) as store:
        yield Hosts(internet, api, store)
