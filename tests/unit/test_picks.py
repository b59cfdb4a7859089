"""Picking takes: a star that every card of the task shows, that the journal remembers, and that can be taken back."""

from __future__ import annotations

import gc
import io
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from PIL import Image

from runway_widget import ConfigurationError, RunwayWidgetError, TaskGrid
from runway_widget._journal import steps
from runway_widget._journal.journal import Journal
from runway_widget._widgets.recent import Recent
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import QUICK, all_sent, film, press, written
from .fakes import until
from .journals import HERE, a_row, accepted, path_of
from .queueing import Door
from .showing import Host
from .static_cards import Page

pytestmark = pytest.mark.usefixtures("wide")


def shown(take: Any) -> bool:
    return bool(take["_face"]["picked"])


def test_a_take_gets_a_star_and_loses_it_again(sim: Simulator) -> None:
    task = film(sim)
    assert not task.picked
    task.pick()
    assert task.picked
    assert task._face["picked"] is True
    assert "picked" in str(task)
    task.pick(False)
    assert not task.picked
    assert "picked" not in str(task)


def test_the_cards_of_one_task_and_a_grid_with_it_agree(sim: Simulator) -> None:
    client = sim.client()
    task = client.task(sim.add_task(), **QUICK)
    twin = client.task(task.task_id, **QUICK)
    grid = TaskGrid([client.task(sim.add_task(), **QUICK), twin])
    task.pick()
    assert twin.picked
    assert list(grid.picked) == [twin]
    until(lambda: [shown(take) for take in grid._takes] == [False, True])
    twin.pick(False)
    assert not task.picked
    assert len(grid.picked) == 0


def test_the_star_on_a_card_picks_and_unpicks(sim: Simulator) -> None:
    grid = film(sim, takes=2)
    press(grid, "pick", take=1)
    until(lambda: grid[1].picked)
    press(grid[1], "pick")
    until(lambda: not grid[1].picked)
    assert not grid[0].picked


def test_what_is_picked_can_be_observed(sim: Simulator) -> None:
    seen: list[bool] = []
    task = film(sim)
    task.observe(lambda change: seen.append(change.new), "picked")
    task.pick()
    until(lambda: seen == [True])


def test_a_take_that_could_not_be_created_cannot_be_picked(sim: Simulator) -> None:
    sim.trouble("quota", route="create", times=1)
    grid = film(sim, takes=2)
    with pytest.raises(RunwayWidgetError, match="nothing to pick"):
        grid[0].pick()
    press(grid, "pick", take=0)
    for task in grid:
        task.pick(False)  # to clear all is no mistake
    assert len(grid.picked) == 0


def test_a_take_that_was_not_sent_yet_can_be_picked_as_soon_as_it_is(sim: Simulator) -> None:
    client = sim.client()
    door = Door(client)
    grid = film(sim, client, takes=2, sent=False)
    try:
        with pytest.raises(RunwayWidgetError, match="nothing to pick yet"):
            grid[1].pick()
        press(grid, "pick", take=1)
    finally:
        door.open()
    all_sent(grid)
    assert not grid[1].picked
    grid[1].pick()
    assert list(grid.picked) == [grid[1]]
    assert [entry.task_id for entry in client.recent(picked=True)] == [grid[1].task_id]


@pytest.mark.parametrize("value", ["yes", None, 2])
def test_a_star_is_there_or_not(sim: Simulator, value: Any) -> None:
    with pytest.raises(ConfigurationError, match="picked must be True or False"):
        film(sim).pick(value)


# A grid


def test_the_picked_takes_are_a_grid_that_shows_them_side_by_side(sim: Simulator) -> None:
    grid = film(sim, takes=4)
    columns = TaskGrid(grid, columns=2)
    grid[1].pick()
    grid[3].pick()
    assert list(columns.picked) == [grid[1], grid[3]]
    assert columns.picked._columns == 2
    columns.picked.close()
    assert grid[1]._subscription is not None
    assert grid[1]._subscription.active, "the picked takes belong to the grid that they were picked from"


def test_a_grid_of_which_nothing_is_picked_says_how_to(sim: Simulator) -> None:
    empty = film(sim, takes=2).picked
    assert str(empty) == "0 takes: none is picked yet: the star on a card, or pick() of a take, picks it"
    assert "the star on a card" in empty._summary["words"]
    assert "the star on a card" in empty._make_bundle()["text/html"]
    assert len(empty.picked) == 0


# The journal


def test_a_star_survives_the_kernel(sim: Simulator, journal: Journal) -> None:
    client = sim.client(journal=path_of(journal))
    task_id = film(sim, client).task_id
    client.task(task_id, **QUICK).pick()
    gc.collect()  # no object of this task is left
    assert client.task(task_id, **QUICK).picked
    assert [entry.picked for entry in client.recent()] == [True]
    client.task(task_id, **QUICK).pick(False)
    gc.collect()
    assert not client.task(task_id, **QUICK).picked


def test_a_star_is_written_again_where_another_kernel_took_it_away(sim: Simulator, journal: Journal) -> None:
    client = sim.client(journal=path_of(journal))
    task = film(sim, client)
    task.pick()
    row = journal.find(task.task_id, sim.url)
    assert row is not None
    journal.record_pick(row, False)
    task.pick()
    assert [entry.picked for entry in client.recent()] == [True]


