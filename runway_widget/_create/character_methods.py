"""The methods that let characters act and speak. What they have in common is told in `endpoints`."""

from __future__ import annotations

from typing import Unpack, overload

from .._keywords import keywords
from .begin import OTHERS, RETURNS, Begin, GridT, Planned, PlanT, Sent, TaskT
from .parameters import DEFAULTS, AvatarVideo, CharacterPerformance


class CharacterMethods(Begin[TaskT, GridT, PlanT]):
    @overload
    def character_performance(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[CharacterPerformance]
    ) -> TaskT: ...
    @overload
    def character_performance(
        self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[CharacterPerformance]
    ) -> GridT: ...
    @overload
    def character_performance(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[CharacterPerformance]
    ) -> TaskT | GridT: ...
    @overload
    def character_performance(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[CharacterPerformance]
    ) -> PlanT: ...
    @overload
    def character_performance(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[CharacterPerformance]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(CharacterPerformance, DEFAULTS, others=OTHERS, returns=RETURNS)
    def character_performance(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
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
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("character_performance", takes, parameters, dry_run)

    @overload
    def avatar_video(
        self, *, takes: None = None, dry_run: Sent = False, **parameters: Unpack[AvatarVideo]
    ) -> TaskT: ...
    @overload
    def avatar_video(self, *, takes: int, dry_run: Sent = False, **parameters: Unpack[AvatarVideo]) -> GridT: ...
    @overload
    def avatar_video(
        self, *, takes: int | None = None, dry_run: Sent = False, **parameters: Unpack[AvatarVideo]
    ) -> TaskT | GridT: ...
    @overload
    def avatar_video(
        self, *, dry_run: Planned, takes: int | None = None, **parameters: Unpack[AvatarVideo]
    ) -> PlanT: ...
    @overload
    def avatar_video(
        self, *, dry_run: bool, takes: int | None = None, **parameters: Unpack[AvatarVideo]
    ) -> TaskT | GridT | PlanT: ...
    @keywords(AvatarVideo, DEFAULTS, others=OTHERS, returns=RETURNS)
    def avatar_video(
        self, *, takes: int | None = None, dry_run: bool = False, **parameters: object
    ) -> TaskT | GridT | PlanT:
        """Let an avatar speak. On Runway's own API only: `Client.runway`.

        Args:
            model: "gwm1_avatars".
            avatar: the name of a preset, such as "cat-character", or ``{"type": "custom", "avatar_id": id}``.
            speech: ``{"type": "text", "text": words}``, with a ``"voice"`` if it is to be another one, or
                ``{"type": "audio", "audio": recording}``.
            takes, dry_run, reuse, save_to, …: see `Options`; for media, errors and the rest, `CreateMethods`.
        """
        return self._begin("avatar_videos", takes, parameters, dry_run)
