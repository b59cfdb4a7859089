"""How a picture fits into the ratio that is asked for: what is cut off, or added at its edges, on a small copy of it.

The frame is a part of the picture itself, because pages that show notebooks take away most of what could lay one over
it.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from .._log import log
from .formats import HEAD, identify_bytes
from .frames import can_decode, coded_size, read_frame
from .image_files import DECODERS, MAX_OWN_PIXELS, read_image, upright_size
from .modes import rgb
from .thumbnails import within_budget

if TYPE_CHECKING:
    from PIL import Image

#: What the service does with a picture of another ratio: it cuts its edges off, or adds some; "" where nobody says.
Fit = Literal["crop", "box", ""]

ALIKE = 0.01  # ratios that differ by a smaller part are the same: 1104:832 is called 4:3

_SIZE = (560, 560)  # pixels of the copy, at most
BUDGET = 24_000  # characters of its data URI
_LINE = 3  # pixels: one of black, one of white, one of black, to be seen on any ground
_DIMMED = 0.35  # what is left of the brightness outside the frame


@dataclass(frozen=True, slots=True)
class Look:
    """A local medium as it was looked at: its width and height in pixels, upright, and a small copy of it.

    The size is None where it is not known; ``image`` where nothing can be decoded, as without Pillow.
    """

    size: tuple[int, int] | None = None
    image: Image.Image | None = None


def look(source: bytes | Path, kind: str) -> Look:
    """Look at an image or a video: ``source`` is its content or its file. Never raises."""
    if not can_decode(kind):
        return Look()
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            return _look(file)
    except Exception as error:
        log.debug("no picture for the plan: %s", type(error).__name__)
        return Look()


def _look(file: IO[bytes]) -> Look:
    form = identify_bytes(file.read(HEAD))
    suffix = form.suffix if form else ""
    if suffix in DECODERS:
        return Look(upright_size(file, suffix), read_image(file, suffix, MAX_OWN_PIXELS, _SIZE))
    image = read_frame(file).image
    if image is None:
        return Look()
    width, height = coded_size(file, suffix)
    turned = (width > height) != (image.width > image.height)  # the frame is upright
    return Look((height, width) if turned else (width, height), image)


def inner(size: tuple[int, int], ratio: float) -> tuple[int, int]:
    """The width and height of the largest part of that ``ratio`` (width over height)."""
    width, height = size
    if width / height > ratio:
        return max(1, round(height * ratio)), height
    return width, max(1, round(width / ratio))


def outer(size: tuple[int, int], ratio: float) -> tuple[int, int]:
    """The width and height of the smallest box of that ``ratio`` around it."""
    width, height = size
    if width / height > ratio:
        return width, max(1, round(width / ratio))
    return max(1, round(height * ratio)), height


def alike(size: tuple[int, int], ratio: float) -> bool:
    """Whether a picture of that ``size`` has that ``ratio`` already."""
    return math.isclose(size[0] / size[1], ratio, rel_tol=ALIKE)


def preview(image: Image.Image, ratio: float | None, fit: Fit, budget: int = BUDGET) -> str:
    """The picture as a small data URI, with what becomes of it in that ``ratio``; "" where it cannot be encoded.

    It has at most ``budget`` characters. Of what is cropped, the outside of the frame is dark; what is boxed stands
    between dark bars.
    """
    try:
        picture = rgb(image)
        if ratio is not None and fit and not alike(picture.size, ratio):
            picture = _cropped(picture, ratio) if fit == "crop" else _boxed(picture, ratio)
        return within_budget(picture, budget)
    except Exception as error:
        log.debug("no picture for the plan: %s", type(error).__name__)
        return ""


def _cropped(picture: Image.Image, ratio: float) -> Image.Image:
    """The whole picture, dark but for what is left of it in the middle, which has a frame."""
    from PIL import ImageDraw, ImageEnhance

    width, height = inner(picture.size, ratio)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    inside = picture.crop((left, top, left + width, top + height))
    result = ImageEnhance.Brightness(ImageEnhance.Color(picture).enhance(0.3)).enhance(_DIMMED)
    result.paste(inside, (left, top))
    draw = ImageDraw.Draw(result)
    opaque = 255 if result.mode == "RGBA" else None
    for at in range(_LINE):
        shade = 255 if at == _LINE // 2 else 0
        colour = (shade, shade, shade) if opaque is None else (shade, shade, shade, opaque)
        draw.rectangle((left + at, top + at, left + width - 1 - at, top + height - 1 - at), outline=colour)
    return result


def _boxed(picture: Image.Image, ratio: float) -> Image.Image:
    """The picture in the middle of a box of that ratio, as the service will see it: with black around it."""
    from PIL import Image

    size = outer(picture.size, ratio)
    box = Image.new("RGB", size)
    box.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2), _mask(picture))
    box.thumbnail(_SIZE)
    return box


def _mask(picture: Image.Image) -> Image.Image | None:
    return picture.getchannel("A") if picture.mode == "RGBA" else None
