"""The fate of a task, as a pure function of time."""

from __future__ import annotations

import math
from typing import Any

import pytest

from runway_widget.simulator._scenario import Scenario, moment, tags


def phases(scenario: Scenario, *, until: float, step: float = 0.5) -> list[str]:
    """The phases a task goes through, each once."""
    seen: list[str] = []
    for tick in range(int(until / step) + 1):
        phase = moment(scenario, tick * step).phase
        if not seen or seen[-1] != phase:
            seen.append(phase)
    return seen


def test_a_success_goes_from_the_queue_over_the_run_to_its_end() -> None:
    scenario = Scenario(queued=20, duration=60)
    assert phases(scenario, until=100) == ["not_start", "submitted", "queued", "running", "succeeded"]


def test_throttling_comes_first_in_the_queue() -> None:
    assert phases(Scenario(queued=20, throttled=10, duration=5), until=30) == [
        "throttled", "queued", "running", "succeeded",
    ]  # fmt: skip


def test_progress_grows_and_reaches_one_only_on_success() -> None:
    scenario = Scenario(queued=0, duration=60)
    values = [moment(scenario, second).progress for second in range(60)]
    assert values == sorted(values)
    assert len(set(values)) > 50
    assert values[-1] < 1
    assert moment(scenario, 60).progress == 1


def test_a_failure_keeps_the_progress_it_had() -> None:
    failed = moment(Scenario(outcome="failure", queued=0, duration=100, ends_at=0.5), 1000)
    assert failed.phase == "failed"
    assert 0.3 < failed.progress < 0.7
    assert failed.finished == 50


@pytest.mark.parametrize(("outcome", "phase"), [("never", "running"), ("unknown_status", "unknown")])
def test_some_tasks_never_end(outcome: Any, phase: str) -> None:
    now = moment(Scenario(outcome=outcome, queued=1, duration=10), 1e6)
    assert now.phase == phase
    assert not now.ended
    assert now.finished is None


def test_a_task_can_wait_in_the_queue_for_ever() -> None:
    assert moment(Scenario(queued=math.inf), 1e9).phase == "not_start"


@pytest.mark.parametrize(
    ("prompt", "keywords"),
    [
        ("a kite", {}),
        ("a kite [fail]", {"outcome": "failure"}),
        ("[fail SAFETY.INPUT.TEXT] a kite", {"outcome": "failure", "failure_code": "SAFETY.INPUT.TEXT"}),
        ("a kite [never]", {"outcome": "never"}),
        ("a kite [cancelled]", {"outcome": "cancelled"}),
        ("[failing]", {}),
    ],
)
def test_a_prompt_can_say_what_becomes_of_its_task(prompt: str, keywords: dict[str, Any]) -> None:
    assert tags(prompt) == keywords


@pytest.mark.parametrize(
    "wrong",
    [{"outcome": "succes"}, {"queued": -1}, {"duration": "5"}, {"ends_at": 2}, {"outputs": ["vidoe"]}],
)
def test_a_scenario_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Scenario(**wrong)
