"""Whether the service would accept a create request. Only what the documentation states is checked.

Which fields are media, and what a model takes, is in the records and tables that the client goes by too. Model names
are known by family, so that a new member of a family needs no change here; of such a one only that is checked which all
models of the endpoint have in common. The bare form refuses fields that a model does not know, as Runway does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .._create.models import MAX_SEED, Model, documented_endpoints, models_of, retirement
from .._create.rules import rules_for
from .._create.spelling import snake
from .._service.endpoint import Endpoint, endpoint_at
from .._service.payload import walk_strings
from .._service.provider import PROVIDERS, Provider
from .._service.text import utf16_length
from ._exchange import Answer, Request
from ._wire import gateway_error, runway_error

Issue = tuple[str, str]  # the field, and what is wrong with it

_MODELS = re.compile(
    r"(gen\d|act_|aleph|veo|upscale_|magnific_|seed|gpt_image|gemini|happyhorse|eleven)[\w.\-]*", re.IGNORECASE
)
_MEDIA = ("https://", "data:", "runway://", "http://127.0.0.1:", "http://localhost:")  # loopback: the demo's own files
_PROMPT_LIMIT = 1000  # where no other one is documented
_NO_SUCH_MODEL = "Invalid input: no such model"


def refusal(request: Request, body: Any) -> Answer | None:
    """The error with which the service answers a create, or None when it takes it."""
    assert request.provider is not None
    bare = request.in_runways_form
    if not isinstance(body, dict):
        return (
            runway_error(400, "The request body must be a JSON object.")
            if bare
            else gateway_error(500, "invalid_request", "invalid request body")
        )
    endpoint = endpoint_at(request.endpoint)
    rules = rules_for(request.provider, endpoint.path, body.get("model"))
    issues = list(_issues(endpoint, request.provider, rules, body, strict=bare))
    if bare:
        if issues:
            return runway_error(400, "Validation of body failed", [{"path": [f], "message": m} for f, m in issues])
        return None
    if issues and issues[0] == ("model", _NO_SUCH_MODEL):
        message = f"no available channel for group default and model {body['model']} (distributor)"
        return gateway_error(503, "model_not_found", message)
    if issues:
        field, wrong = issues[0]
        return gateway_error(500, "invalid_request", f"{field}: {wrong}")
    missing = next((field for field in rules.required if field in endpoint.media_lists and not body.get(field)), None)
    if missing:
        code = f"{snake(missing)}_empty"
        return gateway_error(400, code, code)
    return None


def _issues(
    endpoint: Endpoint, provider: Provider, rules: Model, body: dict[str, Any], *, strict: bool
) -> Iterator[Issue]:
    models = models_of(provider.name, endpoint.path)
    named = [] if "" in models else ["model"]
    required = dict.fromkeys([*named, *endpoint.required_media, *rules.required])
    for field in required:
        if field not in endpoint.media_lists and (wrong := _wrong(body.get(field), field, endpoint)):
            yield field, wrong
    model = body.get("model")
    if named and isinstance(model, str) and model and not _is_served(provider, endpoint.path, model):
        yield "model", _NO_SUCH_MODEL
    if strict and rules.known and (unknown := sorted(body.keys() - rules.fields.keys() - {"model"})):
        yield unknown[0], f"Unrecognized key(s) in object: {', '.join(map(repr, unknown))}"
    if strict and (too_long := next((name for name, value in body.items() if _holds_too_much(value, provider)), "")):
        yield too_long, f"Too big: a data URI may have {provider.image_limit} characters; upload the file instead"
    prompt = body.get("promptText")
    limit = rules.fields.get("promptText", {}).get("longest", _PROMPT_LIMIT)
    if isinstance(prompt, str) and utf16_length(prompt) > limit:
        yield "promptText", f"Too big: expected string to have <={limit} characters"
    seed, most = body.get("seed"), rules.max_seed or MAX_SEED
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= most):
        yield "seed", f"Invalid input: expected an integer from 0 to {most}"


def _holds_too_much(value: Any, provider: Provider) -> bool:
    """Whether there is a data URI in it that is too long."""
    texts = (text for text in walk_strings(value) if text.startswith("data:"))
    return any(len(text) > provider.data_uri_limit(text[5:].partition("/")[0]) for text in texts)


def _is_served(provider: Provider, endpoint: str, model: str) -> bool:
    if model in models_of(provider.name, endpoint):
        return True
    if retirement(provider, model):
        return False
    documented = any(endpoint in (documented_endpoints(other) or ()) for other in PROVIDERS)
    return not documented or bool(_MODELS.fullmatch(model))  # at an endpoint of no record no model is known


def _wrong(value: Any, field: str, endpoint: Endpoint) -> str:
    if value is None or value == "":
        return "Required"
    if field in endpoint.media_objects:
        well_formed = isinstance(value, dict) and isinstance(value.get("uri"), str)
        return "" if well_formed else "Invalid input: expected object"
    if field not in endpoint.media:
        return "" if isinstance(value, str | int | float | list | dict) else "Invalid input: expected string"
    uris = [entry.get("uri") if isinstance(entry, dict) else None for entry in value] if isinstance(value, list) else []
    for uri in uris or [value]:
        if not isinstance(uri, str) or not uri.startswith(_MEDIA):
            return "Invalid input: expected an HTTPS URL, a data URI or a Runway URI"
    return ""
