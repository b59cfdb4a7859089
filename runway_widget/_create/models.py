"""What is known of the endpoints and their models: the values that a service is documented to take.

The tables are in `models.json`, which is made from the types of Runway's SDK and an overlay (``make models``). There a
field is described by a dict:

    type      "string", "int", "number", "bool", "object", "list", or "medium": a URI that names one
    kinds     of a medium: "image", "video", "audio"
    choices   the only values that are taken
    least, most   the bounds of a number, or of the length of a list; longest: of a string, in UTF-16 code units
    items     of a list: the description of each item
    fields    of an object: the descriptions of what it holds, by wire name; required: the names that it must hold
    any_of    instead of all that: several descriptions, one of which must fit

A model that is not listed has its endpoint's rules only: what all its models have in common.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

from .._service.provider import Provider

Description = Mapping[str, Any]

MAX_SEED = 2**32 - 1
_SIMILAR = 0.8  # from here on a name is taken for a slip of the pen: gen4_trubo, kling3.0 for kling3.0_pro


@dataclass(frozen=True, slots=True)
class Model:
    """What one model takes at one endpoint; ``known`` is False for what all models of the endpoint have in common."""

    fields: Mapping[str, Description]
    required: tuple[str, ...] = ()
    known: bool = True

    @property
    def max_seed(self) -> int | None:
        """The greatest seed that may be sent; None where none may be, or where that is not known."""
        seed = self.fields.get("seed")
        return int(seed.get("most", MAX_SEED)) if seed and self.known else None


@dataclass(frozen=True, slots=True)
class Retirement:
    """When a service withdrew a model, as an ISO date, and the model that took its place."""

    date: str
    successor: str


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(files(__package__).joinpath("models.json").read_bytes())
    return tables


def documented_endpoints(provider: Provider) -> frozenset[str] | None:
    """The endpoints that ``provider`` is documented to have; None for one of which nothing is known."""
    table = _tables()["providers"].get(provider.name)
    return None if table is None else frozenset(table)


@cache
def models_of(provider_name: str, endpoint: str) -> Mapping[str, Model]:
    """The models that are known at an endpoint, by name; empty where nothing is known. "": it has no field "model"."""
    table = _tables()["providers"].get(provider_name, {}).get(endpoint, {})
    return {name: Model(entry["fields"], tuple(entry["required"])) for name, entry in table.items()}


@cache
def common_rules(provider_name: str, endpoint: str) -> Model | None:
    """What holds for every model of an endpoint, for one that is not known; None where nothing is known at all."""
    models = models_of(provider_name, endpoint).values()
    if not models:
        return None
    fields: dict[str, list[Description]] = {}
    for model in models:
        for name, field in model.fields.items():
            fields.setdefault(name, []).extend(_without_choices(part, name) for part in field.get("any_of", [field]))
    required = set.intersection(*(set(model.required) for model in models))
    return Model({name: {"any_of": each} for name, each in fields.items()}, tuple(sorted(required)), known=False)


def _without_choices(part: Description, name: str) -> Description:
    """The same without what is one model's own: its type is left, and the bounds of a number that is no duration."""
    bounds = ("least", "most") if part["type"] == "int" and name != "duration" else ()
    return {name: part[name] for name in ("type", "kinds", *bounds) if name in part}


def tariff_of(provider_name: str, endpoint: str, model: str) -> Mapping[str, Any] | None:
    """How a model's price is reckoned, see `prices`; None where that is not known."""
    tariff: Mapping[str, Any] | None = _tables()["prices"].get(provider_name, {}).get(endpoint, {}).get(model)
    return tariff


def retirement(provider: Provider, model: str) -> Retirement | None:
    """When ``provider`` withdrew ``model``, if it did."""
    fate = _tables()["retired"].get(provider.name, {}).get(model)
    return Retirement(**fate) if fate else None


def endpoints_with(provider: Provider, model: str) -> list[str]:
    """The endpoints of ``provider`` that take ``model``."""
    return [path for path in sorted(documented_endpoints(provider) or ()) if model in models_of(provider.name, path)]


def similar_models(name: str, provider: Provider, endpoint: str) -> list[str]:
    """The known models that ``name`` is probably meant to be, the most similar first.

    A name that differs in a number is no slip of the pen: it is another version, and may be newer than these tables.
    """
    scores = {known: _similarity(name, known) for known in models_of(provider.name, endpoint) if known}
    return sorted((known for known, score in scores.items() if score >= _SIMILAR), key=lambda known: -scores[known])


def _similarity(one: str, other: str) -> float:
    one, other = (re.sub(r"[^a-z0-9]", "", name.lower()) for name in (one, other))
    if one == other:
        return 1.0
    if re.findall(r"\d", one) != re.findall(r"\d", other):
        return 0.0
    return SequenceMatcher(None, one, other).ratio()
