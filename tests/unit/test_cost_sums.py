"""What several tasks cost: a grid's sum, the total of `recent()`, and a session's against the service's ledger."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from runway_widget import ServiceError, TaskCancelled, TaskFailed, TaskGrid
from runway_widget._journal import steps
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import Row
from runway_widget._service.cost import Cost
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import film, simulated
from .fakes import until

# Grids and lists


def test_a_grid_sums_up_what_its_takes_cost(sim: Simulator, clock: ServiceTime) -> None:
    grid = film(sim, sim.runway_client(), takes=3)
    assert (grid.cost, grid.cost_is_estimate) == (75.0, True)
    assert "up to 75 credits" in str(grid)
    clock.forward(1000)
    grid.wait(10)
    assert (grid.cost, grid.cost_is_estimate) == (75.0, False)
    until(lambda: grid._summary["cost"] == "75 credits")
    assert "3 done · 75 credits" in grid._make_bundle()["text/html"]
    assert grid[1:].cost == 50.0


def test_a_take_that_was_not_created_costs_nothing_and_one_that_may_have_been_is_unknown(sim: Simulator) -> None:
    sim.trouble("quota", route="create")
    refused = film(sim, sim.runway_client(), takes=2)
    assert str(refused).endswith("up to 25 credits")
    sim.trouble("reset", route="create", taken=True)
    uncertain = film(sim, sim.runway_client(), takes=2)
    assert str(uncertain).endswith("up to 25 credits · cost of 1 not known")


def test_a_grid_of_two_services_says_what_it_does_not_know(sim: Simulator) -> None:
    grid = TaskGrid([film(sim, sim.runway_client()), film(sim)])
    assert grid.cost == 25.0
    assert grid._sum_up()["cost"] == "up to 25 credits · cost of 1 not known"


def test_recent_has_a_column_and_a_total(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.runway_client()
    first = film(sim, client)
    clock.forward(1000)
    first.wait(10)
    film(sim, client, duration=2)
    sim.trouble("quota", route="create")
    with pytest.raises(ServiceError, match="credits"):
        film(sim, client)
    recent = client.recent()
    assert [entry.cost for entry in recent] == [None, 10.0, 25.0]
    for table in (str(recent), recent._repr_html_()):
        assert "up to 10 credits" in table
        assert "Total: up to 35 credits" in table
        assert "not known" not in table
    assert "Total: 25 credits" in str(recent[2:])
    film(sim)  # at CometAPI
    everything = str(type(recent).read(client._journal, 20))
    assert "Total: up to 35 credits · cost of 1 not known" in everything


def test_the_costs_of_ten_takes_are_those_of_the_services_ledger() -> None:
    """A session: films, pictures, one that fails and is refunded, one whose prompt was moderated, one cancelled."""
    clock = ServiceTime()
    with simulated(clock=clock) as sim:
        client = sim.runway_client()
        tasks = [film(sim, client, duration=duration, poll_interval=0.05) for duration in (2, 5, 10)]
        tasks += film(sim, client, prompt_text=["a kite", "[fail]", "[fail SAFETY.INPUT.TEXT]"], poll_interval=0.05)
        tasks += [
            client.text_to_image(model=model, prompt_text="a kite", ratio=ratio, poll_interval=0.05, **more)
            for model, ratio, more in (
                ("gen4_image", "1280:720", {}),
                ("gen4_image_turbo", "1920:1080", {"reference_images": [sim.media_url()]}),
                ("muse_image", "1600:1600", {"output_count": 3}),
            )
        ]
        tasks.append(film(sim, client))
        tasks[-1].cancel()
        assert sum(task.cost for task in tasks) == client.spent == sum(sim.ledger.values())
        clock.forward(10_000)
        for task in tasks:
            with suppress(TaskFailed, TaskCancelled):
                task.wait(10)
        assert len(tasks) == 10
        assert {task.task_id: task.cost for task in tasks} == sim.ledger
        assert (
            sum(task.cost for task in tasks) == client.spent == sum(sim.ledger.values()) == 10 + 25 + 50 + 50 + 10 + 25
        )
        until(lambda: sum(entry.cost or 0 for entry in client.recent()) == client.spent)
        assert client.balance().credits == 10_000 - client.spent


# The journal


def test_an_older_journal_is_read_as_before_and_gets_its_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal"
    monkeypatch.setattr(steps, "STEPS", steps.STEPS[:3])
    with sqlite3.connect(path) as raw:
        for statement in (statement for step in steps.STEPS for statement in step):
            raw.execute(statement)
        raw.execute("PRAGMA user_version=3")
        raw.execute(
            "INSERT INTO submissions (id, base_url, state, submitted_at, task_id) VALUES ('a','u','taken',1,'t-1')"
        )
    raw.close()
    monkeypatch.undo()
    journal = Journal(path)
    assert [row.cost for row in journal.recent()] == [Cost()]
    journal.record_cost("u", "t-1", Cost(60.0, is_estimate=True))
    assert [row.cost for row in journal.recent()] == [Cost(60.0, is_estimate=True)]


def test_the_journal_reads_no_cost_from_what_can_be_none() -> None:
    for odd in ("60", -1, None, "x", float("inf")):
        assert Row.read({"cost": odd, "state": "taken"}, 0.0).cost.credits is None
