"""The parameters of the methods that create tasks: one TypedDict for each endpoint, and in it each parameter once.

A type checker reads them through ``Unpack``; `_keywords` makes of them the signature that Tab and Shift+Tab show, and
the check that refuses any other name. A new endpoint is one TypedDict here and one method in `endpoints`.

``Prompts`` is what tells one take from several: a method with ``takes``, or with a list as its prompt, gives a grid.
Without ``from __future__ import annotations``: the annotations are read when the package runs.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Literal, Required, TypeAlias, TypeVar

from .._numbers import Column
from .._watch.options import WATCH_DEFAULTS, WatchOptions

if TYPE_CHECKING:
    from .inputs import Media

    Fields: TypeAlias = Mapping[str, object]  # an object of the wire, as a dict, with media in it
    MediaList: TypeAlias = Sequence[Media | Fields]

#: Several prompts, one task for each. Not any sequence: a string is one, too.
Prompts: TypeAlias = list[str] | tuple[str, ...] | Column
PromptT = TypeVar("PromptT", bound=str | Prompts)


class CreateOptions(WatchOptions, total=False):
    """What creating accepts everywhere, and under the same types."""

    extra_body: Mapping[str, object] | None
    check: bool
    reuse: bool
    shrink: bool


class TakeOptions(CreateOptions, total=False):
    """What creating one take accepts beside the endpoint's own parameters: `Options` without ``takes``."""

    background: bool


class Options(TakeOptions, total=False):
    """What every method that creates tasks takes beside the endpoint's own parameters, and beside `WatchOptions`.

    Attributes:
        takes: how many, each with another seed; any number, also 1, makes a `TaskGrid`. None makes one `RunwayTask`.
            Of all prompts together no more than 100.
        extra_body: fields that this version does not know, by their wire names; they win over the others.
        check: False sends values that are not documented for the endpoint and the model.
        reuse: take up a task that was created by the same request before, instead of paying for another. Needs the
            journal.
        background: return at once, as several takes or prompts always do, and not only when the service has taken it;
            then why it could not be created is said by its card, and raised by `RunwayTask.wait`.
        shrink: make a picture fit that is too large for the request: with as many of its pixels as the bytes allow, as
            a JPEG, or as a WebP where it has alpha. The card says to what size. Needs Pillow. What the service takes as
            an upload is not too large, and travels as it is.

    Beside these, ``dry_run=True`` sends nothing, and gives a `Plan` in the place of the task or the grid. It is none of
    this dict, because it changes what comes back.
    """

    takes: int | None


#: What stands for an option that is not given. A parameter of an endpoint that is not given is None: it is left out.
#: In the order in which a signature shows them.
DEFAULTS: dict[str, object] = {
    "takes": None,
    "dry_run": False,
    "reuse": False,
    "background": False,
    "shrink": False,
    "check": True,
    "extra_body": None,
    **WATCH_DEFAULTS,
}


class RawOptions(WatchOptions, total=False):
    """What `Client.create` takes beside the fields of the body."""

    reuse: bool
    shrink: bool
    background: bool


class TextToImage(CreateOptions, Generic[PromptT], total=False):
    model: Required[str]
    prompt_text: Required[PromptT]
    ratio: str | None
    reference_images: "MediaList | Media | None"
    seed: int | None
    output_count: int | None
    output_format: str | None
    quality: str | None
    background: str | bool | None  # as of `Options`; a text is the picture's own background, which some models know
    background_color: str | None
    colors: Sequence[str] | None
    edit: bool | None
    precise_edit: bool | None
    mask_uri: "Media | None"
    grounding: bool | None
    thinking_level: str | None
    content_moderation: Mapping[str, str] | None


class VideoFields(TakeOptions, total=False):
    """What the endpoints that make a video have in common."""

    model: Required[str]
    ratio: str | None
    duration: int | Literal["auto"] | None
    resolution: str | None
    seed: int | None
    audio: bool | None
    references: "MediaList | Media | None"
    reference_videos: "MediaList | Media | None"
    reference_audio: "MediaList | Media | None"
    draft: bool | None
    output_format: str | None
    prores_profile: str | None
    provider_settings: "Fields | None"
    content_moderation: Mapping[str, str] | None


