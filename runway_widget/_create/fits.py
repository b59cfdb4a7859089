"""What a service makes of a picture or a video whose ratio is not the one that is asked for, where it says so. Pure.

Sources: Runway's page on inputs ("Aspect ratios and auto-cropping": Gen-3, Gen-4 and Act-Two crop from the centre), and
the types of runwayml 5.24.0 (aleph2 "letterboxes the input video and keyframes" for its ``targetAspectRatio``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._journal.row import ratio_of
from .._media.framing import Fit
from .spelling import camel

_CROPPING = {"gen3a_turbo", "gen4_turbo", "gen4.5", "act_two"}
_CROPPED = {"promptImage", "character"}
_BOXED = {"videoUri", "keyframes"}
_SHAPED = {*_CROPPED, "promptVideo", "videoUri"}  # the output may have another ratio than these


def fit_of(body: Mapping[str, Any], field: str) -> tuple[Fit, str]:
    """What becomes of the medium in ``field`` ("prompt_image", "keyframes[0].uri"), and the ratio that is asked for.

    "" for the ratio where nothing is made of this medium that could have another one, or where no ratio is asked for.
    """
    name = camel(field.partition("[")[0].partition(".")[0])
    target = _ratio(body.get("targetAspectRatio"))
    if target and name in _BOXED:
        return "box", target
    ratio = _ratio(body.get("ratio"))
    if ratio and name in _CROPPED and body.get("model") in _CROPPING:
        return "crop", ratio
    return "", ratio if name in _SHAPED else ""


def _ratio(value: Any) -> str:
    """``value`` where it is a ratio of two numbers: "1280:720", "16:9"."""
    return value if isinstance(value, str) and ratio_of(value) else ""
