"""Pictures in memory: encoding them for the wire, and the small still that a card shows of one.

Pillow and NumPy are not required by this package. Whoever has such an object has imported its library, so neither is
imported here to find out what an object is; Pillow alone is, to encode, and only then.
"""

from __future__ import annotations

import base64
import io
import math
import sys
from typing import Any

from .._errors import ConfigurationError

STILL_SIDE = 320  # pixels of a still's longer side
STILL_LENGTH = 12 * 1024  # characters of its data URI: it is kept in every saved notebook
_LARGEST = 64 * 2**20  # pixels; a larger picture is not decoded for a still
_PNG_MODES = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}


def is_picture(value: Any) -> bool:
    """Whether ``value`` is a PIL image or a NumPy array."""
    return isinstance(value, _types("PIL.Image", "Image") + _types("numpy", "ndarray"))


def png(value: Any, name: str) -> bytes:
    """A PIL image or an array as a PNG; ``name`` is the argument it came in, for the error."""
    image_module = _pillow()
    if image_module is None:
        raise ConfigurationError(f"{name}: a picture in memory needs Pillow to be encoded: pip install pillow")
    if isinstance(value, _types("numpy", "ndarray")):
        value = image_module.fromarray(_pixels(value, name))
    try:
        from PIL import ImageOps

        upright = ImageOps.exif_transpose(value)  # PNG would keep the pixels and lose how they are turned
        if upright.mode not in _PNG_MODES:
            upright = upright.convert("RGB")
        buffer = io.BytesIO()
        upright.save(buffer, "PNG")
    except Exception as error:  # a closed file, a truncated one, a picture without pixels: Pillow has no common class
        raise ConfigurationError(f"{name}: the picture cannot be encoded: {error}") from error
    return buffer.getvalue()


def _pixels(array: Any, name: str) -> Any:
    """``array`` as uint8 of a shape that Pillow knows."""
    if array.ndim not in {2, 3} or (array.ndim == 3 and array.shape[2] not in {3, 4}) or 0 in array.shape:
        raise ConfigurationError(
            f"{name}: an array must have the shape (height, width), (height, width, 3) or (height, width, 4), "
            f"not {array.shape}"
        )
    if array.dtype.kind == "f":
        if not bool((array >= 0).all() and (array <= 1).all()):  # NaN is neither
            raise ConfigurationError(f"{name}: an array of floats must lie within 0 and 1; of uint8, within 0 and 255")
        return (array * 255).round().astype("uint8")
    if array.dtype.name != "uint8":
        raise ConfigurationError(f"{name}: an array must be of uint8 or of floats from 0 to 1, not of {array.dtype}")
    return array


def thumbnail(data: bytes) -> str:
    """An encoded picture as a small JPEG data URI, or "" without Pillow, or for what it cannot read."""
    image_module = _pillow()
    if image_module is None:
        return ""
    try:
        with image_module.open(io.BytesIO(data)) as image:
            if math.prod(image.size) > _LARGEST:
                return ""
            image.draft("RGB", (STILL_SIDE, STILL_SIDE))  # a JPEG decodes faster at a fraction of its size
            image.thumbnail((STILL_SIDE, STILL_SIDE))
            from PIL import ImageOps

            small = ImageOps.exif_transpose(image).convert("RGB")
        for quality in (75, 60, 45, 30, 15):
            buffer = io.BytesIO()
            small.save(buffer, "JPEG", quality=quality)
            uri = data_uri("image/jpeg", buffer.getvalue())
            if len(uri) <= STILL_LENGTH:
                return uri
    except Exception:  # a still is a courtesy: whatever is wrong with the file is for the service to say
        return ""
    return ""


def data_uri(media_type: str, data: bytes) -> str:
    """``data`` as a base64 data URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        return None
    return Image


def _types(module: str, name: str) -> tuple[type, ...]:
    """The class as a tuple for isinstance; empty where nobody has imported its module."""
    found = getattr(sys.modules.get(module), name, None)
    return (found,) if isinstance(found, type) else ()
