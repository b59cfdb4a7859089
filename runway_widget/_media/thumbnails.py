"""Small pictures that stay when links have died, and media carried whole: both as data URIs.

PyAV and Pillow do the work where they are installed (the extra `thumbnails`); without them there is no picture, and no
word about it. Media are foreign bytes: only formats that the first bytes show are decoded, by the one decoder that they
name, and out of an open file, so that no playlist in disguise can send a decoder elsewhere. Nothing here raises over
what a file holds.
"""

from __future__ import annotations

import base64
import io
import logging
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from .._errors import ConfigurationError, ServiceError
from .._service.fetch import MediaResponse, open_url
from .._service.media_types import Format
from .._service.service import Service
from .formats import HEAD, identify, identify_bytes

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger("runway_widget")

BUDGET = 13_000  # characters of one data URI; four of them and the card around them stay below 60 kB
MAX_SIZE = (320, 400)
MAX_PIXELS = 50_000_000
MAX_BYTES = 64 * 2**20
MAX_TIME = 60.0
EMBED_LIMIT = 5_000_000

_STAGES = (2**20, 4 * 2**20, 16 * 2**20, MAX_BYTES)  # a poster seldom needs the whole video
_SCALES = (1.0, 0.75, 0.5, 0.3)
_QUALITIES = (75, 60, 45, 30)
_IMAGES = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP", ".gif": "GIF", ".avif": "AVIF"}
_VIDEOS = {".mp4": "mov", ".mov": "mov", ".m4v": "mov", ".webm": "matroska", ".mkv": "matroska"}
_MOMENTS = (0.1, 0.0, 0.5)  # of the duration; where to look for a frame that shows something
_FRAMES = 48  # to decode at each


