"""How a task is watched and shown, as keywords: declared once, for `RunwayTask`, `Client.task` and every create.

Without ``from __future__ import annotations``: the annotations are read when the package runs.
"""

import os
from typing import TypedDict

from .._errors import ConfigurationError
from .._numbers import plain
from .._service.payload import describe
from .._service.provider import Route


class WatchOptions(TypedDict, total=False):
    """How a task is watched and shown.

    Attributes:
        save_to: a folder into which the outputs are saved when the task has succeeded, as ``<task id>-<n>.<ending>``;
            or how they are to be called: ``"renders/{date}-{model}-{seed}-{n}"``. Fields: date and time (when the task
            was created, here; ``{date:%Y%m%d}`` as of strftime), model, seed, n (the number of the output, from 1), id,
            prompt (its first words), action ("image_to_video"), ratio ("1280x720"). The ending is added, and a counter,
            " (2)", rather than overwrite a file; with a "/" at the end it is the name of a folder. None saves nothing.
            Folders are made then; a relative path is below the working directory of now. ConfigurationError for a field
            that there is not, and for a folder that cannot be written to.
        embed: carry the media themselves in the frozen card, of up to 5 MB each (or as many bytes as this says).
        freeze: replace the card by a static one at the task's end.
        poll_interval: seconds between two polls; None for the built-in cadence (5 to 20 s).
        not_found_after: seconds for which the service may not show a new task yet.
        give_up_after: seconds after which watching ends; the task goes on.
        route: "task", "feed" (CometAPI's ``POST /runway/feed``), or the path of any other route of the same service
            that shows a task, with ``{id}`` in it: ``"/kling/v1/videos/image2video/{id}"``, ``"/v1/videos/{id}"``.
    """

    save_to: str | os.PathLike[str] | None
    embed: bool | int
    freeze: bool
    poll_interval: float | None
    not_found_after: float
    give_up_after: float
    route: Route


#: What stands for an option that is not given; the same as of `RunwayTask`.
WATCH_DEFAULTS: WatchOptions = {
    "save_to": None,
    "embed": False,
    "freeze": True,
    "poll_interval": None,
    "not_found_after": 120.0,
    "give_up_after": 3600.0,
    "route": "task",
}


def checked_flag(name: str, value: bool) -> bool:
    """``value``, or a ConfigurationError: "no" is true to Python, and some of these decide what is paid for."""
    flag = plain(value)
    if not isinstance(flag, bool):
        raise ConfigurationError(f"{name} must be True or False, not {describe(value)}")
    return flag
