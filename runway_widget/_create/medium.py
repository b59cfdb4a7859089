"""A medium of a request: what it was, and how it travels. Some are known only when the request is about to be sent.

Of such a one a placeholder stands in the body: it is what is checked, counted and remembered. `delivered` makes the
URIs that travel, on the thread that sends, before the journal's row and the POST.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from .._errors import RunwayWidgetError

if TYPE_CHECKING:
    from .._media.content import Content
    from .._service.service import Service
    from .uploads import Uploads

#: How a medium travels. "url": as a link to it. "data": inside the request, as a data URI. "upload": it is uploaded
#: before the request is sent. "uploaded": it was, and is not sent again. "task": as the output of a task that has not
#: ended yet.
Travel = Literal["url", "data", "upload", "uploaded", "task"]

#: Is told what is being sent, and which part of all that is to be sent before the request has been: 0 to 1.
Progress = Callable[[str, float], None]


def unheard(name: str, part: float) -> None:
    """Progress that nobody wants to hear of."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What media need that are made ready when a request is sent.

    ``service`` is who gets it, ``uploads`` knows what it has already, ``progress`` is told. ``stopped`` says whether
    nothing more is wanted, and ``sleep`` waits some seconds, or until then.
    """

    service: Service
    uploads: Uploads
    progress: Progress = unheard
    stopped: Callable[[], bool] = lambda: False
    sleep: Callable[[float], object] = time.sleep


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium of a request.

    Attributes:
        uri: the URI that travels; where that is not known yet, a placeholder, the same for the same content.
        kind: "image", "video", "audio" or, where the URL does not show it, "unknown".
        travels: how, see `Travel`.
        name: what it was, in a few words: a file's name, the last part of a URL, "task 3d957031".
        size: the bytes of its content; None where that is not known here.
        note: what was done to it, as the card says it: "picture made smaller: …"; "" for nothing.
        identity: what it is for the request's fingerprint where that is not its content; "" elsewhere.
        content: what is uploaded; None for all others.
        source: the task whose output it will be, where that has not ended; None for all others.
        look: gives the medium once ``source`` has ended. It may block, and raises as ``pending`` does.
        pending: makes the medium that takes its place, when the request is sent; None where ``uri`` is what travels.
            What it gives may be pending too. It may block, and raises ConfigurationError or ServiceError.
        stored: what the journal holds in the place of a placeholder, see `omissions`.
    """

    uri: str = field(repr=False)  # megabytes, perhaps
    kind: str
    travels: Travel = "url"
    name: str = ""
    size: int | None = None
    note: str = ""
    identity: str = ""
    content: Content | None = field(default=None, repr=False)
    source: Any = field(default=None, repr=False, compare=False)
    look: Callable[[], Medium] | None = field(default=None, repr=False, compare=False)
    pending: Callable[[Delivery], Medium] | None = field(default=None, repr=False, compare=False)
    stored: Any = field(default=None, repr=False, compare=False)


def delivered(media: Iterable[Medium], delivery: Delivery) -> dict[str, str]:
    """The URIs that travel, by the placeholders of those of ``media`` that are pending. Each is made ready once.

    Raises what `Medium.pending` does, and RunwayWidgetError where nothing more is wanted.
    """
    pending = list({medium.uri: medium for medium in media if medium.pending is not None}.values())
    total = sum(medium.size or 0 for medium in pending) or 1
    uris: dict[str, str] = {}
    before = 0
    for medium in pending:
        here = _scaled(delivery, before / total, (medium.size or 0) / total)
        ready = medium
        while ready.pending is not None:
            ready = ready.pending(here)
        uris[medium.uri] = ready.uri
        before += medium.size or 0
    if pending and delivery.stopped():
        raise RunwayWidgetError("interrupted before it was sent; nothing was created")
    return uris


def _scaled(delivery: Delivery, start: float, share: float) -> Delivery:
    """``delivery``, whose progress from 0 to 1 is a ``share`` of the whole, from ``start`` on."""
    return replace(delivery, progress=lambda name, part: delivery.progress(name, start + share * part))
