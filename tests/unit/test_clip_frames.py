"""One frame of a clip is exactly the one that was asked for, whatever the clip's format makes of it."""

from __future__ import annotations

import io
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from runway_widget import ConfigurationError, RunwayWidgetError
from runway_widget._media import clip_frames
from runway_widget._media.clip_frames import Still, checked_moment, frame_of
from runway_widget.simulator._media import load

from .numbered import clip, number_of, silence
from .pictures import written

B_FRAMES = {"x264-params": "bframes=4:b-adapt=0:keyint=20:scenecut=0"}
OPEN_GOP = {"x264-params": "bframes=3:b-adapt=0:keyint=10:open-gop=1:scenecut=0"}
ONE_GOP = {"x264-params": "bframes=3:keyint=400:scenecut=0"}
UNEVEN = list(accumulate([0] + [40, 7, 250, 40, 13] * 10))[:50]  # milliseconds

CLIPS: dict[str, dict[str, Any]] = {
    "B-frames": {"options": B_FRAMES},
    "an open group of pictures": {"options": OPEN_GOP},
    "one key frame": {"options": ONE_GOP},
    "uneven times": {"times": UNEVEN, "options": B_FRAMES},
    "sound that goes on": {"options": B_FRAMES, "sound": 4.0},
    "sound that ends early": {"options": ONE_GOP, "sound": 0.5},
    "WebM": {"form": "webm", "codec": "libvpx-vp9", "options": {"g": "15", "cpu-used": "8", "deadline": "realtime"}},
    "Matroska": {"form": "mkv", "options": B_FRAMES},
    "QuickTime": {"form": "mov", "options": B_FRAMES},
}
COUNT = 50


@pytest.fixture(scope="module", params=list(CLIPS))
def film(request: pytest.FixtureRequest) -> tuple[io.BytesIO, list[float]]:
    """A clip, and the moments of its frames in seconds."""
    made = CLIPS[request.param]
    times = made.get("times") or [40 * number for number in range(COUNT)]
    return io.BytesIO(clip(COUNT, **made)), [each / 1000 for each in times]


Film = tuple[io.BytesIO, list[float]]


def test_a_number_is_that_of_the_frame_from_the_start(film: Film) -> None:
    file, times = film
    for number in (0, 1, 9, 10, 11, 23, 48, 49):
        still = frame_of(file, number)
        assert number_of(still.image) == number
        assert still.seconds == pytest.approx(times[number], abs=0.0011)


def test_a_negative_number_counts_from_the_last_frame(film: Film) -> None:
    for number in (-1, -2, -3, -19, -49, -50):
        assert number_of(frame_of(film[0], number).image) == COUNT + number


def test_a_moment_is_that_of_the_frame_in_view(film: Film) -> None:
    file, times = film
    for number in (0, 1, 8, 9, 10, 11, 30, 48):
        middle = (times[number] + times[number + 1]) / 2
        assert number_of(frame_of(file, middle).image) == number
        assert number_of(frame_of(file, times[number]).image) == number
        assert number_of(frame_of(file, round(times[number], 6) - 1e-6).image) == number, "as a player rounds it"
    assert number_of(frame_of(file, times[-1] + 0.005).image) == COUNT - 1


def test_what_a_frame_gives_back_finds_it_again(film: Film) -> None:
    for number in (7, 31, -1):
        still = frame_of(film[0], number)
        assert number_of(frame_of(film[0], still.seconds).image) == number % COUNT


