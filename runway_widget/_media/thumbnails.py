"""What a saved notebook keeps of media as data URIs: small pictures within a budget, and whole media.

A thumbnail is a courtesy: without the packages of the extra `thumbnails`, or over a file that cannot be decoded, it is
"", and nothing is raised. A whole medium was asked for (``embed=``), so what stands in its way is an error.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from .._errors import ConfigurationError, RunwayWidgetError, ServiceError
from .._log import log
from .._numbers import plain
from .._service.fetch import CHUNK, MediaResponse, open_url
from .._service.limits import Limits
from .._service.media_types import format_of_url
from .._service.payload import describe
from .._service.service import Service
from .formats import HEAD, identify
from .frames import Frame, can_decode, read_frame
from .images import data_uri
from .modes import opaque

if TYPE_CHECKING:
    from PIL import Image


#: Characters of a data URI. nbdime (4.0.4) compares an output only where it has at most 10,000 (nbdime#400), and a card
#: with such a picture is shorter than that, with a long prompt too.
BUDGET = 3_600
LARGE_BUDGET = 13_000  # of a picture on a card that is longer in any case
MAX_CARD = 52_000  # characters of all the pictures on a card
STILL_BUDGET = 12 * 1024  # characters of the copy of a picture that was sent
MAX_BYTES = 64 * 2**20  # to fetch for one thumbnail
MAX_TIME = 60.0  # seconds for that
EMBED_LIMIT = 5_000_000  # bytes

_STAGES = (2**20, 4 * 2**20, 16 * 2**20, MAX_BYTES)  # bytes; the first frames of a video seldom need all of it
_SCALES = (1.0, 0.75, 0.5, 0.3)

Form = Literal["AVIF", "WEBP", "JPEG"]


def budget_for(outputs: int) -> int:
    """The budget, in characters, of each picture on a card with that many ``outputs``.

    Two share what one may take. A card of more is longer than what nbdime compares in any case.
    """
    return BUDGET // max(outputs, 1) if outputs <= 2 else min(LARGE_BUDGET, MAX_CARD // outputs)


def thumbnail(source: bytes | Path, kind: str, budget: int = BUDGET, max_pixels: int | None = None) -> str:
    """A picture of a medium as a data URI of at most ``budget`` characters; "" where there is none. Never raises.

    ``max_pixels`` is the bound of `read_frame`.
    """
    if not can_decode(kind):
        return ""
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            return within_budget(read_frame(file, max_pixels).image, budget)
    except Exception as error:
        log.debug("no thumbnail: %s", type(error).__name__)
        return ""


def thumbnail_from_url(service: Service, url: str, kind: str, budget: int = BUDGET) -> str:
    """The same for a medium behind a link, of which no more is fetched than its picture takes. Never raises."""
    form = format_of_url(url)
    if not can_decode(kind) or (form is not None and form.suffix == ".svg"):
        return ""
    try:
        limits = Limits(MAX_BYTES + CHUNK, MAX_TIME)
        with open_url(service, url, limits=limits) as answer, tempfile.TemporaryFile() as file:
            if answer.status != 200:
                return ""
            return within_budget(_fetch_frame(answer, file, _STAGES if kind == "video" else (MAX_BYTES,)), budget)
    except Exception as error:
        log.debug("no thumbnail: %s", type(error).__name__)
        return ""


def embed_limit(wanted: bool | int) -> int:
    """The most bytes of one medium that ``embed=`` carries: 0 for False, the usual 5 MB for True."""
    limit = plain(wanted)
    if not isinstance(limit, int) or limit < 0:
        raise ConfigurationError(f"embed must be True, False or a number of bytes, not {describe(wanted)}")
    return EMBED_LIMIT if limit is True else int(limit)


def embed(file: Path, kind: str, limit: int = EMBED_LIMIT) -> str:
    """The whole medium as a data URI; ``kind`` is what it should be ("unknown" takes any).

    Raises ConfigurationError where it has more than ``limit`` bytes, is of another kind or of no known format, or is
    nothing that a page may hold: a file of no medium, and an SVG, which can be a program.
    """
    size = file.stat().st_size
    if size > limit:
        raise ConfigurationError(
            f"the output has {size / 1e6:.1f} MB, and embed= carries at most {limit / 1e6:.1f} MB in a notebook; "
            "save it with save_to= instead, and the card plays the file"
        )
    data = file.read_bytes()
    media_format = identify(data[:HEAD], url=file.name)
    if media_format is None or kind not in {media_format.kind, "unknown"}:
        reason = f"{media_format.kind}, not {kind}" if media_format else "of no known format"
        raise ConfigurationError(f"the output cannot be embedded: it is {reason}")
    if media_format.kind == "file" or media_format.suffix == ".svg":
        suffix = media_format.suffix
        raise ConfigurationError(f"the output cannot be embedded: no page may hold a file that ends in {suffix}")
    return data_uri(media_format.types[0], data)


def try_embed(file: Path, kind: str, limit: int) -> tuple[str, str]:
    """`embed`, and why that could not be done; "" and "" where ``limit`` is 0."""
    try:
        return (embed(file, kind, limit) if limit else ""), ""
    except (RunwayWidgetError, OSError) as error:  # OSError: somebody has moved the file already
        return "", str(error)


def _fetch_frame(answer: MediaResponse, file: IO[bytes], stages: tuple[int, ...]) -> Image.Image | None:
    """The best picture from the first bytes of a body. More bytes are read only where the frame is not final."""
    deadline = time.monotonic() + MAX_TIME
    image: Image.Image | None = None
    size, complete = 0, False
    for stage in stages:
        file.seek(0, io.SEEK_END)
        while size < stage and not complete and time.monotonic() < deadline:
            try:
                chunk = answer.read()
            except ServiceError:
                chunk = b""
            size += file.write(chunk)
            complete = not chunk
        frame = _read_partial(file)
        image = frame.image or image
        if frame.final or complete or time.monotonic() >= deadline:
            break
    return image


def _read_partial(file: IO[bytes]) -> Frame:
    """`read_frame` of a file that may lack its end, which is an error to most decoders."""
    try:
        return read_frame(file)
    except Exception as error:
        log.debug("no thumbnail yet: %s", type(error).__name__)
        return Frame(None, False)


def within_budget(image: Image.Image | None, budget: int) -> str:
    """The data URI of the largest and finest rendering within ``budget``; "" if there is none."""
    if image is None:
        return ""
    for form, scale, quality in _renderings():
        small = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        uri = data_uri(f"image/{form.lower()}", _encoded(small, form, quality))
        if len(uri) <= budget:
            return uri
    return ""


def _renderings() -> Iterator[tuple[Form, float, int]]:
    """Format, scale and quality of each rendering, the best first.

    WebP as long as it is good; in fewer bytes AVIF, which is better there, but takes longer.
    """
    from PIL import features

    form: Form = "WEBP" if features.check("webp") else "JPEG"
    if not features.check("avif"):
        yield from ((form, scale, quality) for scale in _SCALES for quality in (75, 60, 45, 30))
        return
    yield from ((form, 1.0, quality) for quality in (75, 60))
    yield from (("AVIF", scale, quality) for scale in _SCALES for quality in (40, 30, 22))


def _encoded(image: Image.Image, form: Form, quality: int) -> bytes:
    out = io.BytesIO()
    if form == "AVIF":
        image.save(out, form, quality=quality, speed=8, max_threads=1)  # 0.03 s for a small copy
    elif form == "WEBP":
        image.save(out, form, quality=quality, method=4)
    else:
        opaque(image).save(out, form, quality=quality, optimize=True)
    return out.getvalue()
