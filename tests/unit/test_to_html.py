"""A task, a grid and a table of what was submitted as HTML for a page of one's own: as of now, and whole in itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, Recent, RunwayTask, TaskGrid
from runway_widget._errors import RunwayWidgetError
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import KEY, film, finished, planned, watched
from .fakes import until
from .static_cards import Page

EVIL = '<img src=x onerror=alert(1)> $a$ `b` "quoted"'


def shown(widget: Any) -> Page:
    """Its HTML as a parser sees it, which finds every element closed; nothing in it runs, or lies beside a notebook."""
    html = widget.to_html()
    assert type(html) is str
    page = Page(html)
    assert not {name for name, _ in page.elements} & {"script", "link", "iframe", "object", "base"}
    for _, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on")}
        for name in ("src", "href", "poster"):
            assert re.match(r"$|https?://|data:(image|video|audio)/", attributes.get(name, ""))
    return page


def test_a_task_is_html_in_each_moment_of_its_life(sim: Simulator, clock: ServiceTime) -> None:
    task = sim.client().task(sim.add_task(queued=100, duration=500), poll_interval=0.05)
    assert "Starting" in shown(task).text
    until(lambda: "In the queue" in shown(task).text)
    clock.forward(300)
    until(lambda: re.search(r"Generating \d+ %", shown(task).text))
    assert re.search(r"as of 20\d\d-\d\d-\d\d \d\d:\d\d, \d:\d\d after it was submitted", shown(task).text)
    clock.forward(1000)
    task.wait(10)
    page = shown(task)
    assert "Done in" in page.text
    assert [video["src"] for video in page.all("video")] == [task.outputs[0]["url"]]


def test_a_running_task_says_how_much_time_is_left(sim: Simulator, clock: ServiceTime) -> None:
    task = sim.client().task(sim.add_task(queued=1, duration=500), poll_interval=0.05)
    clock.forward(200)
    until(lambda: re.search(r"after it was submitted, about \d:\d\d left", shown(task).text))


def test_a_task_that_failed_gives_its_reason(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock, {"outcome": "failure"})
    task.wait(10, check=False)
    assert task.fail_reason in shown(task).text


def test_a_task_that_was_not_sent_yet_waits(sim: Simulator) -> None:
    sim.trouble("rate_limited", route="create", retry_after=60, times=None)
    grid = film(sim, takes=2, sent=False)
    until(lambda: "too many requests (429)" in shown(grid[0]).text)
    assert "Waiting" in shown(grid[1]).text
    assert "2 waiting" in shown(grid).text


def test_a_take_that_could_not_be_created_says_why() -> None:
    task = RunwayTask("", Client(KEY, journal="off"), _error=RunwayWidgetError("the service is closed on Sundays"))
    page = shown(task)
    assert "Not created" in page.text
    assert "the service is closed on Sundays" in page.text


def test_what_was_closed_can_still_be_had(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock)
    task.wait(10)
    task.close()
    assert "Done in" in shown(task).text


def test_a_grid_and_its_empty_part_are_html(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success", "failure")
    until(lambda: shown(grid).text.count("In the queue") == 2)
    assert "none has succeeded by now" in shown(grid.succeeded).text
    clock.forward(1000)
    grid.wait(10, check=False)
    page = shown(grid)
    assert "1 done" in page.text
    assert len(page.all("video")) == 1
    assert shown(TaskGrid([grid[0]])).text.count("[0] ") == 2  # in the card, and among the links


def test_a_table_is_html_also_where_nothing_was_submitted(sim: Simulator, tmp_path: Path) -> None:
    client = sim.client(journal=tmp_path / "journal")
    assert shown(client.recent()).text == f"Nothing submitted to {sim.url} yet."
    film(sim, client)
    assert "the kite lifts" in shown(client.recent()).text
    assert shown(client.recent()[5:]).text == "No submission is in this slice."
    assert shown(Recent([])).text == "Nothing submitted yet."


def test_a_plan_is_html(sim: Simulator) -> None:
    assert "the kite lifts" in shown(planned(sim)).text


def test_text_of_others_stays_text(sim: Simulator, tmp_path: Path) -> None:
    client = sim.client(journal=tmp_path / "journal")
    task = film(sim, client, prompt_text=EVIL)
    for widget in (task, TaskGrid([task]), client.recent()):
        page = shown(widget)
        assert EVIL in page.text
        assert "`" not in widget.to_html()
        assert "$a" not in widget.to_html()


def test_a_saved_file_is_not_looked_for_beside_a_page_that_is_elsewhere(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    task = finished(sim, clock, save_to="renders")
    task.wait(10)
    until(lambda: task.files)
    assert 'src="renders/' in task._make_bundle()["text/html"]
    for widget in (task, TaskGrid([task])):
        assert [video["src"] for video in shown(widget).all("video")] == [task.outputs[0]["url"]]
        assert "saved to renders/" in shown(widget).text


def test_a_file_that_no_link_leads_to_is_named(
    sim: Simulator, clock: ServiceTime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    task = finished(sim, clock, {"content_only": True}, route="/v1/videos/{id}", save_to="renders")
    task.wait(10)
    assert f"Saved as {task.files[0].name}" in shown(task).text


def test_no_live_card_is_drawn_in_its_place(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock)
    task.wait(10)
    for widget in (task, TaskGrid([task])):
        assert "data-runway-card" in widget._make_bundle()["text/html"]
        assert "data-runway-card" not in widget.to_html()


def test_nothing_changes_as_long_as_nothing_happens(sim: Simulator, clock: ServiceTime) -> None:
    task = finished(sim, clock)
    task.wait(10)
    first = task.to_html()
    clock.forward(100)
    assert task.to_html() == first


def test_hosts_that_know_no_widgets_find_the_same_by_its_usual_name(
    sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    client = sim.client(journal=tmp_path / "journal")
    task = finished(sim, clock)
    task.wait(10)
    for widget in (task, TaskGrid([task]), client.recent(), planned(sim)):
        assert widget._repr_html_() == widget.to_html()
