"""Pictures that stay when the links have died."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, features

from runway_widget._media import thumbnails
from runway_widget._media.frames import Frame
from runway_widget._media.thumbnails import BUDGET, budget_for, thumbnail, thumbnail_from_url
from runway_widget._service import fetch
from runway_widget.simulator._media import load

from .origin import Asked, Reply, medium, origin, service
from .pictures import brightness, noise, opened, video, written

# Size


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_an_image_becomes_a_small_picture(name: str) -> None:
    image = opened(thumbnail(written(noise(1280, 720), name), "image"))
    assert image.width <= 320
    assert abs(image.width / image.height - 1280 / 720) < 0.03


@pytest.mark.parametrize("size", [(4000, 3000), (320, 240), (300, 3000), (3, 2), (1, 1)])
@pytest.mark.parametrize("budget", [BUDGET, 6000, 1500])
def test_a_picture_stays_within_its_budget(size: tuple[int, int], budget: int) -> None:
    uri = thumbnail(written(noise(*size), "JPEG"), "image", budget)
    assert 0 < len(uri) <= budget


def test_a_picture_that_is_not_good_as_a_webp_within_its_budget_is_an_avif_of_full_size() -> None:
    """A clip of the simulator; also where a Pillow has no AVIF there is a picture, a coarser one."""
    clip = load("video", "dusk", False)
    uri = thumbnail(clip, "video")
    assert uri.startswith("data:image/avif")
    assert opened(uri).size == (320, 180)
    assert thumbnail(clip, "video", 13_000).startswith("data:image/webp")
    assert uri == thumbnail(clip, "video"), "the same bytes in each run"


def test_without_avif_there_is_a_webp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    uri = thumbnail(load("video", "dusk", False), "video")
    assert uri.startswith("data:image/webp")
    assert len(uri) <= BUDGET


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


@pytest.mark.parametrize(("form", "budget"), [("webp", 13_000), ("avif", 2_500), ("jpeg", 13_000)])
def test_a_photos_metadata_is_left_out(monkeypatch: pytest.MonkeyPatch, form: str, budget: int) -> None:
    monkeypatch.setattr(features, "check", lambda _: form != "jpeg")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    photo = written(noise(64, 64), "JPEG", exif=exif.tobytes(), icc_profile=b"my own screen", comment=b"my comment")
    uri = thumbnail(photo, "image", budget)
    assert uri.startswith(f"data:image/{form}")
    encoded = base64.b64decode(uri.partition(",")[2])
    for text in (b"taken at home", b"my own screen", b"my comment"):
        assert text in photo
        assert text not in encoded


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_colour_mode_is_accepted(mode: str) -> None:
    assert opened(thumbnail(written(Image.new(mode, (64, 48))), "image"))


def test_transparency_is_kept() -> None:
    assert opened(thumbnail(written(Image.new("RGBA", (64, 64), (255, 0, 0, 0))), "image")).mode == "RGBA"
    assert opened(thumbnail(written(Image.new("P", (64, 64)), transparency=0), "image")).mode == "RGBA"


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
    monkeypatch.setattr(thumbnails, "_STAGES", (100, 100_000, 2**24))
    with origin(medium(data)) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == thumbnail(data, "video")


def test_more_of_a_video_is_fetched_where_its_first_frames_are_black(monkeypatch: pytest.MonkeyPatch) -> None:
    data = video(lambda at: 0 if at < 0.4 else 200, 12)
    monkeypatch.setattr(thumbnails, "_STAGES", (len(data) // 2, 2**24))
    monkeypatch.setattr(fetch, "CHUNK", 500)
    with origin(medium(data)) as server:
        assert brightness(thumbnail_from_url(service(server.url), server.url, "video")) > 180


def test_an_earlier_picture_is_used_where_more_bytes_cannot_be_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = iter([Frame(noise(9, 9), False)])  # and after it, StopIteration
    monkeypatch.setattr(thumbnails, "read_frame", lambda _: next(frames))
    with origin(medium(bytes(3 * 2**20))) as server:
        assert opened(thumbnail_from_url(service(server.url), server.url, "video")).size == (9, 9)
    assert len(server.asked) == 1


def test_nothing_more_is_read_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "MAX_TIME", 0.0)
    with origin(medium(written(noise(9, 9)))) as server:
        assert thumbnail_from_url(service(server.url), server.url, "image") == ""


def test_an_endless_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "_STAGES", (2**16, 2**20))
    monkeypatch.setattr(thumbnails, "MAX_BYTES", 2**20)

    def endless(_: Asked) -> Reply:
        return Reply(200, {}, iter(lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(60_000), b""))

    with origin(endless) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == ""
        assert thumbnail_from_url(service(server.url), server.url, "image") == ""


@pytest.mark.parametrize("number", [403, 404, 500])
def test_a_link_that_fails_gives_no_picture(number: int) -> None:
    image = written(noise(9, 9))
    with origin(lambda _: Reply(number, {"Content-Length": str(len(image))}, image)) as server:
        assert thumbnail_from_url(service(server.url), server.url, "image") == ""
    assert thumbnail_from_url(service(server.url), server.url, "image") == ""
    assert thumbnail_from_url(service("https://api.example"), server.url, "image") == ""


def test_a_body_that_breaks_off_gives_the_picture_of_what_came() -> None:
    data = video(lambda _: 128, 20)
    with origin(medium(data + bytes(500_000), cut=len(data))) as server:
        assert thumbnail_from_url(service(server.url), server.url, "video") == thumbnail(data, "video")
