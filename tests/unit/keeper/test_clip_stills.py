"""The stage of a task that works on a clip shows that clip, while the task runs and when it has failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import runway_widget.simulator
from runway_widget import TaskFailed
from runway_widget._create.creation import Creation
from runway_widget._create.medium import Medium
from runway_widget._media.thumbnails import STILL_BUDGET
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import DUSK, QUICK, film, finished
from ..fakes import until
from ..pictures import brightness

CLIP = Path(runway_widget.simulator.__file__).parent / "media" / "dusk.mp4"


def upscaled(sim: Simulator, video: Any, **options: Any) -> Any:
    return sim.client().video_upscale(model="upscale_v1", video_uri=video, **{**QUICK, **options})


def media(sim: Simulator) -> int:
    return len([request for request in sim.requests if request.route == "media"])


@pytest.mark.parametrize("given", [CLIP, DUSK], ids=["a file", "bytes"])
def test_a_clip_of_this_machine_is_shown_at_once(sim: Simulator, given: Any) -> None:
    task = upscaled(sim, given)
    assert task._request["still"].startswith("data:image/")
    assert len(task._request["still"]) <= STILL_BUDGET
    assert brightness(task._request["still"]) > 40
    task.close()


def test_a_clip_behind_a_link_is_shown_as_soon_as_a_frame_of_it_is_there(
    kernel: list[dict[str, Any]], sim: Simulator, clock: ServiceTime
) -> None:
    task = upscaled(sim, sim.media_url("video", "dusk"))
    until(lambda: task._request["still"].startswith("data:image/"))
    assert not task._report.phase.over, "while it runs"
    grid = upscaled(sim, finished(sim, clock).wait(30), takes=2)
    until(lambda: all(take["_request"]["still"].startswith("data:image/") for take in grid._takes))
    for each in (task, grid):
        each.close()


def test_of_a_video_to_video_and_an_hdr_too(kernel: list[dict[str, Any]], sim: Simulator) -> None:
    made = [
        sim.runway_client().video_to_video(
            model="aleph2", video_uri=sim.media_url("video"), prompt_text="at night", **QUICK
        ),
        sim.runway_client().video_to_hdr(model="ruby", video_uri=sim.media_url("video"), **QUICK),
    ]
    until(lambda: all(task._request["still"].startswith("data:image/") for task in made))
    for task in made:
        task.close()


def test_where_nobody_looks_nothing_is_fetched(sim: Simulator) -> None:
    task = upscaled(sim, sim.media_url("video"))
    until(lambda: task.status != "UNKNOWN")
    assert (media(sim), task._request["still"]) == (0, "")
    task.close()


def test_one_that_failed_keeps_the_picture_of_what_was_sent(
    kernel: list[dict[str, Any]], sim: Simulator, clock: ServiceTime
) -> None:
    sim.next("failure")
    task = upscaled(sim, sim.media_url("video"))
    until(lambda: task._keeper.now.still)
    clock.forward(1000)
    with pytest.raises(TaskFailed):
        task.wait(30)
    assert task._state().frozen_card().request["still"].startswith("data:image/")
    assert media(sim) == 1


def test_a_clip_beside_a_picture_is_no_reason_to_fetch_it() -> None:
    media = {"references[0].uri": Medium("https://a.example/clip.mp4", "video")}
    assert Creation("image_to_video", {}, media=media).clip == "https://a.example/clip.mp4"
    assert Creation("image_to_video", {}, media=media, still="https://a.example/still.png").clip == ""


def test_a_finished_take_shows_its_own_picture_before_it_plays_and_not_the_one_that_all_began_from(
    kernel: list[dict[str, Any]], sim: Simulator, clock: ServiceTime
) -> None:
    grid = film(sim, takes=2, seed=420)
    assert {take["_request"]["still"] for take in grid._takes} == {sim.media_url()}
    clock.forward(1000)
    grid.wait(30)
    until(lambda: all(take["_request"]["still"].startswith("data:image/") for take in grid._takes))
    assert len({take["_request"]["still"] for take in grid._takes}) == 2
    assert grid[0]._record.request["still"] == sim.media_url(), "what was sent is known all the same"
