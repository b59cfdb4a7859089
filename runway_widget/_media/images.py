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

_PNG_MODES = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}


def is_picture(value: Any) -> bool:
    """Whether ``value`` is a PIL image or a NumPy array."""
    return isinstance(value, _types("PIL.Image", "Image") + _types("numpy", "ndarray"))


def png(value: Any, name: str) -> bytes:
    """A PIL image or an array as a PNG. ``name`` is the argument that it came in.

    Raises ConfigurationError, with ``name``, where Pillow is missing or the picture cannot be encoded.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise ConfigurationError(
            f"{name}: a picture in memory needs Pillow to be encoded: pip install pillow"
        ) from None
    if isinstance(value, _types("numpy", "ndarray")):
        value = Image.fromarray(_pixels(value, name))
    try:
        upright = ImageOps.exif_transpose(value)  # a PNG holds no orientation, so the pixels themselves are turned
        if upright.mode not in _PNG_MODES:
            upright = upright.convert("RGB")
        buffer = io.BytesIO()
        upright.save(buffer, "PNG")
    except Exception as error:  # a closed or truncated file, no pixels: Pillow has no common error class
        raise ConfigurationError(f"{name}: the picture cannot be encoded: {error}") from error
    return buffer.getvalue()


def _pixels(array: Any, name: str) -> Any:
    """``array`` as uint8, of a shape that Pillow can read."""
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


def data_uri(media_type: str, data: bytes) -> str:
    """``data`` as a base64 data URI."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _types(module: str, name: str) -> tuple[type, ...]:
    """The class as a tuple for isinstance; empty where nobody has imported its module."""
    loaded = getattr(sys.modules.get(module), name, None)
    return (loaded,) if isinstance(loaded, type) else ()
