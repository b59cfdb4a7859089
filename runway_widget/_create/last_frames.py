"""A finished clip where a picture is wanted: its last frame, so that the next clip goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .._errors import RunwayWidgetError, ServiceError
from .._media.clip_frames import frame_of
from .._media.images import png
from .._media.sources import Source
from .input_field import InputField
from .local_media import from_bytes
from .medium import Medium

_SHORT = 8  # characters of an id, by which a card can tell it from others


def has_last_frame(task: Any, source: Source, field: InputField) -> bool:
    """Whether ``source`` is a clip of ``task``, and ``field`` takes a picture only."""
    return (
        hasattr(task, "_last_frame")
        and source.kind == "video"
        and "image" in field.kinds
        and "video" not in field.kinds
    )


def last_frame(task: Any, sources: Sequence[Source], source: Source, field: InputField) -> Medium:
    """The last frame of ``source``, one of the outputs of ``task``, as a PNG of all its pixels. It may block.

    The same clip is the same in a request's fingerprint, whatever its link is and however the frame travels. Raises
    ConfigurationError where there is no such frame, ServiceError where the clip cannot be fetched.
    """
    name = f"last frame of {task.task_id}"
    number = sources.index(source)

    def make() -> Medium:
        try:
            if source.file is not None:
                with source.file.open("rb") as file:
                    image = frame_of(file, -1).image
            else:
                image = task._last_frame(number, source.url)
        except ServiceError:
            raise
        except (RunwayWidgetError, OSError) as error:
            raise field.error(f"the {name}: {error}") from None
        medium = from_bytes(png(image, field.name), field, f"the {name}")
        note = " · ".join(filter(None, [f"last frame of {task.task_id[:_SHORT]}", medium.note]))
        return replace(medium, name=name, note=note, identity=f"last-frame:{task.task_id}:{number}")

    medium = field.tasks.medium(source, make)  # once for all prompts
    field.tasks.remember(medium.uri, task, "")
    return medium
