"""Arguments in Python, as a body on the wire: names in the wire's spelling, media as URIs, everything else plain JSON.

A method's arguments are forgiving: a bare picture will do where the wire has an object around it. Fields that were
given by their wire names travel as they are, but for the media in them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._errors import ConfigurationError
from .._service.payload import describe
from .inputs import InputField, Medium, is_medium, resolve

_MAX_DEPTH = 12

# The fields that are a medium, and those that hold some under "uri"; with the kinds that are taken there.
_MEDIA: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["promptImage", "imageUri", "maskUri"], ("image",)),
    **dict.fromkeys(["promptVideo", "videoUri"], ("video",)),
    "audioUri": ("audio",),
}
_HOLDERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["referenceImages", "references", "keyframes"], ("image",)),
    **dict.fromkeys(["reference", "referenceVideos"], ("video",)),
    "referenceAudio": ("audio",),
    "character": ("image", "video"),
}
_KINDS = _MEDIA | _HOLDERS


def argument(wire: str, value: Any, place: InputField) -> Any:
    """One argument of a method: also a bare medium where the wire has an object that holds one."""
    place = replace(place, kinds=_KINDS.get(wire, ()))
    if wire in _MEDIA and not isinstance(value, list | tuple):
        return resolve(value, place).uri
    if wire in {"character", "reference"}:
        holder = value if isinstance(value, Mapping) else {"uri": value}
        if "type" not in holder:
            medium = resolve(holder.get("uri"), place)
            value = {**holder, "type": _kind(medium, place), "uri": medium.uri}
    if wire in {"referenceImages", "references"}:
        typed = {"type": "image"} if wire == "references" and place.provider.names_reference_types else {}
        items = value if isinstance(value, list | tuple) else [value]
        value = [item if isinstance(item, Mapping) else {**typed, "uri": item} for item in items]
    if wire == "promptImage" and not all(isinstance(item, Mapping) for item in value):
        raise place.error("each of several needs its place: {'uri': …, 'position': 'first' or 'last'}")
    return _json(value, place, camel)


def _kind(medium: Medium, place: InputField) -> str:
    if medium.kind == "unknown" and len(place.kinds) > 1:
        raise place.error(f"the URL does not tell its kind; give {{'type': {' or '.join(place.kinds)}, 'uri': …}}")
    return place.kinds[0] if medium.kind == "unknown" else medium.kind


def as_is(wire: str, value: Any, place: InputField) -> Any:
    """A field that was given by its wire name."""
    place = replace(place, kinds=_KINDS.get(wire, ()))
    if wire in _MEDIA and isinstance(value, str):
        return resolve(value, place).uri
    return _json(value, place, str)


def _json(value: Any, place: InputField, rename: Callable[[str], str], depth: int = _MAX_DEPTH) -> Any:
    """``value`` as plain JSON: keys renamed, media resolved, NumPy's numbers turned into Python's."""
    if depth == 0:
        raise place.error("nested too deeply")
    if is_medium(value):
        return resolve(value, place).uri
    if isinstance(value, Mapping):
        kind = value.get("type")
        if isinstance(kind, str) and kind in place.kinds:
            place = replace(place, kinds=(kind,))
        result: dict[str, Any] = {}
        for key, item in mapping(value, place.name).items():
            wire, here = rename(key), replace(place, name=f"{place.name}.{key}")
            if wire in result:
                raise here.error(f"given twice, as {wire!r} too")
            result[wire] = resolve(item, here).uri if wire == "uri" else _json(item, here, rename, depth - 1)
        return result
    if isinstance(value, list | tuple):
        named = [(item, replace(place, name=f"{place.name}[{index}]")) for index, item in enumerate(value)]
        return [_json(item, here, rename, depth - 1) for item, here in named]
    return _scalar(value, place)


def _scalar(value: Any, place: InputField) -> Any:
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, str) and not _encodable(value):
        raise place.error("holds half a character (a lone surrogate), which cannot be sent")
    if isinstance(value, float) and not math.isfinite(value):
        raise place.error(f"must be a number, not {value}")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise place.error("the number is too large")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise place.error(f"cannot be sent: {describe(value)}")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """``value``, or an error if it could not be a JSON object."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name}: must be a dict, not {describe(value)}")
    if not all(isinstance(key, str) and _encodable(key) for key in value):
        raise ConfigurationError(f"{name}: every key must be a string")
    return value


def camel(name: str) -> str:
    """An argument's name as on the wire: prompt_image → promptImage; a wire name stays as it is."""
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """A wire name as an argument's: promptImage → prompt_image."""
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)