def budget_for(outputs: int) -> int:
    """The budget of each picture on a card with that many ``outputs``."""
    return min(BUDGET, 4 * BUDGET // max(outputs, 1))


def thumbnail(source: bytes | Path, kind: str, budget: int = BUDGET) -> str:
    """A picture of a medium as a data URI of at most ``budget`` characters; "" where there is none to be had."""
    if not _able(kind):
        return ""
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            picture, _ = _picture(file)
            return "" if picture is None else _encoded(picture, budget)
    except Exception as error:
        log.debug("no thumbnail: %s", type(error).__name__)
        return ""


def thumbnail_from_url(service: Service, url: str, kind: str, budget: int = BUDGET) -> str:
    """The same for a medium behind a link, of which no more is fetched than it takes. Never raises."""
    if not _able(kind):
        return ""
    try:
        with open_url(service, url) as answer, tempfile.TemporaryFile() as file:
            if answer.status != 200:
                return ""
            picture = _from_stream(answer, file, _STAGES if kind == "video" else (MAX_BYTES,))
            return "" if picture is None else _encoded(picture, budget)
    except Exception as error:
        log.debug("no thumbnail: %s", type(error).__name__)
        return ""


def embed(source: bytes | Path, kind: str, limit: int = EMBED_LIMIT) -> str:
    """The whole medium as a data URI; ``kind`` is what it should be ("unknown" takes any).

    Raises ConfigurationError where it has more than ``limit`` bytes, or is nothing that a notebook could show.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limit:
        raise ConfigurationError(
            f"the output has {size / 1e6:.1f} MB, and embed= carries at most {limit / 1e6:.1f} MB in a notebook; "
            "save it with save_to= instead, and the card plays the file"
        )
    data = source if isinstance(source, bytes) else source.read_bytes()
    found = identify(data[:HEAD], url=source.name if isinstance(source, Path) else "")
    if found is None or kind not in {found.kind, "unknown"}:
        told = f"{found.kind}, not {kind}" if found else "of no known format"
        raise ConfigurationError(f"the output cannot be embedded: it is {told}")
    return _data_uri(data, found)


def _data_uri(data: bytes, found: Format) -> str:
    return f"data:{found.types[0]};base64,{base64.b64encode(data).decode('ascii')}"


def _able(kind: str) -> bool:
    """Whether there can be a picture of this kind here."""
    needed = {"image": ["PIL"], "video": ["PIL", "av"], "unknown": ["PIL"]}.get(kind, [])
    return bool(needed) and all(find_spec(name) is not None for name in needed)


def _from_stream(answer: MediaResponse, file: IO[bytes], stages: tuple[int, ...]) -> Image.Image | None:
    """The best picture that the first bytes give; more of them only where these do not show enough."""
    deadline = time.monotonic() + MAX_TIME
    picture, size, whole = None, 0, False
    for stage in stages:
        file.seek(0, io.SEEK_END)
        while size < stage and not whole and time.monotonic() < deadline:
            try:
                chunk = answer.read()
            except ServiceError:
                chunk = b""
            size += file.write(chunk)
            whole = not chunk
        found, good = _tried(file)
        picture = found or picture
        if good or whole or time.monotonic() >= deadline:
            break
    return picture


def _tried(file: IO[bytes]) -> tuple[Image.Image | None, bool]:
    """`_picture` of a file that may lack its end."""
    try:
        return _picture(file)
    except Exception as error:
        log.debug("no thumbnail yet: %s", type(error).__name__)
        return None, False


def _picture(file: IO[bytes]) -> tuple[Image.Image | None, bool]:
    """A picture of the medium, and whether it shows something; the first bytes decide what decodes it."""
    file.seek(0)
    found = identify_bytes(file.read(HEAD))
    file.seek(0)
    if found is not None and found.suffix in _IMAGES:
        return _still(file, _IMAGES[found.suffix]), True
    if found is not None and found.suffix in _VIDEOS:
        return _poster(file, _VIDEOS[found.suffix])
    return None, True


def _still(file: IO[bytes], decoder: str) -> Image.Image | None:
    from PIL import Image, ImageOps

    with Image.open(file, formats=[decoder]) as image:
        if image.width * image.height > MAX_PIXELS:
            return None
        image.draft("RGB", (MAX_SIZE[0] * 2, MAX_SIZE[1] * 2))
        return _tidy(ImageOps.exif_transpose(image))


def _poster(file: IO[bytes], demuxer: str) -> tuple[Image.Image | None, bool]:
    """A frame about a tenth into the video, or from elsewhere if there it is as good as black."""
    import av

    dark: Image.Image | None = None
    with av.open(file, "r", format=demuxer) as container:
        if not container.streams.video:
            return None, True
        stream = container.streams.video[0]
        if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
            return None, True
        length = (container.duration or 0) / 1e6
        for moment in _MOMENTS if length else (0.0,):
            for frame in _frames(container, stream, moment * length):
                image = _tidy(_upright(frame))
                if _shows_something(image):
                    return image, True
                dark = dark or image
    return dark, False


def _frames(container: Any, stream: Any, start: float) -> Iterator[Any]:
    """Up to `_FRAMES` frames from ``start`` (in seconds) on; none where the file is damaged or ends before."""
    import av

    try:
        container.seek(int(start * 1e6))
        for frame in islice(container.decode(stream), _FRAMES):
            if frame.width * frame.height > MAX_PIXELS:
                return
            if frame.time is None or frame.time >= start:
                yield frame
    except av.FFmpegError:
        return


def _upright(frame: Any) -> Image.Image:
    scale = min(1.0, MAX_SIZE[0] * 2 / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    image: Image.Image = frame.to_image(width=width, height=height)
    turned = getattr(frame, "rotation", 0)
    return image.rotate(turned, expand=True) if turned else image


def _shows_something(image: Image.Image) -> bool:
    from PIL import ImageStat

    told = ImageStat.Stat(image.convert("L"))
    return told.mean[0] > 24 or told.stddev[0] > 10


def _tidy(image: Image.Image) -> Image.Image:
    """A small copy in plain colours, without what else the file says of itself (place, camera, colour profile)."""
    seen_through = "A" in image.getbands() or "transparency" in image.info
    small = image.convert("RGBA" if seen_through else "RGB")
    small.thumbnail(MAX_SIZE)
    small.info.clear()
    return small


def _encoded(image: Image.Image, budget: int) -> str:
    """The data URI of the largest and finest rendering that keeps to ``budget``; "" if none does."""
    from PIL import features

    webp = features.check("webp")
    found = identify(b"", "image/webp" if webp else "image/jpeg")
    assert found is not None
    for scale in _SCALES:
        small = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        for quality in _QUALITIES:
            out = io.BytesIO()
            if webp:
                small.save(out, "WEBP", quality=quality, method=4)
            else:
                small.convert("RGB").save(out, "JPEG", quality=quality, optimize=True)
            uri = _data_uri(out.getvalue(), found)
            if len(uri) <= budget:
                return uri
    return ""
