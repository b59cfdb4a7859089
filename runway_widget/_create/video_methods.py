"""The methods that make videos. What they have in common is told in `endpoints`."""

from __future__ import annotations

from typing import Unpack, overload

from .._keywords import keywords
from .begin import OTHERS, RETURNS, Begin, GridT, Planned, PlanT, Sent, TaskT
from .parameters import (
    DEFAULTS,
    ImageToVideo,
    Prompts,
    TextToVideo,
    VideoToHdr,
    VideoToVideo,
    VideoUpscale,
)


class VideoMethods(Begin[TaskT, GridT, PlanT]):
    @overload
    def text_to_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[TextToVideo[str]]
    ) -> TaskT: ...
    @overload
    def text_to_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[TextToVideo[Prompts]]
    ) -> GridT: ...
    @overload
    def text_to_video(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[TextToVideo[str | Prompts]]
    ) -> GridT: ...
    @overload
    def text_to_video(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[TextToVideo[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def text_to_video(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[TextToVideo[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def text_to_video(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[TextToVideo[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(TextToVideo, DEFAULTS, others=OTHERS, returns=RETURNS)
    def text_to_video(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make a video from a prompt alone. On Runway's own API only: `Client.runway`.

        Args:
            model: "gen4.5", "veo3.1", "seedance2", "kling3.0_pro", "wan3", …
            prompt_text: what is to be seen, up to 1000 characters (UTF-16 code units) of gen4.5 and veo3.1; some models
                can do without.
            ratio: width:height in pixels, such as "1280:720".
            duration: seconds: 2 to 10 of gen4.5; 4, 6 or 8 of veo3.1; also "auto" of some models.
            resolution: of models that have no ratio, such as "720p" or "1080p".
            seed: 0 to 4294967295 (999999999 at CometAPI).
            audio: with sound, where the model makes any.
            references, reference_videos, reference_audio: media to go by: one, several, or ``{"uri": medium, …}``.
            negative_prompt: what is not to be seen, of veo3.1.
            cfg_scale: how closely the kling models follow the prompt.
            prompt_expansion_mode: of h3_max: "disabled", "balanced" or "quality".
            draft: a quick and cheaper draft, of seedance2_5.
            draft_task_id: of seedance2_5: the draft to finish.
            output_format, prores_profile: of gen4.5, aleph2 and seedance2_5: "mp4", "prores", "png_sequence", "hdr10",
                …
            provider_settings: of the kling models, as a dict: ``{"shot_type": …, "multi_prompt": [{"prompt": …,
                "duration": 3}]}``.
            content_moderation: of Runway's own models: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("text_to_video", takes, parameters, dry_run)

    @overload
    def image_to_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[ImageToVideo[str]]
    ) -> TaskT: ...
    @overload
    def image_to_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[ImageToVideo[Prompts]]
    ) -> GridT: ...
    @overload
    def image_to_video(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[ImageToVideo[str | Prompts]]
    ) -> GridT: ...
    @overload
    def image_to_video(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[ImageToVideo[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def image_to_video(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[ImageToVideo[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def image_to_video(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[ImageToVideo[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(ImageToVideo, DEFAULTS, others=OTHERS, returns=RETURNS)
    def image_to_video(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make a video that begins with an image.

        Args:
            model: "gen4_turbo", "gen4.5", "gen3a_turbo" (CometAPI), "veo3.1", "seedance2", "kling3.0_pro" (Runway), …
            prompt_image: the first frame, or a list of ``{"uri": image, "position": "first" or "last"}``.
            prompt_text: what is to happen, up to 1000 characters (UTF-16 code units) of gen4_turbo, gen4.5 and veo3.1.
            ratio: width:height in pixels, such as "1280:720", "720:1280" or "960:960".
            duration: seconds: 2 to 10 of gen4_turbo and gen4.5, 4, 6 or 8 of veo3.1, 5 or 10 of gen3a_turbo; also
                "auto" of some models.
            resolution: of models that have no ratio, such as "720p" or "1080p".
            seed: 0 to 4294967295 (999999999 at CometAPI).
            audio: with sound, where the model makes any.
            references, reference_videos, reference_audio: media to go by: one, several, or ``{"uri": medium, …}``.
            negative_prompt: what is not to be seen, of veo3.1.
            cfg_scale: how closely the kling models follow the prompt.
            prompt_expansion_mode: of h3_max: "disabled", "balanced" or "quality".
            watermark: CometAPI only.
            draft: a quick and cheaper draft, of seedance2_5.
            output_format, prores_profile: of gen4.5, aleph2 and seedance2_5: "mp4", "prores", "png_sequence", "hdr10",
                …
            provider_settings: of the kling models, as a dict: ``{"shot_type": …, "multi_prompt": [{"prompt": …,
                "duration": 3}]}``.
            content_moderation: of Runway's own models: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("image_to_video", takes, parameters, dry_run)

    @overload
    def video_to_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VideoToVideo[str]]
    ) -> TaskT: ...
    @overload
    def video_to_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VideoToVideo[Prompts]]
    ) -> GridT: ...
    @overload
    def video_to_video(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[VideoToVideo[str | Prompts]]
    ) -> GridT: ...
    @overload
    def video_to_video(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[VideoToVideo[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def video_to_video(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[VideoToVideo[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def video_to_video(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[VideoToVideo[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(VideoToVideo, DEFAULTS, others=OTHERS, returns=RETURNS)
    def video_to_video(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make a video from a video.

        Args:
            model: "gen4_aleph" (CometAPI), "aleph2", "seedance2", "kling_4" (Runway), …
            video_uri: the video to change; ``prompt_video`` is what some models call it.
            prompt_text: what is to change, up to 1000 characters (UTF-16 code units) of gen4_aleph.
            ratio: width:height in pixels, such as "1280:720".
            duration: seconds, or "auto", of models that can make another length.
            resolution: of models that have no ratio, such as "720p" or "1080p".
            seed: 0 to 4294967295 (999999999 at CometAPI).
            audio: with sound, where the model makes any.
            references, reference_videos, reference_audio: media to go by: one, several, or ``{"uri": medium, …}``.
            keyframes: of aleph2, up to five: ``{"uri": image, "seconds": 1.5}`` or ``{"uri": image, "at": 0.5}``.
            mode: of gemini_omni_flash_1.1 and seedance2_5: "reference", "extend" or "edit".
            target_aspect_ratio: of aleph2: "16:9", "1:1", "9:16", …
            draft: a quick and cheaper draft, of seedance2_5.
            output_format, prores_profile: of gen4.5, aleph2 and seedance2_5: "mp4", "prores", "png_sequence", "hdr10",
                …
            provider_settings: of the kling models, as a dict: ``{"shot_type": …, "multi_prompt": [{"prompt": …,
                "duration": 3}]}``.
            content_moderation: of Runway's own models: ``{"public_figure_threshold": "auto" or "low"}``.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("video_to_video", takes, parameters, dry_run)

    @overload
    def video_upscale(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VideoUpscale]
    ) -> TaskT: ...
    @overload
    def video_upscale(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[VideoUpscale]) -> GridT: ...
    @overload
    def video_upscale(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[VideoUpscale]
    ) -> TaskT | GridT: ...
    @overload
    def video_upscale(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[VideoUpscale]
    ) -> PlanT: ...
    @overload
    def video_upscale(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[VideoUpscale]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(VideoUpscale, DEFAULTS, others=OTHERS, returns=RETURNS)
    def video_upscale(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make a video larger, or give it more frames a second.

        Args:
            model: "upscale_v1" (CometAPI: four times, up to 4096 pixels a side, and no other parameters),
                "magnific_video_upscaler_creative" or "enhance_frame_rate" (Runway).
            video_uri: the video.
            resolution: "720p", "1k", "2k" or "4k".
            creativity, sharpen, smart_grain: 0 to 100.
            flavor: "vivid" or "natural".
            fps_boost: also raise the frame rate.
            target_framerate: of enhance_frame_rate, which requires it: "24", "23_98", "60", …
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("video_upscale", takes, parameters, dry_run)

    @overload
    def video_to_hdr(self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[VideoToHdr]) -> TaskT: ...
    @overload
    def video_to_hdr(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[VideoToHdr]) -> GridT: ...
    @overload
    def video_to_hdr(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[VideoToHdr]
    ) -> TaskT | GridT: ...
    @overload
    def video_to_hdr(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[VideoToHdr]
    ) -> PlanT: ...
    @overload
    def video_to_hdr(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[VideoToHdr]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(VideoToHdr, DEFAULTS, others=OTHERS, returns=RETURNS)
    def video_to_hdr(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Give a video a high dynamic range. On Runway's own API only: `Client.runway`.

        Args:
            model: "ruby".
            video_uri: the video.
            output_format: "hdr10", "hlg", "hdr_prores" or a sequence of EXR frames, which comes as a .zip.
            prores_profile: of hdr_prores: "422", "422 HQ" or "4444".
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("video_to_hdr", takes, parameters, dry_run)
