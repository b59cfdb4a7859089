"""Pictures in memory (PIL images and NumPy arrays), and how they are encoded for a request.

Neither Pillow nor NumPy is required by this package. Whoever has such an object has imported its library, so no library
is imported to find out what an object is. Pillow is imported to encode one.
"""

from __future__ import annotations

import base64
import io
import sys
from typing import Any

from .._errors import ConfigurationError
from .modes import eight_bit

_PNG_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}  # of at most 8 bit, which a PNG holds as they are


def is_picture(value: Any) -> bool:
    """Whether ``value`` is a PIL image or a NumPy array."""
    return isinstance(value, _types("PIL.Image", "Image") + _types("numpy", "ndarray"))


def png(value: Any, name: str) -> bytes:
    """A PIL image of any mode, or an array, as a PNG of 8 bit. ``name`` is the argument that it came in.

    Raises ConfigurationError, with ``name``, where Pillow is missing, the picture cannot be encoded, or nobody can tell
    which of its values is white.
    """
    try:
        from PIL import ExifTags, Image, ImageOps
    except ImportError:
        raise ConfigurationError(
            f"{name}: a picture in memory needs Pillow to be encoded: pip install pillow"
        ) from None
    try:
        if isinstance(value, _types("numpy", "ndarray")):
            value = Image.fromarray(_pixels(value))
        if value.getexif().get(ExifTags.Base.Orientation, 1) != 1:
            value = ImageOps.exif_transpose(value)  # a PNG holds no orientation, so the pixels themselves are turned
        picture = value if value.mode in _PNG_MODES else eight_bit(value)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error}") from None
    except Exception as error:  # a closed or truncated file, no pixels: Pillow has no common error class
        raise ConfigurationError(f"{name}: the picture cannot be encoded: {error}") from error
    return buffer.getvalue()


def _pixels(array: Any) -> Any:
    """``array`` as uint8, of a shape that Pillow can read."""
    if array.ndim not in {2, 3} or (array.ndim == 3 and array.shape[2] not in {3, 4}) or 0 in array.shape:
        raise ConfigurationError(
            f"an array must have the shape (height, width), (height, width, 3) or (height, width, 4), not {array.shape}"
        )
    if array.dtype.kind == "b":
        return array.astype("uint8") * 255
    if array.dtype.name == "uint16":
        return ((array.astype("uint32") * 255 + 32_767) // 65_535).astype("uint8")
    if array.dtype.kind == "f":
        if not bool((array >= 0).all() and (array <= 1).all()):  # NaN is neither
            raise ConfigurationError("an array of floats must lie within 0 and 1; of uint8, within 0 and 255")
        return (array * 255).round().astype("uint8")
    if array.dtype.name != "uint8":
        raise ConfigurationError(
            f"an array must be of bool, uint16, uint8 or of floats from 0 to 1, not of {array.dtype}"
        )
    return array


def data_uri(media_type: str, data: bytes) -> str:
    """``data`` as a base64 data URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _types(module: str, name: str) -> tuple[type, ...]:
    """The class as a tuple for isinstance; empty where nobody has imported its module."""
    loaded = getattr(sys.modules.get(module), name, None)
    return (loaded,) if isinstance(loaded, type) else ()
