"""Images from files: of any size, with the colours that they have, and nothing that eats the memory."""

from __future__ import annotations

import base64
import io
import logging
import struct
import warnings
import zlib
from typing import Any

import numpy
import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from runway_widget._create.inputs import still
from runway_widget._media import frames, image_files
from runway_widget._media.frames import read_frame
from runway_widget._media.images import data_uri
from runway_widget._media.thumbnails import thumbnail

from .pictures import noise, opened, written

RED = (200, 40, 30)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bare_png(size: tuple[int, int], depth: int, colours: int, rows: bytes, *more: bytes) -> bytes:
    """A PNG that Pillow could not write; ``rows`` with their filter bytes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colours, 0, 0, 0))
    return b"".join([b"\x89PNG\r\n\x1a\n", header, *more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")])


def with_chunk(png: bytes, name: bytes, data: bytes, *, last: bool = False) -> bytes:
    at = len(png) - 12 if last else 33  # before IEND, or after IHDR
    return png[:at] + chunk(name, data) + png[at:]


def pixel(uri: str, x: int = 0, y: int = 0) -> tuple[int, ...]:
    found = opened(uri).convert("RGBA").getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(map(int, found))


def near(one: tuple[int, ...], other: tuple[int, ...], most: int = 6) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one, (*other, 255), strict=False))


def halves(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", size, RED)
    image.paste((20, 30, 220), (0, size[1] // 2, *size))
    return image.quantize(4) if mode == "P" else image.convert(mode)


# Sizes


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_large_picture_of_ones_own_is_shown_without_a_warning(
    form: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    data = data_uri(f"image/{form.lower()}", written(halves((1200, 900)), form))
    with monkeypatch.context() as patch:
        patch.setattr(image_files, "MAX_PIXELS", 10_000)  # of others
        patch.setattr(frames, "MAX_PIXELS", 10_000)
        patch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
        uri = still(data)
    assert opened(uri).size == (320, 240)
    assert near(pixel(uri, 5, 5), RED)
    assert near(pixel(uri, 5, 235), (20, 30, 220))
    assert caplog.messages == []


def test_a_picture_of_12000_by_9000_is_shown_without_a_warning() -> None:
    rows = b"".join(b"\0" + bytes([200 if y < 4500 else 20]) * 12_000 for y in range(9000))
    before = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    uri = still(data_uri("image/png", bare_png((12_000, 9000), 8, 0, rows)))
    assert opened(uri).size == (320, 240)
    assert near(pixel(uri, 5, 5), (200,) * 3)
    assert near(pixel(uri, 5, 235), (20,) * 3)
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [(1200, 900), (333, 1777), (5000, 3), (2, 4000)])
def test_a_large_picture_looks_as_a_smaller_one_does(
    mode: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = (
        halves(size, mode) if mode != "I;16" else Image.fromarray(numpy.asarray(halves(size, "L")) * numpy.uint16(257))
    )
    exif = Image.Exif()
    exif[0x0112] = 6  # to turn clockwise: what was above is on the right
    data = written(image, exif=exif.tobytes())
    expected = read_frame(io.BytesIO(data)).image
    monkeypatch.setattr(image_files, "MAX_PIXELS", 100)
    monkeypatch.setattr(image_files, "_STRIP", 30_000)  # several of them
    large = read_frame(io.BytesIO(data), 10**8).image
    assert expected is not None
    assert large is not None
    assert (large.size, large.mode) == (expected.size, expected.mode)
    assert numpy.abs(numpy.asarray(large, int) - numpy.asarray(expected, int)).mean() < 8


BOMB = bare_png((60_000, 60_000), 1, 0, b"\0" * 7501 * 100)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(BOMB, id="PNG"),
        pytest.param(b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + written(noise(9, 9), "GIF")[10:], id="GIF"),
        pytest.param(b"RIFF\xff\xff\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x5f\xea\0" * 2 + bytes(99), id="WebP"),
    ],
)
@pytest.mark.parametrize("max_pixels", [None, image_files.MAX_OWN_PIXELS])
def test_a_small_file_that_would_fill_the_memory_is_not_decoded(
    data: bytes, max_pixels: int | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("decoded"))
    with caplog.at_level(logging.WARNING):
        assert thumbnail(data, "image", max_pixels=max_pixels) == ""
    assert "no small copy of a picture of 60000 × 60000 pixels" in caplog.text


def test_a_picture_of_8k_from_the_service_has_a_thumbnail() -> None:
    rows = (b"\0" + bytes([*RED]) * 7680) * 4320
    assert near(pixel(thumbnail(bare_png((7680, 4320), 8, 2, rows), "image")), RED)


def test_a_jpeg_counts_by_what_is_decoded_of_it() -> None:
    photo, whole = (written(halves((3200, 2400)), "JPEG", progressive=progressive) for progressive in (False, True))
    assert read_frame(io.BytesIO(photo), 1600 * 1200).image is not None  # a half of each side
    assert read_frame(io.BytesIO(whole), 1600 * 1200).image is None


# Colours


def test_a_grey_picture_of_16_bit_is_not_white() -> None:
    grey = Image.frombytes("I;16", (40, 30), numpy.full((30, 40), 100 * 257, "<u2").tobytes())
    assert near(pixel(thumbnail(written(grey), "image")), (100,) * 3)


@pytest.mark.parametrize(
    ("depth", "colours", "row", "clear", "shown"),
    [
        (1, 0, b"\xff", (1,), (255, 255, 255)),
        (2, 0, b"\xaa\xaa", (2,), (170, 170, 170)),
        (4, 0, b"\xff" * 4, (15,), (255, 255, 255)),
        (8, 0, b"\x64" * 8, (100,), (100, 100, 100)),
        (16, 0, b"\x64\x64" * 8, (100 * 257,), (100, 100, 100)),
        (8, 2, bytes(RED) * 8, RED, RED),
        (16, 2, bytes([200, 1, 40, 2, 30, 3]) * 8, (200 * 256 + 1, 40 * 256 + 2, 30 * 256 + 3), RED),
    ],
)
def test_the_clear_colour_of_a_png_is_clear(
    depth: int, colours: int, row: bytes, clear: tuple[int, ...], shown: tuple[int, ...]
) -> None:
    chunk_of_it = chunk(b"tRNS", struct.pack(f">{len(clear)}H", *clear))
    frame = read_frame(io.BytesIO(bare_png((8, 2), depth, colours, (b"\0" + row) * 2, chunk_of_it))).image
    assert frame is not None
    assert frame.getpixel((0, 0)) == (*shown, 0)


def wide_profile() -> bytes:
    """The profile of a screen whose red, green and blue are sRGB's blue, red and green."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for number in range(struct.unpack_from(">I", data, 128)[0]):
        at = 132 + 12 * number
        name = {b"rXYZ": b"gXYZ", b"gXYZ": b"bXYZ", b"bXYZ": b"rXYZ", b"rTRC": b"rTRC"}.get(bytes(data[at : at + 4]))
        data[at : at + 4] = name or data[at : at + 4]
    text = data.find(b"s\0R\0G\0B")
    assert text > 0
    data[text : text + 1] = b"x"
    return bytes(data)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_colours_are_shown_as_the_profile_means_them(form: str, mode: str) -> None:
    image = Image.new(mode, (40, 30), (250, 10, 10, 200)[: len(mode)])
    options: dict[str, Any] = {"lossless": True} if form == "WEBP" else {}
    data = written(image, form, icc_profile=wide_profile(), **options)
    frame = read_frame(io.BytesIO(data)).image
    assert frame is not None
    assert frame.mode == mode
    shown = frame.getpixel((0, 0))
    assert isinstance(shown, tuple)
    assert max(shown[:3]) != shown[0], "red is another colour on that screen"
    assert frame.info == {}


