"""The small picture of a task: bytes that a journal may hold, which outlive the links and the notebook."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from .._service.service import Service
from .formats import HEAD, identify_bytes
from .frames import can_decode
from .images import data_uri
from .kept_outputs import KeptOutput
from .thumbnails import thumbnail, thumbnail_from_url

SMALL_BUDGET = 8_000  # characters of the data URI, and so 6 kB of bytes

_SHOWN = {".webp", ".avif", ".jpg"}


def small_picture(service: Service, items: Sequence[KeptOutput]) -> bytes:
    """A picture of at most 6 kB of what came out: of a thumbnail, else of a file, else from a link. Never raises.

    b"" where there is none: the packages are missing, or it is sound.
    """
    uri = next((item.thumbnail for item in items if item.thumbnail), "")
    if not uri:
        seen = next((item for item in items if can_decode(item.output.kind)), None)
        if seen is None:
            return b""
        kind = seen.output.kind
        if seen.file is not None:
            uri = thumbnail(seen.file, kind, SMALL_BUDGET)
        else:
            uri = thumbnail_from_url(service, seen.output.url, kind, SMALL_BUDGET)
    return smaller(uri)


def smaller(uri: str) -> bytes:
    """The picture in ``uri``, a thumbnail, in at most 6 kB; b"" for "". Never raises."""
    if len(uri) > SMALL_BUDGET:
        uri = thumbnail(_data(uri), "image", SMALL_BUDGET)
    return _data(uri)


def picture_uri(picture: bytes) -> str:
    """``picture`` as a data URI; "" for what is none: anybody may have written to the journal."""
    media_format = identify_bytes(picture[:HEAD])
    if media_format is None or media_format.suffix not in _SHOWN:
        return ""
    return data_uri(media_format.types[0], picture)


def _data(uri: str) -> bytes:
    return base64.b64decode(uri.partition(",")[2])
