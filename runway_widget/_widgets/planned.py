"""What a plan is made of, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .._journal.row import Request
from .._service.json_value import JsonValue

#: How a medium travels: as a link, inside the request, as an upload that is still to be sent or that was sent before,
#: or as the output of a task that has not ended yet.
Travels = Literal["url", "data", "upload", "uploaded", "task"]


@dataclass(frozen=True, slots=True)
class PlannedMedium:
    """A medium of a planned request.

    Attributes:
        field: the argument that it was given in: "prompt_image", "keyframes[0].uri".
        name: what it was: a file's name, the last part of a URL, "task 3d957031".
        kind: "image", "video", "audio"; "unknown" where its URL does not show it.
        travels: "url", "data" (inside the request), "upload" (before the request), "uploaded" (it was, and is not sent
            again) or "task" (the output of a task that has not ended yet).
        size: the bytes of its content; None where that is not known here. Inside a request base64 adds a third to it.
        pixels: width and height of what travels, upright; None where nothing was looked at, as at a URL.
        note: what was done to it: "picture made smaller: 6000 × 4000 → 3000 × 2000, 4.6 MB"; "" for nothing.
        fit: what becomes of it in the ratio that is asked for: "cropped to 4000 × 2250 for 1280:720"; "" where it fits.
    """

    field: str
    name: str
    kind: str
    travels: Travels
    size: int | None = None
    pixels: tuple[int, int] | None = None
    note: str = ""
    fit: str = ""


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request: its ``body`` as it may be shown, what a card says of it, its seed, and the bytes of its JSON.

    ``price`` is the most that it may cost, in credits; None where that is not known. ``earlier`` is the id of the task
    that ``reuse=True`` takes up in its place.
    """

    body: dict[str, JsonValue]
    request: Request
    seed: int | None
    size: int
    price: float | None
    earlier: str = ""
