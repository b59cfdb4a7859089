"""The methods that make images. What they have in common is told in `endpoints`."""

from __future__ import annotations

from typing import Unpack, overload

from .._keywords import keywords
from .begin import OTHERS, RETURNS, Begin, GridT, Planned, PlanT, Sent, TaskT
from .parameters import (
    DEFAULTS,
    ImageUpscale,
    Prompts,
    TextToImage,
)


class ImageMethods(Begin[TaskT, GridT, PlanT]):
    @overload
    def text_to_image(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[TextToImage[str]]
    ) -> TaskT: ...
    @overload
    def text_to_image(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[TextToImage[Prompts]]
    ) -> GridT: ...
    @overload
    def text_to_image(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[TextToImage[str | Prompts]]
    ) -> GridT: ...
    @overload
    def text_to_image(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[TextToImage[str | Prompts]]
    ) -> TaskT | GridT: ...
    @overload
    def text_to_image(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[TextToImage[str | Prompts]]
    ) -> PlanT: ...
    @overload
    def text_to_image(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[TextToImage[str | Prompts]]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(TextToImage, DEFAULTS, others=OTHERS, returns=RETURNS)
    def text_to_image(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make an image from a prompt, and from reference images where the model takes or requires them.

        Args:
            model: "gen4_image", "gen4_image_turbo", and at Runway "gpt_image_2", "seedream5_pro", "ideogram_4_5", …
            prompt_text: what is to be seen, up to 1000 characters (UTF-16 code units) of the gen4 models. ``@tag``
                names a reference.
            ratio: width:height in pixels, such as "1280:720" or "1024:1024".
            reference_images: images, or ``{"uri": image, "tag": "name"}``: at most 3 of the gen4 models.
                gen4_image_turbo requires one, and at CometAPI gen4_image does too.
            seed: 0 to 4294967295.
            output_count: how many images one task makes, where the model can make several.
            output_format: "png", "jpeg" or "webp".
            quality: "low", "medium", "high", …
            background: "transparent", "opaque" or "auto", of the gpt_image models.
            background_color, colors: of the recraft models, as "#rrggbb".
            edit: of grok_imagine_image_2: change the reference instead of making a new image.
            precise_edit, mask_uri: of ideogram_4_5: change only what the mask shows.
            grounding: of the seedream models: look things up first.
            thinking_level: of nano_banana_2.1: "minimal", "medium" or "high".
            content_moderation: ``{"public_figure_threshold": "auto" or "low"}``, of the gen4 models.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("text_to_image", takes, parameters, dry_run)

    @overload
    def image_upscale(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[ImageUpscale]
    ) -> TaskT: ...
    @overload
    def image_upscale(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[ImageUpscale]) -> GridT: ...
    @overload
    def image_upscale(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[ImageUpscale]
    ) -> TaskT | GridT: ...
    @overload
    def image_upscale(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[ImageUpscale]
    ) -> PlanT: ...
    @overload
    def image_upscale(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[ImageUpscale]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(ImageUpscale, DEFAULTS, others=OTHERS, returns=RETURNS)
    def image_upscale(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Make an image larger. On Runway's own API only: `Client.runway`.

        Args:
            model: "magnific_precision_upscaler_v2".
            image_uri: the image.
            scale_factor: 2, 4, 8 or 16.
            flavor: "sublime", "photo" or "photo_denoiser".
            sharpen, smart_grain, ultra_detail: 0 to 100.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("image_upscale", takes, parameters, dry_run)
