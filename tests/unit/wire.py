"""One request at a time to a server of a test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import requests

from runway_widget._errors import NoAnswer
from runway_widget._service.key import Secret
from runway_widget._service.provider import COMETAPI
from runway_widget._service.service import Service
from runway_widget._service.state import Answer

from .conftest import RawServer, Script

Serve = Callable[[Script], RawServer]

KEY = "sk-Vq3LpXw8TzRj6NcYhB2mKdF9sGa5Ue7Wo1IiQy4Mxn0CtJ"
ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
RUNNING = json.dumps({"id": ID, "status": "RUNNING", "progress": 0.5})


def service(url: str, provider: Any = COMETAPI, version: str | None = "2024-11-06") -> Service:
    return Service(provider, Secret(KEY), url, version)


def ask(url: str, session: requests.Session | None = None) -> Answer:
    return service(url).ask(ID, session=session)


def trouble(url: str, session: requests.Session | None = None) -> NoAnswer:
    error = ask(url, session).result
    assert isinstance(error, NoAnswer), error
    assert error.transient
    return error


def headers_of(head: str) -> dict[str, str]:
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}
