"""Pictures that are too large become smaller ones of the same look."""

from __future__ import annotations

import io
from typing import Any

import numpy
import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageStat

from runway_widget import ConfigurationError
from runway_widget._media import shrinking
from runway_widget._media.shrinking import Shrunk, shrink

from .pictures import noise, written

LIMIT = 40_000


def scene(width: int = 900, height: int = 600) -> Image.Image:
    """A picture with soft colours and some grain, as a photograph has: red on the left, blue on the right."""
    across = numpy.linspace(0, 1, width)[None, :] * numpy.ones((height, 1))
    down = numpy.linspace(0, 1, height)[:, None] * numpy.ones((1, width))
    grain = numpy.random.default_rng(7).normal(0, 0.05, (height, width, 3))
    return Image.fromarray(((numpy.stack([1 - across, down, across], 2) + grain).clip(0, 1) * 255).astype("uint8"))


def result(shrunk: Shrunk) -> Image.Image:
    image = Image.open(io.BytesIO(shrunk.data))
    image.load()
    assert image.size == shrunk.after
    return image


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether the two look the same from afar."""
    small = [image.convert("RGB").resize((16, 16), Image.Resampling.BOX) for image in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean) < 6


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_of_any_format_fits_and_keeps_as_many_pixels_as_it_can(form: str) -> None:
    options: dict[str, Any] = {} if form == "PNG" else {"quality": 100}
    data = written(scene(), form, **options)
    assert len(data) > LIMIT
    shrunk = shrink(data, LIMIT, "image")
    assert LIMIT * 0.8 < len(shrunk.data) <= LIMIT
    assert (shrunk.before, shrunk.media_type) == ((900, 600), "image/jpeg")
    assert abs(shrunk.after[0] / shrunk.after[1] - 1.5) < 0.02
    assert alike(result(shrunk), scene())


def test_where_another_encoding_is_enough_every_pixel_stays() -> None:
    data = written(scene(), "PNG")
    shrunk = shrink(data, len(data) // 2, "image")
    assert shrunk.after == shrunk.before == (900, 600)


def test_the_same_picture_always_becomes_the_same_bytes() -> None:
    data = written(scene())
    assert shrink(data, LIMIT, "image") == shrink(data, LIMIT, "image")


def test_the_hardest_picture_fits_as_well() -> None:
    assert len(shrink(written(noise(400, 400)), 5_000, "image").data) <= 5_000


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_stays_and_colours_do_not_bleed_into_what_is_clear(mode: str) -> None:
    picture = scene().convert(mode)
    mask = Image.new("L", picture.size, 255)
    mask.paste(0, (0, 0, 450, 600))
    picture.putalpha(mask)
    shrunk = shrink(written(picture), LIMIT, "image")
    image = result(shrunk)
    assert shrunk.media_type == "image/webp"
    assert image.getchannel("A").getpixel((2, 2)) == 0
    assert image.getchannel("A").getpixel((image.width - 2, 2)) == 255


def test_alpha_that_hides_nothing_is_no_reason_for_another_format() -> None:
    assert shrink(written(scene().convert("RGBA")), LIMIT, "image").media_type == "image/jpeg"


def test_a_picture_that_lies_on_its_side_stands_up() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned clockwise by a quarter
    shrunk = shrink(written(scene(), "JPEG", quality=100, exif=exif), LIMIT, "image")
    image = result(shrunk)
    assert shrunk.before == (600, 900)
    assert image.getexif().get(ExifTags.Base.Orientation, 1) == 1
    assert alike(image, scene().transpose(Image.Transpose.ROTATE_270))


def test_the_colour_profile_goes_along_and_the_place_and_the_camera_do_not() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a camera"
    image = result(shrink(written(scene(), "JPEG", quality=100, icc_profile=profile, exif=exif), LIMIT, "image"))
    assert image.info["icc_profile"] == profile
    assert dict(image.getexif()) == {}


def test_grey_of_16_bit_does_not_become_white() -> None:
    grey = Image.fromarray((numpy.asarray(scene().convert("L")).astype("uint16")) * 257)
    assert alike(result(shrink(written(grey), LIMIT, "image")), scene().convert("L"))


def test_what_is_no_picture_or_a_damaged_one_is_an_error_that_names_the_argument() -> None:
    with pytest.raises(ConfigurationError, match=r"^image: shrink=True makes PNG, JPEG and WebP smaller"):
        shrink(b"\x00\x00\x00\x18ftypmp42" + bytes(400), 100, "image")
    with pytest.raises(ConfigurationError, match=r"^image: shrink=True cannot read the picture"):
        shrink(written(scene())[:9_000], 100, "image")


def test_more_pixels_than_the_memory_should_hold_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "MAX_OWN_PIXELS", 1000)
    with pytest.raises(ConfigurationError, match=r"^image: shrink=True cannot make the picture smaller"):
        shrink(written(scene()), LIMIT, "image")


def test_a_very_large_picture_is_not_encoded_at_its_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "_MOST_PIXELS", 60_000)
    shrunk = shrink(written(scene()), 10**6, "image")
    assert shrunk.after == (300, 200)
