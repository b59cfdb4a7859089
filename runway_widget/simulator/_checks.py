"""Whether the service would accept a create request. Only what the documentation states is checked.

Which fields are media, and which an endpoint requires, is in the records and tables that the client goes by too. Model
names are known by family, so that a new member of a family needs no change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .._create.arguments import snake
from .._create.models import TABLES, Rules
from .._create.rules import rules_for
from .._service.endpoint import Endpoint, endpoint_at
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
    rules = rules_for(request.provider, endpoint.path, None)  # of every model: what each adds is not checked here
    issues = list(_issues(endpoint, rules, body))
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


def _issues(endpoint: Endpoint, rules: Rules, body: dict[str, Any]) -> Iterator[Issue]:
    required = dict.fromkeys(["model", *endpoint.required_media, *rules.required])
    for field in required:
        if field not in endpoint.media_lists and (wrong := _wrong(body.get(field), field, endpoint)):
            yield field, wrong
    model = body.get("model")
    documented = any(endpoint.path in table for table in TABLES.values())  # elsewhere no model is known
    if documented and isinstance(model, str) and model and not _MODELS.fullmatch(model):
        yield "model", _NO_SUCH_MODEL
    prompt = body.get("promptText")
    limit = rules.prompt or _PROMPT_LIMIT
    if isinstance(prompt, str) and len(prompt.encode("utf-16-le")) // 2 > limit:
        yield "promptText", f"Too big: expected string to have <={limit} characters"
    seed = body.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= rules.max_seed):
        yield "seed", f"Invalid input: expected an integer from 0 to {rules.max_seed}"


def _wrong(value: Any, field: str, endpoint: Endpoint) -> str:
    if value is None or value == "":
        return "Required"
    if field in endpoint.media_objects:
        well_formed = isinstance(value, dict) and isinstance(value.get("uri"), str)
        return "" if well_formed else "Invalid input: expected object"
    if field not in endpoint.media:
        return "" if isinstance(value, str) else "Invalid input: expected string"
    uris = [entry.get("uri") if isinstance(entry, dict) else None for entry in value] if isinstance(value, list) else []
    for uri in uris or [value]:
        if not isinstance(uri, str) or not uri.startswith(_MEDIA):
            return "Invalid input: expected an HTTPS URL, a data URI or a Runway URI"
    return ""
