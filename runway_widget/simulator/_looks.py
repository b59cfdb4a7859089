"""How a take looks: like the picture or the clip that it is made from, and for each seed in another way."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from .._runtime.process import Lock
from . import _media

_SAME = {"video_upscale", "image_upscale", "video_to_hdr"}  # endpoints whose output shows what was sent
_PNG = b"\x89PNG\r\n\x1a\n"
_FIRST_ROWS = 1 << 14  # bytes of a PNG's pixels that are read
_ALIKE = 40  # most that the three colours of a sky may differ by
#: The average colour of the upper edge of each look.
_SKIES = {
    "dawn": "6b87b2",
    "noon": "3a7aba",
    "dusk": "372e58",
    "night": "141d38",
    "dawn-near": "959fb1",
    "noon-near": "77a4c0",
    "dusk-near": "704267",
    "night-near": "2d3a54",
    "dawn-dive": "7695cb",
    "noon-dive": "4081d2",
    "dusk-dive": "47366d",
    "night-dive": "17244b",
    "dawn-haze": "8e9aa9",
    "noon-haze": "708da6",
    "dusk-haze": "5e5768",
    "night-haze": "454853",
}
_PORTRAIT_SKIES = {
    "dawn": "6e8ab3",
    "noon": "4e86c1",
    "dusk": "43355a",
    "night": "232d48",
    "dawn-near": "959fb0",
    "noon-near": "5391bd",
    "dusk-near": "704465",
    "night-near": "374761",
    "dawn-dive": "7192cb",
    "noon-dive": "4988d7",
    "dusk-dive": "4f4171",
    "night-dive": "273760",
    "dawn-haze": "929ba8",
    "noon-haze": "7e97ae",
    "dusk-haze": "655d6b",
    "night-haze": "52565e",
}


class Looks:
    """Chooses looks; and remembers which seed led to which take."""

    def __init__(self) -> None:
        self._lock = Lock()  # of the looks that were given
        self._numbers: dict[str, dict[Any, int]] = {}  # of takes, by the request and the seed

    def of(self, endpoint: str, body: Mapping[str, Any], url: str) -> str:
        """The look of a take of ``body``; ``url`` is the simulator's.

        What is made larger, or brighter, stays what it was. Where no picture in it is the simulator's, the time of day
        differs from seed to seed.
        """
        ours = _look_in(body, url)
        if ours and endpoint in _SAME:
            return ours
        number = self._number(endpoint, body)
        return _media.moved(ours, takes=number) if ours else _media.variant(number)

    def _number(self, endpoint: str, body: Mapping[str, Any]) -> int:
        """The number of a take of a request: the same for the same seed, another one for each other seed.

        It is what the seed leads to, if no other seed has that yet: seeds that count up always lead to the same takes.
        """
        seed, several = body.get("seed"), len(_media.TAKES)
        wanted = seed % several if isinstance(seed, int) else 0
        request = json.dumps([endpoint, {**body, "seed": None}], sort_keys=True)
        with self._lock:
            known = self._numbers.setdefault(hashlib.sha256(request.encode()).hexdigest(), {})
            if seed in known:
                return known[seed]
            free = [number for number in range(len(_media.LOOKS)) if number not in known.values()]
            number = min(free, key=lambda each: (each // several, (each - wanted) % several)) if free else wanted
            known[seed if isinstance(seed, int) else f"without a seed, {len(known)}"] = number
            return number


def _look_in(body: Mapping[str, Any], url: str) -> str:
    """The look of the first picture or clip of the simulator's in a request; "" where there is none."""
    longest_first = "|".join(sorted(_media.LOOKS, key=len, reverse=True))
    link = re.compile(rf"{re.escape(url)}/media/[^\"?]*?\b({longest_first})\b")
    for text in _strings(body):
        if match := link.match(text):
            return match[1]
        if text.startswith("data:image/") and (look := _look_of(text)):
            return look
    return ""


def _look_of(uri: str) -> str:
    """The look of a picture in a data URI: of the simulator's own, or of a PNG with the sky of one at its top."""
    try:
        data = base64.b64decode(uri.partition(",")[2])
    except (binascii.Error, ValueError):
        return ""
    known = _own_pictures().get(hashlib.sha256(data).hexdigest(), "")
    return known or (_look_of_png(data) if data.startswith(_PNG) else "")


@cache
def _own_pictures() -> dict[str, str]:
    shapes = (False, True)
    pictures = ((look, _media.load("image", look, portrait)) for look in _media.LOOKS for portrait in shapes)
    return {hashlib.sha256(picture).hexdigest(): look for look, picture in pictures}


def _look_of_png(data: bytes) -> str:
    """The look whose sky is nearest to that of a PNG, as a frame of a take may be; "" for what is not like one."""
    width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
    depth, kind = data[24:25], data[25:26]
    at = data.find(b"IDAT")
    if depth != b"\x08" or kind not in {b"\x02", b"\x06"} or at < 0 or not width:
        return ""
    size = 3 if kind == b"\x02" else 4
    try:
        row = zlib.decompressobj().decompress(data[at + 4 :], _FIRST_ROWS)[: 1 + width * size]
    except zlib.error:
        return ""
    sky = _average(row, size)
    skies = _PORTRAIT_SKIES if width < height else _SKIES
    distances = {
        look: sum(abs(one - bytes.fromhex(colour)[at]) for at, one in enumerate(sky)) for look, colour in skies.items()
    }
    nearest = min(distances, key=lambda look: distances[look])
    return nearest if distances[nearest] <= _ALIKE else ""


def _average(row: bytes, size: int) -> tuple[int, ...]:
    """The average colour of the first row of a PNG: only there a filter needs nothing of the row above."""
    kind, values = row[0], bytearray(row[1:])
    for index in range(size, len(values)):
        if kind in {1, 4}:  # the difference to the pixel at the left
            values[index] = (values[index] + values[index - size]) & 255
        elif kind == 3:  # to half of it
            values[index] = (values[index] + values[index - size] // 2) & 255
    pixels = max(1, len(values) // size)
    return tuple(sum(values[channel::size]) // pixels for channel in range(3))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
