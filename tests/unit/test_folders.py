"""A folder to save to is found wrong before anything is paid for, and stays where it was meant."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask
from runway_widget._media import folders
from runway_widget._media.folders import check_folder, prepare_folder
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, QUICK, created, film
from .fakes import until
from .test_journal_damage import allow_access_to, ordinary_user


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "file").write_text("a note")
    (folder / "clips.mp4").mkdir()
    if os.name == "posix":
        (folder / "nowhere").symlink_to("gone")
        (folder / "circle").symlink_to("circle")
    monkeypatch.chdir(folder)
    return folder


WRONG = [
    ("clip.mp4", "'clip.mp4' is a file's name; give a folder: the files in it are named after the task"),
    ("renders/Take 1.MOV", "'Take 1.MOV' is a file's name"),
    (Path("still.jpeg"), "'still.jpeg' is a file's name"),
    ("file:///tmp/clip.webm", "'clip.webm' is a file's name"),
    ("file", "is a file; give a folder"),
    ("file/renders", "is no folder, because .*file is a file"),
    ("file/deep/renders", "is no folder, because .*file is a file"),
    ("", "empty; give a folder"),
    (" ", "empty"),
    ("nul\0l", "holds a NUL character"),
    ("x" * 300, "… cannot be written to: File name too long"),
    ("a/" * 3000, "cannot be written to: File name too long"),
    ("half \ud800", "cannot be written to: UnicodeEncodeError"),
    ("https://example.com/renders", r"is an address \(https:\)"),
    (5, "must be a folder, not int"),
    (True, "must be a folder, not bool"),
    (open, "must be a folder, not builtin_function_or_method"),
]
WRONG_ON_POSIX = [
    (os.devnull, "is a file; give a folder"),
    (f"{os.devnull}/renders", "is no folder, because /dev/null is a file"),
    ("/proc/renders", "/proc/renders cannot be written to|/proc/renders may not be written to"),
    ("nowhere", "is a link that leads nowhere"),
    ("nowhere/renders", "is no folder, because .*nowhere is a file|leads nowhere"),
    ("circle", "cannot be written to: Too many levels of symbolic links"),
    ("circle/renders", "cannot be written to: Too many levels of symbolic links"),
]


@pytest.mark.posix
@pytest.mark.parametrize(("given", "message"), [*WRONG, *WRONG_ON_POSIX], ids=lambda value: repr(value)[:40])
def test_what_cannot_be_a_folder_is_refused_before_anything_is_paid_for(
    here: Path, sim: Simulator, given: Any, message: str
) -> None:
    before = sorted(here.iterdir())
    with pytest.raises(ConfigurationError, match=f"(?s)^save_to:? .*({message})"):
        film(sim, save_to=given)
    with pytest.raises(ConfigurationError, match="save_to"):
        film(sim, save_to=given, takes=2)
    with pytest.raises(ConfigurationError, match="save_to"):
        sim.client().create("sound_effect", promptText="rain", save_to=given)
    with pytest.raises(ConfigurationError, match="save_to"):
        sim.client().task("t-1", save_to=given)
    with pytest.raises(ConfigurationError, match=f"(?s)^directory:? .*({message})"):
        prepare_folder(given)
    assert created(sim) == []
    assert sorted(here.iterdir()) == before


@pytest.mark.posix
def test_a_folder_that_may_not_be_written_to_is_refused_before_anything_is_paid_for(here: Path, sim: Simulator) -> None:
    client: Client = sim.client()
    for folder in (here, here / "clips.mp4"):
        allow_access_to(folder)
        folder.chmod(0o555)
    with ordinary_user():
        for given in ("renders", "renders/deep", "clips.mp4"):
            with pytest.raises(ConfigurationError, match=r"^save_to: .* may not be written to; save to another"):
                film(sim, client, save_to=given)
    here.chmod(0o755)
    assert created(sim) == []


@pytest.mark.parametrize("given", ["renders", "renders/deep/er", "clips.mp4", ".", "v1.0", "renders ", "'my renders'"])
def test_a_folder_that_can_be_one_is_not_made_before_it_is_needed(here: Path, given: str) -> None:
    before = sorted(here.iterdir())
    path = check_folder(given, "save_to").path
    assert sorted(here.iterdir()) == before
    assert path.is_absolute()
    assert prepare_folder(given) == path
    assert path.is_dir()
    assert list(path.glob(".*")) == [], "what was made to try it is removed"


def test_a_disk_that_is_full_is_told_before_anything_is_paid_for(
    here: Path, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_try", full)
    with pytest.raises(ConfigurationError, match="there is no room left in"):
        film(sim, save_to="renders")
    assert created(sim) == []


# The moment when it was given


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("given", ["renders", "./renders", Path("renders"), "file:renders"], ids=repr)
def test_a_file_goes_to_the_folder_that_was_meant_when_the_task_was_created(
    here: Path, elsewhere: Path, sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch, given: Any
) -> None:
    client = sim.client()
    task = film(sim, client, save_to=given)
    grid = film(sim, client, save_to=given, takes=2)
    monkeypatch.chdir(elsewhere)
    clock.forward(1000)
    task.wait(10)
    grid.wait(10)
    files = {here / "renders" / f"{each.task_id}-1.mp4" for each in (task, *grid)}
    assert set((here / "renders").iterdir()) == files
    assert list(elsewhere.iterdir()) == []
    until(lambda: {file for entry in client.recent() for file in entry.files} == {str(file) for file in files})


def test_the_same_again_saves_where_the_first_one_did(
    here: Path, elsewhere: Path, sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = film(sim, save_to="renders")
    monkeypatch.chdir(elsewhere)
    again: RunwayTask = task.again()
    clock.forward(1000)
    again.wait(10)
    assert (here / "renders" / f"{again.task_id}-1.mp4").is_file()


def test_the_button_saves_below_where_the_task_was_first_watched(
    here: Path, elsewhere: Path, sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = sim.client().task(sim.add_task(variant="dusk"), **QUICK)
    monkeypatch.chdir(elsewhere)
    clock.forward(1000)
    task.wait(10)
    task._keeper.save()
    until(lambda: task._face["save"] == "saved")
    assert (here / "renders" / f"{task.task_id}-1.mp4").read_bytes() == DUSK


def test_a_download_gives_whole_paths(here: Path, elsewhere: Path, sim: Simulator, clock: ServiceTime) -> None:
    task = film(sim)
    grid = film(sim, takes=2)
    clock.forward(1000)
    assert task.wait(10).download("renders") == [here / "renders" / f"{task.task_id}-1.mp4"]
    assert grid.wait(10).download((here / "grid").as_uri()) == [
        here / "grid" / f"{take.task_id}-1.mp4" for take in grid
    ]
    for each in (task, grid):
        with pytest.raises(ConfigurationError, match=r"^directory: 'clip\.mp4' is a file's name; give a folder"):
            each.download("clip.mp4")


def test_without_a_working_directory_a_task_can_be_watched_and_saved_by_its_whole_path(
    no_directory: None, tmp_path: Path, sim: Simulator, clock: ServiceTime
) -> None:
    task = sim.client().task(sim.add_task(), save_to=tmp_path / "renders", **QUICK)
    plain = film(sim)
    clock.forward(1000)
    assert task.wait(10)._face["note"] == f"saved to {tmp_path}/renders/{task.task_id}-1.mp4"
    assert str(plain.wait(10)).startswith("Image to video: Done")
    plain._keeper.save()
    until(lambda: "could not save: directory: 'renders' is relative, and the working" in plain._face["note"])
    assert str(sim.client().recent())
