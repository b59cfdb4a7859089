"""What a simulated take looks like follows from the picture in its request, also from one that was made of a clip."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from runway_widget._media.clip_frames import frame_of
from runway_widget.simulator._looks import Looks
from runway_widget.simulator._media import LOOKS, load

URL = "http://127.0.0.1:9"


def uri(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def look_of(picture: str, endpoint: str = "image_upscale") -> str:
    return Looks().of(endpoint, {"imageUri": picture, "seed": 0}, URL)


@pytest.mark.parametrize("look", LOOKS)
def test_a_frame_of_a_take_leads_to_the_same_time_of_day(look: str) -> None:
    """So that a clip that goes on from another one goes on in the same light."""
    for portrait in (False, True):
        film = io.BytesIO(load("video", look, portrait))
        for at in (0, -1):
            assert look_of(uri(png(frame_of(film, at).image))).partition("-")[0] == look.partition("-")[0]


@pytest.mark.parametrize("look", LOOKS)
def test_the_simulators_own_picture_is_known_by_its_bytes(look: str) -> None:
    assert look_of(uri(load("image", look, False), "jpeg")) == look


@pytest.mark.parametrize(
    "picture",
    [
        uri(png(Image.new("RGB", (64, 36), (0, 255, 0)))),
        uri(png(Image.new("L", (64, 36), 90))),
        uri(b"\x89PNG\r\n\x1a\n" + bytes(40)),
        uri(b"\x89PNG"),
        uri(b"no picture"),
        "data:image/png;base64,%%%",
        "https://a.example/dusk.png",
    ],
)
def test_any_other_picture_leads_to_a_look_by_the_seed(picture: Any) -> None:
    assert look_of(picture) == LOOKS[0]


def test_a_link_leads_to_its_look_wherever_it_stands() -> None:
    body = {"promptImage": [{"position": "first", "uri": f"{URL}/media/3d95/1-night-haze.jpg?_jwt=x"}], "seed": 0}
    assert Looks().of("image_to_video", body, URL) == "night-haze"
    assert Looks().of("image_to_video", {**body, "seed": 1}, URL) == "night"
    assert Looks().of("video_upscale", {**body, "seed": 1}, URL) == "night-haze"
