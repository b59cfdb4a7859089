"""Creating a task anew from what is known of the first one: its creation, or its row in the journal."""

from __future__ import annotations

import inspect
import re
from typing import Any

from .._errors import ConfigurationError
from .._journal.row import Row
from .arguments import camel, snake
from .endpoints import CreateMethods
from .request import WITHOUT_QUERY, Creation

#: The endpoints that have a method of their own.
ENDPOINTS = frozenset(name for name in vars(CreateMethods) if not name.startswith("_"))

_LOST = "it was a local file, or a URL with a query, which the journal does not keep; give it again"

# What stands in the journal for a medium that travelled as a data URI: see `Creation.public_body`.
_DESCRIBED = re.compile(r"data:[\w.+-]+/[\w.+-]+ \(\d+ kB, sha256 [0-9a-f]+…\)")


def restore(row: Row) -> Creation:
    """A creation as far as the journal remembers it."""
    known = inspect.signature(getattr(CreateMethods, row.endpoint)).parameters if row.endpoint in ENDPOINTS else {}
    names = {wire: snake(wire) for wire in row.parameters if snake(wire) in known}
    return Creation(row.endpoint, row.parameters, names=names, still=str(row.request.get("still") or ""))


def arguments_for_again(creation: Creation, changes: dict[str, Any]) -> dict[str, Any]:
    """The arguments that create the same with ``changes``: without the seed, so that another one is chosen.

    Raises ConfigurationError where a local file is needed again, because the journal does not keep it.
    """
    arguments = creation.arguments
    extra = {wire: value for wire, value in arguments.pop("extra_body", {}).items() if snake(wire) not in changes}
    if extra:
        arguments["extra_body"] = extra
    lost = [name for name, value in {**arguments, **extra}.items() if name not in changes and _described(value)]
    if lost:
        raise ConfigurationError(f"{lost[0]}: {_LOST}")
    return {**arguments, **changes}


def body_for_again(creation: Creation, changes: dict[str, Any]) -> dict[str, Any]:
    """The same for an endpoint without a method: fields by their wire names."""
    body = {wire: value for wire, value in creation.body.items() if wire != "seed"}
    if any(_described(value) for wire, value in body.items() if wire not in changes):
        raise ConfigurationError(_LOST)
    return {
        **body,
        **{
            name if name in body else camel(name) if camel(name) in body else name: value
            for name, value in changes.items()
        },
    }


def _described(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_described(item) for item in value.values())
    if isinstance(value, list):
        return any(_described(item) for item in value)
    return isinstance(value, str) and (value.endswith(WITHOUT_QUERY) or _DESCRIBED.fullmatch(value) is not None)
