"""Which picture of a medium is chosen, and by which decoder."""

from __future__ import annotations

import io
import struct
from typing import Any

import av
import pytest
from PIL import Image, ImageFile

from runway_widget._media import frames
from runway_widget._media.frames import read_frame

from .pictures import noise, video, written

UPRIGHT = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
TURNED = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)  # clockwise, to see it upright


def grey(_: float) -> int:
    return 128


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_an_image_is_opened_only_by_the_decoder_that_its_bytes_name(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    data, open_image, opened = written(noise(64, 64), form), ImageFile.ImageFile.__init__, []

    def record(image: ImageFile.ImageFile, *arguments: Any) -> None:
        opened.append(image.format)
        open_image(image, *arguments)

    monkeypatch.setattr(ImageFile.ImageFile, "__init__", record)
    monkeypatch.setattr(Image, "open", lambda *_: pytest.fail("tries every decoder, and warns of large pictures"))
    assert read_frame(io.BytesIO(data)).image is not None
    assert opened == [form]


@pytest.mark.parametrize(("form", "codec", "demuxer"), [("mp4", "libx264", "mov"), ("webm", "libvpx-vp9", "matroska")])
def test_a_video_is_opened_only_by_the_demuxer_that_its_bytes_name(
    monkeypatch: pytest.MonkeyPatch, form: str, codec: str, demuxer: str
) -> None:
    data, opened, calls = video(grey, 1, form=form, codec=codec), av.open, []

    def record(*arguments: Any, **options: Any) -> Any:
        calls.append(options)
        return opened(*arguments, **options)

    monkeypatch.setattr(av, "open", record)
    assert read_frame(io.BytesIO(data)).image is not None
    assert calls == [{"format": demuxer}]


def test_a_frame_is_turned_upright() -> None:
    data = video(grey, 1)
    assert data.count(UPRIGHT) == 2, "one of the film, one of its only track"
    at = data.rfind(UPRIGHT)
    turned = read_frame(io.BytesIO(data[:at] + TURNED + data[at + len(TURNED) :])).image
    assert turned is not None
    assert turned.width < turned.height


def test_a_video_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_PIXELS", 320 * 180 - 1)
    monkeypatch.setattr(frames, "_decode", lambda *_: pytest.fail("decoded"))
    assert read_frame(io.BytesIO(video(grey, 1))) == (None, True)


def test_a_frame_of_more_pixels_than_the_video_declares_is_not_used() -> None:
    with av.open(io.BytesIO(video(grey, 1)), format="mov") as container:
        assert list(frames._decode(container, container.streams.video[0], 0.0, 320 * 180 - 1)) == []


def test_a_file_without_pictures_is_final() -> None:
    """More bytes of it would bring none."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=48_000)
        sound = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        sound.sample_rate = 48_000
        for plane in sound.planes:
            plane.update(bytes(plane.buffer_size))
        for packet in (*stream.encode(sound), *stream.encode()):
            container.mux(packet)
    assert read_frame(buffer) == (None, True)
    assert read_frame(io.BytesIO(b"no medium")) == (None, True)


def test_a_black_video_is_not_final() -> None:
    """More bytes of it may show something."""
    frame = read_frame(io.BytesIO(video(lambda _: 0, 1)))
    assert frame.image is not None
    assert not frame.final


@pytest.mark.parametrize(
    ("background", "spot", "expected"), [(0, 0, False), (20, 20, False), (30, 30, True), (0, 255, True)]
)
def test_a_frame_shows_something_where_it_is_bright_or_has_contrast(background: int, spot: int, expected: bool) -> None:
    image = Image.new("RGB", (100, 100), (background,) * 3)
    image.paste((spot,) * 3, (0, 0, 20, 20))
    assert frames._shows_something(image) is expected
