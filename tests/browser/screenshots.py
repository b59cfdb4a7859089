"""Screenshots that are compared."""

from __future__ import annotations

import io

from PIL import Image, ImageChops


def differ(one: bytes, other: bytes) -> bool:
    """Whether two pictures of one size differ by more than where a pixel's edge falls."""
    first, second = (Image.open(io.BytesIO(each)).convert("L") for each in (one, other))
    return any(ImageChops.difference(first, second).histogram()[40:])
