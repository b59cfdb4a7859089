"""Saving by a pattern of names: where the files are, what is refused before it is paid for, and what is never lost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError, RunwayTask
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Row
from runway_widget._media.folders import CheckedFolder, check_folder
from runway_widget._media.sources import saved_files
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, created, film, finished
from .fakes import until


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)).replace("\\", "/") for file in folder.rglob("*") if file.is_file())


def today() -> str:
    return time.strftime("%Y-%m-%d")


def test_each_take_is_called_as_the_pattern_says_with_its_own_seed(
    sim: Simulator, clock: ServiceTime, here: Path
) -> None:
    grid = film(sim, takes=3, seed=421, save_to="renders/{date}-{model}-{seed}-{n}")
    clock.forward(1000)
    until(lambda: all(task.files for task in grid.wait(30)))
    day = grid[0].files[0].name[:10]
    assert names(here) == [f"renders/{day}-gen4_turbo-{seed}-1.mp4" for seed in (421, 422, 423)]
    assert [task.files for task in grid] == [
        [here / "renders" / f"{day}-gen4_turbo-{seed}-1.mp4"] for seed in (421, 422, 423)
    ]
    assert f"saved to renders/{day}-gen4_turbo-421-1.mp4" in grid[0]._face["note"]


def test_parts_of_the_folder_can_have_fields_too_and_a_slash_at_the_end_makes_a_folder(
    sim: Simulator, clock: ServiceTime, here: Path
) -> None:
    one = film(sim, seed=7, save_to="{action}/{seed}/still-{n}.mp4")
    other = film(sim, seed=8, save_to="{action}/{seed}/")
    clock.forward(1000)
    for task in (one, other):
        task.wait(30)
    assert names(here) == sorted(["image_to_video/7/still-1.mp4", f"image_to_video/8/{other.task_id}-1.mp4"])


def test_several_outputs_do_not_collide_where_the_pattern_has_no_number(
    sim: Simulator, clock: ServiceTime, here: Path
) -> None:
    task = finished(sim, clock, {"outputs": ["video", "image", "image"]}, save_to="out/{ratio}").wait(30)
    assert names(here) == ["out/no-ratio-1.mp4", "out/no-ratio-2.jpg", "out/no-ratio-3.jpg"]
    assert [file.name for file in task.files] == ["no-ratio-1.mp4", "no-ratio-2.jpg", "no-ratio-3.jpg"]


def test_no_file_is_overwritten(sim: Simulator, clock: ServiceTime, here: Path) -> None:
    (here / "renders").mkdir()
    (here / "renders" / "no-model.mp4").write_text("mine")
    for number, look in enumerate(("dawn", "dusk"), 2):
        task = finished(sim, clock, {"variant": look}, save_to="renders/{model}").wait(30)
        assert [file.name for file in task.files] == [f"no-model ({number}).mp4"]
    assert (here / "renders" / "no-model.mp4").read_text() == "mine"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("renders/{modle}-{n}", r"save_to: there is no field \{modle\}; did you mean \{model\}\?"),
        ("renders/{n", "save_to: .* a brace without its counterpart"),
        ("renders/{date:%Y/%m}", "save_to: .* a brace without its counterpart"),
        ("file/{n}", "save_to: .*file is a file; give a folder"),
        ("file/{n}/{seed}", "save_to: .*file is a file"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_paid_for(
    sim: Simulator, here: Path, pattern: str, words: str
) -> None:
    (here / "file").write_text("a note")
    for takes in (None, 2):
        with pytest.raises(ConfigurationError, match=words):
            film(sim, takes=takes, save_to=pattern)
    with pytest.raises(ConfigurationError, match=words):
        sim.client().task("t-1", save_to=pattern)
    assert created(sim) == []
    assert names(here) == ["file"]


def test_a_folder_that_is_there_is_meant_braces_and_all(sim: Simulator, clock: ServiceTime, here: Path) -> None:
    (here / "{date}" / "{n").mkdir(parents=True)
    task = finished(sim, clock, save_to="{date}/{n").wait(30)
    assert names(here) == [f"{{date}}/{{n/{task.task_id}-1.mp4"]
    assert check_folder("{date}/new-{n}", "save_to") == CheckedFolder(here / "{date}", ("new-{n}",))
    assert check_folder("{{new}}", "save_to").place(task._name_facts(), 0) == (here, "{new}")


def test_the_moment_when_it_is_given_counts(
    sim: Simulator, clock: ServiceTime, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "elsewhere").mkdir()
    task = film(sim, seed=7, save_to=Path("takes", "{seed}"))
    monkeypatch.chdir(here / "elsewhere")
    clock.forward(1000)
    task.wait(30)
    again = task.again(seed=8)
    clock.forward(1000)
    again.wait(30)
    assert names(here) == ["takes/7.mp4", "takes/8.mp4"]


def test_the_day_is_that_of_the_creation_however_late_it_is_saved(
    sim: Simulator, clock: ServiceTime, here: Path
) -> None:
    task = film(sim)
    clock.forward(1000)
    (first,) = task.wait(30).download("{date}_{time}")
    clock.forward(3600)
    assert task.download("{date}_{time}") == [first]
    asked = time.strftime("%Y-%m-%d_%H-%M-%S", time.localtime(task.submit_time))
    assert first == here / f"{asked}.mp4"


def test_download_takes_the_same_patterns(sim: Simulator, clock: ServiceTime, here: Path) -> None:
    grid = film(sim, takes=2, seed=3)
    clock.forward(1000)
    assert grid.wait(30).download("{seed}/{n}") == [here / "3" / "1.mp4", here / "4" / "1.mp4"]
    with pytest.raises(ConfigurationError, match=r"directory: there is no field \{seeds\}; did you mean \{seed\}"):
        grid.download("{seeds}")
    with pytest.raises(ConfigurationError, match=r"directory: there is no field \{seeds\}"):
        grid[0].download("{seeds}")


def test_a_frame_that_is_kept_is_called_after_the_file_or_as_that_would_be(
    sim: Simulator, clock: ServiceTime, here: Path
) -> None:
    saved = film(sim, seed=7, save_to="{seed}/{model}")
    clock.forward(1000)
    saved.wait(30)._handle_custom_msg({"ask": "frame", "at": 1.0}, [])
    until(lambda: saved.frames)
    assert saved.frames == [here / "7" / "gen4_turbo-frame-1.000s.png"]


def test_a_later_session_knows_which_output_is_in_which_file(
    sim: Simulator, clock: ServiceTime, here: Path, tmp_path: Path
) -> None:
    client = sim.client(journal=tmp_path / "journal.sqlite")
    task = film(sim, client, seed=7, save_to="{seed}_{n}")
    clock.forward(1000)
    until(lambda: task.wait(30).files and client.recent()[0].files)
    task.close()
    sim._service.remove(sim._service._tasks[task.task_id])
    again: RunwayTask = sim.client(journal=tmp_path / "journal.sqlite").task(task.task_id, not_found_after=0, **QUICK)
    assert again.wait(30, check=False).files == [here / "7_1.mp4"]
    assert again.outputs[0]["url"] == (here / "7_1.mp4").as_uri()
    again.close()


def test_the_numbers_of_outputs_are_in_the_journal_where_the_names_do_not_tell_them(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    row = Row("https://a.example", "A", "text_to_image", submitted_at=time.time())
    journal.begin(row)
    journal.record_task(row, "t")
    files = [tmp_path / name for name in ("b.png", "a.png", "t-1.png")]
    for file in files:
        file.touch()
    journal.record_files("https://a.example", "t", files[:2])
    journal.record_files("https://a.example", "t", files[2:])
    found = journal.find("t", "https://a.example")
    assert found is not None
    assert found.files == tuple(map(str, files))
    assert saved_files("t", found.files, found.numbers) == {0: files[2], 1: files[1]}


@pytest.mark.parametrize("stored", ["[1, null, {}]", '[{"path": 3, "output": "x"}]', "{}", "nonsense"])
def test_odd_entries_of_files_in_a_journal_hurt_nobody(stored: str) -> None:
    row = Row.read({"files": stored}, time.time())
    assert all(isinstance(file, str) for file in row.files)
    assert row.numbers == {}


@pytest.mark.skipif(os.name != "posix", reason="only there a backslash is no separator")
def test_a_pattern_that_windows_wrote_is_understood(here: Path) -> None:
    assert check_folder("renders\\{date}-{n}", "save_to") == CheckedFolder(here / "renders", ("{date}-{n}",))


def test_what_was_checked_means_the_same_when_it_is_checked_again(here: Path) -> None:
    values: list[Any] = ["renders", "renders/{n}", "renders/{date}/", "{date}/{n}.mp4"]
    for value in values:
        checked = check_folder(value, "save_to")
        assert check_folder(checked, "directory") == checked
        assert check_folder(os.fspath(checked), "directory") == checked
