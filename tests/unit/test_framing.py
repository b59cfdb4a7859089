"""What a service does with a picture of another ratio, as a small copy shows it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from runway_widget._media.framing import alike, inner, look, outer, preview

from .pictures import opened, video, written

RED = (200, 40, 30)


def red(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (width, height), RED).convert(mode)


def shade(uri: str, x: float, y: float) -> float:
    """How bright the red is at a place, 0 to 1 of the width and the height; 1 is as in the picture itself."""
    image = opened(uri).convert("RGB")
    pixel = image.getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(pixel, tuple)
    return pixel[0] / RED[0]


def test_the_middle_is_what_is_left_of_a_crop() -> None:
    assert inner((4000, 3000), 16 / 9) == (4000, 2250)
    assert inner((4000, 1000), 16 / 9) == (1778, 1000)
    assert outer((4000, 3000), 16 / 9) == (5333, 3000)
    assert outer((4000, 1000), 16 / 9) == (4000, 2250)


@pytest.mark.parametrize(("size", "ratio", "same"), [((1104, 832), 4 / 3, True), ((1024, 1024), 4 / 3, False)])
def test_ratios_that_are_called_the_same_are_alike(size: tuple[int, int], ratio: float, same: bool) -> None:
    assert alike(size, ratio) is same


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_is_cut_off_is_dark_and_what_is_left_has_a_frame(mode: str) -> None:
    uri = preview(red(400, 400, mode), 2.0, "crop")
    assert opened(uri).size == (400, 400)
    assert shade(uri, 0.5, 0.5) > 0.9
    assert shade(uri, 0.5, 0.1) < 0.6
    assert shade(uri, 0.5, 0.9) < 0.6
    darkest, brightest = opened(uri).convert("L").crop((200, 96, 201, 108)).getextrema()
    assert (darkest < 40, brightest > 180) == (True, True), "a white line between black ones"  # type: ignore[operator]


def test_a_wide_picture_is_cut_at_its_sides() -> None:
    uri = preview(red(400, 200), 1.0, "crop")
    assert shade(uri, 0.05, 0.5) < 0.6
    assert shade(uri, 0.95, 0.5) < 0.6
    assert shade(uri, 0.5, 0.5) > 0.9


def test_what_is_boxed_stands_between_black_bars() -> None:
    uri = preview(red(200, 400), 1.0, "box")
    assert opened(uri).size[0] == opened(uri).size[1]
    assert shade(uri, 0.05, 0.5) < 0.1
    assert shade(uri, 0.5, 0.05) > 0.9


@pytest.mark.parametrize(("ratio", "fit"), [(1.0, "crop"), (None, "crop"), (2.0, ""), (1.005, "box")])
def test_a_picture_that_fits_or_of_which_nobody_says_what_becomes_of_it_is_left_as_it_is(
    ratio: float | None, fit: str
) -> None:
    uri = preview(red(300, 300), ratio, fit)  # type: ignore[arg-type]
    assert opened(uri).size == (300, 300)
    assert shade(uri, 0.5, 0.02) > 0.9


def test_a_look_tells_the_upright_size_of_a_picture_and_of_a_video() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 8
    photo = look(written(red(900, 600), "JPEG", exif=exif), "image")
    assert photo.size == (600, 900)
    assert photo.image is not None
    assert photo.image.size == (373, 560)
    clip = look(video(lambda _: 128, 0.5), "video")
    assert clip.size == (320, 180)
    assert clip.image is not None


def test_a_look_at_a_file_and_at_its_content_is_the_same(tmp_path: Path) -> None:
    data = written(red(30, 20))
    (tmp_path / "a.png").write_bytes(data)
    assert look(tmp_path / "a.png", "image") == look(data, "image")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n damaged", b"RIFF"])
def test_what_cannot_be_looked_at_is_no_error(data: bytes, tmp_path: Path) -> None:
    assert look(data, "image").image is None
    assert look(tmp_path / "nowhere.png", "image").image is None
    assert look(data, "audio").image is None


def test_a_copy_is_small(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.effect_noise((2000, 1500), 90).convert("RGB").save(out, "PNG")
    picture = look(out.getvalue(), "image")
    assert picture.image is not None
    assert len(preview(picture.image, 16 / 9, "crop")) <= 24_000
