"""Any of Pillow's modes in 8 bit, as the picture that it is.

`Image.convert` knows neither ranges nor alpha: it cuts a grey of 16 bit off at 255, so that the picture becomes white
(Pillow's issue 3011), and floats from 0 to 1 at 1, so that it becomes black; and it drops alpha, which often uncovers
black. Every picture that is sent or shown goes through this module instead.
"""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

from .._errors import ConfigurationError
from .profiles import to_srgb

if TYPE_CHECKING:
    from PIL import Image

NEUTRAL = (128, 128, 128)  # a ground on which both black and white can be seen

_TOP = 65_535  # white in 16 bit
_FORMATS_OF_16_BIT = {"PNG", "PPM"}  # what Pillow has as "I" from such a file ranges to 65535
_LEAST_OF_16_BIT = 4096  # below are 10 and 12 bit too
_LEAST_FLOAT_OF_8_BIT = 16.0  # below are the highlights of pictures in which white is 1


def eight_bit(image: Image.Image) -> Image.Image:
    """``image`` in L, LA, RGB or RGBA; where it is that already, itself.

    A colour profile stays with the colours that it is for. Raises ConfigurationError for a mode that is not known, and
    for values of which nobody can tell which is white.
    """
    mode, clear = image.mode, "transparency" in image.info
    if mode in {"LA", "RGBA"} or (mode in {"L", "RGB"} and not clear):
        return image
    if mode in {"1", "L", "La"}:
        return image.convert("LA" if clear or mode == "La" else "L")
    if mode in {"P", "PA", "RGB", "RGBa"}:
        return image.convert("RGBA" if clear or mode != "P" or _has_clear_colours(image) else "RGB")
    if mode in {"RGBX", "YCbCr", "HSV"}:
        return image.convert("RGB")
    if mode in {"CMYK", "LAB"}:
        picture = to_srgb(image) or image.convert("RGB")
        picture.info.pop("icc_profile", None)
        return picture
    if mode == "I" or mode.startswith("I;16"):
        return _from_integers(image)
    if mode == "F":
        return _from_floats(image)
    raise ConfigurationError(
        f"the picture has the mode {mode}, which is not known here; convert it first: picture.convert('RGB')"
    )


def rgb(image: Image.Image) -> Image.Image:
    """``image`` in RGB, or where it has alpha in RGBA; where it is that already, itself. Raises as `eight_bit` does."""
    picture = eight_bit(image)
    return picture.convert({"L": "RGB", "LA": "RGBA"}[picture.mode]) if picture.mode in {"L", "LA"} else picture


def opaque(image: Image.Image, ground: tuple[int, int, int] = NEUTRAL) -> Image.Image:
    """``image`` in RGB; where it has alpha, on ``ground``. Raises as `eight_bit` does."""
    picture = rgb(image)
    if picture.mode == "RGB":
        return picture
    from PIL import Image

    below = Image.new("RGB", picture.size, ground)
    below.paste(picture, mask=picture.getchannel("A"))
    return below


def _has_clear_colours(image: Image.Image) -> bool:
    return image.palette is not None and image.palette.mode.endswith("A")


def _from_integers(image: Image.Image) -> Image.Image:
    """A grey of 16 bit, or of integers whose range its file or its values tell."""
    from PIL import Image

    if image.mode == "I;16N":  # which Pillow 11 converts to other values
        plain = Image.frombytes("I;16" if sys.byteorder == "little" else "I;16B", image.size, image.tobytes())
        plain.info, image = image.info, plain
    values = image.convert("I")
    if image.mode == "I" and _top_of_integers(image) == 255:
        grey = values.convert("L")
    else:
        grey = values.point(_levels_of_16_bit(), "L")
    key = grey.info.pop("transparency", None)
    if not isinstance(key, int):
        return grey
    alpha = values.point([0 if level == key else 255 for level in range(_TOP + 1)], "L")
    merged = Image.merge("LA", (grey, alpha))
    merged.info = grey.info
    return merged


def _top_of_integers(image: Image.Image) -> int:
    if getattr(image, "format", None) in _FORMATS_OF_16_BIT:
        return _TOP
    low, high = _extremes(image)
    if low < 0 or 255 < high < _LEAST_OF_16_BIT or high > _TOP:
        raise _unknown_range(image, f"values from {low:.0f} to {high:.0f}")
    return 255 if high <= 255 else _TOP


def _from_floats(image: Image.Image) -> Image.Image:
    """A grey of floats in which white is 1 or 255, as its values tell."""
    from PIL import Image

    mean = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    if not isinstance(mean, float) or not math.isfinite(mean):  # the extremes may leave NaN out
        raise _unknown_range(image, "values that are NaN or infinite")
    low, high = _extremes(image)
    if low < 0 or 1 < high < _LEAST_FLOAT_OF_8_BIT or high > 255:
        raise _unknown_range(image, f"values from {low:g} to {high:g}")
    factor = 255 if high <= 1 else 1
    return image.point(lambda value: value * factor + 0.5).convert("L")  # which rounds down


def _extremes(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    return low, high


def _unknown_range(image: Image.Image, values: str) -> ConfigurationError:
    return ConfigurationError(
        f"the picture has the mode {image.mode} and {values}, so which one is white is not known; "
        "scale them to 0 to 255 and make it a picture of 8 bit: picture.convert('L')"
    )


@lru_cache(maxsize=1)
def _levels_of_16_bit() -> list[int]:
    """For each level of 16 bit the nearest of 8 bit."""
    return [(level * 255 + _TOP // 2) // _TOP for level in range(_TOP + 1)]
