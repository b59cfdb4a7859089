"""What concerns one create of the queue alone: it is given up while it is at the service, or has trouble of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from runway_widget import RunwayTask, RunwayWidgetError, ServiceError
from runway_widget._create import queue as queue_module
from runway_widget.simulator import Simulator

from .creating import created, film
from .fakes import until
from .queueing import BUSY, NO_WAY, Account, Door


@pytest.mark.parametrize("error", [BUSY, NO_WAY])
def test_what_was_given_up_at_the_service_is_not_sent_again(account: Account, error: RunwayWidgetError) -> None:
    account.answers["a"] = [error]
    order, _ = account.put("a", "b")
    until(lambda: account.at_the_door == ["a"])
    assert not order.withdraw()
    account.release()
    assert account.end_of("a") is error
    assert account.end_of("b") == "id-b"
    assert account.sent == ["a", "b"]
    assert account.closed == {"a": True, "b": False}


@pytest.mark.parametrize("how", ["client", "task", "stop", "cancel"])
def test_who_gives_it_up_at_that_moment_pays_nothing_where_the_service_is_busy(sim: Simulator, how: str) -> None:
    client = sim.client()
    door = Door(client)
    sim.trouble("rate_limited", route="create")
    task: RunwayTask = film(sim, client, background=True)
    until(lambda: door.waiting)
    ends: dict[str, Callable[[], Any]] = {"client": client.close, "task": task.close, "stop": task.stop}
    if how in ends:
        ends[how]()
        door.open()
    else:
        threading.Timer(0.2, door.open).start()
        task.cancel()
    until(lambda: queue_module.create_queue.idle)
    assert len(created(sim)) == 1, "it was turned away once, and not sent again"
    assert not sim.ledger
    if how != "task":
        with pytest.raises(ServiceError):
            task.wait(10)


def test_media_that_cannot_be_had_are_the_trouble_of_one(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "NO_WAY_PATIENCE", -1.0)

    def send(progress: Callable[[float], None], begin: Callable[[], float]) -> tuple[str, bool]:
        raise NO_WAY  # the store of uploads cannot be reached, or that of the clip that it begins from

    order = account.order("a")
    order.send = send
    account.queue.put("account", [order, account.order("b")])
    account.release()
    assert account.end_of("a") is NO_WAY
    assert account.end_of("b") == "id-b"
