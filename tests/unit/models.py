"""Request bodies made of what is known of the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runway_widget._create.models import models_of
from runway_widget._service.provider import Provider

SAMPLES = {"string": "a kite", "medium": "https://example.com/a.png", "int": 5, "number": 5.0, "bool": True}


def sample(field: Mapping[str, Any]) -> Any:
    """A value that the field takes."""
    field = field.get("any_of", [field])[0]
    if "choices" in field:
        return field["choices"][0]
    if field["type"] == "list":
        return [sample(field["items"])] * max(1, field.get("least", 1))
    if field["type"] == "object":
        return {name: sample(field["fields"][name]) for name in field.get("required") or list(field["fields"])[:1]}
    return max(SAMPLES[field["type"]], field["least"]) if "least" in field else SAMPLES[field["type"]]


def minimal(provider: Provider, endpoint: str, model: str) -> dict[str, Any]:
    """The smallest body, in wire names, that a model takes."""
    rules = models_of(provider.name, endpoint)[model]
    named = {"model": model} if model else {}
    return named | {name: sample(rules.fields[name]) for name in rules.required}
