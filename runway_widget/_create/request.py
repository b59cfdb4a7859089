"""Requests that create a task: from arguments in Python to the body that is sent, or an error before anything is.

Names become wire names, values plain JSON, and media URIs; only then is the body checked against the tables. So every
rule is checked on what is really sent, however it was written, and an error still names the argument as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._errors import ConfigurationError
from .._service.endpoint import Endpoint, endpoint_at
from .._service.payload import describe, map_strings
from .._service.provider import Provider
from .._tracebacks import refuse
from .arguments import argument, mapping, prompts_in, wire_field
from .begin import MAX_TAKES
from .creation import Creation, seeded, value_at
from .input_field import InputField
from .input_tasks import InputTasks
from .inputs import still
from .medium import Medium
from .parameters import Options
from .rules import check_endpoint, find_faults, is_unknown_model, rules_for
from .spelling import camel, snake

_UNKNOWN_MODEL = "not checked: unknown model"
_ROUTE = re.compile(r"[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,4}")


def prepare(
    provider: Provider,
    endpoint: str,
    arguments: Mapping[str, Any],
    *,
    extra_body: Mapping[str, Any] | None = None,
    check: bool = True,
    base_url: str,
    inputs: InputTasks | None = None,
) -> Creation:
    """A creation from a method's arguments (snake case, None = not given) and ``extra_body`` (wire names; it wins).

    With ``check`` the body is checked against the tables, and a seed is chosen where one may be sent and none was
    given: the service would choose one too, without saying which. Without ``check`` exactly what was given is sent;
    media are checked all the same. ``inputs`` are the tasks that were looked at already, for another prompt. Raises
    ConfigurationError, which names the argument.
    """
    inputs = inputs or InputTasks()
    check_endpoint(provider, endpoint)
    record = endpoint_at(endpoint)
    given = {camel(name): (name, value) for name, value in arguments.items() if value is not None}
    extra = mapping(extra_body if extra_body is not None else {}, "extra_body")
    names = {wire: name for wire, (name, _) in given.items() if wire not in extra}
    model = arguments.get("model")
    described = rules_for(provider, endpoint, model).fields
    place = InputField("", (), provider, base_url, inputs)
    body = {
        wire: argument(record, wire, given[wire][1], replace(place, name=name), described.get(wire, {}))
        for wire, name in names.items()
    }
    body |= {wire: wire_field(record, wire, value, replace(place, name=wire)) for wire, value in extra.items()}
    if check and (faults := list(find_faults(provider, endpoint, body, extra))):
        lines = [f"{names.get(wire, wire if wire in extra else snake(wire))}: {fault}" for wire, fault in faults]
        raise ConfigurationError("; ".join(lines) + " (check=False sends it as it is)")
    rules = rules_for(provider, endpoint, body.get("model"))
    max_seed = rules.max_seed if body.get("seed", 0) is not None else None  # an explicit null asks for none
    note = _UNKNOWN_MODEL if check and is_unknown_model(provider, endpoint, body.get("model")) else ""
    picture = _still(record, body, place.media, place.tasks)
    creation = Creation(endpoint, body, names, place.media, max_seed, still=picture, note=note, inputs=inputs)
    return seeded(creation) if check and "seed" not in body else creation


def each_prompt(arguments: Mapping[str, Any], takes: int | None) -> list[Mapping[str, Any]] | None:
    """The ``arguments`` of each prompt, where there are several. Raises ConfigurationError for too many tasks."""
    prompts = prompts_in(arguments.get("prompt_text"), MAX_TAKES)
    count = (1 if prompts is None else len(prompts)) * (takes or 1)
    if count > MAX_TAKES:
        raise ConfigurationError(f"prompt_text, takes: {count} tasks at once, and {MAX_TAKES} are the most")
    return None if prompts is None else [{**arguments, "prompt_text": prompt} for prompt in prompts]


def prepare_raw(
    provider: Provider, route: str, body: Mapping[str, Any], *, base_url: str, inputs: InputTasks | None = None
) -> Creation:
    """A creation at any route: ``body`` has wire names, and is sent as it is, but for the media in it.

    Raises ConfigurationError, and TypeError for an option among the fields: it must not be sent, and paid for.
    """
    if not isinstance(route, str) or not _ROUTE.fullmatch(route):
        raise ConfigurationError(
            "endpoint: give the last part of the path, such as 'image_upscale' or 'generate/image', "
            f"not {describe(route)}"
        )
    for name in Options.__annotations__:
        if name in body and not (name == "background" and isinstance(body[name], str)):  # a picture's: see TextToImage
            advice = _NOT_TAKEN.get(name, "it is an option, not a field of the request; leave it out")
            refuse(TypeError(f"create() does not take {name}: {advice}"))
    record, place = endpoint_at(route), InputField("", (), provider, base_url, inputs or InputTasks())
    sent = {
        wire: wire_field(record, wire, value, replace(place, name=wire))
        for wire, value in mapping(body, "body").items()
    }
    return Creation(
        route, sent, media=place.media, still=_still(record, sent, place.media, place.tasks), inputs=place.tasks
    )


def with_outputs(creation: Creation) -> Creation:
    """The same request with the outputs of the tasks that it waited for, as if it were made only now. It may block.

    Raises ConfigurationError where one of them cannot be sent, and ServiceError where it cannot be looked at.
    """
    ready = {
        name: medium.look() for name, medium in creation.media.items() if medium.source is not None and medium.look
    }
    for name, medium in ready.items():
        if medium.source is not None:
            raise ConfigurationError(f"{name}: {medium.name} has not ended")
    uris = {creation.media[name].uri: medium.uri for name, medium in ready.items()}
    body = {name: map_strings(value, lambda text: uris.get(text, text)) for name, value in creation.body.items()}
    media = {**creation.media, **ready}
    picture = creation.still or _still(endpoint_at(creation.endpoint), body, media, creation.inputs)
    return replace(creation, body=body, media=media, still=picture)


_NOT_TAKEN = {
    "takes": "call it once for each take",
    "check": "it checks nothing; leave check out",
    "extra_body": "give its fields as keywords",
}


def _still(endpoint: Endpoint, body: dict[str, Any], media: Mapping[str, Medium], known: InputTasks) -> str:
    """The picture that the task begins from, if the request holds one; else one of the clip that is in it."""
    images = [name for name in endpoint.required_media if "image" in endpoint.kinds(name)]
    for path in [endpoint.start] if endpoint.start else images:
        value = value_at(body, path)
        first = value[0] if isinstance(value, list) and value else value
        uri = first.get("uri") if isinstance(first, dict) else first
        if isinstance(uri, str) and not (isinstance(first, dict) and first.get("type", "image") != "image"):
            content = next((medium.content for medium in media.values() if medium.uri == uri), None)
            return known.once("still", uri, partial(still, uri, content))
    clip = next((medium for medium in media.values() if medium.kind == "video"), None)
    if clip is None or clip.travels == "url":
        return ""
    return known.once("still", clip.uri, partial(still, clip.uri, clip.content))
