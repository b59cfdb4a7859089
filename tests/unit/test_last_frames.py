"""A finished clip where a picture is wanted stands for its last frame: extending a clip is one line."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError, RunwayTask, ServiceError
from runway_widget._create.input_field import InputField
from runway_widget._create.inputs import resolve
from runway_widget._service.provider import RUNWAY
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, created, film, finished
from .fakes import until


def is_last_frame(uri: str, task: RunwayTask) -> bool:
    """Whether a data URI, of which the simulator remembers the beginning, is the last frame of ``task``."""
    png = io.BytesIO()
    task.frame(-1).save(png, "PNG")
    whole = f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
    return whole[:60_000] == uri[:60_000] and len(whole) > 60_000


def sent(sim: Simulator) -> Any:
    return created(sim)[-1].body["promptImage"]


@pytest.fixture
def clip(sim: Simulator, clock: ServiceTime) -> RunwayTask:
    return finished(sim, clock).wait(30)


def test_a_clip_goes_on_from_its_last_frame(sim: Simulator, clip: RunwayTask) -> None:
    film(sim, prompt_image=clip)
    assert is_last_frame(sent(sim), clip)


def test_so_does_a_frame_that_was_chosen(sim: Simulator, clip: RunwayTask) -> None:
    film(sim, prompt_image=[{"uri": clip.frame(-1), "position": "first"}])
    (first,) = sent(sim)
    assert first["position"] == "first"
    assert is_last_frame(first["uri"], clip)


def test_a_clip_in_an_object_is_its_last_frame_too(sim: Simulator, clip: RunwayTask) -> None:
    film(sim, prompt_image=[{"uri": clip, "position": "first"}])
    assert is_last_frame(sent(sim)[0]["uri"], clip)


def test_references_of_an_image_take_it_as_well(sim: Simulator, clip: RunwayTask) -> None:
    sim.client().text_to_image(
        model="gen4_image",
        prompt_text="@kite",
        ratio="1280:720",
        reference_images=[{"uri": clip, "tag": "kite"}],
        **QUICK,
    )
    (reference,) = created(sim)[-1].body["referenceImages"]
    assert is_last_frame(reference["uri"], clip)


def test_where_a_video_is_taken_the_whole_clip_is_sent(sim: Simulator, clip: RunwayTask) -> None:
    sim.client().video_upscale(model="upscale_v1", video_uri=clip, **QUICK)
    assert created(sim)[-1].body["videoUri"] == clip.outputs[0]["url"]


def test_an_image_beside_the_clip_is_preferred(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock, {"outputs": ["video", "image"]}).wait(30)
    film(sim, prompt_image=task)
    assert sent(sim) == task.outputs[1]["url"]


def test_sound_is_no_picture(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock, {"outputs": ["audio"]}).wait(30)
    with pytest.raises(ConfigurationError, match=r"prompt_image: takes image, but the output of task .* is an audio"):
        film(sim, prompt_image=task)


def test_it_is_fetched_once_for_all_prompts_and_takes(sim: Simulator, clip: RunwayTask) -> None:
    before = len([request for request in sim.requests if request.route == "media"])
    film(sim, prompt_image=clip, prompt_text=["on", "and on"], takes=2)
    assert len([request for request in sim.requests if request.route == "media"]) == before + 1
    assert len({request.body["promptImage"] for request in created(sim)}) == 1


def test_the_request_says_whose_last_frame_it_is(sim: Simulator, clip: RunwayTask) -> None:
    medium = resolve(clip, InputField("prompt_image", ("image",), RUNWAY, sim.url))
    assert (medium.name, medium.kind, medium.travels) == (f"last frame of {clip.task_id}", "image", "data")
    assert f"last frame of {clip.task_id[:8]}" in [
        fact["text"] for fact in film(sim, prompt_image=clip)._request["facts"]
    ]


def test_the_same_clip_is_the_same_request_whatever_became_of_its_link(
    sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    client = sim.client()
    task = film(sim, client, save_to=tmp_path)
    clock.forward(1000)
    until(lambda: task.wait(30).files and client.recent()[0].files)
    first = film(sim, client, prompt_image=task, reuse=True)
    sim.expire_links()
    assert film(sim, client, prompt_image=task, reuse=True).task_id == first.task_id
    sim._service.remove(sim._service._tasks[task.task_id])
    assert film(sim, client, prompt_image=task, reuse=True).task_id == first.task_id
    task.close()
    assert len(created(sim)) == 2


def test_again_goes_back_to_the_task(sim: Simulator, clip: RunwayTask) -> None:
    first = film(sim, prompt_image=clip)
    sim.expire_links()
    first.again()
    pictures = [request.body["promptImage"] for request in created(sim)]
    assert pictures[0] == pictures[1]


def test_a_clip_that_ended_while_nobody_watched_goes_on_too(sim: Simulator, clock: ServiceTime) -> None:
    task = sim.client().task(sim.add_task(variant="dusk"), **QUICK)
    until(lambda: task._report.timing.since_answer is not None)
    task.stop()
    until(lambda: task._report.phase.over)
    clock.forward(1000)
    film(sim, prompt_image=task)
    task.resume()
    assert is_last_frame(sent(sim), task.wait(30))


def test_without_a_decoder_nothing_is_sent_and_it_says_what_is_missing(
    sim: Simulator, clip: RunwayTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runway_widget._media.clip_frames.can_decode", lambda kind: False)
    with pytest.raises(ConfigurationError, match=r"^prompt_image: the last frame of .*: frames need Pillow and PyAV"):
        film(sim, prompt_image=clip)
    assert created(sim) == []


def test_a_clip_that_cannot_be_fetched_stops_the_create(sim: Simulator, clip: RunwayTask) -> None:
    sim.trouble("forbidden", route="media", times=None)
    with pytest.raises(ServiceError, match="expired"):
        film(sim, prompt_image=clip)
    assert created(sim) == []
