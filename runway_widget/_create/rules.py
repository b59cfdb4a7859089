"""Checks of a request against what is known of its model (`models`). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from .._errors import ConfigurationError
from .._service.payload import describe
from .._service.provider import PROVIDERS, Provider, client_expression
from .fields import accepted, find_faults_in, listed
from .models import (
    Model,
    common_rules,
    documented_endpoints,
    endpoints_with,
    models_of,
    retirement,
    similar_models,
)

Body = dict[str, Any]
Fault = tuple[str, str]  # the field's wire name, and what is wrong with it


def has_endpoint(provider: Provider, endpoint: str) -> bool:
    """Whether ``provider`` may have ``endpoint``: it is documented to, or nothing is known of it."""
    documented = documented_endpoints(provider)
    return documented is None or endpoint in documented


def check_endpoint(provider: Provider, endpoint: str) -> None:
    """Raise ConfigurationError if ``provider`` has no ``endpoint``; the message names the providers that have it."""
    if has_endpoint(provider, endpoint):
        return
    others = [other for other in PROVIDERS if endpoint in (documented_endpoints(other) or ())]
    hint = " or ".join(f"{other.name} has: use a client made by {client_expression(other)}" for other in others)
    raise ConfigurationError(f"{provider.name} has no {endpoint}" + (f"; {hint}" if hint else ""))


def rules_for(provider: Provider, endpoint: str, model: Any) -> Model:
    """What is known of ``model`` at this endpoint; for one that is not known, what all models there have in common."""
    known = models_of(provider.name, endpoint).get(model if isinstance(model, str) else "")
    return known or common_rules(provider.name, endpoint) or Model({}, known=False)


def is_unknown_model(provider: Provider, endpoint: str, model: Any) -> bool:
    """Whether the endpoint's models are known, and this is none of them: a request of its could not be checked."""
    models = models_of(provider.name, endpoint)
    return bool(models) and "" not in models and isinstance(model, str) and model not in models


def find_faults(provider: Provider, endpoint: str, body: Body, extra: Collection[str] = ()) -> Iterator[Fault]:
    """All that is known to be wrong with ``body``, field by field. Values are JSON; absent and null mean the same.

    ``extra`` are the names of fields that may be newer than the tables: where they are not known, they pass.
    """
    models = models_of(provider.name, endpoint)
    if not models:
        return
    model = body.get("model")
    named = isinstance(model, str) and bool(model.strip())
    if "" not in models and (wrong := _wrong_model(provider, endpoint, model)):
        yield "model", wrong
        if named:
            return  # what the others take would say nothing of it
    rules = rules_for(provider, endpoint, model)
    where = f"{model} at {provider.name}" if named else f"{provider.name}'s {endpoint}"
    for name in rules.required:
        if body.get(name) in (None, [], {}):
            choices = f": {takes}" if (takes := accepted(rules.fields[name])) else ""
            yield name, f"required by {where}{choices}{_doing_without(models, name)}"
    for name, value in body.items():
        if name == "model" or value is None:
            continue
        if name in rules.fields:
            needed = name in rules.required
            if not (needed and value in ([], {})):  # said above
                faults = find_faults_in(value, rules.fields[name], name, where, required=needed)
                yield from ((name, wrong) for wrong in faults)
        elif rules.known and name not in extra:
            yield name, f"{where} takes none"


def _wrong_model(provider: Provider, endpoint: str, model: Any) -> str:
    if model is None:
        return f"required by {provider.name}'s {endpoint}"
    if not isinstance(model, str):
        return f"must be a string, not {describe(model)}"
    if not model.strip():
        return "empty"
    if model in models_of(provider.name, endpoint):
        return ""
    if gone := retirement(provider, model):
        return f"{provider.name} withdrew {model} on {gone.date}; its successor is {gone.successor}"
    if similar := similar_models(model, provider, endpoint):
        return f"{provider.name} has no {model!r}: did you mean {listed(tuple(similar))}?"
    if elsewhere := endpoints_with(provider, model):
        return f"{provider.name} has {model} for {listed(tuple(elsewhere))}, not for {endpoint}"
    return ""


def _doing_without(models: Any, name: str) -> str:
    """Which models of the endpoint do not require ``name``, for whoever has none."""
    others = [other for other, rules in models.items() if other and name not in rules.required]
    return f" ({listed(tuple(others))} can do without)" if others else ""