@pytest.mark.parametrize("profile", [b"", b"no profile", wide_profile()[:300]], ids=["empty", "text", "cut"])
def test_a_damaged_profile_costs_no_picture(profile: bytes) -> None:
    assert near(pixel(thumbnail(written(Image.new("RGB", (40, 30), RED), icc_profile=profile), "image")), RED)


def test_a_profile_of_other_colours_than_the_picture_is_left_out() -> None:
    data = written(Image.new("RGB", (40, 30), RED).convert("CMYK"), "JPEG", icc_profile=wide_profile())
    assert near(pixel(thumbnail(data, "image")), RED, 12)


# What comes along with a picture


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("name", [b"zTXt", b"iTXt"])
def test_a_long_text_in_a_png_costs_no_picture(name: bytes, last: bool) -> None:
    text = zlib.compress(bytes(PngImagePlugin.MAX_TEXT_CHUNK + 1))
    head = b"workflow\0" + (b"\0" if name == b"zTXt" else b"\1\0\0\0")
    data = with_chunk(written(halves((40, 30))), name, head + text, last=last)
    assert near(pixel(thumbnail(data, "image")), RED)


def test_of_an_animation_the_first_image_is_shown() -> None:
    images = [Image.new("RGB", (40, 30), colour) for colour in (RED, *[(0, level, 0) for level in range(60)])]
    for form, options in {"GIF": {}, "PNG": {}, "WEBP": {"lossless": True}}.items():
        data = written(images[0], form, save_all=True, append_images=images[1:], **options)
        assert near(pixel(thumbnail(data, "image")), RED), form


def test_alpha_is_put_on_a_neutral_ground_where_there_is_no_webp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.features.check", lambda _: False)
    data = written(Image.new("RGBA", (40, 30), (0, 0, 0, 0)))
    assert near(pixel(thumbnail(data, "image")), (128, 128, 128))


def test_the_still_of_a_grey_picture_of_16_bit_shows_it() -> None:
    grey = Image.frombytes("I;16", (40, 30), numpy.full((30, 40), 100 * 257, "<u2").tobytes())
    uri = "data:image/png;base64," + base64.b64encode(written(grey)).decode()
    assert near(pixel(still(uri)), (100,) * 3)
