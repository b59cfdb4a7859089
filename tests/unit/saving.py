"""Downloads from an `Origin`, as the tests make them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from runway_widget._media.transfer import download_one

from .origin import Origin, service


class Pauses(list[float]):
    """A replacement for `time.sleep` that records the seconds."""

    __call__ = list.append


def never() -> str:
    raise AssertionError("no renewal is needed here")


def save(
    server: Origin,
    folder: Path,
    *,
    renew: Callable[[], str] = never,
    path: str = "/a.mp4?sig=s3cr3t",
    **options: Any,
) -> Path:
    options.setdefault("pause", Pauses())
    return download_one(service(server.url), server.url + path, folder, "task-1", renew=renew, **options)


def ranges(server: Origin) -> list[str]:
    return [asked.headers.get("range", "") for asked in server.asked]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
