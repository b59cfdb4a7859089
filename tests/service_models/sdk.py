"""Reads what each endpoint and model takes out of the types of Runway's official SDK.

The SDK is generated from the service's own description, so its types are the newest word on names, choices and what is
required. What they do not say (limits, prices) is in `overlay.toml`.

A field is described by a dict, as in `models.json`:

    type      "string", "int", "number", "bool", "object", "list", or "medium" for a URI that holds one
    kinds     of a medium: "image", "video", "audio"
    choices   the values that are taken, where there are only some
    items     of a list: what each item is
    fields    of an object: what it holds, by wire name; required: those that it must hold
    any_of    instead of all that: several descriptions, one of which must fit
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterable
from importlib.metadata import version
from itertools import pairwise
from typing import Annotated, Any, Literal, Required, Union, get_args, get_origin, get_type_hints

import typing_extensions

Description = dict[str, Any]

#: The SDK's modules of endpoints that create tasks, by the last part of the endpoint's route.
MODULES = {
    **{
        path: f"{path}_create_params"
        for path in (
            *("text_to_image", "text_to_video", "image_to_video", "video_to_video", "video_upscale", "video_to_hdr"),
            *("video_to_audio", "character_performance", "image_upscale", "sound_effect", "text_to_speech"),
            *("speech_to_speech", "voice_isolation", "voice_dubbing"),
        )
    },
    "avatar_videos": "avatar_video_create_params",
    **{
        f"recipes/{name}": f"recipe_{name}_params"
        for name in (
            *("ad_localization", "marketing_stock_image", "multi_shot_video", "product_ad", "product_campaign_image"),
            *("product_swap", "product_ugc"),
        )
    },
    **{f"generate/{kind}": f"generate.{kind}_create_params" for kind in ("image", "video", "audio")},
}

_KINDS = re.compile(r"containing an\s+encoded\s+(image|video|audio)")
_SCALARS = {str: "string", int: "int", float: "number", bool: "bool"}


def sdk_version() -> str:
    """The version of the SDK that is installed."""
    return version("runwayml")


def endpoints() -> dict[str, dict[str, Description]]:
    """For each endpoint its models, each with the ``fields`` of its request's body, and which of them are ``required``.

    The field "model" is left out; an endpoint that has no such field has one model, "".
    """
    return {path: _models(module) for path, module in MODULES.items()}


def _models(module_name: str) -> dict[str, Description]:
    module = importlib.import_module(f"runwayml.types.{module_name}")
    (whole,) = [getattr(module, name) for name in module.__all__ if name.endswith("Params")]
    variants = get_args(whole) if get_origin(whole) is Union else (whole,)
    models = {}
    for variant in variants:
        body = _object(variant)
        del body["type"]
        model = body["fields"].pop("model", {"choices": [""]})
        body["required"] = [name for name in body["required"] if name != "model"]
        models.update(dict.fromkeys(model["choices"], body))
    return dict(sorted(models.items()))


def _object(record: Any) -> Description:
    hints, texts = get_type_hints(record, include_extras=True), _docstrings(record)
    fields, required = {}, []
    for name, hint in hints.items():
        wire, needed, plain = name, False, hint
        while get_origin(plain) in (Annotated, Required, typing_extensions.Required):
            needed = needed or get_origin(plain) is not Annotated
            for extra in getattr(plain, "__metadata__", ()):
                wire = getattr(extra, "alias", None) or wire
            plain = get_args(plain)[0]
        fields[wire] = _described(plain, wire, texts.get(name, ""))
        if needed:
            required.append(wire)
    return {"type": "object", "required": sorted(required), "fields": dict(sorted(fields.items()))}


def _described(hint: Any, wire: str, text: str) -> Description:
    if get_origin(hint) in (Annotated, Required, typing_extensions.Required):
        return _described(get_args(hint)[0], wire, text)
    if get_origin(hint) is Union:
        return _united([_described(part, wire, text) for part in get_args(hint) if part is not type(None)])
    if get_origin(hint) is Literal:
        choices = list(get_args(hint))
        return {"type": _SCALARS[type(choices[0])], "choices": choices}
    if hint is str and (kinds := sorted(set(_KINDS.findall(text)))):
        return {"type": "medium", "kinds": kinds}
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if typing_extensions.is_typeddict(hint):
        return _object(hint)
    item = next((part for part in get_args(hint) if part is not type(None)), None)
    if item is not None and (get_origin(hint) in (list, Iterable) or "Sequence" in str(get_origin(hint))):
        return {"type": "list", "items": _described(item, wire, text)}
    if get_origin(hint) is dict or hint is object:
        return {"type": "object"}
    raise TypeError(f"{wire}: a type that is not understood yet: {hint}")


def _united(parts: list[Description]) -> Description:
    distinct = [part for number, part in enumerate(parts) if part not in parts[:number]]
    return distinct[0] if len(distinct) == 1 else {"any_of": distinct}


def _docstrings(record: Any) -> dict[str, str]:
    """The text below each field of a TypedDict; Python itself does not keep it."""
    tree = ast.parse(inspect.getsource(sys.modules[record.__module__]))
    (body,) = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == record.__name__]
    texts = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            texts[field.target.id] = str(text.value.value)  # type: ignore[union-attr]
    return texts
