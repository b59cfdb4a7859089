"""A picture's own colour profile, applied: a page shows sRGB where nothing else is said.

It takes LittleCMS, which Pillow has in its wheels.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

_SRGB = re.compile(r"sRGB(?!.*linear)", re.IGNORECASE)


def to_srgb(image: Image.Image) -> Image.Image | None:
    """``image`` (L, LA, RGB, RGBA, CMYK or LAB) in RGB or RGBA, by its profile.

    None where it has none, or sRGB's, or one that cannot be used: it is damaged, or of other colours than the picture.
    """
    data = image.info.get("icc_profile")
    if not isinstance(data, bytes) and image.mode != "LAB":
        return None
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert(image.mode[:-1]) if alpha else image
    try:
        from PIL import ImageCms

        if image.mode == "LAB" or not isinstance(data, bytes):
            source = ImageCms.createProfile("LAB")
        else:
            source = ImageCms.getOpenProfile(io.BytesIO(data)).profile
            if _SRGB.match(source.profile_description or ""):
                return None
        converted = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except Exception:  # no LittleCMS, or no way from this profile: ImageCms has several classes of errors
        return None
    assert converted is not None, "not in place"
    if alpha:
        converted.putalpha(alpha)
    converted.info = {name: value for name, value in image.info.items() if name != "icc_profile"}
    return converted
