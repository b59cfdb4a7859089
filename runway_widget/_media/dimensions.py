"""The size of a picture, without decoding it, so that a page can reserve the right space. Pure."""

from __future__ import annotations

import base64
from typing import Any

WIDEST, TALLEST = 4.0, 0.4  # width over height; a card shows no picture beyond these


def ratio_from_image(uri: Any) -> float | None:
    """Width over height of a WebP, AVIF or JPEG in a data URI, within what a card can show; None for anything else."""
    head, comma, code = uri.partition(",") if isinstance(uri, str) else ("", "", "")
    if not comma or not head.startswith("data:image/"):
        return None
    try:
        data = base64.b64decode(code[:16_384])
    except ValueError:
        return None
    if data[8:12] == b"WEBP":
        return _ratio(*declared_size(data))
    return _avif(data) if data[4:12] == b"ftypavif" else _jpeg(data)


def declared_size(data: bytes) -> tuple[int, int]:
    """Width and height of the WebP or GIF that begins with ``data``; 0 and 0 where that does not tell."""

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "little")

    if data[:3] == b"GIF":
        return number(6, 2), number(8, 2)
    if data[12:16] == b"VP8 ":
        return number(26, 2) & 0x3FFF, number(28, 2) & 0x3FFF
    if data[12:16] == b"VP8X":
        return number(24, 3) + 1, number(27, 3) + 1
    if data[12:16] == b"VP8L":
        return (number(21, 4) & 0x3FFF) + 1, (number(21, 4) >> 14 & 0x3FFF) + 1
    return 0, 0


def _avif(data: bytes) -> float | None:
    _, _, said = data.partition(b"ispe")  # the box that says the size, after a version and flags
    return _ratio(int.from_bytes(said[4:8], "big"), int.from_bytes(said[8:12], "big"))


def _jpeg(data: bytes) -> float | None:
    at = 2
    while data[at : at + 1] == b"\xff" and len(data) >= at + 9:
        if data[at + 1] in {0xC0, 0xC1, 0xC2}:  # the frame's header
            height, width = (int.from_bytes(data[at + n : at + n + 2], "big") for n in (5, 7))
            return _ratio(width, height)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _ratio(width: int, height: int) -> float | None:
    return min(WIDEST, max(TALLEST, width / height)) if width and height else None
