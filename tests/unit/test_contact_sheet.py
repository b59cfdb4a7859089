"""The contact sheet: what was submitted, side by side. What has ended is shown without asking the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import (
    ConfigurationError,
    ServiceError,
    SubmissionUncertain,
    TakesFailed,
    TaskFailed,
    TaskGrid,
    TaskNotFound,
)
from runway_widget._widgets.recent import Recent
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, QUICK, created, film, press, simulated, written
from .fakes import until
from .journals import a_row
from .showing import Host
from .static_cards import Page, under_player

pytestmark = pytest.mark.usefixtures("wide")


class Archive:
    """A simulator, and a journal in which some takes have ended: in an empty folder that is the notebook's."""

    def __init__(self, sim: Simulator, clock: ServiceTime) -> None:
        self.sim, self.clock = sim, clock
        self.client = sim.client()

    def end(self, **told: Any) -> str:
        """The id of a film that was made and has ended."""
        task = film(self.sim, self.client, **told)
        self.clock.forward(1000)
        task.wait(60, check=False)
        until(lambda: not task._keeper.busy and (not told.get("save_to") or self.client.recent()[0].files))
        task.close()
        return str(task.task_id)

    def fail(self, **scenario: Any) -> str:
        self.sim.next(outcome="failure", **scenario)
        return self.end()

    def sheet(self, *, forgotten: bool = False) -> TaskGrid:
        """The sheet as another session sees it."""
        if forgotten:
            self.sim.forget_tasks()
        self.before = len(self.sim.requests)
        return self.sim.client().recent().grid(columns=3)

    @property
    def asked(self) -> list[str]:
        """What the service was asked since the sheet was made."""
        return [request.route for request in self.sim.requests[self.before :]]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.chdir(tmp_path)
    with simulated(clock=(clock := ServiceTime())) as sim:
        yield Archive(sim, clock)


def test_what_has_ended_is_shown_from_the_journal_alone(archive: Archive) -> None:
    ids = [archive.end(), archive.fail(failure="no faces in it", failure_code="SAFETY.INPUT.IMAGE")]
    grid = archive.sheet()
    assert [task.task_id for task in grid] == ids[::-1]
    failed, done = grid
    assert (done.status, failed.status) == ("SUCCESS", "FAILURE")
    assert done._face["word"].startswith("Done in 1:0")
    assert done._face["note"] == "not saved here"
    assert (done.prompt, done.model) == ("the kite lifts", "gen4_turbo")
    assert "no faces in it" in failed._face["note"]
    assert failed.failure_code == "SAFETY.INPUT.IMAGE"
    assert failed._face["advice"]
    assert done.wait() is done
    with pytest.raises(TaskFailed, match="no faces in it"):
        failed.wait()
    assert str(grid) == "2 takes: 1 done · 1 failed"
    assert archive.asked == []


def test_a_take_of_which_no_file_is_left_is_its_small_picture(archive: Archive) -> None:
    archive.end()
    (task,) = archive.sheet()
    assert task.outputs == []
    assert str(task._request["still"]).startswith("data:image/webp;base64,")
    assert task._face["stage"] == "kept"
    (image,) = Page(task._make_bundle()["text/html"]).all("img")
    assert image["src"] == task._request["still"]
    assert "opacity" not in image["style"]
    assert image["alt"] == "the kite lifts"


def test_a_take_that_was_saved_plays_its_file(archive: Archive, tmp_path: Path) -> None:
    task_id = archive.end(save_to="renders")
    grid = archive.sheet(forgotten=True)
    (task,) = grid
    assert task.files == [tmp_path / "renders" / f"{task_id}-1.mp4"]
    html = grid._make_bundle()["text/html"]
    (video,) = Page(html).all("video")
    assert video["src"] == f"renders/{task_id}-1.mp4"
    assert task._face["instead"][0]["picture"] == under_player(html) != ""
    assert archive.asked == []


def test_a_take_that_runs_is_watched(archive: Archive) -> None:
    archive.end()
    running = film(archive.sim, archive.client)
    grid = archive.sheet()
    assert grid[0].task_id == running.task_id
    until(lambda: "poll" in archive.asked)
    archive.clock.forward(1000)
    assert grid.wait(20) is grid
    assert {request.task_id for request in archive.sim.requests[archive.before :] if request.route == "poll"} == {
        running.task_id
    }


def test_what_was_not_created_says_why_and_the_numbers_are_those_of_the_table(archive: Archive) -> None:
    archive.sim.trouble("invalid_request", route="create", times=1)
    with pytest.raises(ServiceError):
        film(archive.sim, archive.client)
    archive.sim.trouble("reset", route="create", times=1)
    with pytest.raises(SubmissionUncertain):
        film(archive.sim, archive.client)
    done = archive.end()
    recent, grid = archive.client.recent(), archive.sheet()
    assert [entry.task_id for entry in recent] == [task.task_id for task in grid] == [done, "", ""]
    assert [task._face["name"] for task in grid] == ["Done", "Uncertain", "Not created"]
    with pytest.raises(SubmissionUncertain, match="it may exist, and be charged"):
        grid[1].wait()
    with pytest.raises(ServiceError):
        grid[2].wait()
    assert archive.asked == []