def test_what_is_picked_is_found_among_all_that_was_submitted(sim: Simulator, journal: Journal) -> None:
    client = sim.client(journal=path_of(journal))
    grid = film(sim, client, takes=3)
    assert "Nothing is picked yet" in str(client.recent(picked=True))
    grid[1].pick()
    (entry,) = client.recent(picked=True)
    assert entry.task_id == grid[1].task_id
    assert "★ picked" in str(client.recent())
    assert client.recent()._repr_html_().count("★ picked") == 1
    assert len(client.recent()) == 3
    with pytest.raises(ConfigurationError, match="picked must be True or False"):
        client.recent(picked="yes")  # type: ignore[arg-type]


def test_a_picked_task_that_was_created_elsewhere_is_found_again(sim: Simulator, journal: Journal) -> None:
    client = sim.client(journal=path_of(journal))
    task = client.task(sim.add_task(), **QUICK)
    until(lambda: task.action)
    assert len(client.recent()) == 0
    task.pick()
    (entry,) = client.recent(picked=True)
    assert (entry.task_id, entry.title, entry.word) == (task.task_id, "Image to video", "Submitted")
    with pytest.raises(ConfigurationError, match="only a task that was created here"):
        client.task(task.task_id, **QUICK).again()


def test_a_picked_task_that_was_created_elsewhere_brings_its_picture_along(
    sim: Simulator, clock: ServiceTime, journal: Journal, host: Host
) -> None:
    client = sim.client(journal=path_of(journal))
    task = client.task(sim.add_task(), **QUICK)
    clock.forward(1000)
    task.wait(20)
    task.pick()
    (entry,) = client.recent(picked=True)
    assert entry.word == "Done"
    with Image.open(io.BytesIO(entry.picture)) as picture:
        assert picture.format in {"WEBP", "AVIF"}


def test_without_a_journal_a_star_lasts_as_long_as_the_card(sim: Simulator) -> None:
    client = sim.client(journal=False)
    task = client.task(sim.add_task(), **QUICK)
    task.pick()
    assert task.picked
    assert client.task(task.task_id, **QUICK).picked


def test_a_create_that_is_noted_again_keeps_its_star(journal: Journal) -> None:
    row = accepted(journal, "t-1")
    journal.record_pick(row, False)
    journal.record_pick(a_row(task_id="t-1"), True)
    journal.record_task(row, "t-1")
    journal.record_end(HERE, "t-1", "SUCCESS", 1.0)
    assert [(row.task_id, row.picked) for row in journal.recent()] == [("t-1", True)]


def test_a_journal_of_an_older_package_has_no_stars_until_one_is_given(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(steps, "STEPS", steps.STEPS[:5])
        with closing(sqlite3.connect(path_of(journal))) as raw:
            for statement in (statement for step in steps.STEPS for statement in step):
                raw.execute(statement)
            raw.execute("PRAGMA user_version=5")
            raw.execute(
                "INSERT INTO submissions (id, base_url, state, submitted_at, task_id) VALUES (1,?,?,1,?)",
                (HERE, "taken", "t-1"),
            )
            raw.commit()
    assert len(Recent.read(journal, 5, picked=True)) == 0
    assert [entry.picked for entry in Recent.read(journal, 5)] == [False]
    journal.record_pick(a_row(task_id="t-1"), True)
    assert [entry.task_id for entry in Recent.read(journal, 5, picked=True)] == ["t-1"]


def test_to_read_an_unpicked_journal_makes_no_file(journal: Journal) -> None:
    journal.record_pick(a_row(task_id="t-1"), False)
    assert not path_of(journal).exists()


# The static card


def test_a_star_that_is_given_after_the_end_is_in_the_file(sim: Simulator, clock: ServiceTime, host: Host) -> None:
    task = film(sim)
    task.show()
    clock.forward(1000)
    task.wait(10)
    task.pick()
    until(lambda: "★" in host.replaced[-1][1]["text/html"])
    assert "picked" in host.replaced[-1][1]["text/plain"]
    task.pick(False)
    until(lambda: "★" not in host.replaced[-1][1]["text/html"])


def test_so_is_one_of_a_take_in_a_grid(sim: Simulator, clock: ServiceTime, host: Host) -> None:
    grid = film(sim, takes=2)
    grid.show()
    clock.forward(1000)
    grid.wait(10)
    written()
    grid[1].pick()
    until(lambda: "★" in host.replaced[-1][1]["text/html"])


def test_the_cards_of_a_static_grid_are_numbered_as_python_counts(sim: Simulator) -> None:
    grid = film(sim, takes=3)
    text = Page(grid._make_bundle()["text/html"]).text  # on each card, and with its line of code
    assert [text.count(f"[{number}]") for number in range(4)] == [2, 2, 2, 0]
    part = Page(grid[1:]._make_bundle()["text/html"]).text
    assert [part.count(f"[{number}]") for number in range(4)] == [2, 2, 0, 0]
    assert "[0]" not in Page(grid[0]._make_bundle()["text/html"]).text
