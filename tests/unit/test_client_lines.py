"""The lines of Python that a card offers name a client: it must be the client that the card is of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, RunwayTask, TaskGrid
from runway_widget._service.provider import COMETAPI, RUNWAY, Provider
from runway_widget.simulator import Simulator

from .creating import KEY, QUICK, simulated


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with simulated() as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def environment(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in (COMETAPI, RUNWAY):
        monkeypatch.setenv(provider.key_variable, KEY)
        monkeypatch.setenv(provider.url_variable, sim.url)


def line_of(client: Client | None, task_id: str) -> str:
    task = RunwayTask(task_id, client, **QUICK)
    task.close()
    return task._state().reattach


@pytest.mark.parametrize(
    ("provider", "expression"), [(COMETAPI, "Client()"), (RUNWAY, "Client.runway()")], ids=lambda each: str(each)[:16]
)
def test_a_client_from_the_environment_is_named_by_what_made_it(
    sim: Simulator, provider: Provider, expression: str
) -> None:
    task_id = sim.add_task()
    for client in (Client.at(provider), Client.at(provider.name), Client.at(provider, base_url=f"{sim.url}/")):
        assert line_of(client, task_id) == f'{expression}.task("{task_id}")'
    assert eval(expression, {"Client": Client})._service.identity == client._service.identity


def test_a_task_without_a_client_names_the_one_that_it_made(sim: Simulator) -> None:
    task_id = sim.add_task()
    assert line_of(None, task_id) == f'Client().task("{task_id}")'


@pytest.mark.parametrize(
    "given",
    [
        {"api_key": KEY},
        {"base_url": "https://gateway.corp.example/runway"},
        {"version": "2025-01-01"},
        {"version": None},
        {"budget": 100},
        {"journal": False},
    ],
    ids=lambda given: "-".join(given),
)
def test_a_client_that_no_line_makes_anew_goes_by_the_name_that_users_give_it(
    given: dict[str, Any], sim: Simulator
) -> None:
    for make in (Client, Client.runway):
        client = make(**given)
        line = line_of(client, "3d957031")
        assert line == 'client.task("3d957031")'
        assert KEY not in line
        assert "corp" not in line


@pytest.mark.parametrize("url", ["http://gateway.corp:8000", "gateway.corp", "https://user:pass@gateway.corp"])
def test_an_address_that_is_given_is_used_whatever_the_one_of_the_environment_is(
    url: str, sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Client()
    monkeypatch.setenv(COMETAPI.url_variable, url)
    client = Client(base_url=sim.url)
    assert client._service.base_url == sim.url
    assert line_of(client, "3d957031") == 'client.task("3d957031")'
    assert usual._service.with_current_key().base_url == sim.url


def test_the_simulators_client_is_not_said_to_be_the_one_of_the_environment(sim: Simulator, tmp_path: Path) -> None:
    client = sim.client()
    ids = [sim.add_task() for _ in range(9)]
    tasks = [client.task(each, **QUICK) for each in ids]
    assert tasks[0]._lost.endswith(f'Take it up again: client.task("{ids[0]}")')
    assert TaskGrid(tasks)._lost.endswith("by their ids, which client.recent() lists.")
    for task in tasks:
        task.close()


def test_a_key_that_came_into_the_environment_later_leaves_the_line_as_it_was(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, usual = Client(journal=False), Client()
    monkeypatch.setenv("COMETAPI_KEY", "another-key-of-mine")
    assert own._service.with_current_key().client == "client"
    assert usual._service.with_current_key().client == "Client()"