def test_a_take_is_made_again_from_the_sheet(archive: Archive) -> None:
    archive.end(seed=5)
    again = archive.sheet()[0].again(prompt_text="the kite dives")
    assert (again.prompt, again.model) == ("the kite dives", "gen4_turbo")
    assert again.seed != 5
    again.close()


def test_a_star_given_on_the_sheet_is_remembered(archive: Archive) -> None:
    ids = [archive.end(), archive.end()]
    grid = archive.sheet()
    press(grid, "pick", take=1)
    until(lambda: grid[1].picked)
    grid[1]._record.flush(5)
    assert [entry.task_id for entry in archive.client.recent(picked=True)] == ids[:1]
    assert list(grid.picked) == [grid[1]]
    assert [task.task_id for task in archive.client.recent(picked=True).grid()] == ids[:1]


def test_a_star_given_on_a_sheet_that_was_static_from_the_start_is_in_the_file(archive: Archive, host: Host) -> None:
    archive.end()
    grid = archive.sheet()
    written()
    grid.show()
    assert host.live == [False]
    assert "★" not in host.shown[0][0]["text/html"]
    grid[0].pick()
    until(lambda: any("★" in bundle["text/html"] for _, bundle in host.replaced))
    assert {place for place, _ in host.replaced} == set(host.ids)


def test_a_page_draws_the_live_sheet_in_its_place_unless_a_take_plays_from_its_file(
    archive: Archive, host: Host, messages: list[Any]
) -> None:
    archive.end()
    live = archive.sheet()
    live.show()
    assert f'data-runway-card="{live._twin}"' in host.shown[-1][0]["text/html"]
    assert live.comm is not None, "the page knows it"
    archive.end(save_to="renders")
    static = archive.sheet()
    static.show()
    assert "data-runway-card" not in host.shown[-1][0]["text/html"]
    assert static.comm is None


# Looking again


def test_a_look_at_the_service_brings_the_output_back(archive: Archive) -> None:
    archive.end()
    grid = archive.sheet()
    (task,) = grid
    assert task._actions == ["refresh"]
    press(grid, "refresh", take=0)
    until(lambda: task.outputs)
    assert task.wait(20) is task
    assert str(task.outputs[0]["url"]).startswith("http")
    assert archive.asked.count("poll") == 1
    task.resume()
    assert archive.asked.count("poll") == 1, "the service has said it"


def test_a_download_looks_for_what_is_not_there(archive: Archive, tmp_path: Path) -> None:
    archive.sim.next(variant="dusk")
    archive.end()
    (path,) = archive.sheet().download(tmp_path / "films")
    assert path.read_bytes() == DUSK


def test_a_task_begins_from_a_take_of_the_sheet(archive: Archive) -> None:
    archive.end()
    (take,) = archive.sheet()
    upscale = archive.sim.runway_client().video_upscale(
        model="magnific_video_upscaler_creative", video_uri=take, **QUICK
    )
    assert str(created(archive.sim)[-1].body["videoUri"]).startswith("http")
    upscale.close()


def test_what_the_service_has_forgotten_stays_in_view(archive: Archive, tmp_path: Path) -> None:
    archive.end()
    grid = archive.sheet(forgotten=True)
    (task,) = grid
    picture = task._request["still"]
    task.refresh()
    until(lambda: "does not have it any more" in task._face["note"])
    assert task.wait(20) is task
    assert (task.status, task._request["still"], task._actions) == ("SUCCESS", picture, [])
    with pytest.raises(TaskNotFound, match="nothing to download"):
        task.download(tmp_path)
    with pytest.raises(TakesFailed):
        archive.sheet().download(tmp_path)


def test_a_look_that_fails_says_so_and_shows_what_it_did(archive: Archive) -> None:
    archive.end()
    archive.sim.trouble("unauthorized", route="poll", times=1)
    (task,) = archive.sheet()
    task.refresh()
    until(lambda: task._face["note"].startswith("could not look again: "))
    assert (task.status, task._face["name"], task._actions) == ("SUCCESS", "Done", ["refresh"])
    task.resume()
    until(lambda: task.outputs)


# What it cannot do


def test_an_empty_sheet_says_that_nothing_was_submitted(archive: Archive) -> None:
    assert str(archive.sheet()).startswith("0 takes: Nothing submitted to http")
    assert str(archive.client.recent(picked=True).grid()).startswith("0 takes: Nothing is picked yet")


def test_a_slice_of_the_table_has_a_sheet_too(archive: Archive) -> None:
    ids = [archive.end(), archive.end()]
    assert [task.task_id for task in archive.client.recent()[1:].grid()] == ids[:1]


def test_a_table_without_a_client_has_none() -> None:
    with pytest.raises(ConfigurationError, match="came without a client"):
        Recent.of([a_row()]).grid()


@pytest.mark.parametrize("columns", [0, "three", 1.5])
def test_columns_are_a_number(archive: Archive, columns: Any) -> None:
    with pytest.raises(ConfigurationError, match="columns must be a whole number from 1"):
        archive.client.recent().grid(columns=columns)
