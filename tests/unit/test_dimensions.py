"""The ratio of a picture's sides, from the first bytes of an image."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from runway_widget._media.dimensions import TALLEST, WIDEST, ratio_from_image


def data_uri(data: bytes, media_type: str = "image/webp") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def picture(size: tuple[int, int], form: str, mode: str = "RGB", **options: Any) -> str:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, form, **options)
    return data_uri(buffer.getvalue())


@pytest.mark.parametrize("size", [(640, 360), (33, 60), (2, 3)])
@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("WEBP", "RGB", {}),
        ("WEBP", "RGBA", {}),  # the extended file format
        ("WEBP", "RGB", {"lossless": True}),
        ("AVIF", "RGB", {}),
        ("AVIF", "RGBA", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "RGB", {"exif": b"Exif\x00\x00" + bytes(200)}),
    ],
)
def test_a_webp_an_avif_and_a_jpeg_show_their_ratio(
    size: tuple[int, int], form: str, mode: str, options: dict[str, Any]
) -> None:
    assert ratio_from_image(picture(size, form, mode, **options)) == size[0] / size[1]


@pytest.mark.parametrize(("size", "ratio"), [((90, 10), WIDEST), ((10, 90), TALLEST)])
def test_a_ratio_stays_within_what_a_card_can_show(size: tuple[int, int], ratio: float) -> None:
    assert ratio_from_image(picture(size, "WEBP")) == ratio


def test_the_upper_bits_of_a_webp_hold_its_scale_and_are_ignored() -> None:
    data = bytearray(base64.b64decode(picture((640, 320), "WEBP").partition(",")[2]))
    assert data[12:16] == b"VP8 "
    data[27] |= 0x40
    data[29] |= 0x80
    assert ratio_from_image(data_uri(bytes(data))) == 2.0


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "https://cdn.example/a.webp",
        "data:video/mp4;base64,AAAA",
        "data:image/webp;base64",
        "data:image/webp;base64,A",
        data_uri(b""),
        data_uri(b"RIFF\x00\x00\x00\x00WEBP"),
        data_uri(b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        data_uri(b"\0\0\0\x1cftypavif"),
        data_uri(b"\0\0\0\x1cftypavif" + bytes(20) + b"ispe" + bytes(5)),
        data_uri(b"\xff\xd8\xff"),
        data_uri(b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_anything_else_is_none(uri: Any) -> None:
    assert ratio_from_image(uri) is None
