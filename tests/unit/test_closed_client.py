"""A client that was closed creates nothing more, wherever a create had got to by then."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget import Client, RunwayWidgetError
from runway_widget._create import queue as queue_module
from runway_widget._create.creation import Creation
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import created, film, planned
from .fakes import until


@pytest.fixture
def client(sim: Simulator) -> Client:
    return sim.client()


def test_a_closed_client_creates_nothing_more(sim: Simulator, client: Client, clock: ServiceTime) -> None:
    task = film(sim, client)
    plans = [planned(sim, client), planned(sim, client, takes=2)]
    client.close()
    for plan in plans:
        with pytest.raises(RunwayWidgetError, match="closed"):
            plan.send()
    for options in ({}, {"takes": 2}, {"background": True}):
        with pytest.raises(RunwayWidgetError, match="closed"):
            film(sim, client, **options)
    clock.forward(1000)
    assert task.wait(10).status == "SUCCESS", "what exists is watched on"
    assert len(created(sim)) == 1


def test_a_client_that_is_closed_by_another_thread_sends_nothing_of_a_call_under_way(
    sim: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = client._charges

    def charges(*args: Any, **options: Any) -> Any:
        client.close()
        return usual(*args, **options)

    monkeypatch.setattr(client, "_charges", charges)
    with pytest.raises(RunwayWidgetError, match="closed"):
        film(sim, client, takes=3)
    until(lambda: queue_module.create_queue.idle)
    assert (created(sim), client.spent) == ([], 0)


def test_a_client_that_is_closed_while_media_are_made_ready_does_not_send_the_create(
    sim: Simulator, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Creation.filled

    def filled(*args: Any) -> Any:
        client.close()
        return usual(*args)

    monkeypatch.setattr(Creation, "filled", filled)
    with pytest.raises(RunwayWidgetError, match="closed"):
        film(sim, client)
    assert (created(sim), client.spent, len(client.recent())) == ([], 0, 0)
