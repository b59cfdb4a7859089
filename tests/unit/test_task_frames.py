"""Frames of a task: `task.frame`, the frames that the card's button keeps, and the line that uses one."""

from __future__ import annotations

import gc
import io
import os
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from runway_widget import ConfigurationError, RunwayTask, RunwayWidgetError, ServiceError, TaskGrid
from runway_widget._media import pool
from runway_widget.simulator import Simulator
from runway_widget.simulator._media import load
from tests.service import ServiceTime

from .creating import QUICK, created, finished
from .fakes import until

LAST = 95  # the number of the last frame of the simulator's clips, of which there are 24 a second


def frames_of(data: bytes) -> list[bytes]:
    container: Any
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_image().tobytes() for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def dusk() -> list[bytes]:
    """The pixels of each frame of the film at dusk."""
    return frames_of(load("video", "dusk", False))


@pytest.fixture
def done(sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunwayTask:
    """The film at dusk, which was not saved."""
    monkeypatch.chdir(tmp_path)
    return finished(sim, clock).wait(30)


def fetches(sim: Simulator) -> int:
    return len([request for request in sim.requests if request.route == "media"])


def press(task: RunwayTask, at: Any, **details: Any) -> None:
    """The page's button, and what it sends."""
    task._handle_custom_msg({"ask": "frame", "at": at, **details}, [])


# Giving


def test_a_frame_is_the_one_that_was_asked_for(done: RunwayTask, dusk: list[bytes]) -> None:
    assert isinstance(done.frame(), Image.Image)
    for at, number in ((-1, LAST), (0, 0), (7, 7), (2.5, 60), (-96, 0)):
        assert done.frame(at).tobytes() == dusk[number]


def test_a_clip_that_is_not_saved_is_fetched_once_and_left_behind_nowhere(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.client()  # with the first, the simulator makes a folder for their journal
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(tmp_path)
    task = finished(sim, clock).wait(30)
    before = fetches(sim)
    task.frame(-1), task.frame(0)
    assert fetches(sim) == before + 1
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"], "nothing was written where the user works"
    assert len(list((tmp_path / "temporary").iterdir())) == 1
    task.close()
    del task
    until(lambda: gc.collect() is not None and not list((tmp_path / "temporary").iterdir()))


def test_a_saved_clip_is_read_from_its_file(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, dusk: list[bytes]
) -> None:
    task = finished(sim, clock, save_to=tmp_path).wait(30)
    before = fetches(sim)
    assert task.frame(-1).tobytes() == dusk[LAST]
    assert fetches(sim) == before
    task.files[0].unlink()
    assert task.frame(-1).tobytes() == dusk[LAST], "somebody moved it, so it is fetched"
    assert fetches(sim) == before + 1


def test_an_expired_link_is_renewed(sim: Simulator, done: RunwayTask, dusk: list[bytes]) -> None:
    sim.expire_links()
    assert done.frame(-1).tobytes() == dusk[LAST]


def test_the_link_of_the_same_output_is_renewed(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock, {"outputs": ["video", "image"]}).wait(30)
    sim.expire_links()
    assert task.frame(-1, output=1).size == (853, 480)


def test_of_several_outputs_the_first_that_has_frames_is_meant_or_that_of_a_number(
    sim: Simulator, clock: ServiceTime
) -> None:
    task = finished(sim, clock, {"outputs": ["audio", "image", "video"]}).wait(30)
    assert task.frame().size == (640, 360), "a video is meant before an image"
    assert task.frame(output=1).size == task.frame(output=-2).size == (853, 480)
    with pytest.raises(RunwayWidgetError, match=r"no frames in a file like \.m4a"):
        task.frame(output=0)
    for wrong in (3, -4, "1", True):
        with pytest.raises(ConfigurationError, match="output: must be the number of an output, from 0 to 2"):
            task.frame(output=wrong)  # type: ignore[arg-type]


def test_sound_has_no_frame(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock, {"outputs": ["audio"]}).wait(30)
    with pytest.raises(RunwayWidgetError, match="no frames in an output that is audio"):
        task.frame()


def test_what_has_not_ended_or_has_failed_has_no_frame_and_says_so(sim: Simulator, clock: ServiceTime) -> None:
    task = sim.client().task(sim.add_task(outcome="failure"), **QUICK)
    with pytest.raises(RunwayWidgetError, match=r"nothing to take a frame of yet, wait\(\) first"):
        task.frame()
    clock.forward(1000)
    with pytest.raises(RunwayWidgetError, match="nothing to take a frame of: "):
        task.wait(30, check=False).frame()


def test_a_link_that_leads_nowhere_any_more_is_an_error_of_the_service(sim: Simulator, done: RunwayTask) -> None:
    sim.trouble("forbidden", route="media", times=None)
    with pytest.raises(ServiceError, match="expired"):
        done.frame()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on Windows")
def test_a_forked_child_leaves_the_parents_copy_where_it_is(done: RunwayTask) -> None:
    done.frame()
    (copy,) = done._frames._files._copies.values()
    child = os.fork()
    if child == 0:
        import weakref

        weakref.finalize._exitfunc()  # type: ignore[attr-defined]  # what is done at exit
        os._exit(0)
    os.waitpid(child, 0)
    assert copy.is_file()


# Keeping


def kept(task: RunwayTask, count: int = 1) -> list[Path]:
    until(lambda: len(task.frames) == count)
    return task.frames


def test_the_button_keeps_the_frame_in_view_beside_the_saved_clip(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, dusk: list[bytes]
) -> None:
    task = finished(sim, clock, save_to=tmp_path / "takes").wait(30)
    press(task, 2.51)
    (file,) = kept(task)
    assert file == tmp_path / "takes" / f"{task.task_id}-1-frame-2.500s.png"
    with Image.open(file) as image:
        assert (image.format, image.tobytes()) == ("PNG", dusk[60])
    assert task.files == [tmp_path / "takes" / f"{task.task_id}-1.mp4"], "it is no output"


def test_a_clip_that_is_not_saved_has_its_frames_where_the_button_would_save_it(
    done: RunwayTask, tmp_path: Path
) -> None:
    press(done, 0)
    assert kept(done) == [tmp_path / "renders" / f"{done.task_id}-1-frame-0.000s.png"]


def test_frames_stay_in_the_order_in_which_they_were_kept_and_none_is_there_twice(done: RunwayTask) -> None:
    for count, at in enumerate((3.0, 1.0), 1):
        press(done, at)
        kept(done, count)
    press(done, 3.01)
    until(lambda: pool.media_pool.running is False)
    assert [file.name[-10:-4] for file in done.frames] == ["3.000s", "1.000s"]


def test_a_file_of_somebody_elses_is_not_overwritten(done: RunwayTask, tmp_path: Path) -> None:
    taken = tmp_path / "renders" / f"{done.task_id}-1-frame-1.000s.png"
    taken.parent.mkdir()
    taken.write_text("mine")
    press(done, 1)
    assert kept(done, 2)[-1].name == f"{done.task_id}-1-frame-1.000s (2).png"
    assert taken.read_text() == "mine"


def test_a_later_session_finds_the_frames_again(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sim.client(journal=tmp_path / "journal.sqlite")
    task = client.image_to_video(
        model="gen4_turbo", prompt_image=sim.media_url(), ratio="1280:720", save_to=tmp_path / "takes", **QUICK
    )
    clock.forward(1000)
    press(task.wait(30), 1.5)
    frames = kept(task)
    task.close()
    monkeypatch.chdir(tmp_path)
    again = sim.client(journal=tmp_path / "journal.sqlite").task(task.task_id, **QUICK)
    assert again.frames == frames
    again.close()


def test_a_later_session_finds_those_of_a_clip_that_was_never_saved(
    sim: Simulator, done: RunwayTask, clock: ServiceTime
) -> None:
    press(done, 1.5)
    frames = kept(done)
    sim.trouble("slow", seconds=60, route="poll", times=None)
    again = sim.client().task(done.task_id, **QUICK)
    assert again.frames == frames, "also before the service has answered"
    again.close()


def test_the_card_gets_the_line_that_uses_it_and_the_line_works(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    task = sim.client().image_to_video(
        model="gen4_turbo", prompt_image=sim.media_url(), prompt_text="A kite", ratio="1104:832", **QUICK
    )
    clock.forward(1000)
    assert task.wait(30)._face["frame"] == ""
    press(task, 1.5)
    until(lambda: task._face["frame"])
    name = f"renders/{task.task_id}-1-frame-1.500s.png"
    line = f'client.image_to_video(model="gen4_turbo", prompt_image="{name}", prompt_text="…", ratio="1104:832")'
    assert task._face["frame"] == line
    next_one = eval(line, {"client": sim.client()})
    assert next_one.task_id
    assert created(sim)[-1].body["promptImage"].startswith("data:image/png;base64,")


def test_of_a_clip_that_began_from_no_image_the_line_has_a_size_like_it(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    task = finished(sim, clock, {"portrait": True, "action": "VIDEO_UPSCALE"}).wait(30)
    press(task, 0.5)
    until(lambda: task._face["frame"])
    assert 'model="gen4_turbo"' in task._face["frame"]
    assert 'ratio="720:1280"' in task._face["frame"]


def test_the_button_of_a_take_in_a_grid_is_that_of_the_take(done: RunwayTask, sim: Simulator) -> None:
    grid = TaskGrid([sim.client().task(sim.add_task(outcome="never"), **QUICK), done])
    grid._handle_custom_msg({"ask": "frame", "at": 1.0, "take": 1}, [])
    assert kept(done)
    until(lambda: grid._takes[1]["_face"]["frame"])
    grid.close()


def test_what_goes_wrong_stands_on_the_card(done: RunwayTask) -> None:
    press(done, 77)
    until(lambda: "could not keep the frame: at: the clip is over after 4.00 s" in done._face["note"])
    assert done._face["frame"] == ""


@pytest.mark.parametrize("at", [None, "1", True, [], -1])
def test_a_message_that_names_no_moment_keeps_nothing(done: RunwayTask, at: Any) -> None:
    press(done, at)
    press(done, 1.0)
    assert [file.name[-10:-4] for file in kept(done)] == ["1.000s"]


def test_a_card_without_outputs_keeps_nothing(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(outcome="never"), **QUICK)
    press(task, 1.0)
    assert task.frames == []
    task.close()
