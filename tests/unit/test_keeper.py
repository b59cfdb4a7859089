"""Keeping what a success brought: files, kinds and links, and how a task waits for them and tells of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runway_widget import RunwayTask, RunwayWidgetError, ServiceError
from runway_widget._media import keeper as _keeper
from runway_widget._media.outputs import download
from runway_widget._media.pool import media_pool
from runway_widget._watch.report import Report
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, QUICK, film, finished, press, written
from .fakes import until

DOWNLOAD = "runway_widget._media.keeper.download"
Finish = Callable[..., RunwayTask]


@pytest.fixture
def finish(sim: Simulator, clock: ServiceTime) -> Finish:
    """``finish(scenario, **options)``: a task that is watched and then comes to its end."""
    return partial(finished, sim, clock)


def media(sim: Simulator) -> int:
    return len([request for request in sim.requests if request.route == "media"])


# Saving


def test_waiting_is_over_when_the_file_is_there_and_the_card_says_where(
    sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sim.trouble("slow", route="media", seconds=0.3)
    task = finish(save_to="renders").wait(10)
    file = tmp_path / "renders" / f"{task.task_id}-1.mp4"
    assert file.read_bytes() == DUSK
    assert task._face["note"] == f"saved to renders/{task.task_id}-1.mp4"
    assert (task._face["save"], task._actions) == ("saved", [])


def test_a_task_that_was_created_saves_by_itself_and_the_journal_knows_where(
    sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    client = sim.client()
    task = film(sim, client, save_to=tmp_path)
    assert f"saves to {tmp_path}/ when done" in task._face["note"]
    clock.forward(1000)
    task.wait(10)
    file = tmp_path / f"{task.task_id}-1.mp4"
    assert file.is_file()
    until(lambda: client.recent()[0].files == (str(file),))


def test_several_outputs_are_counted(finish: Finish, tmp_path: Path) -> None:
    task = finish({"outputs": ["video", "image", "image"]}, save_to=tmp_path).wait(10)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".jpg", ".jpg", ".mp4"]
    assert task._face["note"].endswith("-1.mp4 and 2 more")


def test_the_button_arms_and_disarms_and_keeps_the_folder_that_was_given(sim: Simulator, tmp_path: Path) -> None:
    task = sim.client().task(sim.add_task(outcome="never"), save_to=tmp_path, **QUICK)
    assert task._face["save"] == "armed"
    for save, folder in (("", None), ("armed", tmp_path), ("", None)):
        press(task, "save")
        written()
        assert (task._face["save"], task._keeper.folder) == (save, folder)


def test_without_a_folder_the_button_saves_to_renders(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    task = sim.client().task(sim.add_task(), **QUICK)
    press(task, "save")
    until(lambda: "saves to renders/ when done" in task._face["note"])
    clock.forward(1000)
    task.wait(10)
    assert [path.name for path in (tmp_path / "renders").iterdir()] == [f"{task.task_id}-1.mp4"]


def test_the_button_saves_after_the_end(finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    task = finish().wait(10)
    assert (task._face["save"], task._actions) == ("", ["save"])
    press(task, "save")
    until(lambda: task._face["save"] == "saved")
    assert (tmp_path / "renders" / f"{task.task_id}-1.mp4").read_bytes() == DUSK
    assert task._actions == []


def test_a_file_that_cannot_be_saved_is_told_on_the_card_and_can_be_tried_again(
    sim: Simulator, finish: Finish, tmp_path: Path
) -> None:
    sim.trouble("forbidden", times=2, route="media")
    task = finish(save_to=tmp_path).wait(10)
    assert "could not save: the link has expired" in task._face["note"]
    assert (task.status, task._actions) == ("SUCCESS", ["save"])
    press(task, "save")
    until(lambda: task._face["save"] == "saved")
    assert (tmp_path / f"{task.task_id}-1.mp4").read_bytes() == DUSK


def test_the_way_of_a_large_file_is_shown(
    sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_keeper, "TELL_EVERY", 0.0)
    notes: list[str] = []
    task = finish({"size": 4_000_000})
    task.observe(lambda change: notes.append(change.new["note"]), "_face")
    task.wait(10).download(tmp_path)
    until(lambda: notes[-1].startswith("saved to"))
    assert any(note.startswith("saving ") and note.endswith(" %") for note in notes)


# Downloading


def test_a_download_returns_the_paths_says_so_on_the_card_and_overwrites_nothing(
    finish: Finish, tmp_path: Path
) -> None:
    task = finish().wait(10)
    (path,) = task.download(tmp_path)
    assert path.read_bytes() == DUSK
    until(lambda: task._face["note"] == f"saved to {path}")
    path.write_bytes(b"somebody's own")
    (other,) = task.download(tmp_path)
    assert (path.read_bytes(), other.read_bytes()) == (b"somebody's own", DUSK)
    assert task.download(tmp_path) == [other]


def test_an_expired_link_is_renewed_for_a_download_and_on_the_card(
    sim: Simulator, finish: Finish, tmp_path: Path
) -> None:
    task = finish().wait(10)
    old = task.outputs[0]["url"]
    sim.expire_links()
    assert task.download(tmp_path)[0].read_bytes() == DUSK
    until(lambda: task.outputs[0]["url"] != old)
    assert task.outputs[0]["kind"] == "video"


def test_a_download_that_fails_is_raised_and_told(sim: Simulator, finish: Finish, tmp_path: Path) -> None:
    task = finish().wait(10)
    sim.trouble("forbidden", times=2, route="media")
    with pytest.raises(ServiceError, match="expired"):
        task.download(tmp_path)
    until(lambda: task._face["note"].startswith("could not save: the link has expired"))


@pytest.mark.parametrize("outcome", ["failure", "cancelled", "never"])
def test_what_brought_nothing_has_nothing_to_download(sim: Simulator, outcome: Any, tmp_path: Path) -> None:
    task = sim.client().task(sim.add_task(outcome=outcome, queued=0, duration=0), **QUICK)
    until(lambda: task._report.timing.since_answer is not None)
    with pytest.raises(RunwayWidgetError, match="nothing to download"):
        task.download(tmp_path)


def test_whoever_sees_the_success_can_download_it(finish: Finish, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    usual = RunwayTask._mirror

    def mirror(task: RunwayTask, report: Report) -> None:
        usual(task, report)
        if task.status == "SUCCESS":
            seen.append(bool(task._keeper.outputs))

    monkeypatch.setattr(RunwayTask, "_mirror", mirror)
    finish().wait(10)
    assert set(seen) == {True}


# Links and kinds


def test_a_player_that_fails_gets_a_fresh_link(sim: Simulator, finish: Finish) -> None:
    task = finish().wait(10)
    old = task.outputs
    sim.expire_links()
    press(task, "renew")
    until(lambda: task.outputs != old)
    assert [output["kind"] for output in task.outputs] == ["video"]


def test_a_link_that_cannot_be_renewed_stays_and_the_card_with_it(sim: Simulator, finish: Finish) -> None:
    task = finish().wait(10)
    old, before = task.outputs, len(sim.requests)
    sim.trouble("server_error", route="poll")
    press(task, "renew")
    until(lambda: len(sim.requests) > before and not task._keeper.busy)
    written()
    assert (task.outputs, task._face["word"]) == (old, task._face["word"])


def test_what_the_link_does_not_tell_is_looked_up(sim: Simulator, finish: Finish) -> None:
    task = finish({"action": "SOMETHING_NEW", "opaque": True, "outputs": ["image"]}).wait(10)
    assert [output["kind"] for output in task.outputs] == ["image"]


def test_without_a_card_nothing_is_fetched_for_one(sim: Simulator, finish: Finish) -> None:
    finish().wait(10)
    assert media(sim) == 0


# Trouble


def test_closing_amid_all_this_is_quiet(
    finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go, begun = threading.Event(), threading.Event()

    def slow(*told: Any, **more: Any) -> Any:
        begun.set()
        return go.wait(20) and download(*told, **more)

    monkeypatch.setattr(DOWNLOAD, slow)
    task = finish(save_to=tmp_path)
    assert begun.wait(10)
    task.close()
    assert task.wait(1) is task
    go.set()
    until(lambda: not task._keeper.busy)
    written()
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()
    assert caplog.records == []


def test_a_machine_without_threads_holds_up_no_end(
    finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(media_pool, "submit", full)
    task = finish(save_to=tmp_path).wait(10)
    assert "no thread can be started" in task._face["note"]
    assert task._actions == ["save"]