class TextToVideo(VideoFields, Generic[PromptT], total=False):
    prompt_text: PromptT | None
    negative_prompt: str | None
    cfg_scale: float | None
    prompt_expansion_mode: str | None
    draft_task_id: str | None


class ImageToVideo(VideoFields, Generic[PromptT], total=False):
    prompt_image: Required["Media | Sequence[Fields]"]
    prompt_text: PromptT | None
    negative_prompt: str | None
    cfg_scale: float | None
    prompt_expansion_mode: str | None
    watermark: bool | None


class VideoToVideo(VideoFields, Generic[PromptT], total=False):
    video_uri: "Media | None"
    prompt_video: "Media | None"
    prompt_text: PromptT | None
    keyframes: "Sequence[Fields] | None"
    mode: str | None
    target_aspect_ratio: str | None


class VideoUpscale(TakeOptions, total=False):
    model: Required[str]
    video_uri: Required["Media"]
    resolution: str | None
    creativity: int | None
    flavor: str | None
    sharpen: int | None
    smart_grain: int | None
    fps_boost: bool | None
    target_framerate: str | None


class VideoToHdr(TakeOptions, total=False):
    model: Required[str]
    video_uri: Required["Media"]
    output_format: str | None
    prores_profile: str | None


class CharacterPerformance(TakeOptions, total=False):
    model: Required[str]
    character: Required["Media | Fields"]
    reference: Required["Media | Fields"]
    body_control: bool | None
    expression_intensity: int | None
    ratio: str | None
    seed: int | None
    content_moderation: Mapping[str, str] | None


class AvatarVideo(TakeOptions, total=False):
    model: Required[str]
    avatar: Required["str | Fields"]
    speech: Required["Fields"]


class ImageUpscale(TakeOptions, total=False):
    model: Required[str]
    image_uri: Required["Media"]
    scale_factor: int | None
    flavor: str | None
    sharpen: int | None
    smart_grain: int | None
    ultra_detail: int | None


class SoundEffect(TakeOptions, Generic[PromptT], total=False):
    model: Required[str]
    prompt_text: Required[PromptT]
    duration: float | None
    loop: bool | None
    negative_prompt: str | None
    num_variants: int | None
    reference_audios: "Sequence[Media] | None"
    format: str | None
    output_format: str | None
    sample_rate: int | None
    loudness_rate: int | None
    pitch_rate: int | None
    speech_rate: int | None
    seed: int | None


class TextToSpeech(TakeOptions, Generic[PromptT], total=False):
    model: Required[str]
    prompt_text: Required[PromptT]
    voice: "str | Fields | None"
    language_code: str | None
    previous_text: str | None
    next_text: str | None
    apply_text_normalization: str | None
    stability: float | None
    similarity_boost: float | None
    style: float | None
    speed: float | None
    use_speaker_boost: bool | None
    output_format: str | None
    sample_rate: int | None
    loudness_rate: int | None
    pitch_rate: int | None
    speech_rate: int | None
    seed: int | None


class SpeechToSpeech(TakeOptions, total=False):
    model: Required[str]
    media: Required["Media | Fields"]
    voice: Required["str | Fields"]
    remove_background_noise: bool | None


class VoiceIsolation(TakeOptions, total=False):
    model: Required[str]
    audio_uri: Required["Media"]


class VoiceDubbing(TakeOptions, total=False):
    model: Required[str]
    audio_uri: Required["Media"]
    target_lang: Required[str]
    num_speakers: int | None
    disable_voice_cloning: bool | None
    drop_background_audio: bool | None


class VideoToAudio(TakeOptions, Generic[PromptT], total=False):
    model: Required[str]
    video_uri: Required["Media"]
    duration: Required[float]
    prompt_text: PromptT | None
    negative_prompt: str | None
    num_variants: int | None
    preserve_speech: bool | None
    format: str | None
    seed: int | None
