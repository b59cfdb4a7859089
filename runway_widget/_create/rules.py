"""Checks of a request against the tables in `models`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._errors import ConfigurationError
from .._service.payload import describe
from .._service.provider import PROVIDERS, Provider, client_expression
from .models import RANGES, STRINGS, SWITCHES, TABLES, THRESHOLDS, Rules

Body = dict[str, Any]
Fault = tuple[str, str]  # the field's wire name, and what is wrong with it


def has_endpoint(provider: Provider, endpoint: str) -> bool:
    """Whether ``provider`` may have ``endpoint``: it is documented to, or it has no table that could tell."""
    table = TABLES.get(provider.name)
    return table is None or endpoint in table


def check_endpoint(provider: Provider, endpoint: str) -> None:
    """Raise ConfigurationError if ``provider`` has no ``endpoint``; the message names the providers that have it."""
    if has_endpoint(provider, endpoint):
        return
    others = [other for other in PROVIDERS if endpoint in TABLES.get(other.name, {})]
    hint = " or ".join(f"{other.name} has: use a client made by {client_expression(other)}" for other in others)
    raise ConfigurationError(f"{provider.name} has no {endpoint}" + (f"; {hint}" if hint else ""))


def rules_for(provider: Provider, endpoint: str, model: Any) -> Rules:
    """What is known of ``model`` at this endpoint; for a model of which nothing is known, the endpoint's rules."""
    known = TABLES.get(provider.name, {}).get(endpoint)
    if known is None:
        return Rules(required=())
    return known.models.get(model, known.rules) if isinstance(model, str) else known.rules


def find_faults(provider: Provider, endpoint: str, body: Body) -> Iterator[Fault]:
    """All that is known to be wrong with ``body``, field by field. Values are JSON; absent and null mean the same."""
    model = body.get("model")
    rules = rules_for(provider, endpoint, model)
    where = (
        f"{model} at {provider.name}" if isinstance(model, str) and model.strip() else f"{provider.name}'s {endpoint}"
    )
    choices = {"ratio": rules.ratios, "duration": rules.durations}
    for field in rules.required:
        if body.get(field) in (None, [], {}):
            choice = f": {_listed(choices[field])}" if choices.get(field) else ""
            yield field, f"required by {where}{choice}"
    for field, value in body.items():
        if value is not None and (wrong := _wrong(field, value, rules, where)):
            yield field, wrong


def _wrong(field: str, value: Any, rules: Rules, where: str) -> str:
    if field in STRINGS and not isinstance(value, str):
        return f"must be a string, not {describe(value)}"
    if field in SWITCHES and not isinstance(value, bool):
        return f"must be True or False, not {describe(value)}"
    if field in RANGES:
        return _outside(value, *RANGES[field])
    if field == "seed":
        return _outside(value, 0, rules.max_seed)
    if field == "promptText":
        return _wrong_prompt(value, rules, where)
    if field == "duration":
        return _wrong_duration(value, rules, where)
    if field == "ratio" and rules.ratios and value not in rules.ratios:
        return f"{where} takes {_listed(rules.ratios)}, not {describe(value)}"
    if field == "referenceImages":
        return _wrong_number(value, rules, where)
    if field == "contentModeration":
        threshold = value.get("publicFigureThreshold", "auto") if isinstance(value, dict) else value
        if threshold not in THRESHOLDS or threshold is value:
            return f"takes {{'public_figure_threshold': 'auto' or 'low'}}, not {describe(threshold)}"
    if field == "model" and not value.strip():
        return "empty"
    return ""


def _outside(value: Any, least: int, greatest: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= greatest:
        return ""
    return f"must be an int from {least} to {greatest}, not {describe(value)}"


def _wrong_prompt(prompt: str, rules: Rules, where: str) -> str:
    if not prompt.strip():
        needed = "promptText" in rules.required
        return f"empty; {where} requires one" if needed else "empty; leave it out for no prompt"
    length = len(prompt.encode("utf-16-le", "surrogatepass")) // 2
    if rules.prompt is not None and length > rules.prompt:
        return f"{length} characters long (UTF-16 code units), and {where} takes {rules.prompt} at most"
    return ""


def _wrong_duration(value: Any, rules: Rules, where: str) -> str:
    if not rules.durations and value == "auto":
        return ""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        takes = f"{where} takes {_listed(rules.durations)}" if rules.durations else "must be an int"
        return f"{takes}, in seconds, not {describe(value)}"
    if rules.durations and value not in rules.durations:
        return f"{where} takes {_listed(rules.durations)}, in seconds, not {describe(value)}"
    return ""


def _wrong_number(value: Any, rules: Rules, where: str) -> str:
    if rules.references is None:
        return ""
    least, most = rules.references
    if isinstance(value, list) and least <= len(value) <= most:
        return ""
    number = len(value) if isinstance(value, list) else describe(value)
    return f"{where} takes {f'{least} to {most}' if least else f'at most {most}'} of them, not {number}"


def _listed(values: tuple[Any, ...]) -> str:
    """In words: "5 or 10", "2 to 10", "1280:720, 720:1280 or 960:960"."""
    if len(values) > 3 and values == tuple(range(values[0], values[-1] + 1) if isinstance(values[0], int) else ()):
        return f"{values[0]} to {values[-1]}"
    words = [str(value) for value in values]
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
