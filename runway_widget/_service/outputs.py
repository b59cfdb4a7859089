"""The finished media in an answer: where the services put their URLs, and of what kind each is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .endpoint import Kind, endpoint_of
from .media_types import format_of_url
from .payload import web_url

MAX_OUTPUTS = 50


@dataclass(frozen=True, slots=True)
class Output:
    """One finished medium: where it is, and its kind ("video", "image", "audio" or "unknown")."""

    url: str
    kind: Kind = "unknown"


def find_outputs(layers: list[dict[str, Any]], action: str) -> tuple[Output, ...]:
    """The finished media of a SUCCESS, at most `MAX_OUTPUTS`, from the first place that holds any.

    ``layers`` are the objects of the answer from the inside out, ``action`` the service's word for the task.
    """
    for keys in (
        ("output", "outputs"),
        ("result_url",),
        ("video_url", "image_url", "url", "video", "videos", "image", "images", "task_result", "assets"),
        ("fail_reason",),  # older gateways put the result's URL here
        ("poster",),
    ):
        for layer in layers:
            urls = [url for key in keys for url in _urls(layer.get(key))]
            if urls:
                return tuple(Output(url, _kind(url, action)) for url in list(dict.fromkeys(urls))[:MAX_OUTPUTS])
    return ()


def _urls(value: Any, depth: int = 4) -> Iterator[str]:
    if url := web_url(value):
        yield url
    elif depth and isinstance(value, list):
        for item in value:
            yield from _urls(item, depth - 1)
    elif depth and isinstance(value, dict):
        for key in ("url", "uri", "video_url", "videos", "images", "video", "image"):
            yield from _urls(value.get(key), depth - 1)


def _kind(url: str, action: str) -> Kind:
    """By the path's ending, else by what such a task makes."""
    form = format_of_url(url)
    return form.kind if form else endpoint_of(action).output