def test_the_last_frame_is_in_view_as_long_as_the_sound_goes_on() -> None:
    file = io.BytesIO(clip(COUNT, sound=4.0))
    assert number_of(frame_of(file, 3.9).image) == COUNT - 1
    with pytest.raises(ConfigurationError, match=r"over after 4.*no frame at 4.5 s"):
        frame_of(file, 4.5)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (COUNT, "there is no frame 50: the clip has 50, from 0 to 49, or from -1 back to -50"),
        (-COUNT - 1, "there is no frame -51"),
        (2.1, r"the clip is over after 2\.00 s, so there is no frame at 2\.1 s"),
        (1e9, "over after"),
    ],
)
def test_outside_the_clip_is_said_how_far_it_goes(at: float, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        frame_of(io.BytesIO(clip(COUNT)), at)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_clip_that_a_player_turns_is_upright(degrees: int) -> None:
    plain, turned = (frame_of(io.BytesIO(clip(3, turned=turn)), -1).image for turn in (0, degrees))
    back = turned.rotate(degrees, expand=True)
    assert turned.size == (plain.size if degrees == 180 else plain.size[::-1])
    assert number_of(back) == 2


@pytest.mark.parametrize("look", ["dawn", "noon"])
@pytest.mark.parametrize("portrait", [False, True])
def test_the_simulators_clips_give_each_of_their_frames(look: str, portrait: bool) -> None:
    data = load("video", look, portrait)
    container: Any
    with av.open(io.BytesIO(data)) as container:
        frames = [(frame.time, frame.to_image()) for frame in container.decode(video=0)]
    file = io.BytesIO(data)
    assert len(frames) > 48
    for number in (0, 1, len(frames) // 2, len(frames) - 1):
        seconds, image = frames[number]
        for at in (number, number - len(frames), float(seconds)):
            still = frame_of(file, at)
            assert still.image.mode == "RGB"
            assert still.image.tobytes() == image.tobytes()


def test_a_frame_has_all_pixels_and_its_alpha() -> None:
    """The small copies of cards are made of the same frames, and must not be what is given."""
    pixels = np.zeros((400, 720, 4), np.uint8)
    pixels[..., 0], pixels[..., 3] = 200, 128
    out = io.BytesIO()
    with av.open(out, "w", format="webm") as container:
        stream: Any = container.add_stream("libvpx-vp9", rate=12, options={"cpu-used": "8", "deadline": "realtime"})
        stream.width, stream.height, stream.pix_fmt = 720, 400, "yuva420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgba")))
        container.mux(stream.encode())
    image = frame_of(out, -1).image
    assert (image.size, image.mode) == ((720, 400), "RGBA")
    assert abs(image.getpixel((300, 200))[3] - 128) < 6  # type: ignore[index]


# Images and others


@pytest.mark.parametrize("at", [0, -1, 0.0])
def test_an_image_is_a_clip_of_one_frame(at: float) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    still = frame_of(io.BytesIO(written(Image.new("RGB", (1600, 900), (9, 99, 199)), "JPEG", exif=exif)), at)
    assert (still.image.size, still.image.mode, still.seconds) == ((900, 1600), "RGB", 0.0)
    assert still.image.info == {}


@pytest.mark.parametrize("at", [1, -2, 2.5])
def test_an_image_has_no_other_frame(at: float) -> None:
    with pytest.raises(ConfigurationError, match="the output is an image; 0 or -1 gives it"):
        frame_of(io.BytesIO(written(Image.new("L", (8, 8)))), at)


def test_sound_and_what_is_no_medium_have_no_frames(tmp_path: Path) -> None:
    for data, words in (
        (load("audio", "dawn", False), "no frames in a file like .m4a"),
        (b"<html>", "in a file of no medium"),
    ):
        with pytest.raises(RunwayWidgetError, match=words):
            frame_of(io.BytesIO(data), 0)


def test_a_film_without_a_film_has_no_frames() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=48_000)
        container.mux(stream.encode(silence(1024)))
        container.mux(stream.encode())
    with pytest.raises(RunwayWidgetError, match="sound alone"):
        frame_of(out, -1)


def test_a_damaged_clip_is_refused_with_a_reason() -> None:
    data = clip(COUNT)
    with pytest.raises(RunwayWidgetError, match="cannot be decoded"):
        frame_of(io.BytesIO(data[:200] + bytes(len(data) - 200)), -1)


def test_a_missing_decoder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_frames, "can_decode", lambda kind: False)
    with pytest.raises(RunwayWidgetError, match="pip install pillow av"):
        frame_of(io.BytesIO(clip(3)), -1)


@pytest.mark.parametrize("at", [None, "last", True, float("nan"), float("inf"), -0.5, [1]])
def test_what_names_no_frame_is_refused(at: Any) -> None:
    with pytest.raises(ConfigurationError, match="at:"):
        checked_moment(at)


def test_numbers_of_numpy_mean_what_they_are() -> None:
    assert checked_moment(np.int64(-1)) == -1
    assert isinstance(checked_moment(np.float32(2.5)), float)
    assert isinstance(Still(Image.new("RGB", (1, 1)), 0.0), tuple)
