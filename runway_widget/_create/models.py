"""What is known of the endpoints and their models: the values that a service is documented to take. Data only.

Sources: CometAPI's pages of the official-format routes, and the types of Runway's own SDK, which are generated from its
OpenAPI description. Where editions disagree, what any of them accepts is accepted here: a table is to spare somebody a
refused request, not to be stricter than the service. A model that is not listed has its endpoint's rules only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .._service.provider import COMETAPI, RUNWAY

MAX_SEED = 2**32 - 1


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
class EndpointRules:
    """An endpoint's rules for every model, and for those models of which more is known."""

    rules: Rules
    models: dict[str, Rules]

    @classmethod
    def of(cls, rules: Rules, models: dict[str, dict[str, Any]] | None = None) -> EndpointRules:
        """``models``: the fields of `Rules` that are different, for each."""
        return cls(rules, {name: replace(rules, **differences) for name, differences in (models or {}).items()})


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
    "image_to_video": EndpointRules.of(
        Rules(("model", "promptImage"), prompt=512, takes_seed=True, max_seed=999_999_999),
        {
            "gen3a_turbo": {"ratios": (*_VIDEO, *_GEN3), "durations": (5, 10)},
            "gen4_turbo": {"ratios": (*_VIDEO, *_GEN3), "durations": _TWO_TO_TEN},
        },
    ),
    "text_to_image": EndpointRules.of(
        Rules(("model", "promptText", "ratio", "referenceImages"), prompt=1000, references=(1, 3), takes_seed=True),
        {"gen4_image": {"ratios": _IMAGE}, "gen4_image_turbo": {"ratios": _IMAGE}},
    ),
    "video_to_video": EndpointRules.of(
        Rules(("model", "videoUri", "promptText"), prompt=1000, takes_seed=True), {"gen4_aleph": {"ratios": _ALEPH}}
    ),
    "video_upscale": EndpointRules.of(Rules(("model", "videoUri"))),
    "character_performance": EndpointRules.of(Rules(_PERFORMANCE, takes_seed=True), {"act_two": {"ratios": _VIDEO}}),
}

_SEEDED: dict[str, Any] = {"prompt": 1000, "takes_seed": True}
_GEN4: dict[str, Any] = {**_SEEDED, "ratios": _VIDEO, "durations": _TWO_TO_TEN}
_VEO31: dict[str, Any] = {**_SEEDED, "ratios": _VEO, "durations": (4, 6, 8)}
_VEO3 = {**_VEO31, "durations": (8,)}
_STILLS: dict[str, Any] = {**_SEEDED, "ratios": _IMAGE}
_FROM_IMAGE = {"required": ("model", "promptImage", "ratio")}
_FROM_TEXT = {"required": ("model", "promptText", "ratio")}
_RUNWAY = {
    "image_to_video": EndpointRules.of(
        Rules(("model", "promptImage")),
        {
            "gen4.5": {**_GEN4, "required": ("model", "promptImage", "promptText", "ratio", "duration")},
            "gen4_turbo": _GEN4 | _FROM_IMAGE,
            "veo3": _VEO3 | _FROM_IMAGE,
            "veo3.1": _VEO31 | _FROM_IMAGE,
            "veo3.1_fast": _VEO31 | _FROM_IMAGE,
        },
    ),
    "text_to_video": EndpointRules.of(
        Rules(("model", "promptText")),
        {
            "gen4.5": {**_GEN4, "required": ("model", "promptText", "ratio", "duration"), "ratios": _VIDEO[:2]},
            "veo3": _VEO3 | _FROM_TEXT,
            "veo3.1": _VEO31 | _FROM_TEXT,
            "veo3.1_fast": _VEO31 | _FROM_TEXT,
        },
    ),
    "text_to_image": EndpointRules.of(
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
    "video_to_video": EndpointRules.of(
        Rules(),
        {
            "aleph2": {"required": ("model", "videoUri"), "takes_seed": True},
            "gen4_aleph": {**_SEEDED, "required": ("model", "videoUri", "promptText"), "ratios": _ALEPH},
        },
    ),
    "video_upscale": EndpointRules.of(Rules(("model", "videoUri"))),
    "character_performance": EndpointRules.of(Rules(_PERFORMANCE), {"act_two": {"ratios": _VIDEO, "takes_seed": True}}),
}
#: By the provider's name, then by the endpoint's path. Of a provider or an endpoint without a table nothing is known.
TABLES: dict[str, dict[str, EndpointRules]] = {COMETAPI.name: _COMETAPI, RUNWAY.name: _RUNWAY}

# Fields that mean the same wherever they appear.
STRINGS = {"model", "promptText", "negativePrompt", "ratio", "targetAspectRatio", "resolution", "flavor"}
SWITCHES = {"watermark", "audio", "bodyControl", "fpsBoost"}
RANGES = {"expressionIntensity": (1, 5), "creativity": (0, 100), "sharpen": (0, 100), "smartGrain": (0, 100)}
THRESHOLDS = ("auto", "low")
