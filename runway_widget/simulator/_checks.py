"""Is a create request one that the service would take? A modest check, of what the documentation states.

Model names are known by family, so that a new member of a family needs no change here.
"""

from __future__ import annotations

import re
from typing import Any

from ._exchange import Answer, Request
from ._wire import gateway_error, runway_error

Issue = tuple[str, str]  # the field, and what is wrong with it

_MODELS = re.compile(
    r"(gen\d|act_|aleph|veo|upscale_|magnific_|seed|gpt_image|gemini|happyhorse|eleven)[\w.\-]*", re.IGNORECASE
)
_MEDIA = ("https://", "data:", "runway://", "http://127.0.0.1:", "http://localhost:")  # loopback: the demo's own files
_VIDEO_PROMPT = {"model": "string", "promptText": "string"}
# What both services ask for, and the type they want it to be of.
_REQUIRED: dict[str, dict[str, str]] = {
    "image_to_video": {"model": "string", "promptImage": "media"},
    "text_to_video": _VIDEO_PROMPT,
    "text_to_image": _VIDEO_PROMPT,
    "video_to_video": {"model": "string"},
    "video_upscale": {"model": "string", "videoUri": "media"},
    "image_upscale": {"model": "string", "imageUri": "media"},
    "character_performance": {"model": "string", "character": "object", "reference": "object"},
}
_COMET_ALSO: dict[str, dict[str, str]] = {
    "video_to_video": {"videoUri": "media", "promptText": "string"},
    "text_to_image": {"ratio": "string"},
}
_PROMPT_LIMITS = {"comet": {"image_to_video": 512}, "runway": dict[str, int]()}


def refusal(request: Request, body: Any) -> Answer | None:
    """The error that the service answers a create with, or None when it takes it."""
    runway = request.family == "runway"
    if not isinstance(body, dict):
        return (
            runway_error(400, "The request body must be a JSON object.")
            if runway
            else gateway_error(500, "invalid_request", "invalid request body")
        )
    issues = _issues(request, body)
    if runway:
        if issues:
            return runway_error(400, "Validation of body failed", [{"path": [f], "message": m} for f, m in issues])
        return None
    if issues and issues[0] == ("model", "unknown"):
        said = f"no available channel for group default and model {body['model']} (distributor)"
        return gateway_error(503, "model_not_found", said)
    if issues:
        field, wrong = issues[0]
        return gateway_error(500, "invalid_request", f"{field}: {wrong}")
    if request.endpoint == "text_to_image" and not body.get("referenceImages"):
        return gateway_error(400, "reference_images_empty", "reference_images_empty")
    return None


def _issues(request: Request, body: dict[str, Any]) -> list[Issue]:
    required = dict(_REQUIRED.get(request.endpoint, {"model": "string"}))
    if request.family == "comet":
        required |= _COMET_ALSO.get(request.endpoint, {})
    issues: list[Issue] = []
    for field, kind in required.items():
        wrong = _wrong(body.get(field), kind)
        if wrong:
            issues.append((field, wrong))
    model = body.get("model")
    if isinstance(model, str) and model and not _MODELS.fullmatch(model):
        issues.append(("model", "unknown" if request.family == "comet" else "Invalid input: no such model"))
    prompt = body.get("promptText")
    limit = _PROMPT_LIMITS[request.family].get(request.endpoint, 1000)
    if isinstance(prompt, str) and len(prompt.encode("utf-16-le")) // 2 > limit:
        issues.append(("promptText", f"Too big: expected string to have <={limit} characters"))
    seed = body.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= 4294967295):
        issues.append(("seed", "Invalid input: expected an integer from 0 to 4294967295"))
    return issues


def _wrong(value: Any, kind: str) -> str:
    if value is None or value == "":
        return "Required"
    if kind == "string":
        return "" if isinstance(value, str) else "Invalid input: expected string"
    if kind == "object":
        return "" if isinstance(value, dict) and isinstance(value.get("uri"), str) else "Invalid input: expected object"
    uris = [entry.get("uri") if isinstance(entry, dict) else None for entry in value] if isinstance(value, list) else []
    for uri in uris or [value]:
        if not isinstance(uri, str) or not uri.startswith(_MEDIA):
            return "Invalid input: expected an HTTPS URL, a data URI or a Runway URI"
    return ""
