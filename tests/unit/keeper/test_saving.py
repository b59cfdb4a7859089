"""Saving when the task is done, by `save_to=` and by the card's button."""

from __future__ import annotations

from pathlib import Path

import pytest

from runway_widget._media import progress_note
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import DUSK, QUICK, film, press, written
from ..fakes import until
from .helpers import Finish


def test_wait_returns_when_the_file_is_saved_and_the_card_says_where(
    sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sim.trouble("slow", route="media", seconds=0.3)
    task = finish(save_to="renders").wait(10)
    file = tmp_path / "renders" / f"{task.task_id}-1.mp4"
    assert file.read_bytes() == DUSK
    assert task._face["note"] == f"saved to renders/{task.task_id}-1.mp4"
    assert (task._face["save"], "save" in task._actions) == ("saved", False)


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


def test_the_button_toggles_saving_when_done_and_keeps_the_folder_that_was_given(
    sim: Simulator, tmp_path: Path
) -> None:
    task = sim.client().task(sim.add_task(outcome="never"), save_to=tmp_path, **QUICK)
    assert task._face["save"] == "armed"
    for save in ("", "armed", ""):
        press(task, "save")
        written()
        assert (task._face["save"], task._face["folder"]) == (save, f"{tmp_path}/")


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
    assert (task._face["save"], "save" in task._actions) == ("", True)
    press(task, "save")
    until(lambda: task._face["save"] == "saved")
    assert (tmp_path / "renders" / f"{task.task_id}-1.mp4").read_bytes() == DUSK
    assert "save" not in task._actions


def test_a_card_says_why_a_file_could_not_be_saved_and_its_button_tries_again(
    sim: Simulator, finish: Finish, tmp_path: Path
) -> None:
    sim.trouble("forbidden", times=2, route="media")
    task = finish(save_to=tmp_path).wait(10)
    assert "could not save: the link has expired" in task._face["note"]
    assert (task.status, "save" in task._actions) == ("SUCCESS", True)
    press(task, "save")
    until(lambda: task._face["save"] == "saved")
    assert (tmp_path / f"{task.task_id}-1.mp4").read_bytes() == DUSK


def test_the_progress_of_a_large_file_is_shown(
    sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_note, "NOTE_EVERY", 0.0)
    notes: list[str] = []
    task = finish({"size": 4_000_000})
    task.observe(lambda change: notes.append(change.new["note"]), "_face")
    task.wait(10).download(tmp_path)
    until(lambda: notes[-1].startswith("saved to"))
    assert any(note.startswith("saving ") and note.endswith(" %") for note in notes)
