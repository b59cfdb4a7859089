"""Pictures in memory become PNGs of the same pixels."""

from __future__ import annotations

import io

import numpy
import pytest
from PIL import Image

from runway_widget import ConfigurationError
from runway_widget._media.images import png


def pixels(data: bytes) -> numpy.ndarray:
    return numpy.asarray(Image.open(io.BytesIO(data)))


def test_floats_are_rounded_to_the_nearest_of_256_values() -> None:
    levels = numpy.array([[0.0, 0.001, 0.003, 0.998, 0.999, 1.0]])
    assert pixels(png(levels, "image")).tolist() == [[0, 0, 1, 254, 255, 255]]


def test_the_pixels_of_an_array_stay_as_they_are() -> None:
    array = numpy.random.default_rng(7).integers(0, 256, (6, 8, 3), dtype="uint8")
    assert (pixels(png(array, "image")) == array).all()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_an_array_of_16_bit_is_scaled_to_8(channels: tuple[int, ...], order: str) -> None:
    array = numpy.random.default_rng(7).integers(0, 65_536, (6, 8, *channels)).astype(f"{order}u2")
    assert (pixels(png(array, "image")) == (array / 257).round()).all()


def test_an_array_of_truths_is_black_and_white() -> None:
    assert pixels(png(numpy.array([[True, False]]), "image")).tolist() == [[255, 0]]


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_an_array_has_no_channels_or_three_or_four(channels: int) -> None:
    with pytest.raises(ConfigurationError, match=r"^image: an array must have the shape"):
        png(numpy.zeros((6, 8, channels), "uint8"), "image")
