"""A task that was recalled shows and plays what was saved of it, though the service may have forgotten it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, RunwayTask, Status, TaskGrid, TaskNotFound
from runway_widget._widgets import display
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, QUICK, created, film, simulated
from .fakes import until


class Past:
    """A simulator whose time the test moves, and clients of it, in an empty folder that is the notebook's."""

    def __init__(self, sim: Simulator, clock: ServiceTime) -> None:
        self.sim, self.clock = sim, clock

    def client(self) -> Client:
        return self.sim.client()

    def task(self, task_id: str, **options: Any) -> RunwayTask:
        """The task as another session recalls it."""
        return self.client().task(task_id, **{**QUICK, **options})

    def saved(self, client: Client | None = None, **options: Any) -> str:
        """The id of a film that has ended, and whose file is in ``renders``."""
        client = client or self.client()
        self.sim.next(variant="dusk")
        task = film(self.sim, client, **{"save_to": "renders", **options})
        self.clock.forward(1000)
        task.wait(10)
        until(lambda: (row := client._journal.find(task.task_id, client._service.base_url)) and row.files)
        task.close()
        return str(task.task_id)

    def forgotten(self, client: Client | None = None, **options: Any) -> str:
        """The same of one that the service does not know any more."""
        task_id = self.saved(client, **options)
        self.sim.forget_tasks()
        return task_id

    def polls(self, task_id: str) -> int:
        return len([each for each in self.sim.requests if each.route == "poll" and each.task_id == task_id])


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    monkeypatch.chdir(tmp_path)
    with simulated(clock=(clock := ServiceTime())) as sim:
        yield Past(sim, clock)


@pytest.mark.parametrize("service", ["CometAPI", "Runway"])
def test_the_saved_files_play_on_the_card_and_waiting_ends(past: Past, tmp_path: Path, service: str) -> None:
    def client() -> Client:
        return past.sim.runway_client() if service == "Runway" else past.sim.client()

    task_id = past.forgotten(client())
    for task in (client().task(task_id, **QUICK), client().recent()[0].task()):
        assert task.wait(10) is task
        assert (task.status, task.progress) == (Status.SUCCESS, 1.0)
        assert task.files == [tmp_path / "renders" / f"{task_id}-1.mp4"]
        assert task.outputs == [{"url": task.files[0].as_uri(), "kind": "video"}]
        assert task._face["word"].startswith("Done")
        assert task._face["note"] == (
            f"{service} does not have it any more; what was saved is shown · saved to renders/{task_id}-1.mp4"
        )
        assert (task._face["save"], task._face["link"], task._actions) == ("saved", "", [])
        assert task._face["instead"] == [{"words": f"Saved as {task_id}-1.mp4", "link": False, "picture": ""}]
        html = task._make_bundle()["text/html"]
        assert f'src="renders/{task_id}-1.mp4"' in html
        assert "file:" not in html
        assert "data-runway-card" not in html, "no page draws a card that cannot play it in its place"
        assert "the kite lifts" in html


def test_a_file_that_is_called_as_a_pattern_says_is_found_again(past: Past, tmp_path: Path) -> None:
    task_id = past.forgotten(save_to="renders/{model}-take-{n}", seed=7)
    task = past.task(task_id).wait(10)
    assert task.files == [tmp_path / "renders" / "gen4_turbo-take-1.mp4"]
    assert 'src="renders/gen4_turbo-take-1.mp4"' in task._make_bundle()["text/html"]


def test_what_is_not_there_is_asked_for_once(past: Past) -> None:
    task_id = past.forgotten()
    until(lambda: past.polls(task_id))
    before = past.polls(task_id)
    task = past.task(task_id).wait(10)
    until(lambda: past.polls(task_id) > before)
    task.resume()
    assert task._subscription is not None
    assert not task._subscription.active
    assert past.polls(task_id) == before + 1


def test_a_download_elsewhere_copies_and_overwrites_nothing(past: Past, tmp_path: Path) -> None:
    task_id = past.forgotten()
    task = past.task(task_id).wait(10)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / f"{task_id}-1.mp4").write_bytes(b"another film")
    (copy,) = task.download("elsewhere")
    assert copy == tmp_path / "elsewhere" / f"{task_id}-1 (2).mp4"
    assert copy.read_bytes() == DUSK
    assert task.download("renders") == [tmp_path / "renders" / f"{task_id}-1.mp4"]
    assert [file.name for file in (tmp_path / "renders").iterdir()] == [f"{task_id}-1.mp4"]


def test_a_folder_to_save_to_gets_a_copy(past: Past, tmp_path: Path) -> None:
    task_id = past.forgotten()
    task = past.task(task_id, save_to="again").wait(10)
    assert task.files == [tmp_path / "again" / f"{task_id}-1.mp4"]
    assert task.files[0].read_bytes() == DUSK


def test_another_task_can_begin_from_it(past: Past) -> None:
    task = past.task(past.forgotten()).wait(10)
    past.client().video_upscale(model="upscale_v1", video_uri=task, **QUICK)
    assert created(past.sim)[-1].body["videoUri"].startswith("data:video/mp4")


def test_what_has_no_file_any_more_is_not_found(past: Past, tmp_path: Path) -> None:
    task_id = past.forgotten()
    (tmp_path / "renders" / f"{task_id}-1.mp4").unlink()
    with pytest.raises(TaskNotFound):
        past.task(task_id, not_found_after=0.1).wait(10)


def test_what_did_not_succeed_is_not_found_whatever_lies_in_the_folder(past: Past, tmp_path: Path) -> None:
    past.sim.next("failure")
    task = film(past.sim, save_to="renders")
    past.clock.forward(1000)
    until(lambda: task._ending.closing.name == "CLOSED")
    file = tmp_path / f"{task.task_id}-1.mp4"
    file.write_bytes(DUSK)
    past.client()._journal.record_files(past.sim.url, task.task_id, [file])
    past.sim.forget_tasks()
    recalled = past.task(task.task_id, not_found_after=0.1)
    with pytest.raises(TaskNotFound):
        recalled.wait(10)
    assert recalled.files == [file]


def test_a_file_outside_the_notebooks_folder_is_a_picture_and_its_name(
    past: Past, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = past.forgotten(save_to=tmp_path_factory.mktemp("far"))
    monkeypatch.setattr(display, "kernel_shell", lambda: object())
    html = past.task(task_id).wait(10)._make_bundle()["text/html"]
    assert f"Saved as {task_id}-1.mp4" in html
    assert 'src="data:image/' in html
    assert "<video" not in html


def test_in_a_grid_it_is_a_take_that_is_done(past: Past) -> None:
    grid = TaskGrid([past.task(past.forgotten()), past.task(past.sim.add_task())])
    past.clock.forward(1000)
    grid.wait(10)
    until(lambda: grid._summary["words"].startswith("2 done"))


def test_while_the_service_has_it_the_file_plays_in_the_place_of_a_link_that_ends(past: Past) -> None:
    task_id = past.saved()
    task = past.task(task_id).wait(10)
    assert task.outputs[0]["url"].startswith(past.sim.url)
    assert (task._face["save"], task._face["link"]) == ("saved", "")
    assert task._face["note"] == f"saved to renders/{task_id}-1.mp4"
    assert f'src="renders/{task_id}-1.mp4"' in task._make_bundle()["text/html"]


def test_a_link_that_has_died_since_is_no_hindrance_to_a_copy(past: Past) -> None:
    task = past.task(past.saved()).wait(10)
    past.sim.forget_tasks()
    (copy,) = task.download("elsewhere")
    assert copy.read_bytes() == DUSK
