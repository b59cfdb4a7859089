"""Pictures that stay when the links have died."""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageStat

from runway_widget._media import thumbnails as _thumbnails
from runway_widget._media.thumbnails import BUDGET, budget_for, thumbnail, thumbnail_from_url
from runway_widget.simulator._media import load

from .origin import Asked, Reply, medium, origin, service, status


def noise(width: int, height: int) -> Image.Image:
    """The hardest picture to make small."""
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8))


def written(image: Image.Image, name: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def video(
    shade: Callable[[float], int],
    seconds: float = 4.0,
    *,
    form: str = "mp4",
    codec: str = "libx264",
    faststart: bool = True,
    grain: int = 0,
) -> bytes:
    """A video whose frame at each share of its length is of one shade, give or take the grain."""
    random = np.random.default_rng(7)
    count = round(seconds * 12)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"video.{form}"
    with (
        folder,
        av.open(path, "w", options={"movflags": "faststart"} if faststart and form == "mp4" else {}) as container,
    ):
        stream: Any = container.add_stream(codec, rate=12)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for index in range(count):
            level = shade(index / count)
            pixels = random.integers(level - grain, level + grain + 1, (180, 320, 3)).clip(0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        container.close()
        return path.read_bytes()


def opened(uri: str) -> Image.Image:
    assert uri.startswith(("data:image/webp;base64,", "data:image/jpeg;base64,"))
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    image.load()
    return image


def brightness(uri: str) -> float:
    return ImageStat.Stat(opened(uri).convert("L")).mean[0]


# Size


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_an_image_becomes_a_small_picture(name: str) -> None:
    image = opened(thumbnail(written(noise(1280, 720), name), "image"))
    assert image.width <= 320
    assert abs(image.width / image.height - 1280 / 720) < 0.03


@pytest.mark.parametrize("size", [(4000, 3000), (300, 3000), (3, 2), (1, 1)])
@pytest.mark.parametrize("budget", [BUDGET, 6000, 2500])
def test_a_picture_stays_within_its_budget(size: tuple[int, int], budget: int) -> None:
    uri = thumbnail(written(noise(*size), "JPEG"), "image", budget)
    assert 0 < len(uri) <= budget


def test_a_budget_too_small_for_any_picture_gives_none() -> None:
    assert thumbnail(written(noise(640, 360)), "image", 100) == ""


@pytest.mark.parametrize("outputs", [1, 2, 4, 5, 16])
def test_the_pictures_of_a_card_share_one_budget(outputs: int) -> None:
    assert outputs * budget_for(outputs) <= 52_000


# Images


def test_a_photo_is_turned_upright() -> None:
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to see it upright: the left half comes on top
    small = opened(thumbnail(written(image, "JPEG", exif=exif.tobytes()), "image")).convert("RGB")
    assert small.height == 2 * small.width
    top = small.getpixel((small.width // 2, 10))
    assert isinstance(top, tuple)
    assert top[2] > 200


def test_a_photos_metadata_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    photo = written(noise(64, 64), "JPEG", exif=exif.tobytes(), icc_profile=b"my own screen")
    encoded = base64.b64decode(thumbnail(photo, "image").partition(",")[2])
    assert b"taken at home" not in encoded
    assert b"my own screen" not in encoded


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_colour_mode_is_accepted(mode: str) -> None:
    assert opened(thumbnail(written(Image.new(mode, (64, 48))), "image"))


def test_transparency_is_kept() -> None:
    assert opened(thumbnail(written(Image.new("RGBA", (64, 64), (255, 0, 0, 0))), "image")).mode == "RGBA"


# Posters


@pytest.mark.parametrize(("form", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9"), ("mov", "libx264")])
def test_a_video_becomes_a_picture(form: str, codec: str) -> None:
    assert 100 < brightness(thumbnail(video(lambda _: 128, form=form, codec=codec), "video")) < 156


def test_the_poster_is_from_a_tenth_into_the_video() -> None:
    assert brightness(thumbnail(video(lambda at: 60 if at < 0.09 else 200, 8), "video")) > 180


@pytest.mark.parametrize(
    "shade",
    [
        lambda at: 200 if at >= 0.4 else 0,  # fades in late
        lambda at: 200 if at < 0.05 else 0,  # fades out at once
        lambda at: 200 if at >= 0.2 else 0,
    ],
)
def test_a_black_frame_is_skipped(shade: Callable[[float], int]) -> None:
    assert brightness(thumbnail(video(shade, 12), "video")) > 180


def test_a_video_that_is_black_throughout_has_a_black_poster() -> None:
    assert brightness(thumbnail(video(lambda _: 0), "video")) < 10


def test_a_file_is_accepted_as_well_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(load("video", "dusk", False))
    assert opened(thumbnail(tmp_path / "a.mp4", "video")).width == 320


# Where there is no picture


@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff" + bytes(500),
        b"\x00\x00\x00\x18ftypmp42" + bytes(500),
        b"\x1aE\xdf\xa3" + bytes(500),
        written(noise(64, 64))[:900],
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
    ids=["empty", "png", "jpeg", "mp4", "webm", "cut", "playlist", "svg"],
)
def test_damaged_and_unknown_media_give_no_picture_and_no_error(data: bytes, kind: str) -> None:
    assert thumbnail(data, kind) == ""


@pytest.mark.parametrize("at", [40, 200, 900, 3000])
def test_a_damaged_video_gives_a_picture_or_none_and_no_error(at: int) -> None:
    data = bytearray(video(lambda _: 128))
    data[at : at + 60] = bytes(60)
    uri = thumbnail(bytes(data), "video")
    assert uri == "" or opened(uri)


def test_audio_and_missing_files_give_no_picture(tmp_path: Path) -> None:
    assert thumbnail(load("audio", "dusk", False), "audio") == ""
    assert thumbnail(tmp_path / "gone.mp4", "video") == ""


def test_a_picture_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = written(Image.new("1", (8000, 8000)))
    assert len(bomb) < 20_000

    unpacked: list[Any] = []
    monkeypatch.setattr(Image.Image, "convert", lambda image, *_: unpacked.append(image))
    assert thumbnail(bomb, "image") == ""
    assert unpacked == []


@pytest.mark.parametrize("missing", [("PIL",), ("av",), ("PIL", "av")])
def test_without_the_packages_there_is_no_picture_and_no_request(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...]
) -> None:
    image = written(noise(9, 9))
    for name in missing:
        monkeypatch.setitem(sys.modules, name, None)
    with origin(medium(b"")) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == ""
    assert server.asked == []
    assert (thumbnail(image, "image") == "") == ("PIL" in missing)


# Behind a link


def test_a_link_gives_the_same_picture_as_its_medium() -> None:
    data = video(lambda _: 128)
    with origin(medium(data)) as server:
        assert thumbnail_from_url(service(server.url), server.url + "/a", "video") == thumbnail(data, "video")


def test_only_the_first_bytes_of_a_video_are_fetched_where_they_are_enough() -> None:
    data = video(lambda _: 128)
    sent: list[int] = []

    def endless() -> Any:
        yield data
        while True:
            sent.append(65_536)
            yield bytes(65_536)

    with origin(lambda _: Reply(200, {"Content-Type": "video/mp4"}, endless())) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == thumbnail(data, "video")
    assert sum(sent) < 16 * 2**20  # a megabyte, and what the sockets hold


def test_more_of_a_video_is_fetched_where_its_first_bytes_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = video(lambda _: 128, faststart=False, grain=90)
    assert len(data) > 300_000  # and what a decoder must know stands at its end
    monkeypatch.setattr(_thumbnails, "_STAGES", (100, 100_000, 2**24))
    with origin(medium(data)) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == thumbnail(data, "video")


def test_an_endless_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_thumbnails, "_STAGES", (2**16, 2**20))
    monkeypatch.setattr(_thumbnails, "MAX_BYTES", 2**20)

    def endless(_: Asked) -> Reply:
        return Reply(200, {}, iter(lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(60_000), b""))

    with origin(endless) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == ""
        assert thumbnail_from_url(service(server.url), server.url, "image") == ""


@pytest.mark.parametrize("number", [403, 404, 500])
def test_a_link_that_fails_gives_no_picture(number: int) -> None:
    with origin(status(number)) as server:
        assert thumbnail_from_url(service(server.url), server.url, "image") == ""
    assert thumbnail_from_url(service(server.url), server.url, "image") == ""
    assert thumbnail_from_url(service("https://api.example"), server.url, "image") == ""


def test_a_body_that_breaks_off_gives_the_picture_of_what_came() -> None:
    data = video(lambda _: 128, 20)
    with origin(medium(data + bytes(500_000), cut=len(data))) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == thumbnail(data, "video")
