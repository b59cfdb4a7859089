"""What is known of the endpoints and their models: the values that a service is documented to take.

Sources: CometAPI's pages of the official-format routes, and the types of Runway's own SDK, which are generated from its
OpenAPI description. Where editions disagree, what any of them accepts is accepted here: a table is to spare somebody a
refused request, not to be stricter than the service. A model that is not listed has its endpoint's rules only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .._service.payload import describe
from .._service.provider import COMETAPI, RUNWAY, Provider

MAX_SEED = 2**32 - 1
Body = dict[str, Any]
Fault = tuple[str, str]  # the field's wire name, and what is wrong with it


@dataclass(frozen=True, slots=True)
class Rules:
    """What one endpoint takes, or one model of it. An empty tuple or None: not documented, so anything goes.

    ``prompt`` is the longest prompt in UTF-16 code units, ``durations`` are seconds, ``references`` the least and the
    greatest number of reference images, ``takes_seed`` whether a seed may be added to a request that has none.
    """

    required: tuple[str, ...] = ("model",)
    prompt: int | None = None
    ratios: tuple[str, ...] = ()
    durations: tuple[int, ...] = ()
    references: tuple[int, int] | None = None
    takes_seed: bool = False
    max_seed: int = MAX_SEED


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint's rules for every model, and for those models of which more is known."""

    rules: Rules
    models: dict[str, Rules]

    @classmethod
    def of(cls, rules: Rules, models: dict[str, dict[str, Any]] | None = None) -> Endpoint:
        """``models``: what is different for each."""
        return cls(rules, {name: replace(rules, **told) for name, told in (models or {}).items()})


_VIDEO = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")
_GEN3 = ("1280:768", "768:1280")
_ALEPH = (*_VIDEO, "848:480", "640:480")
_VEO = ("1280:720", "720:1280", "1920:1080", "1080:1920")
_IMAGE = (
    *("1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768", "1920:1080"),
    *("1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720"),
)
_TWO_TO_TEN = tuple(range(2, 11))
_PERFORMANCE = ("model", "character", "reference")

# CometAPI hands these bodies on to Runway, so its page's rules hold for every model, and the model's own beside them.
_COMETAPI = {
    "image_to_video": Endpoint.of(
        Rules(("model", "promptImage"), prompt=512, takes_seed=True, max_seed=999_999_999),
        {
            "gen3a_turbo": {"ratios": (*_VIDEO, *_GEN3), "durations": (5, 10)},
            "gen4_turbo": {"ratios": (*_VIDEO, *_GEN3), "durations": _TWO_TO_TEN},
        },
    ),
    "text_to_image": Endpoint.of(
        Rules(("model", "promptText", "ratio", "referenceImages"), prompt=1000, references=(1, 3), takes_seed=True),
        {"gen4_image": {"ratios": _IMAGE}, "gen4_image_turbo": {"ratios": _IMAGE}},
    ),
    "video_to_video": Endpoint.of(
        Rules(("model", "videoUri", "promptText"), prompt=1000, takes_seed=True), {"gen4_aleph": {"ratios": _ALEPH}}
    ),
    "video_upscale": Endpoint.of(Rules(("model", "videoUri"))),
    "character_performance": Endpoint.of(Rules(_PERFORMANCE, takes_seed=True), {"act_two": {"ratios": _VIDEO}}),
}

_SEEDED: dict[str, Any] = {"prompt": 1000, "takes_seed": True}
_GEN4: dict[str, Any] = {**_SEEDED, "ratios": _VIDEO, "durations": _TWO_TO_TEN}
_VEO31: dict[str, Any] = {**_SEEDED, "ratios": _VEO, "durations": (4, 6, 8)}
_VEO3 = {**_VEO31, "durations": (8,)}
_STILLS: dict[str, Any] = {**_SEEDED, "ratios": _IMAGE}
_FROM_IMAGE = {"required": ("model", "promptImage", "ratio")}
_FROM_TEXT = {"required": ("model", "promptText", "ratio")}
_RUNWAY = {
    "image_to_video": Endpoint.of(
        Rules(("model", "promptImage")),
        {
            "gen4.5": {**_GEN4, "required": ("model", "promptImage", "promptText", "ratio", "duration")},
            "gen4_turbo": _GEN4 | _FROM_IMAGE,
            "veo3": _VEO3 | _FROM_IMAGE,
            "veo3.1": _VEO31 | _FROM_IMAGE,
            "veo3.1_fast": _VEO31 | _FROM_IMAGE,
        },
    ),
    "text_to_video": Endpoint.of(
        Rules(("model", "promptText")),
        {
            "gen4.5": {**_GEN4, "required": ("model", "promptText", "ratio", "duration"), "ratios": _VIDEO[:2]},
            "veo3": _VEO3 | _FROM_TEXT,
            "veo3.1": _VEO31 | _FROM_TEXT,
            "veo3.1_fast": _VEO31 | _FROM_TEXT,
        },
    ),
    "text_to_image": Endpoint.of(
        Rules(("model", "promptText")),
        {
            "gen4_image": {**_STILLS, **_FROM_TEXT, "references": (0, 3)},
            "gen4_image_turbo": {
                **_STILLS,
                "required": ("model", "promptText", "ratio", "referenceImages"),
                "references": (1, 3),
            },
        },
    ),
    "video_to_video": Endpoint.of(
        Rules(),
        {
            "aleph2": {"required": ("model", "videoUri"), "takes_seed": True},
            "gen4_aleph": {**_SEEDED, "required": ("model", "videoUri", "promptText"), "ratios": _ALEPH},
        },
    ),
    "video_upscale": Endpoint.of(Rules(("model", "videoUri"))),
    "character_performance": Endpoint.of(Rules(_PERFORMANCE), {"act_two": {"ratios": _VIDEO, "takes_seed": True}}),
}
_TABLES = {COMETAPI.name: _COMETAPI, RUNWAY.name: _RUNWAY}

