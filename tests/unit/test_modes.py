"""A picture stays the picture that it is, whatever mode of Pillow it is in."""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import pytest
from PIL import Image, ImageCms

from runway_widget import ConfigurationError
from runway_widget._media.images import png
from runway_widget._media.modes import eight_bit, opaque, rgb

from .pictures import written

RED, GREY, CLEAR = (200, 40, 30), 100, 60  # the colour, the level of grey and the alpha of the pictures below
SIZE = (16, 12)
PALETTE = [*(0, 0, 0), *RED, *(9, 9, 9)]


def grey16(mode: str) -> Image.Image:
    order = ">u2" if mode.endswith("B") or (mode.endswith("N") and sys.byteorder == "big") else "<u2"
    return Image.frombytes(mode, SIZE, numpy.full(SIZE[::-1], GREY * 257, order).tobytes())


def palette(mode: str, values: Sequence[int] = PALETTE, layout: str = "RGB", alpha: int | None = None) -> Image.Image:
    image = Image.new(mode, SIZE, 1 if alpha is None else (1, alpha))
    image.putpalette(values, layout)
    return image


def lab() -> Image.Image:
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(Image.new("RGB", SIZE, RED), *profiles, outputMode="LAB")
    assert image is not None
    return image


def with_info(image: Image.Image, **info: Any) -> Image.Image:
    image.info.update(info)
    return image


def ramp(mode: str, top: float) -> Image.Image:
    """From black to white, with the level `GREY` in the first pixel."""
    image = Image.new(mode, SIZE)
    image.putdata([GREY / 255 * top, *(top * step / 190 for step in range(191))])
    return image


#: One picture of each mode, and what it shows: red, grey, or either of them with alpha.
SHOWN: dict[str, tuple[Callable[[], Image.Image], tuple[int, ...]]] = {
    "1": (lambda: Image.new("1", SIZE, 1), (255, 255, 255)),
    "L": (lambda: Image.new("L", SIZE, GREY), (GREY,) * 3),
    "LA": (lambda: Image.new("LA", SIZE, (GREY, CLEAR)), (*(GREY,) * 3, CLEAR)),
    "La": (lambda: Image.new("LA", SIZE, (GREY, CLEAR)).convert("La"), (*(GREY,) * 3, CLEAR)),
    "P": (lambda: palette("P"), RED),
    "PA": (lambda: palette("PA", alpha=CLEAR), (*RED, CLEAR)),
    "RGB": (lambda: Image.new("RGB", SIZE, RED), RED),
    "RGBA": (lambda: Image.new("RGBA", SIZE, (*RED, CLEAR)), (*RED, CLEAR)),
    "RGBa": (lambda: Image.new("RGBA", SIZE, (*RED, CLEAR)).convert("RGBa"), (*RED, CLEAR)),
    "RGBX": (lambda: Image.new("RGBX", SIZE, (*RED, 0)), RED),
    "CMYK": (lambda: Image.new("RGB", SIZE, RED).convert("CMYK"), RED),
    "YCbCr": (lambda: Image.new("RGB", SIZE, RED).convert("YCbCr"), RED),
    "LAB": (lab, RED),
    "HSV": (lambda: Image.new("RGB", SIZE, RED).convert("HSV"), RED),
    "I": (lambda: ramp("I", 65_535), (GREY,) * 3),
    "F": (lambda: ramp("F", 1.0), (GREY,) * 3),
    "I;16": (lambda: grey16("I;16"), (GREY,) * 3),
    "I;16L": (lambda: grey16("I;16L"), (GREY,) * 3),
    "I;16B": (lambda: grey16("I;16B"), (GREY,) * 3),
    "I;16N": (lambda: grey16("I;16N"), (GREY,) * 3),
}

#: Other pictures whose first pixel is easily lost.
VARIANTS: dict[str, tuple[Callable[[], Image.Image], tuple[int, ...]]] = {
    "1 with a clear white": (lambda: with_info(Image.new("1", SIZE, 1), transparency=255), (255, 255, 255, 0)),
    "L with a clear grey": (lambda: with_info(Image.new("L", SIZE, GREY), transparency=GREY), (*(GREY,) * 3, 0)),
    "I;16 with a clear grey": (lambda: with_info(grey16("I;16"), transparency=GREY * 257), (*(GREY,) * 3, 0)),
    "I;16 with another clear grey": (lambda: with_info(grey16("I;16"), transparency=0), (*(GREY,) * 3, 255)),
    "RGB with a clear red": (lambda: with_info(Image.new("RGB", SIZE, RED), transparency=RED), (*RED, 0)),
    "P with a clear colour": (lambda: with_info(palette("P"), transparency=1), (*RED, 0)),
    "P with alphas": (lambda: with_info(palette("P"), transparency=bytes([0, CLEAR])), (*RED, CLEAR)),
    "P with a palette of RGBA": (lambda: palette("P", [*(0,) * 4, *RED, CLEAR], "RGBA"), (*RED, CLEAR)),
    "I of 8 bit": (lambda: ramp("I", 255), (GREY,) * 3),
    "F of 8 bit": (lambda: ramp("F", 255.0), (GREY,) * 3),
    "F, all black": (lambda: Image.new("F", SIZE), (0, 0, 0)),
    "CMYK, white": (lambda: Image.new("CMYK", SIZE), (255, 255, 255)),
}
EVERY = [pytest.param(*shown, id=name) for name, shown in {**SHOWN, **VARIANTS}.items()]


