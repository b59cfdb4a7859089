"""A picture that is too large for a request, made to fit: encoded anew, and with fewer pixels where that is not enough.

The same picture always becomes the same bytes (with one version of Pillow), so that a request that is made again is the
same request. What is kept: the side that is up, the colours with their profile, and alpha. What is not: the metadata of
the file, such as place and camera, and more than 8 bit for each colour.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._errors import ConfigurationError
from .formats import HEAD, identify_bytes
from .image_files import DECODERS, MAX_OWN_PIXELS, read_whole
from .modes import eight_bit

if TYPE_CHECKING:
    from PIL import Image

_QUALITY = 92  # of JPEG and WebP, 0 to 100: no difference that an eye finds
_MOST_PIXELS = 2**24  # to try at all: a picture of 4K has half as many, and no model makes more of a still
_ATTEMPTS = 5  # to use what there is room for; more only where nothing has fitted by then
_AIM, _ENOUGH = 0.95, 0.85  # of the bytes that it may have: what is aimed at, and what will do
_LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383, "PNG": 2**31 - 1}  # pixels that the format can hold
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": _QUALITY, "subsampling": 0},
    "WEBP": {"quality": _QUALITY, "method": 4},
    "PNG": {"optimize": True},
}
_TYPES = {"JPEG": "image/jpeg", "WEBP": "image/webp", "PNG": "image/png"}


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A picture that fits: the file's content and type, and its sizes in pixels (width, height) before and after."""

    data: bytes
    media_type: str
    before: tuple[int, int]
    after: tuple[int, int]


def shrink(data: bytes, limit: int, name: str) -> Shrunk:
    """The picture in ``data`` (PNG, JPEG or WebP) as a file of at most ``limit`` bytes.

    It keeps as many of its pixels as fit: as a JPEG, and where it has alpha as a WebP. Raises ConfigurationError, which
    begins with ``name``, where Pillow is missing or the picture cannot be decoded.
    """
    try:
        import PIL  # noqa: F401
    except ImportError:
        raise ConfigurationError(f"{name}: shrink=True needs Pillow: pip install pillow") from None
    form = identify_bytes(data[:HEAD])
    if form is None or form.suffix not in DECODERS:
        raise ConfigurationError(f"{name}: shrink=True makes PNG, JPEG and WebP smaller, and it is none of them")
    try:
        whole = read_whole(data, form.suffix, MAX_OWN_PIXELS)
        if whole is None:
            raise ConfigurationError(f"{MAX_OWN_PIXELS // 10**6} million pixels are the most")
        image = _plain(whole)
        encoded = _fitting(image, limit)
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: shrink=True cannot make the picture smaller: {error}") from None
    except Exception as error:  # damaged, or without its end: Pillow has no common error class
        raise ConfigurationError(f"{name}: shrink=True cannot read the picture: {error}") from error
    return Shrunk(encoded.data, _TYPES[encoded.form], image.size, encoded.size)


@dataclass(frozen=True, slots=True)
class _Encoded:
    data: bytes
    form: str
    size: tuple[int, int]


def _plain(image: Image.Image) -> Image.Image:
    """In L, RGB or RGBA, without metadata. Alpha that hides nothing is left out, so that the picture can be a JPEG."""
    picture = eight_bit(image)
    if picture.mode in {"LA", "RGBA"}:
        hides_nothing = picture.getchannel("A").getextrema() == (255, 255)
        picture = picture.convert(picture.mode[:-1] if hides_nothing else "RGBA")
    profile = picture.info.get("icc_profile")
    picture.info = {"icc_profile": profile} if isinstance(profile, bytes) else {}
    return picture


def _fitting(image: Image.Image, limit: int) -> _Encoded:
    """The picture with about as many pixels as fit into ``limit`` bytes.

    Bytes do not follow the number of pixels exactly, so its sides are sought between those that fit and those that do
    not.
    """
    from PIL import Image, features

    form = "JPEG" if image.mode != "RGBA" else "WEBP" if features.check("webp") else "PNG"
    whole = min(1.0, _LONGEST_SIDE[form] / max(image.size), math.sqrt(_MOST_PIXELS / (image.width * image.height)))
    best: _Encoded | None = None
    scale, low, high = whole, 0.0, whole
    attempts = 0
    while True:
        attempts += 1
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        smaller = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        data = _encode(smaller, form, image.info.get("icc_profile"))
        if len(data) <= limit:
            best, low = _Encoded(data, form, size), scale
        elif size == (1, 1):
            raise ConfigurationError(f"not even one pixel fits into {limit} bytes")
        else:
            high = scale
        if best and (low == whole or len(best.data) >= _ENOUGH * limit or attempts >= _ATTEMPTS):
            return best
        guess = scale * math.sqrt(_AIM * limit / len(data))
        scale = guess if low < guess < high else (low + high) / 2


def _encode(image: Image.Image, form: str, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    image.save(out, form, icc_profile=profile, **_OPTIONS[form])
    return out.getvalue()
