"""Creating a task again from what is known of the first one: its creation, or its row in the journal."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .._errors import ConfigurationError
from .._journal.row import Row
from .._service.payload import walk_strings
from .._service.upload import LIFE
from .._tracebacks import refuse
from .arguments import mapping
from .creation import Creation
from .endpoints import METHODS, CreateMethods
from .local_media import PLACEHOLDER
from .medium import Delivery, Medium
from .omissions import left_out_digest, omission
from .spelling import camel, snake


def restore(row: Row, uploaded: Callable[[str], str] = lambda sha256: "") -> Creation:
    """A creation as far as the journal stores it, and as far as its local files are still at the service.

    ``uploaded`` gives the URI of an upload by its digest, "" where there is none.
    """
    method = METHODS.get(row.endpoint)
    known = inspect.signature(getattr(CreateMethods, method)).parameters if method else {}
    names = {wire: snake(wire) for wire in row.parameters if snake(wire) in known}
    media: dict[str, Medium] = {}
    body = {name: _with_uploads(value, name, media, uploaded) for name, value in row.parameters.items()}
    picture = str(row.request.get("still") or "")
    return Creation(row.endpoint, body, names=names, media=media, still=picture, made_at=row.submitted_at)


def _with_uploads(value: Any, path: str, media: dict[str, Medium], uploaded: Callable[[str], str]) -> Any:
    """``value`` as it was stored, with placeholders for the files that were left out and are still at the service."""
    if isinstance(value, list):
        return [_with_uploads(item, f"{path}[{index}]", media, uploaded) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    digest = left_out_digest(value)
    if not digest:
        return {name: _with_uploads(item, f"{path}.{name}", media, uploaded) for name, item in value.items()}
    if not uploaded(digest):
        return value

    def still_there(_: Delivery) -> Medium:
        if not (uri := uploaded(digest)):
            raise ConfigurationError(f"{path}: it was {omission(value)}, and its upload has ended; give it again")
        return replace(medium, uri=uri, pending=None)

    kind = str(value.get("type")).partition("/")[0]
    medium = Medium(PLACEHOLDER + digest, kind, "uploaded", omission(value), pending=still_there, stored=value)
    media[path] = medium
    return medium.uri


def arguments_for_again(creation: Creation, changes: dict[str, Any]) -> dict[str, Any]:
    """The arguments that create the same with ``changes``: without the seed, so that another one is chosen.

    Raises ConfigurationError where something is needed again that the journal does not store, such as a local file.
    """
    arguments = creation.arguments
    picture = arguments.pop("background", None) if isinstance(changes.get("background"), bool) else None
    extra = arguments.pop("extra_body", {})
    if "extra_body" not in changes:
        extra = {wire: value for wire, value in extra.items() if snake(wire) not in changes}
        _require_complete(extra, {}, creation.made_at)
        extra |= {} if picture is None else {"background": picture}  # another thing than the option of this name
        arguments |= {"extra_body": extra} if extra else {}
    _require_complete(arguments, changes, creation.made_at)
    return {**arguments, **changes}


def body_for_again(creation: Creation, changes: dict[str, Any]) -> dict[str, Any]:
    """The same for an endpoint without a method: fields by their wire names, as keywords or in ``extra_body``.

    Raises TypeError for what would make several tasks: there is no method here that could.
    """
    if changes.pop("takes", None) is not None or isinstance(changes.get("prompt_text"), list | tuple):
        refuse(TypeError("again() makes one task of this endpoint: call it once for each take or prompt"))
    if changes.get("prompt_text", "") is None:
        del changes["prompt_text"]  # as it was
    extra = mapping(changes.get("extra_body") or {}, "extra_body")
    changes = {name: value for name, value in changes.items() if name != "extra_body"} | dict(extra)
    body = creation.body_again
    changes = {
        name if name in body else camel(name) if camel(name) in body else name: value for name, value in changes.items()
    }
    _require_complete(body, changes, creation.made_at)
    return {**body, **changes}


def _require_complete(values: Mapping[str, Any], changes: Mapping[str, Any], made_at: float) -> None:
    """Raise ConfigurationError for the first value that was not stored or does not last, unless it was given again."""
    for name, value in values.items():
        old = time.time() - made_at > LIFE
        if old and name not in changes and any(text.startswith("runway://") for text in walk_strings(value)):
            raise ConfigurationError(f"{name}: it was an upload (runway://), which lasts 24 hours; upload it again")
        if name not in changes and (left_out := omission(value)):
            raise ConfigurationError(f"{name}: it was {left_out}, which the journal does not store; give it again")
