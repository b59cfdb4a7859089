"""What decides over money is checked before anything is sent, and what was paid for is not lost with an interrupt."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget import Client, ConfigurationError, RunwayTask, TaskGrid
from runway_widget._client import creating as client_module
from runway_widget._create import submit as submit_module
from runway_widget.simulator import Simulator

from .creating import QUICK, created, film


@pytest.mark.parametrize("options", [{}, {"takes": 2}])
def test_reuse_without_a_journal_is_refused_before_anything_is_sent(sim: Simulator, options: dict[str, Any]) -> None:
    client: Client = sim.client(journal="off")
    with pytest.raises(ConfigurationError, match="reuse=True needs the journal"):
        film(sim, client, reuse=True, **options)
    with pytest.raises(ConfigurationError, match="reuse=True needs the journal"):
        client.create("sound_effect", promptText="rain", reuse=True)
    assert created(sim) == []


@pytest.mark.parametrize("name", ["reuse", "check", "freeze"])
@pytest.mark.parametrize("value", ["no", 0, None])
def test_an_option_that_is_yes_or_no_is_nothing_else(sim: Simulator, name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} must be True or False, not {value!r}"):
        film(sim, **{name: value})
    assert created(sim) == []


def test_a_card_is_frozen_or_not_and_nothing_else(sim: Simulator) -> None:
    wrong: Any = "no"
    with pytest.raises(ConfigurationError, match="freeze must be True or False"):
        sim.client().task(sim.add_task(), freeze=wrong)
    with pytest.raises(ConfigurationError, match="freeze must be True or False"):
        TaskGrid([sim.client().task(sim.add_task(), **QUICK)], freeze=wrong)


@pytest.mark.parametrize(("prompts", "takes", "count"), [(101, None, 101), (30, 10, 300)])
def test_the_most_takes_are_the_most_tasks(sim: Simulator, prompts: int, takes: int | None, count: int) -> None:
    with pytest.raises(ConfigurationError, match=f"{count} tasks at once, and 100 are the most"):
        film(sim, prompt_text=[f"kite {number}" for number in range(prompts)], takes=takes)
    assert created(sim) == []


def test_an_interrupt_after_a_create_was_taken_names_the_task(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(RunwayTask):
        def __init__(self, *_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(client_module, "RunwayTask", Interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim)
    (entry,) = sim.client().recent()
    assert any(f"created as {entry.task_id}" in note for note in caught.value.__notes__)


def test_an_interrupt_while_the_journal_is_written_names_the_task(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, calls = submit_module._record, list[int]()

    def record(*told: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        usual(*told, **more)

    monkeypatch.setattr(submit_module, "_record", record)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim)
    (entry,) = sim.client().recent()
    assert any(f"created as {entry.task_id}" in note for note in caught.value.__notes__)
