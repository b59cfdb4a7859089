"""Joins what the SDK says with the overlay, into the tables of `models.json`."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from . import sdk
from .sdk import Description

OVERLAY = Path(__file__).with_name("overlay.toml")

#: What an entry of the overlay's limits may say of a field.
_LIMITS = ("least", "most", "longest", "type", "kinds", "choices")
_OF_ENTRIES = ("source", "date")
#: What an entry of the overlay's prices may say.
_OF_A_PRICE = ("per", "by", "credits", "least", "each", "unless", "surcharges")


def read_overlay() -> dict[str, Any]:
    """The overlay; an entry without a source or a date is an error."""
    overlay = tomllib.loads(OVERLAY.read_text(encoding="utf-8"))
    for kind, entries in overlay.items():
        for entry in entries:
            if missing := [name for name in _OF_ENTRIES if not entry.get(name)]:
                raise ValueError(f"overlay.toml: an entry of {kind} lacks its {' and '.join(missing)}: {entry}")
    return overlay


def make_tables() -> dict[str, Any]:
    """All that `models.json` holds.

    ``sdk`` is the version that was read; ``providers`` has for each provider and endpoint the descriptions of its
    models, as in `sdk`; ``retired`` for each provider the models that it withdrew, with date and successor; ``prices``
    for each provider, endpoint and model what the overlay says of them.
    """
    overlay = read_overlay()
    runway = {
        path: {model: _limited(body, path, model, overlay["limits"]) for model, body in models.items()}
        for path, models in sdk.endpoints().items()
    }
    _refuse_idle_limits(runway, overlay["limits"])
    cometapi: dict[str, dict[str, Description]] = {}
    for entry in overlay["cometapi"]:
        cometapi.setdefault(entry["endpoint"], {})[entry["model"]] = _gateway_model(runway, entry)
    retired: dict[str, dict[str, Any]] = {}
    for entry in overlay["retired"]:
        fate = {"date": entry["date"].isoformat(), "successor": entry["successor"]}
        retired.setdefault(entry["provider"], {})[entry["model"]] = fate
    return {
        "sdk": sdk.sdk_version(),
        "providers": {"CometAPI": cometapi, "Runway": runway},
        "retired": retired,
        "prices": {"Runway": _prices(runway, overlay["price"])},
    }


def _limited(body: Description, path: str, model: str, limits: list[dict[str, Any]]) -> Description:
    body = copy.deepcopy(body)
    for entry in limits:
        if _matches(path, entry["endpoints"]) and _matches(model, entry["models"]):
            for field in _fields_at(body, entry["field"].split(".")):
                _narrow(field, {name: entry[name] for name in _LIMITS if name in entry})
    return body


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _fields_at(body: Description, path: list[str]) -> Iterator[Description]:
    """The descriptions of the field at ``path``, each alternative by itself."""
    if not path:
        yield from body.get("any_of", [body])
        return
    for part in body.get("any_of", [body]):
        if path[0] in part.get("fields", {}):
            yield from _fields_at(part["fields"][path[0]], path[1:])


_BOUNDED = {"least": ("int", "number", "list"), "most": ("int", "number", "list"), "longest": ("string",)}


def _narrow(field: Description, limits: dict[str, Any]) -> None:
    if "type" in limits:
        field = field["items"] if field["type"] == "list" and "fields" not in field["items"] else field
        if field["type"] == "string":
            field.update(limits)
        return
    for name, value in limits.items():
        if field["type"] in _BOUNDED.get(name, ()) and "choices" not in field:
            field[name] = value


def _refuse_idle_limits(runway: dict[str, dict[str, Description]], limits: list[dict[str, Any]]) -> None:
    """An entry that fits nothing is a mistake, or the SDK has moved on."""
    for entry in limits:
        fits = (
            field
            for path, models in runway.items()
            for model, body in models.items()
            if _matches(path, entry["endpoints"]) and _matches(model, entry["models"])
            for field in _fields_at(body, entry["field"].split("."))
        )
        if next(fits, None) is None:
            raise ValueError(f"overlay.toml: this limit fits no field of the SDK any more: {entry}")


def _prices(runway: dict[str, dict[str, Description]], entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The overlay's prices by endpoint and model. An entry that fits no model, or names a field of none, is wrong."""
    prices: dict[str, dict[str, Any]] = {}
    for entry in entries:
        fields: set[str] = {"size", "ratio"}
        tariff = {name: entry[name] for name in _OF_A_PRICE if name in entry}
        for path, models in runway.items():
            for model in models if _matches(path, entry["endpoints"]) else ():
                if _matches(model, entry["models"]):
                    fields |= models[model]["fields"].keys()
                    prices.setdefault(path, {})[model] = tariff
        named = {entry.get("by", "size"), *entry.get("each", ()), *entry.get("unless", ())}
        if fields == {"size", "ratio"} or not named <= fields:
            raise ValueError(f"overlay.toml: this price fits no model of the SDK any more: {entry}")
    return {path: dict(sorted(models.items())) for path, models in sorted(prices.items())}


def _gateway_model(runway: dict[str, dict[str, Description]], entry: dict[str, Any]) -> Description:
    body = copy.deepcopy(runway[entry["endpoint"]][entry["as"]])
    for name in entry.get("without", []):
        del body["fields"][name]
    for name, field in entry.get("fields", {}).items():
        body["fields"][name] = field if "type" in field else {**body["fields"][name], **field}
    body["fields"] = dict(sorted(body["fields"].items()))
    body["required"] = entry.get("required", body["required"])
    return body
