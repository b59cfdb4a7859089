"""What a service can be asked to make: one record for each endpoint.

Everything else follows from the record: the card's title and icon, the kind of an output whose URL does not tell it,
when to ask, and which fields of a request are media. A new endpoint is one entry in `ENDPOINTS`. Pure.

Sources: CometAPI's pages of the official-format routes; Runway's API reference, version 2024-11-06.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["video", "image", "audio", "unknown"]
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
        media: its fields that are a medium, or that hold media under "uri" (one of them, or several in a list), by
            their wire names, with the kinds that each takes.
    """

    path: str
    title: str
    output: Kind = "unknown"
    typical: float = USUAL_SECONDS
    media: Mapping[str, Kinds] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """What the service calls such a task: "IMAGE_TO_VIDEO"."""
        return action_of(self.path)


_REFERENCES = {"references": _IMAGE, "referenceVideos": _VIDEO, "referenceAudio": _AUDIO}

ENDPOINTS: dict[str, Endpoint] = {
    endpoint.path: endpoint
    for endpoint in (
        # The typical seconds: ComfyUI's constants for Runway, and eight timed runs through a gateway.
        Endpoint("text_to_image", "Text to image", "image", 41.0, {"referenceImages": _IMAGE}),
        Endpoint("text_to_video", "Text to video", "video", media=_REFERENCES),
        Endpoint("image_to_video", "Image to video", "video", 84.0, {"promptImage": _IMAGE, **_REFERENCES}),
        Endpoint(
            "video_to_video",
            "Video to video",
            "video",
            media={"videoUri": _VIDEO, "promptVideo": _VIDEO, "keyframes": _IMAGE, "reference": _VIDEO, **_REFERENCES},
        ),
        Endpoint("video_upscale", "Video upscale", "video", media={"videoUri": _VIDEO}),
        Endpoint(
            "character_performance",
            "Character performance",
            "video",
            media={"character": ("image", "video"), "reference": _VIDEO},
        ),
        Endpoint("image_upscale", "Image upscale", "image", media={"imageUri": _IMAGE}),
        Endpoint("sound_effect", "Sound effect", "audio"),
        Endpoint("text_to_speech", "Text to speech", "audio"),
        Endpoint("speech_to_speech", "Speech to speech", "audio", media={"media": ("audio", "video")}),
        Endpoint("voice_isolation", "Voice isolation", "audio", media={"audioUri": _AUDIO}),
        Endpoint("voice_dubbing", "Voice dubbing", "audio", media={"audioUri": _AUDIO}),
    )
}


def action_of(path: str) -> str:
    """What the service calls a task that was created at ``path``: "generate/image" is "GENERATE_IMAGE"."""
    return path.replace("/", "_").upper()


def endpoint_of(action: str) -> Endpoint:
    """The endpoint of a task by the service's word for it; for a word that is not known, what the word tells.

    ``action`` in any case: "IMAGE_TO_VIDEO"; "" gives a record that says nothing.
    """
    word = action.upper()
    known = next((endpoint for endpoint in ENDPOINTS.values() if endpoint.action == word), None)
    return known or Endpoint(action.lower(), _title(action), _output(word))


def _title(action: str) -> str:
    words = action.replace("_", " ").strip()
    return (words.capitalize() if words.isupper() else words) or "Runway task"


def _output(word: str) -> Kind:
    """The gateways' older words for a video are "VIDEO_GENERATION" and the like."""
    if word.endswith("TO_IMAGE"):
        return "image"
    return "video" if word.endswith(("TO_VIDEO", "VIDEO_GENERATION")) else "unknown"
