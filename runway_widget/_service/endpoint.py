"""What a service can be asked to make: one record for each endpoint.

Everything else follows from the record: the card's title, the kind of an output whose URL does not show it, how long a
run usually takes, and which fields of a request are media. A new endpoint is one entry in `ENDPOINTS`. Pure.

Sources: CometAPI's pages of the official-format routes; Runway's API reference, version 2024-11-06, and the types of
its SDK, with which a test compares the media.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .duration import GUESS_SPREAD, USUAL_SPREAD, Duration

Kind = Literal["video", "image", "audio", "file", "unknown"]
MediumKind = Literal["video", "image", "audio", "unknown"]  # what plays
Kinds = tuple[Kind, ...]

USUAL_SECONDS = 90.0

_IMAGE: Kinds = ("image",)
_VIDEO: Kinds = ("video",)
_AUDIO: Kinds = ("audio",)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint that creates tasks.

    Attributes:
        path: the last part of its route, such as "image_to_video".
        title: the heading of its tasks' cards.
        output: the kind of medium that it makes; "unknown" where that depends on the request.
        typical: the usual seconds of a run, as long as nothing better is known.
        typical_models: the same for a model, or a model that is given a last frame ("gen3a_turbo, last").
        documented: somebody has written down these seconds.
        media: the fields that are a medium, by their wire names, each with the kinds that it takes. On the wire such a
            field is a URI, or a list of objects with the URI under "uri".
        media_objects: the fields that are an object with the type and the URI of a medium: ``{"type": …, "uri": …}``.
        media_lists: the fields that are a list of objects, each with the URI of a medium under "uri".
        optional: those of ``media`` and ``media_objects`` that a request may leave out.
        nested: media that stand elsewhere, by their path: "voice.audioUri", or "clips[]" for a list of bare URIs. A
            field named "uri" is a medium wherever it stands; here is said of which kinds.
        prompt: the path of the text that a card shows as the prompt.
        start: the field whose picture a card shows until there is an output; "" for the first image of
            ``required_media``.
    """

    path: str
    title: str
    output: MediumKind = "unknown"
    typical: float = USUAL_SECONDS
    media: Mapping[str, Kinds] = field(default_factory=dict)
    media_objects: Mapping[str, Kinds] = field(default_factory=dict)
    media_lists: Mapping[str, Kinds] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    nested: Mapping[str, Kinds] = field(default_factory=dict)
    prompt: str = "promptText"
    start: str = ""
    typical_models: Mapping[str, float] = field(default_factory=dict)
    documented: bool = False

    @property
    def action(self) -> str:
        """What the service calls such a task: "IMAGE_TO_VIDEO"."""
        return action_of(self.path)

    def usual(self, body: Mapping[str, Any] | None = None) -> Duration:
        """How long a run takes, as others have written: of the request with this ``body``, or of any."""
        body = body or {}
        frames = body.get("promptImage")
        last = isinstance(frames, list) and any(
            isinstance(each, dict) and each.get("position") == "last" for each in frames
        )
        model = f"{body.get('model', '')}{', last' if last else ''}"
        spread = USUAL_SPREAD if self.documented else GUESS_SPREAD
        return Duration(self.typical_models.get(model, self.typical), spread)

    @property
    def required_media(self) -> list[str]:
        """The names of the fields that every request has, and that are a medium or an object with one."""
        return [name for name in (*self.media, *self.media_objects) if name not in self.optional]

    def kinds(self, name: str) -> Kinds:
        """The kinds of media that a field takes; empty for a field that holds none."""
        return self.media.get(name) or self.media_objects.get(name) or self.media_lists.get(name) or ()


_REFERENCES = {"references": _IMAGE, "referenceVideos": _VIDEO, "referenceAudio": _AUDIO}

_METHODS = (
    # The typical seconds: the constants in ComfyUI's Runway nodes (text to image with gen4_image 41 s, image to video
    # with gen4_turbo or gen3a_turbo 64 s, first and last frame with gen3a_turbo 256 s), and for other models of image
    # to video the mean of theirs and of eight timed runs through a gateway (median 104.6 s, see `duration`).
    Endpoint(
        "text_to_image",
        "Text to image",
        "image",
        41.0,
        media={"maskUri": _IMAGE},
        media_lists={"referenceImages": _IMAGE},
        optional=frozenset({"maskUri"}),
        documented=True,
    ),
    Endpoint("text_to_video", "Text to video", "video", media_lists=_REFERENCES),
    Endpoint(
        "image_to_video",
        "Image to video",
        "video",
        84.0,
        {"promptImage": _IMAGE},
        media_lists=_REFERENCES,
        typical_models={"gen4_turbo": 64.0, "gen3a_turbo": 64.0, "gen3a_turbo, last": 256.0},
        documented=True,
    ),
    Endpoint(
        "video_to_video",
        "Video to video",
        "video",
        media={"videoUri": _VIDEO, "promptVideo": _VIDEO},
        media_lists={"keyframes": _IMAGE, **_REFERENCES},
        optional=frozenset({"videoUri", "promptVideo"}),  # one of them, depending on the model
    ),
    Endpoint("video_upscale", "Video upscale", "video", media={"videoUri": _VIDEO}),
    Endpoint("video_to_hdr", "Video to HDR", "video", media={"videoUri": _VIDEO}),
    Endpoint("video_to_audio", "Video to audio", "audio", media={"videoUri": _VIDEO}),
    Endpoint(
        "character_performance",
        "Character performance",
        "video",
        media_objects={"character": ("image", "video"), "reference": _VIDEO},
    ),
    Endpoint("avatar_videos", "Avatar video", "video", nested={"speech.audio": _AUDIO}, prompt="speech.text"),
    Endpoint("image_upscale", "Image upscale", "image", media={"imageUri": _IMAGE}),
    Endpoint("sound_effect", "Sound effect", "audio", nested={"referenceAudios[]": _AUDIO}),
    Endpoint("text_to_speech", "Text to speech", "audio", nested={"voice.audioUri": _AUDIO}),
    Endpoint("speech_to_speech", "Speech to speech", "audio", media_objects={"media": ("audio", "video")}),
    Endpoint("voice_isolation", "Voice isolation", "audio", media={"audioUri": _AUDIO}),
    Endpoint("voice_dubbing", "Voice dubbing", "audio", media={"audioUri": _AUDIO}),
)

