"""`Client.create` sends the fields that it is given, and never an option among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget import Options
from runway_widget._create.request import prepare_raw
from runway_widget.simulator import Simulator

from .creating import simulated


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with simulated() as simulator:
        yield simulator


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ({"takes": 4}, "call it once for each take"),
        ({"check": False}, "it checks nothing"),
        ({"extra_body": {"a": 1}}, "give its fields as keywords"),
    ],
    ids=["takes", "check", "extra_body"],
)
def test_an_option_that_create_does_not_take_is_refused_and_not_sent(
    sim: Simulator, option: dict[str, Any], advice: str
) -> None:
    name = next(iter(option))
    with pytest.raises(TypeError, match=rf"create\(\) does not take {name}: {advice}"):
        sim.runway_client().create("sound_effect", model="eleven_text_to_sound_v2", promptText="rain", **option)
    assert sim.requests == []
    assert len(sim.runway_client().recent()) == 0


def test_no_option_of_the_other_methods_is_ever_sent_as_a_field(sim: Simulator) -> None:
    client = sim.runway_client()
    for name in Options.__annotations__:
        with pytest.raises(TypeError, match=rf"create\(\) does not take {name}"):
            prepare_raw(client._service.provider, "sound_effect", {name: 1}, base_url=sim.url)


@pytest.mark.parametrize("changes", [{"takes": 2}, {"prompt_text": ["rain", "hail"]}, {"prompt_text": ("rain",)}])
def test_again_makes_no_several_tasks_where_no_method_could(sim: Simulator, changes: dict[str, Any]) -> None:
    task = sim.runway_client().create("sound_effect", model="eleven_text_to_sound_v2", promptText="rain")
    before = len(sim.requests)
    with pytest.raises(TypeError, match=r"again\(\) makes one task of this endpoint"):
        task.again(**changes)
    assert [request for request in sim.requests[before:] if request.method == "POST"] == []
    task.close()


def test_again_without_a_new_prompt_keeps_the_old_one(sim: Simulator) -> None:
    task = sim.runway_client().create("sound_effect", model="eleven_text_to_sound_v2", promptText="rain")
    other = task.again(prompt_text=None)
    bodies = [request.body for request in sim.requests if request.method == "POST"]
    assert [body["promptText"] for body in bodies] == ["rain", "rain"]
    for each in (task, other):
        each.close()
