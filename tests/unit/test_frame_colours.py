"""A frame of a video has the colours that the video means, whatever its format."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy
import pytest
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

from runway_widget._media.frames import read_frame
from runway_widget._media.thumbnails import thumbnail

from .pictures import opened

RED = (200, 60, 30)


READS_TAGS = pytest.mark.skipif(not hasattr(av.VideoFrame, "color_trc"), reason="PyAV heeds colours' tags since 17")

BT709, BT2020 = "ITU709", 9  # by PyAV's name, and by its number in ITU-T H.273 where PyAV 14 has no name
LIMITED, FULL = "MPEG", "JPEG"


def film(
    codec: str,
    layout: str,
    form: str,
    pixel: tuple[int, ...],
    matrix: str | int = "",
    extent: str = "",
    colours: str = "",
) -> bytes:
    """Three frames of one ``pixel``, RGBA of 8 bit or RGB of 16, tagged with a matrix and an extent of its values."""
    deep = len(pixel) == 3
    image = numpy.full((48, 64, len(pixel)), pixel, "uint16" if deep else "uint8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{form}"
        with av.open(path, "w") as container:
            stream: Any = container.add_stream(codec, rate=12)
            stream.width, stream.height, stream.pix_fmt = 64, 48, layout
            if codec == "libx265":
                stream.options = {"x265-params": f"{colours}:log-level=none"}
            if matrix:
                tag(stream.codec_context, matrix, extent)
            for _ in range(3):
                picture = av.VideoFrame.from_ndarray(image, format="rgb48le" if deep else "rgba")
                picture = picture.reformat(format=layout, dst_colorspace=matrix or None, dst_color_range=extent or None)
                if matrix:
                    tag(picture, matrix, extent)
                for packet in stream.encode(picture):
                    container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)
        return path.read_bytes()


def tag(target: Any, matrix: str | int, extent: str) -> None:
    target.colorspace = matrix if isinstance(matrix, int) else Colorspace[matrix].value
    target.color_range = ColorRange[extent].value


def shown(data: bytes) -> tuple[int, ...]:
    image = read_frame(io.BytesIO(data)).image
    assert image is not None
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return tuple(map(int, pixel))


def near(pixel: tuple[int, ...], other: tuple[int, ...], most: int) -> bool:
    return len(pixel) == len(other) and all(abs(a - b) <= most for a, b in zip(pixel, other, strict=True))


@pytest.mark.parametrize(
    ("codec", "layout", "form", "matrix", "extent"),
    [
        ("libx264", "yuv420p", "mp4", "", ""),
        pytest.param("libx264", "yuv420p", "mp4", BT709, LIMITED, marks=READS_TAGS),
        pytest.param("libx264", "yuv420p", "mp4", BT709, FULL, marks=READS_TAGS),
        ("libx264", "yuv422p10le", "mov", "", ""),
        pytest.param("libx264", "yuv420p10le", "mp4", BT709, FULL, marks=READS_TAGS),
        ("libx265", "yuv420p12le", "mp4", "", ""),
        ("prores_ks", "yuv422p10le", "mov", "", ""),
        ("ffv1", "gbrp16le", "mkv", "", ""),
        ("libvpx-vp9", "yuv444p", "webm", "", ""),
    ],
)
def test_depth_and_range_change_no_colour(codec: str, layout: str, form: str, matrix: str, extent: str) -> None:
    assert near(shown(film(codec, layout, form, (*RED, 255), matrix, extent)), RED, 8)


@pytest.mark.parametrize(
    ("codec", "layout", "form"),
    [
        ("prores_ks", "yuva444p10le", "mov"),
        ("png", "rgba", "mov"),
        ("qtrle", "argb", "mov"),
        ("libvpx-vp9", "yuva420p", "webm"),
    ],
)
def test_the_alpha_of_a_film_is_kept(codec: str, layout: str, form: str) -> None:
    assert near(shown(film(codec, layout, form, (*RED, 100))), (*RED, 100), 8)


def test_a_film_that_is_clear_throughout_is_taken_for_dark() -> None:
    """So that a later frame is looked for, and without one the picture of a page's ground is kept."""
    data = film("png", "rgba", "mov", (255, 255, 255, 0))
    assert not read_frame(io.BytesIO(data)).final
    assert opened(thumbnail(data, "video")).mode == "RGBA"


@READS_TAGS
@pytest.mark.parametrize(("signal", "transfer"), [(0.58, "smpte2084"), (0.75, "arib-std-b67")], ids=["PQ", "HLG"])
def test_high_dynamic_range_is_not_shown_pale(signal: float, transfer: str) -> None:
    """The signal is that of white paper, 203 cd/m², as Recommendation ITU-R BT.2408 has it."""
    colours = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc:range=limited"
    data = film("libx265", "yuv420p10le", "mp4", (round(signal * 65_535),) * 3, BT2020, LIMITED, colours)
    assert near(shown(data), (255,) * 3, 12)


def test_a_large_webp_of_ones_own_is_decoded_by_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runway_widget._media.frames.MAX_PIXELS", 1000)
    monkeypatch.setattr("runway_widget._media.image_files.read_image", lambda *_: pytest.fail("by Pillow"))
    for colour in (RED, (*RED, 100)):
        out = io.BytesIO()
        Image.new("RGBA" if len(colour) == 4 else "RGB", (64, 48), colour).save(out, "WEBP", lossless=True)
        image = read_frame(out, 10_000).image
        assert image is not None
        pixel = image.getpixel((9, 9))
        assert isinstance(pixel, tuple)
        assert near(pixel[:3], RED, 4)
        assert pixel[3:] in {(), colour[3:], (255,)}
