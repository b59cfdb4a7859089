"""Arguments in Python, as a body on the wire: names in the wire's spelling, media as URIs, everything else plain JSON.

Which fields are media is in the record of the endpoint. Fields that were given by their wire names travel as they are,
but for the media in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._errors import ConfigurationError
from .._numbers import column, is_missing, plain
from .._service.endpoint import Endpoint
from .._service.payload import describe
from .input_field import InputField
from .inputs import is_medium, medium_of, resolve
from .medium import Medium
from .models import Description
from .spelling import camel

_MAX_DEPTH = 12
_PROMPTS = {"prompt_text", "promptText", "negative_prompt", "negativePrompt"}


def argument(endpoint: Endpoint, name: str, value: Any, field: InputField, description: Description) -> Any:
    """The value of the field ``name`` (as on the wire), from an argument of a method.

    Where the wire has an object that holds a medium, or a list of such objects, a medium by itself will do; and where
    it has an object with a preset, the preset's name. ``description`` is the model's; {} for an unknown one.
    """
    field = replace(field, kinds=endpoint.kinds(name))
    if name in endpoint.media:
        if not isinstance(value, list | tuple):
            return resolve(value, field).uri
        if not all(isinstance(item, Mapping) for item in value):
            raise field.error("each of several needs its place: {'uri': …, 'position': 'first' or 'last'}")
    if name in endpoint.media_objects:
        holder = value if isinstance(value, Mapping) else {"uri": value}
        if "type" not in holder:
            medium = medium_of(holder.get("uri"), field)
            value = {**holder, "type": _kind(medium, field), "uri": medium}
    if name in endpoint.media_lists:
        typed = {"type": field.kinds[0]} if name in field.provider.typed_lists else _constants(description)
        items = value if isinstance(value, list | tuple) else [value]
        value = [item if isinstance(item, Mapping) else {**typed, "uri": item} for item in items]
    if isinstance(value, str) and (preset := _preset(description)):
        value = {**preset, "presetId": value}
    return _on_wire(endpoint, name, value, field, camel)


def wire_field(endpoint: Endpoint, name: str, value: Any, field: InputField) -> Any:
    """The value of a field that was given by its wire name: only the media in it are changed."""
    field = replace(field, kinds=endpoint.kinds(name))
    if name in endpoint.media and isinstance(value, str):
        return resolve(value, field).uri
    return _on_wire(endpoint, name, value, field, str)


def _constants(description: Description) -> dict[str, Any]:
    """What every object in such a list must hold, and can hold in one way only: ``{"type": "audio"}``."""
    item = description.get("items", {})
    fields = [(name, item["fields"][name].get("choices", ())) for name in item.get("required", ())]
    return {name: choices[0] for name, choices in fields if len(choices) == 1}


def _preset(description: Description) -> dict[str, Any]:
    """The rest of an object that names a preset: ``{"type": "runway-preset"}``; empty where there is none."""
    for part in description.get("any_of", [description]):
        if "presetId" in part.get("fields", {}):
            return {"type": part["fields"]["type"]["choices"][0]}
    return {}


def _kind(medium: Medium, field: InputField) -> str:
    if medium.kind == "unknown" and len(field.kinds) > 1:
        raise field.error(f"the URL does not tell its kind; give {{'type': {' or '.join(field.kinds)}, 'uri': …}}")
    return field.kinds[0] if medium.kind == "unknown" else medium.kind


def _on_wire(endpoint: Endpoint, path: str, value: Any, field: InputField, rename: Callable[[str], str]) -> Any:
    """``value`` as plain JSON: keys renamed, media resolved, NumPy's numbers turned into Python's.

    ``path`` is where it stands in the body, in wire names: "character.uri", "references[]".
    """
    value = plain(value)
    if field.name.count(".") + field.name.count("[") > _MAX_DEPTH:
        raise field.error("nested too deeply")
    nested = endpoint.nested.get(path)
    if is_medium(value) or (isinstance(value, str) and nested):
        return resolve(value, replace(field, kinds=nested or field.kinds)).uri
    if isinstance(value, Mapping):
        kind = value.get("type")
        if isinstance(kind, str) and kind in field.kinds:
            field = replace(field, kinds=(kind,))
        result: dict[str, Any] = {}
        for key, item in mapping(value, field.name).items():
            name, here = rename(key), replace(field, name=f"{field.name}.{key}")
            if name in result:
                raise here.error(f"given twice, as {name!r} too")
            inside = f"{path}.{name}"
            if name == "uri":
                result[name] = resolve(item, replace(here, kinds=endpoint.nested.get(inside, here.kinds))).uri
            else:
                result[name] = _on_wire(endpoint, inside, item, here, rename)
        return result
    if isinstance(value, list | tuple):
        places = [replace(field, name=f"{field.name}[{index}]") for index in range(len(value))]
        return [_on_wire(endpoint, f"{path}[]", item, here, rename) for item, here in zip(value, places, strict=True)]
    return _scalar(value, field)


def _scalar(value: Any, field: InputField) -> Any:
    if is_missing(value):
        wrong = f"{value} is no prompt" if field.name in _PROMPTS else f"must be a number or a text, not {value}"
        raise field.error(f"{wrong} (an empty cell?)")
    if isinstance(value, str) and not _encodable(value):
        raise field.error("holds half a character (a lone surrogate), which cannot be sent")
    if isinstance(value, float) and not math.isfinite(value):
        raise field.error(f"must be a number that is finite, not {value}")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise field.error("the number is too large")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise field.error(f"cannot be sent: {describe(value)}")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def prompts_in(value: Any, most: int) -> list[Any] | None:
    """The prompts in a list, a column of a table and the like; None where there is one prompt or none.

    Raises ConfigurationError for an empty list, and for an empty cell: before the first of them is paid for. Of a row
    without an end, no more than one too many is taken.
    """
    prompts = column(value, most + 1)
    if prompts is None:
        return None
    if not prompts:
        raise ConfigurationError("prompt_text: an empty list of prompts")
    for index, prompt in enumerate(prompts):
        if prompt is None or is_missing(prompt):  # what pandas and polars give for a null
            raise ConfigurationError(f"prompt_text[{index}]: {prompt} is no prompt (an empty cell?)")
    return prompts


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """``value``, or an error if it could not be a JSON object."""
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name}: must be a dict, not {describe(value)}")
    if not all(isinstance(key, str) and _encodable(key) for key in value):
        raise ConfigurationError(f"{name}: every key must be a string")
    return value
