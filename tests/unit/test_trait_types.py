"""A task's status is a `Status` in Python and a plain word on the wire; the traits are what their types say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
import traitlets

from runway_widget import RunwayTask, Status
from runway_widget._errors import WatchedTask
from runway_widget._widgets.trait_types import StatusTrait
from runway_widget.simulator import Simulator

from .comms import front_end
from .creating import QUICK, film, simulated, watched


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with simulated(speed=100) as simulator:
        yield simulator


def test_a_status_is_a_status_and_compares_with_its_word(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(), **QUICK).wait(20)
    assert type(task.status) is Status
    assert (str(task.status), f"{task.status}", task.status.value) == ("SUCCESS",) * 3
    assert task.status == "SUCCESS"
    assert task.status.ended


def test_the_page_and_the_saved_notebook_get_plain_words(sim: Simulator) -> None:
    with front_end() as messages:
        task = sim.client().task(sim.add_task(), **QUICK)
        assert task.model_id
        task.wait(20)
        states: list[dict[str, Any]] = [data["state"] for _, _, data in messages if "state" in data]
    words = [state["status"] for state in states if "status" in state]
    assert words[-1] == "SUCCESS"
    assert {type(word) for word in words} == {str}
    assert type(task.get_state()["status"]) is str
    json.dumps(task.get_state("status"))


def test_a_grid_sends_plain_words_too(sim: Simulator) -> None:
    grid = watched(sim, "success").wait(20)
    takes = cast("list[dict[str, object]]", grid.get_state()["_takes"])
    assert type(takes[0]["status"]) is str


def test_an_observer_gets_a_status(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(), **QUICK)
    seen: list[Any] = []
    traitlets.HasTraits.observe(task, lambda change: seen.append(change["new"]), "status")
    task.wait(20)
    assert {type(status) for status in seen} == {Status}


def test_what_is_no_status_is_refused() -> None:
    class Holder(traitlets.HasTraits):
        status = StatusTrait()

    holder = Holder()
    assert holder.status == "UNKNOWN"
    holder.set_trait("status", "QUEUED")
    assert (type(holder.status), str(holder.status)) == (Status, "QUEUED")
    with pytest.raises(traitlets.TraitError, match="a status"):
        holder.set_trait("status", "DONE")


def test_a_task_has_all_that_an_error_promises_of_it(sim: Simulator) -> None:
    task: WatchedTask = film(sim)
    assert isinstance(task, RunwayTask)
    promised = [name for name in vars(WatchedTask) if name[0] != "_"]
    assert len(promised) > 10
    assert [name for name in promised if not hasattr(task, name)] == []
