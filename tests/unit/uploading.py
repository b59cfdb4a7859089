"""Films that are too large for a request, and a service with a store for them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client
from runway_widget._create.creation import Creation
from runway_widget._create.request import prepare
from runway_widget._service.provider import RUNWAY
from runway_widget.simulator import Simulator

from .creating import QUICK, created

HEAD = b"\x00\x00\x00\x18ftypmp42" + bytes(12)
MP3, PNG = b"ID3\x04" + bytes(20), b"\x89PNG\r\n\x1a\n" + bytes(16)
LARGE = 5 * 2**20  # bytes; as a data URI a third more than what is taken


def film(path: Path, size: int, end: bytes = b"") -> Path:
    """A sparse file that begins as a film does."""
    with path.open("wb") as file:
        file.write(HEAD)
        file.truncate(size - len(end))
        file.seek(0, os.SEEK_END)
        file.write(end)
    return path


def edit(client: Client, clip: Any, **more: Any) -> Any:
    usual = {"model": "aleph2", "video_uri": clip, "prompt_text": "dusk"}
    return client.video_to_video(**{**usual, **QUICK, **more})


def stored(sim: Simulator) -> list[Any]:
    """The files that came to the store."""
    return [request.body["file"] for request in sim.requests if request.route == "store" and request.status == 204]


def videos(sim: Simulator) -> list[str]:
    return [str(request.body["videoUri"]) for request in created(sim)]


def edited(clip: Any, **more: Any) -> Creation:
    arguments = {"model": "aleph2", "video_uri": clip, "prompt_text": "dusk", "seed": 7, **more}
    return prepare(RUNWAY, "video_to_video", arguments, base_url=RUNWAY.url)


def forward(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the time of this machine, and with it that of the service, forward."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)
