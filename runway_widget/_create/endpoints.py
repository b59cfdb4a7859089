"""The methods that create tasks: one for each endpoint. Their parameters are declared in `parameters`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, overload

from .._keywords import keywords
from .._watch.options import checked_flag
from .audio_methods import AudioMethods
from .begin import GridT, Planned, PlanT, Sent, TaskT
from .character_methods import CharacterMethods
from .image_methods import ImageMethods
from .parameters import DEFAULTS, RawOptions
from .video_methods import VideoMethods

if TYPE_CHECKING:
    from .._service.json_value import JsonValue
    from .._service.provider import Route
    from .inputs import Media


class CreateMethods(
    ImageMethods[TaskT, GridT, PlanT],
    VideoMethods[TaskT, GridT, PlanT],
    CharacterMethods[TaskT, GridT, PlanT],
    AudioMethods[TaskT, GridT, PlanT],
):
    """The methods of a `Client` that create tasks.

    **Media.** Where a type says ``Media``, these go in: an https URL, a path, bytes, a PIL image, a NumPy array
    (height, width[, 3 or 4]; uint8, uint16, bool, or floats from 0 to 1), or a `RunwayTask`, which stands for its first
    fitting output. ``MediaList`` is several of them, and ``Fields`` a dict of the service's with media in it. Pictures
    in memory are sent with 8 bit for each colour, files as they are.

    **Tasks as media.** For a task that has not ended, also for one that waits itself, the create waits in the
    background; where that task does not succeed, nothing is sent. A `TaskGrid` makes one for each of its takes; several
    grids, or prompts, go in step.

    **Sizes.** What is not at a URL travels in the request as a data URI, of which base64 leaves three quarters for the
    file. Runway's own API takes data URIs of up to 5 MB; what is larger is uploaded before the request, up to 200 MB,
    and not again within a day (source: Runway's page on ephemeral uploads); ``runway://`` URIs are taken too. CometAPI
    takes an image of up to 5 MB, a video or audio of up to 16 MB, and no uploads. With ``shrink=True`` a picture that
    neither takes is made to fit.

    **Parameters.** None leaves one out. Where a seed may be sent and none is given, one is chosen, sent and shown, so
    that a good take can be had again. A list as ``prompt_text``, or a column of a table (a ``Column`` of pandas or
    polars), creates one task for each prompt.

    **What comes back** is a live `RunwayTask` as soon as the service has taken it; with ``takes`` or a list of prompts
    a `TaskGrid`, at once: its tasks are sent one after the other in the background, the first alone, then four at a
    time, and a service that is busy is waited for. With ``background=True`` so is a single one. With ``dry_run=True``
    it is a `Plan`: everything is checked, and nothing is sent.

    **Errors.** ConfigurationError for a value that is known to be refused and TypeError for a keyword that is not
    known, both before anything is sent; AuthenticationError, AccessDenied or ServiceError for what the service
    answered; SubmissionUncertain if it may have taken the request, but its answer did not arrive. Of what is sent in
    the background `RunwayTask.wait` raises the last four.

    Sources: CometAPI's pages of the official-format routes; Runway's API reference, version 2024-11-06.
    """

    @overload
    def create(
        self,
        endpoint: str,
        /,
        *,
        dry_run: Sent = False,
        reuse: bool = False,
        background: bool | str = False,
        shrink: bool = False,
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
    ) -> TaskT: ...
    @overload
    def create(
        self,
        endpoint: str,
        /,
        *,
        dry_run: Planned,
        reuse: bool = False,
        background: bool | str = False,
        shrink: bool = False,
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
    ) -> PlanT: ...
    @overload
    def create(
        self,
        endpoint: str,
        /,
        *,
        dry_run: bool,
        reuse: bool = False,
        background: bool | str = False,
        shrink: bool = False,
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
    ) -> TaskT | PlanT: ...
    @keywords(RawOptions, DEFAULTS, open_ended=True, returns="RunwayTask | Plan")
    def create(
        self,
        endpoint: str,
        /,
        *,
        dry_run: bool = False,
        reuse: bool = False,
        background: bool | str = False,
        shrink: bool = False,
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
    ) -> TaskT | PlanT:
        """Create a task at an endpoint that this version does not know: ``create("sound_effect", promptText="rain")``.

        ``endpoint`` is the last part of its path; ``body`` its fields by their wire names, sent as they are.
        ``dry_run``, ``reuse``, ``background`` (unless it is a text), ``shrink`` and the keywords of `WatchOptions` are
        taken out of it; ``takes``, ``check`` and ``extra_body`` are a TypeError here. Errors: see `CreateMethods`.
        """
        if isinstance(background, str):
            body, background = {**body, "background": background}, False
        options = RawOptions(
            reuse=reuse,
            background=background,
            shrink=shrink,
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
        return self._create_raw(endpoint, body, options, checked_flag("dry_run", dry_run))


#: The methods' names, by the last part of the route that each of them posts to.
METHODS = {
    {"avatar_video": "avatar_videos"}.get(name, name): name
    for kind in (ImageMethods, VideoMethods, CharacterMethods, AudioMethods)
    for name in vars(kind)
    if not name.startswith("_")
}
