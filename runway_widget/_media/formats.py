"""The format of a media file: by its first bytes, else by its content type, else by its name. Pure.

The format gives a file its ending and a data URI its type, so it always comes from the table in `media_types`. A server
cannot make this package write an `.exe`. An SVG has no first bytes of its own, and none is ever sent or decoded here;
see `svg` for those that are saved.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._service.media_types import FORMATS, Format, format_of_type, format_of_url

HEAD = 512  # bytes that `identify_bytes` needs

# These containers begin alike with and without pictures, so the content type decides.
_SOUND_ONLY = {".mp4": ".m4a", ".webm": ".weba", ".mkv": ".weba", ".ogv": ".ogg"}

_PREFIXES = {
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF87a": ".gif",
    b"GIF89a": ".gif",
    b"ID3": ".mp3",
    b"fLaC": ".flac",
    b"PK\x03\x04": ".zip",
}
_RIFF = {b"WEBP": ".webp", b"WAVE": ".wav", b"AVI ": ".avi"}
_BRANDS = {
    **dict.fromkeys([b"M4A ", b"M4B ", b"M4P "], ".m4a"),
    **dict.fromkeys([b"avif", b"avis"], ".avif"),
    **dict.fromkeys([b"heic", b"heix", b"mif1", b"msf1"], ".heic"),
    b"M4V ": ".m4v",
    b"qt  ": ".mov",
}


def identify(head: bytes, content_type: str = "", url: str = "") -> Format | None:
    """The format of a file that begins with ``head``; None if it is not known."""
    declared, named = format_of_type(content_type), format_of_url(url)
    detected = identify_bytes(head)
    if detected is not None and detected.kind == "file":
        return named if named is not None and named.kind == "file" else detected  # many formats are a .zip inside
    if detected is not None and declared is not None and declared.kind == "audio":
        return FORMATS.get(_SOUND_ONLY.get(detected.suffix, detected.suffix))
    if declared is not None and declared.kind == "file":  # "text/plain" is what a server says that does not know
        declared, named = named, declared
    return detected or declared or named


def identify_bytes(head: bytes) -> Format | None:
    """The format that the first `HEAD` bytes of a file show; None if they show none."""
    return FORMATS.get(_suffix(head))


def is_page(head: bytes, content_type: str = "") -> bool:
    """Whether this is a web page, such as a proxy's or a login page, instead of a medium."""
    if identify_bytes(head) is not None:
        return False
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return start.startswith((b"<!doctype html", b"<html")) or content_type.lower().startswith("text/html")


def _suffix(head: bytes) -> str:
    for prefix, suffix in _PREFIXES.items():
        if head.startswith(prefix):
            return suffix
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[4:8] in {b"moov", b"mdat", b"wide"}:
        return ".mov"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return ".webm" if b"webm" in head[:64] else ".mkv"
    if head.startswith(b"OggS"):
        return ".ogv" if b"theora" in head[:64] else ".ogg"
    if len(head) > 1 and head[0] == 0xFF:
        return {0xE2: ".mp3", 0xF2: ".mp3", 0xF0: ".aac"}.get(head[1] & 0xF6, "")
    return ""


def _brand(head: bytes) -> str:
    """The ending for an ISO file: by its major brand, else by the compatible ones, else `.mp4`."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands: Iterable[bytes] = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if head[8:12] in {b"isom", b"iso2", b"mp41", b"mp42", b"avc1"}:
        return ".mp4"
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), ".mp4")
