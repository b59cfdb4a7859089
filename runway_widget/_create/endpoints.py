"""The methods that create tasks: one for each endpoint. Their parameters are declared in `parameters`.

What they give is a task or a grid, which this folder does not know: `Client` says what the two are.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Generic, TypeVar, Unpack, overload

from .._errors import ConfigurationError
from .._keywords import keywords
from .._numbers import whole
from .._service.payload import describe
from .parameters import (
    DEFAULTS,
    CharacterPerformance,
    ImageToVideo,
    Options,
    Prompts,
    RawOptions,
    TextToImage,
    TextToVideo,
    VideoToVideo,
    VideoUpscale,
)

if TYPE_CHECKING:
    from .._service.json_value import JsonValue
    from .._service.provider import Route
    from .inputs import Media

TaskT = TypeVar("TaskT")
GridT = TypeVar("GridT")

MAX_TAKES = 100
_RETURNS = "RunwayTask | TaskGrid"
_OTHERS = "a field that is not known here goes into extra_body={…}, by its wire name"


class CreateMethods(Generic[TaskT, GridT]):
    """The methods of a `Client` that create tasks.

    Where media go in (`Media`): an https URL, a path, bytes, a PIL image, a NumPy array (height, width[, 3 or 4];
    uint8, uint16, bool, or floats from 0 to 1) or a finished `RunwayTask`, which stands for its first fitting output.
    Pictures in memory are sent with 8 bit for each colour, files as they are. What is not at a URL travels in the
    request as a data URI: an image of up to 5 MB, a video or audio of up to 16 MB, of which base64 leaves 3.75 and 12
    MB for the file. Runway's own API also takes ``runway://`` URIs.

    None leaves a parameter out. Where a seed may be sent and none is given, one is chosen, sent and shown, so that a
    good take can be had again. A list as ``prompt_text`` creates one task for each prompt.

    Each method returns at once: a live `RunwayTask`, or with ``takes`` or a list of prompts a `TaskGrid`. They raise
    ConfigurationError for a value that is known to be refused, TypeError for a keyword that is not known (both before
    anything is sent), AuthenticationError, AccessDenied or ServiceError for what the service answered, and
    SubmissionUncertain if it may have taken the request, but its answer did not arrive.

    Sources: CometAPI's pages of the official-format routes; Runway's API reference, version 2024-11-06.
    """

    @overload
    def text_to_image(self, *, takes: None = None, **parameters: Unpack[TextToImage[str]]) -> TaskT: ...
    @overload
    def text_to_image(self, *, takes: None = None, **parameters: Unpack[TextToImage[Prompts]]) -> GridT: ...
    @overload
    def text_to_image(self, *, takes: int, **parameters: Unpack[TextToImage[str | Prompts]]) -> GridT: ...
    @overload
    def text_to_image(
        self, *, takes: int | None = None, **parameters: Unpack[TextToImage[str | Prompts]]
    ) -> TaskT | GridT: ...
    @keywords(TextToImage, DEFAULTS, others=_OTHERS, returns=_RETURNS)
    def text_to_image(self, *, takes: int | None = None, **parameters: object) -> TaskT | GridT:
        """Make an image from a prompt and reference images.

        Args:
            model: "gen4_image", "gen4_image_turbo", …
            prompt_text: what is to be seen, up to 1000 characters (UTF-16 code units). ``@tag`` names a reference.
            ratio: width:height in pixels, such as "1280:720" or "1024:1024".
            reference_images: up to three images, or ``{"uri": image, "tag": "name"}``. CometAPI wants at least one.
            seed: 0 to 4294967295.
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("text_to_image", takes, parameters)

    @overload
    def text_to_video(self, *, takes: None = None, **parameters: Unpack[TextToVideo[str]]) -> TaskT: ...
    @overload
    def text_to_video(self, *, takes: None = None, **parameters: Unpack[TextToVideo[Prompts]]) -> GridT: ...
    @overload
    def text_to_video(self, *, takes: int, **parameters: Unpack[TextToVideo[str | Prompts]]) -> GridT: ...
    @overload
    def text_to_video(
        self, *, takes: int | None = None, **parameters: Unpack[TextToVideo[str | Prompts]]
    ) -> TaskT | GridT: ...
    @keywords(TextToVideo, DEFAULTS, others=_OTHERS, returns=_RETURNS)
    def text_to_video(self, *, takes: int | None = None, **parameters: object) -> TaskT | GridT:
        """Make a video from a prompt alone. On Runway's own API only: `Client.runway`.

        Args:
            model: "gen4.5", "veo3.1", "veo3.1_fast", …
            prompt_text: what is to be seen, up to 1000 characters (UTF-16 code units).
            ratio: width:height in pixels: "1280:720" or "720:1280", and "1920:1080" or "1080:1920" of a veo model.
            duration: seconds: 2 to 10 of gen4.5; 4, 6 or 8 of veo3.1.
            seed: 0 to 4294967295.
            audio: with sound, where the model makes any.
            negative_prompt: what is not to be seen, where the model heeds it.
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, reuse, save_to, …: see `Options`; for errors and the rest, `CreateMethods`.
        """
        return self._begin("text_to_video", takes, parameters)

    @overload
    def image_to_video(self, *, takes: None = None, **parameters: Unpack[ImageToVideo[str]]) -> TaskT: ...
    @overload
    def image_to_video(self, *, takes: None = None, **parameters: Unpack[ImageToVideo[Prompts]]) -> GridT: ...
    @overload
    def image_to_video(self, *, takes: int, **parameters: Unpack[ImageToVideo[str | Prompts]]) -> GridT: ...
    @overload
    def image_to_video(
        self, *, takes: int | None = None, **parameters: Unpack[ImageToVideo[str | Prompts]]
    ) -> TaskT | GridT: ...
    @keywords(ImageToVideo, DEFAULTS, others=_OTHERS, returns=_RETURNS)
    def image_to_video(self, *, takes: int | None = None, **parameters: object) -> TaskT | GridT:
        """Make a video that begins with an image.

        Args:
            model: "gen4_turbo", "gen3a_turbo" (CometAPI), "gen4.5", "veo3.1" (Runway), …
            prompt_image: the first frame, or a list of ``{"uri": image, "position": "first" or "last"}``.
            prompt_text: what is to happen, up to 512 characters at CometAPI and 1000 at Runway (UTF-16 code units).
            ratio: width:height in pixels, such as "1280:720", "720:1280" or "960:960".
            duration: seconds: 5 or 10 of gen3a_turbo, 2 to 10 of gen4_turbo and gen4.5, 4, 6 or 8 of veo3.1.
            seed: 0 to 999999999 at CometAPI, to 4294967295 at Runway.
            watermark: CometAPI only.
            audio: with sound, where the model makes any.
            negative_prompt: what is not to be seen, where the model heeds it.
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("image_to_video", takes, parameters)

    @overload
    def video_to_video(self, *, takes: None = None, **parameters: Unpack[VideoToVideo[str]]) -> TaskT: ...
    @overload
    def video_to_video(self, *, takes: None = None, **parameters: Unpack[VideoToVideo[Prompts]]) -> GridT: ...
    @overload
    def video_to_video(self, *, takes: int, **parameters: Unpack[VideoToVideo[str | Prompts]]) -> GridT: ...
    @overload
    def video_to_video(
        self, *, takes: int | None = None, **parameters: Unpack[VideoToVideo[str | Prompts]]
    ) -> TaskT | GridT: ...
    @keywords(VideoToVideo, DEFAULTS, others=_OTHERS, returns=_RETURNS)
    def video_to_video(self, *, takes: int | None = None, **parameters: object) -> TaskT | GridT:
        """Make a video from a video.

        Args:
            model: "gen4_aleph" (CometAPI), "aleph2" (Runway), …
            video_uri: the video to change; ``prompt_video`` is what some models call it.
            prompt_text: what is to change, up to 1000 characters (UTF-16 code units) of gen4_aleph.
            ratio: width:height in pixels, such as "1280:720".
            references: images to go by.
            keyframes: of aleph2, up to five: ``{"uri": image, "seconds": 1.5}`` or ``{"uri": image, "at": 0.5}``.
            target_aspect_ratio: of aleph2: "16:9", "1:1", "9:16", …
            seed: 0 to 4294967295.
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("video_to_video", takes, parameters)

    @overload
    def video_upscale(self, *, takes: None = None, **parameters: Unpack[VideoUpscale]) -> TaskT: ...
    @overload
    def video_upscale(self, *, takes: int, **parameters: Unpack[VideoUpscale]) -> GridT: ...
    @overload
    def video_upscale(self, *, takes: int | None = None, **parameters: Unpack[VideoUpscale]) -> TaskT | GridT: ...
    @keywords(VideoUpscale, DEFAULTS, others=_OTHERS, returns=_RETURNS)
    def video_upscale(self, *, takes: int | None = None, **parameters: object) -> TaskT | GridT:
        """Make a video larger.

        Args:
            model: "upscale_v1" (CometAPI: four times, up to 4096 pixels a side, and no other parameters),
                "magnific_video_upscaler_creative" (Runway), …
            video_uri: the video.
            resolution: "720p", "1k", "2k" or "4k".
            creativity, sharpen, smart_grain: 0 to 100.
            flavor: "vivid" or "natural".
            fps_boost: also raise the frame rate.
            takes, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("video_upscale", takes, parameters)

    @overload
    def character_performance(self, *, takes: None = None, **parameters: Unpack[CharacterPerformance]) -> TaskT: ...
    @overload
    def character_performance(self, *, takes: int, **parameters: Unpack[CharacterPerformance]) -> GridT: ...
    @overload
    def character_performance(
        self, *, takes: int | None = None, **parameters: Unpack[CharacterPerformance]
    ) -> TaskT | GridT: ...
    @keywords(CharacterPerformance, DEFAULTS, others=_OTHERS, returns=_RETURNS)
    def character_performance(self, *, takes: int | None = None, **parameters: object) -> TaskT | GridT:
        """Let a character perform what a person does in a video.

        Args:
            model: "act_two".
            character: an image or a video of it, or ``{"type": "image" or "video", "uri": medium}``.
            reference: a video of the person, 3 to 30 s long.
            body_control: gestures too, not the face alone.
            expression_intensity: 1 to 5.
            ratio: width:height in pixels, such as "1280:720".
            seed: 0 to 4294967295.
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("character_performance", takes, parameters)

    @keywords(RawOptions, DEFAULTS, open_ended=True, returns="RunwayTask")
    def create(
        self,
        endpoint: str,
        /,
        *,
        reuse: bool = False,
        save_to: str | os.PathLike[str] | None = None,
        embed: bool | int = False,
        freeze: bool = True,
        poll_interval: float | None = None,
        not_found_after: float = 120.0,
        give_up_after: float = 3600.0,
        route: Route = "task",
        takes: None = None,
        check: None = None,
        extra_body: None = None,
        **body: JsonValue | Media,
    ) -> TaskT:
        """Create a task at an endpoint that this version does not know: ``create("sound_effect", promptText="rain")``.

        ``endpoint`` is the last part of its path; ``body`` its fields by their wire names, sent as they are.
        ``reuse`` and the keywords of `WatchOptions` are taken out of it; ``takes``, ``check`` and ``extra_body`` are a
        TypeError here. Errors: see `CreateMethods`.
        """
        options = RawOptions(
            reuse=reuse,
            save_to=save_to,
            embed=embed,
            freeze=freeze,
            poll_interval=poll_interval,
            not_found_after=not_found_after,
            give_up_after=give_up_after,
            route=route,
        )
        refused = {"takes": takes, "check": check, "extra_body": extra_body}
        body |= {name: value for name, value in refused.items() if value is not None}
        return self._create_raw(endpoint, body, options)

    def _begin(self, endpoint: str, takes: int | None, parameters: dict[str, object]) -> TaskT | GridT:
        """Tell the endpoint's own arguments from the options, and hand both on."""
        number = whole(takes)
        if takes is not None and (number is None or not 1 <= number <= MAX_TAKES):
            raise ConfigurationError(f"takes: must be an int from 1 to {MAX_TAKES}, not {describe(takes)}")
        options = {name: parameters.pop(name) for name in Options.__annotations__ if name in parameters}
        return self._create(endpoint, parameters, number, options)

    def _create(
        self, endpoint: str, arguments: dict[str, object], takes: int | None, options: dict[str, object]
    ) -> TaskT | GridT:
        """Create what ``arguments`` ask for: one task, or a grid of several takes or prompts."""
        raise NotImplementedError

    def _create_raw(self, endpoint: str, body: dict[str, JsonValue | Media], options: RawOptions) -> TaskT:
        """Create one task at any endpoint, of a ``body`` with wire names."""
        raise NotImplementedError