def first_pixel(image: Image.Image) -> tuple[int, ...]:
    pixel = image.convert("RGBA").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return tuple(map(int, pixel))


def near(pixel: tuple[int, ...], shown: tuple[int, ...], most: int = 4) -> bool:
    wanted = (*shown, 255)[:4]
    return all(abs(value - other) <= most for value, other in zip(pixel, wanted, strict=True))


def test_every_mode_of_pillow_is_tried() -> None:
    assert set(Image.MODES) - set(SHOWN) == set(), "a mode that Pillow has now and nobody has looked at"


@pytest.mark.parametrize(("make", "shown"), EVERY)
def test_a_picture_of_any_mode_shows_the_same_in_8_bit(make: Callable[[], Image.Image], shown: tuple[int, ...]) -> None:
    image = make()
    before = image.tobytes()
    assert eight_bit(image).mode in {"L", "LA", "RGB", "RGBA"}
    assert rgb(image).mode == ("RGBA" if len(shown) == 4 else "RGB")
    assert near(first_pixel(rgb(image)), shown)
    assert image.tobytes() == before, "the picture of the caller is left as it is"


@pytest.mark.parametrize(("make", "shown"), EVERY)
def test_a_picture_of_any_mode_is_sent_as_what_it_shows(
    make: Callable[[], Image.Image], shown: tuple[int, ...]
) -> None:
    sent = Image.open(io.BytesIO(png(make(), "image")))
    assert sent.mode in {"1", "L", "LA", "P", "RGB", "RGBA"}
    assert near(first_pixel(sent), shown)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_what_a_png_holds_in_8_bit_is_sent_unchanged(mode: str) -> None:
    image = SHOWN[mode][0]()
    assert png(image, "image") == written(image)


@pytest.mark.parametrize(("make", "shown"), EVERY)
def test_alpha_is_put_on_a_neutral_ground(make: Callable[[], Image.Image], shown: tuple[int, ...]) -> None:
    alpha = shown[3] / 255 if len(shown) == 4 else 1.0
    assert near(first_pixel(opaque(make())), tuple(round(v * alpha + 128 * (1 - alpha)) for v in shown[:3]))


@pytest.mark.parametrize(
    ("mode", "values", "words"),
    [
        ("I", [-1, 255], "-1 to 255"),
        ("I", [0, 65_536], "0 to 65536"),
        ("I", [0, 1023], "0 to 1023"),  # 10 bit, or a dark picture of 16
        ("F", [-0.5, 1.0], "-0.5 to 1"),
        ("F", [0.0, 256.0], "0 to 256"),
        ("F", [0.0, 1.5], "0 to 1.5"),  # a highlight above white, or a dark picture of 8 bit
        ("F", [0.5, math.nan], "NaN"),
        ("F", [math.nan, 0.5], "NaN"),
        ("F", [0.5, math.inf], "infinite"),
        ("F", [-math.inf, 0.5], "infinite"),
    ],
)
def test_a_picture_of_unknown_range_is_refused_by_its_mode(mode: str, values: list[float], words: str) -> None:
    image = Image.new(mode, (2, 1))
    image.putdata(values)
    with pytest.raises(ConfigurationError, match=rf"^image: the picture has the mode {mode} .*{words}.*scale") as error:
        png(image, "image")
    assert "convert('L')" in str(error.value)


@pytest.mark.parametrize("top", [300, 65_535])
def test_an_i_picture_from_a_file_of_16_bit_is_read_as_that(top: int) -> None:
    """As PNGs were opened by older versions of Pillow, and PGMs are by this one."""
    file = b"P5 2 1 65535\n" + (0).to_bytes(2, "big") + top.to_bytes(2, "big")
    image = Image.open(io.BytesIO(file))
    assert image.mode == "I"
    assert eight_bit(image).getextrema() == (0, round(top / 257))


def test_an_unknown_mode_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image.Image, "mode", "Q;99")
    with pytest.raises(ConfigurationError, match=r"^image: the picture has the mode Q;99.*convert\('RGB'\)"):
        png(Image.new("RGB", SIZE), "image")


def test_a_cmyk_photo_of_adobe_is_no_negative() -> None:
    photo = Image.open(io.BytesIO(written(Image.new("RGB", SIZE, RED).convert("CMYK"), "JPEG", quality=95)))
    assert photo.mode == "CMYK"
    assert photo.info["adobe"]
    assert near(first_pixel(Image.open(io.BytesIO(png(photo, "image")))), RED, 8)


def test_a_profile_goes_along_with_the_colours_that_it_is_for() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for mode, kept in {"RGB": profile, "RGBa": profile, "HSV": profile, "CMYK": None, "LAB": None}.items():
        sent = Image.open(io.BytesIO(png(with_info(SHOWN[mode][0](), icc_profile=profile), "image")))
        assert sent.info.get("icc_profile") == kept


def test_of_several_pages_the_current_one_is_sent() -> None:
    pages = [Image.new("I;16", SIZE, GREY * 257), Image.new("I;16", SIZE, 65_535)]
    two = Image.open(io.BytesIO(written(pages[0], "TIFF", save_all=True, append_images=pages[1:])))
    assert near(first_pixel(Image.open(io.BytesIO(png(two, "image")))), (GREY,) * 3)
    two.seek(1)
    assert near(first_pixel(Image.open(io.BytesIO(png(two, "image")))), (255,) * 3)
