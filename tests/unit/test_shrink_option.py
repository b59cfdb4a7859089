"""shrink=True: a picture that is too large for the request is made to fit, and plan and card say to what size."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from runway_widget import ConfigurationError
from runway_widget._create import local_media
from runway_widget._service.provider import Provider
from runway_widget.simulator import Simulator

from .creating import DUSK, created, film, planned
from .pictures import noise, written

SIZE = (600, 480)
LIMIT = 100_000  # characters of a data URI: less than services take, so that nobody waits for large pictures


@pytest.fixture(autouse=True)
def a_narrow_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Provider, "data_uri_limit", lambda self, kind: LIMIT)


@pytest.fixture(scope="module")
def large() -> bytes:
    """A picture that no request takes."""
    return written(noise(*SIZE))


def note_of(task: Any) -> str:
    (text,) = [fact["text"] for fact in task._request["facts"] if not fact["name"]]
    return str(text)


def test_without_it_the_error_says_how(sim: Simulator, large: bytes) -> None:
    with pytest.raises(ConfigurationError, match=r"make the image smaller \(shrink=True does that\)"):
        film(sim, prompt_image=large)
    with pytest.raises(ConfigurationError) as caught:
        sim.client().video_upscale(model="upscale_v1", video_uri=DUSK + bytes(200_000), shrink=True)
    assert "shrink" not in str(caught.value)
    assert created(sim) == []


def given_as(kind: str, data: bytes, folder: Path) -> Any:
    if kind == "file":
        (folder / "large.png").write_bytes(data)
        return folder / "large.png"
    picture = Image.open(io.BytesIO(data))
    return {
        "bytes": data,
        "a PIL image": picture,
        "an array": numpy.asarray(picture),
        "a data URI": f"data:image/png;base64,{base64.b64encode(data).decode()}",
        "the first frame": [{"uri": data, "position": "first"}],
    }[kind]


@pytest.mark.parametrize("kind", ["file", "bytes", "a PIL image", "an array", "a data URI", "the first frame"])
def test_a_picture_fits_however_it_is_given(sim: Simulator, large: bytes, tmp_path: Path, kind: str) -> None:
    (medium,) = planned(sim, prompt_image=given_as(kind, large, tmp_path), shrink=True).media
    assert medium.pixels is not None
    assert medium.size is not None
    assert LIMIT * 0.8 < 4 * medium.size / 3 < LIMIT
    assert medium.note == (
        f"picture made smaller: 600 × 480 → {medium.pixels[0]} × {medium.pixels[1]}, {medium.size / 1e3:.0f} kB"
    )


def test_the_plan_the_card_and_the_journal_say_to_what_size(sim: Simulator, large: bytes) -> None:
    client = sim.client()
    plan = planned(sim, client, prompt_image=large, shrink=True)
    note = plan.media[0].note
    assert note.startswith("picture made smaller: 600 × 480 → ")
    assert note in str(plan)
    assert str(plan).count(note) == 1
    assert str(plan).count(note.rpartition(", ")[2]) == 1, "the size is said once"
    assert note in plan._repr_html_()
    task = plan.send()
    assert note_of(task) == note
    assert note in task._make_bundle()["text/html"]
    assert note_of(client.recent()[0].task()) == note
    assert note_of(task.again()) == note, "another take begins from the same small picture"


def test_the_same_picture_is_the_same_request_whatever_encodes_it(
    sim: Simulator, large: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = film(sim, prompt_image=large, shrink=True, reuse=True)
    assert film(sim, prompt_image=large, shrink=True, reuse=True).task_id == task.task_id
    monkeypatch.setattr("runway_widget._media.shrinking._OPTIONS", {"JPEG": {"quality": 80, "subsampling": 2}})
    assert film(sim, prompt_image=large, shrink=True, reuse=True).task_id == task.task_id
    assert len(created(sim)) == 1
    other = written(noise(SIZE[0], SIZE[1] + 1))
    assert film(sim, prompt_image=other, shrink=True, reuse=True).task_id != task.task_id


def test_a_picture_that_fits_is_sent_as_it_is(sim: Simulator) -> None:
    small = written(noise(40, 30))
    (medium,) = planned(sim, prompt_image=small, shrink=True).media
    assert (medium.size, medium.note) == (len(small), "")


def test_a_picture_with_room_for_all_of_its_pixels_is_only_encoded_anew(sim: Simulator) -> None:
    soft = Image.effect_noise((400, 300), 4).convert("RGB")
    (medium,) = planned(sim, prompt_image=soft, shrink=True).media
    assert medium.pixels == (400, 300)
    assert medium.note.startswith("picture encoded anew as JPEG: ")


def test_what_can_be_uploaded_keeps_every_pixel(sim: Simulator, large: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sim.runway_client()
    (medium,) = planned(sim, client, prompt_image=large, shrink=True).media
    assert (medium.travels, medium.pixels, medium.size, medium.note) == ("upload", SIZE, len(large), "")
    monkeypatch.setattr(local_media, "MOST_BYTES", 200_000)
    with pytest.raises(ConfigurationError, match=r"make the image smaller \(shrink=True does that\)"):
        planned(sim, client, prompt_image=large)
    (medium,) = planned(sim, client, prompt_image=large, shrink=True).media
    assert (medium.travels, medium.note[:20]) == ("data", "picture made smaller")


def test_a_raw_create_takes_it_too(sim: Simulator, large: bytes) -> None:
    with pytest.raises(ConfigurationError, match="shrink must be True or False"):
        sim.client().create("image_to_video", promptImage=large, shrink="yes", dry_run=True)  # type: ignore[call-overload]
    plan = sim.client().create("image_to_video", promptImage=large, shrink=True, dry_run=True)
    assert plan.media[0].note.startswith("picture made smaller")


def test_the_picture_that_arrives_is_the_small_one(sim: Simulator, large: bytes) -> None:
    plan = planned(sim, prompt_image=large, shrink=True)
    plan.send()
    body = plan.body["promptImage"]
    assert isinstance(body, dict)
    assert body["type"] == "image/jpeg"
    assert body["bytes"] == plan.media[0].size
    assert str(created(sim)[0].body["promptImage"]).startswith("data:image/jpeg;base64,")
