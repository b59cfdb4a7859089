"""The file formats of media: their endings, kinds and media types. Pure.

One table, for URLs of the service's outputs, for files that are sent and for files that are saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from .endpoint import Kind


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: the kind of medium, the ending of its files, and its types, the usual one first."""

    kind: Kind
    suffix: str
    types: tuple[str, ...]


def _formats(kind: Kind, table: dict[str, str]) -> dict[str, Format]:
    return {suffix: Format(kind, suffix, tuple(types.split())) for suffix, types in table.items()}


#: Every format by its usual ending.
FORMATS = {
    **_formats(
        "video",
        {
            ".mp4": "video/mp4",
            ".mov": "video/quicktime",
            ".m4v": "video/x-m4v",
            ".webm": "video/webm",
            ".mkv": "video/x-matroska",
            ".avi": "video/x-msvideo",
            ".ogv": "video/ogg",
        },
    ),
    **_formats(
        "image",
        {
            ".png": "image/png",
            ".jpg": "image/jpeg image/jpg",
            ".webp": "image/webp",
            ".gif": "image/gif",
            ".avif": "image/avif",
            ".heic": "image/heic image/heif",
            ".svg": "image/svg+xml",
        },
    ),
    **_formats(
        "audio",
        {
            ".mp3": "audio/mpeg audio/mp3",
            ".wav": "audio/wav audio/x-wav audio/wave",
            ".m4a": "audio/mp4 audio/x-m4a",
            ".ogg": "audio/ogg",
            ".flac": "audio/flac audio/x-flac",
            ".aac": "audio/aac",
            ".weba": "audio/webm",
        },
    ),
    # What no page plays, but a person can have asked for: sequences of frames, subtitles, models of things.
    **_formats(
        "file",
        {
            ".zip": "application/zip application/x-zip-compressed",
            ".tar": "application/x-tar",
            ".gz": "application/gzip application/x-gzip",
            ".exr": "image/x-exr image/aces",
            ".tif": "image/tiff",
            ".psd": "image/vnd.adobe.photoshop",
            ".json": "application/json",
            ".csv": "text/csv",
            ".txt": "text/plain",
            ".srt": "application/x-subrip",
            ".vtt": "text/vtt",
            ".pdf": "application/pdf",
            ".glb": "model/gltf-binary",
            ".usdz": "model/vnd.usdz+zip",
        },
    ),
}
_ALIASES = {
    **{".jpeg": ".jpg", ".heif": ".heic", ".qt": ".mov", ".oga": ".ogg", ".opus": ".ogg"},
    **{".tiff": ".tif", ".tgz": ".gz"},
}
_BY_TYPE = {media_type: form for form in FORMATS.values() for media_type in form.types}


def format_of_url(url: str) -> Format | None:
    """The format that the ending of a URL's path names, or None."""
    try:
        suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    except ValueError:
        return None
    return FORMATS.get(_ALIASES.get(suffix, suffix))


def format_of_type(content_type: str) -> Format | None:
    """The format that a Content-Type names, or None."""
    return _BY_TYPE.get(content_type.partition(";")[0].strip().lower())
