"""The methods that create tasks: one for each endpoint, with its parameters spelled out and nothing else in them.

Every one takes `Options` too. They are declared once, so a name that is in neither list has to be refused here: it must
not be found out after somebody has paid.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from .._errors import ConfigurationError

if TYPE_CHECKING:
    from .inputs import Media

    Prompt = str | Sequence[str]
    MediaList = Sequence[Media | Mapping[str, Any]]
    Created = Any  # a RunwayTask; of several takes or prompts, a TaskGrid


class Options(TypedDict, total=False):
    """What every create takes beside the endpoint's own parameters.

    extra_body: fields that this version does not know, by their wire names; they win over the others.
    check: False sends values that are not documented for the endpoint and the model.
    reuse: take up a task that was created by the same request before, instead of paying for another.
    takes: how many, each with another seed; more than one makes a `TaskGrid`.
    save_to: a folder into which the output is saved when the task has succeeded.
    poll_interval, not_found_after, give_up_after, route, freeze, embed: as of `RunwayTask`.
    """

    extra_body: Mapping[str, Any] | None
    check: bool
    reuse: bool
    takes: int
    save_to: str | os.PathLike[str] | None
    poll_interval: float | None
    not_found_after: float
    give_up_after: float
    route: Literal["task", "feed"]
    freeze: bool
    embed: bool | int


_WATCH = ("poll_interval", "not_found_after", "give_up_after", "route", "freeze", "embed")
MAX_TAKES = 100


class Endpoints:
    """What a client can create; how it does is in its `_create`.

    Where media go in (`Media`): an https URL, a path, bytes, a PIL image, a NumPy array (height, width[, 3 or 4];
    uint8, or floats from 0 to 1) or a finished `RunwayTask`, which stands for its first fitting output. What is not at
    a URL travels in the request as a data URI: an image of up to 5 MB, a video or audio of up to 16 MB, of which base64
    leaves 3.75 and 12 MB for the file. Runway's own API also takes ``runway://`` URIs.

    None leaves a parameter out. Where a seed may be sent and none is given, one is chosen, sent and shown, so that a
    good take can be had again. A list as ``prompt_text`` creates one task for each prompt.

    Each method returns the live `RunwayTask` at once, or a `TaskGrid` of several takes or prompts. They raise
    ConfigurationError for a value that is known to be refused, TypeError for a keyword that is not known (both before
    anything is sent), AuthenticationError, AccessDenied or ServiceError for what the service answered, and
    SubmissionUncertain if it may have taken the request, but its answer did not arrive.

    Sources: CometAPI's pages of the official-format routes; Runway's API reference, version 2024-11-06.
    """

    if TYPE_CHECKING:

        def _create(
            self,
            endpoint: str,
            arguments: dict[str, Any],
            *,
            extra_body: Mapping[str, Any] | None,
            check: bool,
            reuse: bool,
            takes: int,
            save_to: str | os.PathLike[str] | None,
            watch: dict[str, Any],
        ) -> Created: ...

    def text_to_image(
        self,
        *,
        model: str,
        prompt_text: Prompt,
        ratio: str | None = None,
        reference_images: MediaList | Media | None = None,
        seed: int | None = None,
        content_moderation: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Created:
        """Make an image from a prompt and reference images.

        Args:
            model: "gen4_image", "gen4_image_turbo", …
            prompt_text: what is to be seen, up to 1000 characters (UTF-16 code units). ``@tag`` names a reference.
            ratio: width:height in pixels, such as "1280:720" or "1024:1024".
            reference_images: up to three images, or ``{"uri": image, "tag": "name"}``. CometAPI wants at least one.
            seed: 0 to 4294967295.
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``.
            **options: see `Options`; for media, errors and the rest, `Endpoints`.
        """
        return self._begin("text_to_image", locals())

    def text_to_video(
        self,
        *,
        model: str,
        prompt_text: Prompt,
        ratio: str | None = None,
        duration: int | Literal["auto"] | None = None,
        seed: int | None = None,
        audio: bool | None = None,
        negative_prompt: str | None = None,
        content_moderation: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Created:
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
            **options: see `Options`; for errors and the rest, `Endpoints`.
        """
        return self._begin("text_to_video", locals())

    def image_to_video(
        self,
        *,
        model: str,
        prompt_image: Media | Sequence[Mapping[str, Any]],
        prompt_text: Prompt | None = None,
        ratio: str | None = None,
        duration: int | Literal["auto"] | None = None,
        seed: int | None = None,
        watermark: bool | None = None,
        audio: bool | None = None,
        negative_prompt: str | None = None,
        content_moderation: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Created:
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
            **options: see `Options`; for media, errors and the rest, `Endpoints`.
        """
        return self._begin("image_to_video", locals())

    def video_to_video(
        self,
        *,
        model: str,
        video_uri: Media | None = None,
        prompt_video: Media | None = None,
        prompt_text: Prompt | None = None,
        ratio: str | None = None,
        references: MediaList | Media | None = None,
        keyframes: Sequence[Mapping[str, Any]] | None = None,
        target_aspect_ratio: str | None = None,
        seed: int | None = None,
        content_moderation: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Created:
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
            **options: see `Options`; for media, errors and the rest, `Endpoints`.
        """
        return self._begin("video_to_video", locals())

    def video_upscale(
        self,
        *,
        model: str,
        video_uri: Media,
        resolution: str | None = None,
        creativity: int | None = None,
        flavor: str | None = None,
        sharpen: int | None = None,
        smart_grain: int | None = None,
        fps_boost: bool | None = None,
        **options: Unpack[Options],
    ) -> Created:
        """Make a video larger.

        Args:
            model: "upscale_v1" (CometAPI: four times, up to 4096 pixels a side, and no other parameters),
                "magnific_video_upscaler_creative" (Runway), …
            video_uri: the video.
            resolution: "720p", "1k", "2k" or "4k".
            creativity, sharpen, smart_grain: 0 to 100.
            flavor: "vivid" or "natural".
            fps_boost: also raise the frame rate.
            **options: see `Options`; for media, errors and the rest, `Endpoints`.
        """
        return self._begin("video_upscale", locals())

    def character_performance(
        self,
        *,
        model: str,
        character: Media | Mapping[str, Any],
        reference: Media | Mapping[str, Any],
        body_control: bool | None = None,
        expression_intensity: int | None = None,
        ratio: str | None = None,
        seed: int | None = None,
        content_moderation: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Created:
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
            **options: see `Options`; for media, errors and the rest, `Endpoints`.
        """
        return self._begin("character_performance", locals())

    def _begin(self, endpoint: str, given: dict[str, Any]) -> Created:
        """``given``: the method's `locals()`, which are nothing but its parameters as long as it has no other line."""
        options: Options = given["options"]
        arguments = {name: value for name, value in given.items() if name not in {"self", "options"}}
        unknown = [name for name in options if name not in Options.__annotations__]
        if unknown:
            raise TypeError(
                f"{endpoint}() got an unexpected keyword argument {unknown[0]!r}; "
                "a field that is not known here goes into extra_body={…}, by its wire name"
            )
        takes = options.get("takes", 1)
        if isinstance(takes, bool) or not isinstance(takes, int) or not 1 <= takes <= MAX_TAKES:
            raise ConfigurationError(f"takes: must be an int from 1 to {MAX_TAKES}, not {takes!r}")
        return self._create(
            endpoint,
            arguments,
            extra_body=options.get("extra_body"),
            check=options.get("check", True),
            reuse=options.get("reuse", False),
            takes=takes,
            save_to=options.get("save_to"),
            watch={name: options[name] for name in _WATCH if name in options},  # type: ignore[literal-required]
        )
