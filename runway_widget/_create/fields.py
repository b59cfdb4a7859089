"""Checks of one value against the description of its field. Pure; how a field is described is told in `models`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._service.payload import describe
from .._service.text import utf16_length
from .models import Description
from .spelling import snake

_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a string"),
    "medium": ((str,), "a medium"),
    "int": ((int,), "an int"),
    "number": ((int, float), "a number"),
    "bool": ((bool,), "True or False"),
    "list": ((list,), "a list"),
    "object": ((dict,), "a dict"),
}
_SECONDS = "duration"  # the field whose number is one of seconds


def find_faults_in(value: Any, field: Description, name: str, where: str, *, required: bool = False) -> Iterator[str]:
    """What is wrong with ``value`` of the field ``name``; ``where`` says who takes it: "gen4_turbo at Runway"."""
    parts = field.get("any_of", [field])
    fitting = [part for part in parts if _has_type(value, part)]
    if not fitting:
        yield _wrong_type(value, parts, name, where)
        return
    faults = [list(_faults(value, part, name, where, required)) for part in fitting]
    best = min(faults, key=len)
    if best and len(parts) > 1 and accepted(field):
        yield _not_taken(value, parts, name, where)
    else:
        yield from best


def listed(values: tuple[Any, ...]) -> str:
    """In words: "5 or 10", "2 to 10", "1280:720, 720:1280 or 960:960"."""
    if len(values) > 3 and values == tuple(range(values[0], values[-1] + 1) if isinstance(values[0], int) else ()):
        return f"{values[0]} to {values[-1]}"
    words = [str(value) for value in values]
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def accepted(field: Description) -> str:
    """The values that a field takes, in words; "" where any of its type will do."""
    parts = field.get("any_of", [field])
    words = []
    for part in parts:
        if "choices" in part:
            words.append(listed(tuple(part["choices"])))
        elif "least" in part and "most" in part:
            words.append(f"{part['least']} to {part['most']}")
    return " or ".join(words) if len(words) == len(parts) else ""


def _has_type(value: Any, part: Description) -> bool:
    types, _ = _TYPES[part["type"]]
    return isinstance(value, types) and (part["type"] == "bool" or not isinstance(value, bool))


def _wrong_type(value: Any, parts: list[Description], name: str, where: str) -> str:
    if name == _SECONDS and accepted({"any_of": parts}):
        return _not_taken(value, parts, name, where)
    if len(parts) == 1 and parts[0]["type"] == "object" and parts[0].get("fields"):
        return f"takes {_example(parts[0])}, not {describe(value)}"
    kinds = dict.fromkeys(_TYPES[part["type"]][1] for part in parts)
    bounds = f" from {accepted(parts[0])}" if len(parts) == 1 and {"least", "most"} <= parts[0].keys() else ""
    return f"must be {' or '.join(kinds)}{bounds}, not {describe(value)}"


def _example(part: Description) -> str:
    """How such a dict is written: "{'public_figure_threshold': auto or low}"."""
    names = part.get("required") or list(part["fields"])[:1]
    return "{" + ", ".join(f"'{snake(name)}': {accepted(part['fields'][name]) or '…'}" for name in names) + "}"


def _not_taken(value: Any, parts: list[Description], name: str, where: str) -> str:
    part_of_one = isinstance(value, float) and all(part["type"] != "number" for part in parts)  # 5.0 is no int either
    unit = (", in whole seconds" if part_of_one else ", in seconds") if name == _SECONDS else ""
    return f"{where} takes {accepted({'any_of': parts})}{unit}, not {describe(value)}"


def _faults(value: Any, part: Description, name: str, where: str, required: bool) -> Iterator[str]:
    if "choices" in part:
        if value not in part["choices"]:
            yield _not_taken(value, [part], name, where)
    elif part["type"] == "string":
        yield from _faults_of_text(value, part, name, where, required)
    elif part["type"] in {"int", "number"}:
        yield from _faults_of_number(value, part, name, where)
    elif part["type"] == "list":
        yield from _faults_of_list(value, part, name, where)
    elif part["type"] == "object" and "fields" in part:
        yield from _faults_of_object(value, part, where)


def _faults_of_text(text: str, part: Description, name: str, where: str, required: bool) -> Iterator[str]:
    if name == "promptText" and not text.strip():
        yield f"empty; {where} requires one" if required else "empty; leave it out for no prompt"
    length = utf16_length(text)
    if length > part.get("longest", length):
        yield f"{length} characters long (UTF-16 code units), and {where} takes {part['longest']} at most"


def _faults_of_number(number: float, part: Description, name: str, where: str) -> Iterator[str]:
    if part.get("least", number) <= number <= part.get("most", number):
        if name == _SECONDS and number <= 0:
            yield f"must be positive, in seconds, not {describe(number)}"
    elif name == _SECONDS:
        yield _not_taken(number, [part], name, where)
    else:
        yield f"must be {_TYPES[part['type']][1]} from {part['least']} to {part['most']}, not {describe(number)}"


def _faults_of_list(items: list[Any], part: Description, name: str, where: str) -> Iterator[str]:
    least, most = part.get("least", 0), part.get("most")
    if len(items) < least or (most is not None and len(items) > most):
        number = f"{least} to {most}" if least and most else f"at most {most}" if most else f"at least {least}"
        yield f"{where} takes {number} of them, not {len(items)}"
    for index, item in enumerate(items if "items" in part else ()):
        for fault in find_faults_in(item, part["items"], f"{name}[]", where):
            yield f"[{index}] {fault}"


def _faults_of_object(fields: dict[str, Any], part: Description, where: str) -> Iterator[str]:
    known = part["fields"]
    for name in part.get("required", ()):
        if fields.get(name) is None:
            takes = accepted(known[name])
            yield f"{snake(name)!r} is missing" + (f": {takes}" if takes else "")
    for name, value in fields.items():
        if value is None:
            continue
        if name not in known:
            yield f"{snake(name)!r} is not known there; it takes {listed(tuple(map(snake, known)))}"
            continue
        for fault in find_faults_in(value, known[name], name, where):
            yield f"{snake(name)!r}: {fault}"