# Fields that mean the same wherever they appear.
_STRINGS = {"model", "promptText", "negativePrompt", "ratio", "targetAspectRatio", "resolution", "flavor"}
_SWITCHES = {"watermark", "audio", "bodyControl", "fpsBoost"}
_RANGES = {"expressionIntensity": (1, 5), "creativity": (0, 100), "sharpen": (0, 100), "smartGrain": (0, 100)}
_THRESHOLDS = ("auto", "low")


def has_endpoint(provider: Provider, endpoint: str) -> bool:
    """Whether ``provider`` is documented to have ``endpoint``."""
    return endpoint in _TABLES[provider.name]


def rules_for(provider: Provider, endpoint: str, model: Any) -> Rules:
    """What is known of ``model`` at this endpoint; for a model that nothing is known of, the endpoint's rules."""
    known = _TABLES[provider.name].get(endpoint)
    if known is None:
        return Rules()
    return known.models.get(model, known.rules) if isinstance(model, str) else known.rules


def find_faults(provider: Provider, endpoint: str, body: Body) -> Iterator[Fault]:
    """All that is known to be wrong with ``body``, field by field. Values are JSON; absent and null are the same."""
    model = body.get("model")
    told = rules_for(provider, endpoint, model)
    where = (
        f"{model} at {provider.name}" if isinstance(model, str) and model.strip() else f"{provider.name}'s {endpoint}"
    )
    choices = {"ratio": told.ratios, "duration": told.durations}
    for field in told.required:
        if body.get(field) in (None, [], {}):
            choice = f": {_listed(choices[field])}" if choices.get(field) else ""
            yield field, f"required by {where}{choice}"
    for field, value in body.items():
        if value is not None and (wrong := _wrong(field, value, told, where)):
            yield field, wrong


def _wrong(field: str, value: Any, told: Rules, where: str) -> str:
    if field in _STRINGS and not isinstance(value, str):
        return f"must be a string, not {describe(value)}"
    if field in _SWITCHES and not isinstance(value, bool):
        return f"must be True or False, not {describe(value)}"
    if field in _RANGES:
        return _outside(value, *_RANGES[field])
    if field == "seed":
        return _outside(value, 0, told.max_seed)
    if field == "promptText":
        return _wrong_prompt(value, told, where)
    if field == "duration":
        return _wrong_duration(value, told, where)
    if field == "ratio" and told.ratios and value not in told.ratios:
        return f"{where} takes {_listed(told.ratios)}, not {describe(value)}"
    if field == "referenceImages":
        return _wrong_number(value, told, where)
    if field == "contentModeration":
        threshold = value.get("publicFigureThreshold", "auto") if isinstance(value, dict) else value
        if threshold not in _THRESHOLDS or threshold is value:
            return f"takes {{'public_figure_threshold': 'auto' or 'low'}}, not {describe(threshold)}"
    if field == "model" and not value.strip():
        return "empty"
    return ""


def _outside(value: Any, least: int, greatest: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= greatest:
        return ""
    return f"must be an int from {least} to {greatest}, not {describe(value)}"


def _wrong_prompt(prompt: str, told: Rules, where: str) -> str:
    if not prompt.strip():
        needed = "promptText" in told.required
        return f"empty; {where} requires one" if needed else "empty; leave it out for no prompt"
    length = len(prompt.encode("utf-16-le", "surrogatepass")) // 2
    if told.prompt is not None and length > told.prompt:
        return f"{length} characters long (UTF-16 code units), and {where} takes {told.prompt} at most"
    return ""


def _wrong_duration(value: Any, told: Rules, where: str) -> str:
    if not told.durations and value == "auto":
        return ""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        takes = f"{where} takes {_listed(told.durations)}" if told.durations else "must be an int"
        return f"{takes}, in seconds, not {describe(value)}"
    if told.durations and value not in told.durations:
        return f"{where} takes {_listed(told.durations)}, in seconds, not {describe(value)}"
    return ""


def _wrong_number(value: Any, told: Rules, where: str) -> str:
    if told.references is None:
        return ""
    least, most = told.references
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