# Reached by `create` alone: recipes, whose fields change with their versions, and Runway's router of models.
_RAW = (
    Endpoint(
        "recipes/ad_localization",
        "Ad localization",
        "image",
        media_objects={"referenceImage": _IMAGE},
        prompt="targetLanguage",
    ),
    Endpoint(
        "recipes/marketing_stock_image",
        "Marketing stock image",
        "image",
        media_objects={"referenceImage": _IMAGE},
        optional=frozenset({"referenceImage"}),
        prompt="prompt",
        start="referenceImage",
    ),
    Endpoint(
        "recipes/multi_shot_video",
        "Multi-shot video",
        "video",
        media_objects={"firstFrame": _IMAGE},
        optional=frozenset({"firstFrame"}),
        prompt="shots[].prompt",
        start="firstFrame",
    ),
    Endpoint(
        "recipes/product_ad",
        "Product ad",
        "video",
        media_lists={"productImages": _IMAGE, "styleImages": _IMAGE},
        prompt="userConcept",
        start="productImages",
    ),
    Endpoint(
        "recipes/product_campaign_image",
        "Product campaign image",
        "image",
        media_objects={"image": _IMAGE},
        prompt="prompt",
    ),
    Endpoint(
        "recipes/product_swap",
        "Product swap",
        "video",
        media_objects={"originalProductImage": _IMAGE, "referenceVideo": _VIDEO},
        media_lists={"newProductImages": _IMAGE},
        prompt="",
        start="newProductImages",
    ),
    Endpoint(
        "recipes/product_ugc",
        "Product UGC",
        "video",
        media_objects={"productImage": _IMAGE, "characterImage": _IMAGE},
        optional=frozenset({"characterImage"}),
        prompt="userConcept",
    ),
    Endpoint(
        "generate/image",
        "Generate image",
        "image",
        nested={"input.referenceImages[].uri": _IMAGE},
        prompt="input.promptText",
        start="input.referenceImages",
    ),
    Endpoint(
        "generate/video",
        "Generate video",
        "video",
        nested={
            "input.referenceImages[].uri": _IMAGE,
            "input.keyframes[].uri": _IMAGE,
            "input.referenceVideos[].uri": _VIDEO,
            "input.referenceAudio[].uri": _AUDIO,
        },
        prompt="input.promptText",
        start="input.referenceImages",
    ),
    Endpoint(
        "generate/audio",
        "Generate audio",
        "audio",
        nested={"input.referenceAudios[].uri": _AUDIO, "input.voice.audioUri": _AUDIO},
        prompt="input.promptText",
    ),
)

ENDPOINTS: dict[str, Endpoint] = {endpoint.path: endpoint for endpoint in (*_METHODS, *_RAW)}


def action_of(path: str) -> str:
    """What the service calls a task that was created at ``path``: "generate/image" is "GENERATE_IMAGE"."""
    return path.replace("/", "_").upper()


def endpoint_at(path: str) -> Endpoint:
    """The endpoint at ``path``; for a path without a record, one whose media fields are those of all records."""
    if path in ENDPOINTS:
        return ENDPOINTS[path]
    media, objects, lists, nested = (
        _union(getattr(endpoint, name) for endpoint in ENDPOINTS.values())
        for name in ("media", "media_objects", "media_lists", "nested")
    )
    optional = frozenset[str]().union(*(endpoint.optional for endpoint in ENDPOINTS.values()))
    action = action_of(path)
    return Endpoint(path, _title(action), _output(action), USUAL_SECONDS, media, objects, lists, optional, nested)


def _union(tables: Iterable[Mapping[str, Kinds]]) -> dict[str, Kinds]:
    union: dict[str, Kinds] = {}
    for table in tables:
        for name, kinds in table.items():
            union[name] = tuple(dict.fromkeys((*union.get(name, ()), *kinds)))
    return union


def endpoint_of(action: str) -> Endpoint:
    """The endpoint of a task by the service's word for it; for a word without a record, what the word itself says.

    ``action`` in any case: "IMAGE_TO_VIDEO". "" gives a record that says nothing.
    """
    word = action.upper()
    known = next((endpoint for endpoint in ENDPOINTS.values() if endpoint.action == word), None)
    return known or Endpoint(action.lower(), _title(action), _output(word))


_NAMED: dict[str, MediumKind] = {
    "VIDEO": "video",
    "IMAGE": "image",
    **dict.fromkeys(["AUDIO", "SOUND", "SPEECH", "VOICE"], "audio"),
}


def _title(action: str) -> str:
    words = action.replace("_", " ").strip()
    return (words.capitalize() if words.isupper() else words) or "Runway task"


def _output(word: str) -> MediumKind:
    """The last medium that the word names as what is made: "AUDIO_TO_VIDEO", the gateways' "VIDEO_GENERATION"."""
    made = word.rpartition("_TO_")[2].split("_")
    return next((_NAMED[part] for part in reversed(made) if part in _NAMED), "unknown")
