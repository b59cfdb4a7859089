"""The files that finished tasks lead to: a kite over a wheat field, at four times of day, in four takes each.

A look is a time of day, "dusk", or another take of it, "dusk-near".

Serving follows what players and downloaders ask of a real file server: HEAD, single ranges, If-Range, a strong ETag.
A file can be padded to any length without being held in memory: a box of type `free` ends an MP4, and image decoders
stop at the end of the image, so it still plays.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ._scenario import Kind

VARIANTS = ("dawn", "noon", "dusk", "night")
TAKES = ("", "near", "dive", "haze")  # how the kite flies, the camera stands and the light is
LOOKS = tuple("-".join(filter(None, (variant, take))) for take in TAKES for variant in VARIANTS)
EXTENSIONS: dict[Kind, str] = {"video": ".mp4", "image": ".jpg", "audio": ".m4a", "svg": ".svg", "file": ".zip"}
CONTENT_TYPES: dict[Kind, str] = {
    "video": "video/mp4",
    "image": "image/jpeg",
    "audio": "audio/mp4",
    "svg": "image/svg+xml",
    "file": "application/zip",
}
_SKIES = {"dawn": "#f2b8a0", "noon": "#8ec5ea", "dusk": "#d98c6a", "night": "#26314f"}
_KITES = {"": "#c0392b", "near": "#e67e22", "dive": "#7d3c98", "haze": "#b9a7a2"}
_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 720" width="1280" height="720">'
    '<path fill="{sky}" d="M0 0h1280v500H0z"/><path fill="#c9a227" d="M0 500h1280v220H0z"/>'
    '<path fill="{kite}" d="M640 160l110 120-110 150-110-150z"/></svg>'
)
_CHUNK = 1 << 16


def variant(look: str | int) -> str:
    """The look of that name, or the one that a number leads to. ValueError for any other name."""
    if isinstance(look, str):
        if look not in LOOKS:
            raise ValueError(f"variant must be one of {', '.join(LOOKS)}; got {look!r}")
        return look
    return LOOKS[look % len(LOOKS)]


def moved(look: str, variants: int = 0, takes: int = 0) -> str:
    """The look that is so many times of day, and so many takes, after ``look``."""
    name, _, take = look.partition("-")
    later = VARIANTS[(VARIANTS.index(name) + variants) % len(VARIANTS)]
    return "-".join(filter(None, (later, TAKES[(TAKES.index(take) + takes) % len(TAKES)])))


@cache
def load(kind: Kind, look: str, portrait: bool) -> bytes:
    """The bytes of a file. There is one sound for all times of day, and the archive holds the picture."""
    if kind == "svg":
        name, _, take = look.partition("-")
        return _DRAWING.format(sky=_SKIES[name], kite=_KITES[take]).encode()
    if kind == "file":
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as frames:
            frames.writestr(zipfile.ZipInfo("frame-0001.jpg"), load("image", look, portrait))
        return archive.getvalue()
    name = "wind" if kind == "audio" else look + ("-portrait" if portrait else "")
    return (resources.files(__package__) / "media" / (name + EXTENSIONS[kind])).read_bytes()


@dataclass(frozen=True)
class File:
    """A file to serve: its bytes, its type, and the length (bytes) it is padded to."""

    data: bytes
    content_type: str
    length: int

    @classmethod
    def of(cls, kind: Kind, look: str, portrait: bool = False, size: int | None = None) -> File:
        data = load(kind, look, portrait)
        length = max(len(data), size or 0)
        room = length - len(data)
        if kind in ("video", "audio") and room >= 16:
            # A box whose 32-bit length is 1 says its true length in the 64 bits that follow.
            data += (1).to_bytes(4, "big") + b"free" + room.to_bytes(8, "big")
        return cls(data, CONTENT_TYPES[kind], length)

    @property
    def etag(self) -> str:
        return '"' + hashlib.sha256(self.data).hexdigest()[:16] + f'-{self.length:x}"'

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from start to stop (exclusive), a little at a time; zeros beyond the data."""
        while start < stop:
            step = min(stop, start + _CHUNK)
            part = self.data[start:step]
            yield part + bytes(step - start - len(part))
            start = step


def byte_range(header: str, length: int) -> tuple[int, int] | None:
    """(start, stop) of a single `bytes=` range in a file of `length` bytes.

    None when the header is to be ignored (other units, several ranges, nonsense); ValueError when it lies outside.
    """
    match = re.fullmatch(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", header)
    if not match or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, stop = max(0, length - int(match[2])), length
    else:
        start, stop = int(match[1]), min(length, int(match[2]) + 1 if match[2] else length)
        if match[2] and int(match[2]) < start:
            return None
    if start >= length or start >= stop:
        raise ValueError(header)
    return start, stop
