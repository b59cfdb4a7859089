"""The finished media in an answer: where the services put their URLs, and of what kind each is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from .endpoint import Kind, endpoint_of
from .media_types import format_of_url
from .payload import clean_text, web_url

MAX_OUTPUTS = 50
MAX_NAME = 80  # characters of a file's name


@dataclass(frozen=True, slots=True)
class Output:
    """One finished medium.

    Attributes:
        url: where it is.
        kind: "video", "image", "audio"; "file" for what is none of them; "unknown" as long as nobody has looked.
        size: in bytes, where it is known.
        needs_key: the service gives it only with the key, so that no page can show it from its URL.
        inside: its URL leads into a private network, where neither a page nor this package follows it.
    """

    url: str
    kind: Kind = "unknown"
    size: int | None = None
    needs_key: bool = False
    inside: bool = False

    @property
    def has_link(self) -> bool:
        """Whether a page can open it from its URL. Of a file that was saved the URL is a ``file:`` one."""
        return not (self.needs_key or self.inside or self.in_file)

    @property
    def in_file(self) -> bool:
        """Whether it is nowhere but in a file that was saved."""
        return self.url.startswith("file:")

    @property
    def name(self) -> str:
        """The name of the file that the URL ends in: "frames.zip"; "" where it has no ending."""
        name = clean_text(unquote(urlsplit(self.url).path).rpartition("/")[2], MAX_NAME)
        return name if re.search(r"[^.]\.\w{1,8}$", name) else ""


def find_outputs(layers: list[dict[str, Any]], action: str) -> tuple[Output, ...]:
    """The finished media of a SUCCESS, at most `MAX_OUTPUTS`, from the first place that holds any.

    ``layers`` are the objects of the answer from the inside out, ``action`` the service's word for the task.
    """
    for keys in (
        ("output", "outputs"),
        ("result_url",),
        (*_MEDIA, "task_result", "assets", "results", "creations", "file"),
        ("fail_reason",),  # older gateways put the result's URL here
        ("poster",),
    ):
        for layer in layers:
            urls = [url for key in keys for url in _urls(layer.get(key))]
            if urls:
                return tuple(Output(url, _kind(url, action)) for url in list(dict.fromkeys(urls))[:MAX_OUTPUTS])
    return ()


#: Where the services put a URL, or what holds some. Kling's page of sounds has the last two, MiniMax's the one before.
_MEDIA = (
    *("url", "uri", "video_url", "image_url", "audio_url"),
    *("video", "videos", "image", "images", "audio", "audios"),
    *("download_url", "url_mp3", "url_wav"),
)


def _urls(value: Any, depth: int = 4) -> Iterator[str]:
    if url := web_url(value):
        yield url
    elif depth and isinstance(value, list):
        for item in value:
            yield from _urls(item, depth - 1)
    elif depth and isinstance(value, dict):
        named = [key for key in _MEDIA if key in value]
        # A workflow's output has the names of its nodes, each with a list of URLs.
        for key in named or [key for key in value if isinstance(value[key], list)]:
            yield from _urls(value[key], depth - 1)


def _kind(url: str, action: str) -> Kind:
    """By the path's ending, else by what such a task makes."""
    form = format_of_url(url)
    return form.kind if form else endpoint_of(action).output
