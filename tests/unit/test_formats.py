"""The format of a file: by its first bytes, by its content type, or by its name."""

from __future__ import annotations

import pytest

from runway_widget._media.formats import identify, identify_bytes, is_page

FTYP = b"\x00\x00\x00\x18ftyp"

HEADS = {
    "png": (b"\x89PNG\r\n\x1a\n", "image", ".png"),
    "jpeg": (b"\xff\xd8\xff\xe0", "image", ".jpg"),
    "gif 87": (b"GIF87a", "image", ".gif"),
    "gif 89": (b"GIF89a", "image", ".gif"),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image", ".webp"),
    "wav": (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio", ".wav"),
    "avi": (b"RIFF\x10\x00\x00\x00AVI LIST", "video", ".avi"),
    "mp3 with tags": (b"ID3\x04", "audio", ".mp3"),
    "mp3": (b"\xff\xfb\x90\x00", "audio", ".mp3"),
    "mp3 of version 2": (b"\xff\xf3\x90\x00", "audio", ".mp3"),
    "aac": (b"\xff\xf1\x50\x80", "audio", ".aac"),
    "flac": (b"fLaC", "audio", ".flac"),
    "ogg": (b"OggS" + bytes(24) + b"\x01vorbis", "audio", ".ogg"),
    "ogg video": (b"OggS" + bytes(24) + b"\x80theora", "video", ".ogv"),
    "webm": (b"\x1aE\xdf\xa3" + bytes(20) + b"webm", "video", ".webm"),
    "matroska": (b"\x1aE\xdf\xa3" + bytes(20) + b"matroska", "video", ".mkv"),
    "mp4": (FTYP + b"mp42\x00\x00\x00\x00mp42isom", "video", ".mp4"),
    "mp4 that also names an image": (FTYP + b"mp42\x00\x00\x00\x00avif", "video", ".mp4"),
    "mp4 of an unknown brand": (FTYP + b"xxxx\x00\x00\x00\x00yyyyzzzz", "video", ".mp4"),
    "m4a": (FTYP + b"M4A \x00\x00\x00\x00", "audio", ".m4a"),
    "m4v": (FTYP + b"M4V \x00\x00\x00\x00", "video", ".m4v"),
    "mov": (FTYP + b"qt  \x00\x00\x00\x00", "video", ".mov"),
    "avif": (FTYP + b"avif\x00\x00\x00\x00", "image", ".avif"),
    "avif as the last compatible brand": (FTYP + b"xxxx\x00\x00\x00\x00yyyyavif", "image", ".avif"),
    "heic": (FTYP + b"heic\x00\x00\x00\x00", "image", ".heic"),
    "mov without a brand": (b"\x00\x00\x00\x08wide", "video", ".mov"),
    "mov that begins with its index": (b"\x00\x00\x01\x00moov", "video", ".mov"),
    "mov that begins with its data": (b"\x00\x00\x01\x00mdat", "video", ".mov"),
}


@pytest.mark.parametrize(("head", "kind", "suffix"), HEADS.values(), ids=HEADS)
def test_the_first_bytes_show_the_format(head: bytes, kind: str, suffix: str) -> None:
    media_format = identify_bytes(head)
    assert media_format is not None
    assert (media_format.kind, media_format.suffix) == (kind, suffix)


@pytest.mark.parametrize(
    "head", [b"", b"\xff", b"\xff\x00", b"RIFF\x10\x00\x00\x00XXXX", b"<svg/>", b"#EXTM3U", b"MZ\x90", b"%PDF-1.7"]
)
def test_other_bytes_show_none(head: bytes) -> None:
    assert identify_bytes(head) is None


def test_the_bytes_come_first_then_the_content_type_then_the_name() -> None:
    png, url = b"\x89PNG\r\n\x1a\n", "https://cdn.example/a.webm?sig=x"
    for head, content_type, suffix in (
        (png, "image/jpeg", ".png"),
        (b"", "Image/JPG; charset=x", ".jpg"),
        (b"", "application/octet-stream", ".webm"),
    ):
        media_format = identify(head, content_type, url)
        assert media_format is not None
        assert media_format.suffix == suffix


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (HEADS["mp4"][0], ".m4a"),
        (HEADS["webm"][0], ".weba"),
        (HEADS["matroska"][0], ".weba"),
        (HEADS["ogg video"][0], ".ogg"),
        (HEADS["wav"][0], ".wav"),
    ],
)
def test_a_content_type_of_audio_makes_a_video_container_an_audio_file(head: bytes, suffix: str) -> None:
    media_format = identify(head, "audio/mp4")
    assert media_format is not None
    assert (media_format.kind, media_format.suffix) == ("audio", suffix)


@pytest.mark.parametrize("content_type", ["video/mp4", "image/png"])
def test_no_other_content_type_changes_what_the_bytes_show(content_type: str) -> None:
    media_format = identify(HEADS["webm"][0], content_type)
    assert media_format is not None
    assert media_format.suffix == ".webm"


@pytest.mark.parametrize(
    ("url", "suffix"),
    [
        ("a.MP4", ".mp4"),
        ("/x/a.jpeg", ".jpg"),
        ("https://cdn.example/a.qt#t=1", ".mov"),
        ("a.heif", ".heic"),
        ("a.oga", ".ogg"),
        ("a.opus", ".ogg"),
        ("a.svg", ".svg"),
        ("frames.ZIP?x=1", ".zip"),
        ("a.tgz", ".gz"),
    ],
)
def test_a_name_shows_the_format_by_its_ending(url: str, suffix: str) -> None:
    media_format = identify(b"", url=url)
    assert media_format is not None
    assert media_format.suffix == suffix


@pytest.mark.parametrize("url", ["", "a.exe", "a.sh", "a", "https://[::1/a.mp4"])
def test_a_name_that_is_not_on_the_list_shows_none(url: str) -> None:
    assert identify(b"", url=url) is None


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"<!DOCTYPE html>", ""),
        (b"\xef\xbb\xbf\n <HTML lang=en>", ""),
        (b"Access denied", "text/html; charset=utf-8"),
        (b"", "TEXT/HTML"),
    ],
)
def test_a_web_page_is_recognised(head: bytes, content_type: str) -> None:
    assert is_page(head, content_type)


@pytest.mark.parametrize(
    ("head", "content_type"), [(b"\x89PNG\r\n\x1a\n", "text/html"), (b"html", "text/plain"), (b"", "")]
)
def test_a_medium_is_no_web_page(head: bytes, content_type: str) -> None:
    assert not is_page(head, content_type)
