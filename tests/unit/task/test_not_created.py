"""A take that could not be created: a task that says so, and that does nothing at the service."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from runway_widget import (
    AccessDenied,
    Client,
    ConfigurationError,
    RunwayTask,
    RunwayWidgetError,
    ServiceError,
    TaskGrid,
)
from runway_widget._watch.report import Phase
from runway_widget.simulator import Simulator

from ..comms import front_end
from ..creating import created, film, press, written
from ..fakes import at_once, our_threads, until


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(speed=20, key="test-key-4Hq7Tn2Vx9Kw") as simulator:
        yield simulator


@pytest.fixture
def grid(sim: Simulator) -> Iterator[TaskGrid]:
    """Of two takes, the first of which the service refused."""
    sim.trouble("invalid_request", route="create", message="promptImage: unreadable")
    made = film(sim, takes=2)
    assert isinstance(made, TaskGrid)
    yield made
    made.close()


@pytest.fixture
def lost(grid: TaskGrid) -> RunwayTask:
    return grid[0]


def bare(error: RunwayWidgetError) -> RunwayTask:
    """Such a task by itself."""
    return RunwayTask("", Client("sk-4Zq8Tn2Vx7Kw", "http://127.0.0.1:9", journal="off"), _error=error)


def test_its_card_says_that_it_was_not_created_and_why(lost: RunwayTask) -> None:
    assert (lost.task_id, lost.status, lost.progress, lost.outputs) == ("", "FAILURE", 0.0, [])
    face = {name: lost._face[name] for name in ("title", "word", "tone", "stage", "bar", "warn", "save")}
    assert face == {
        "title": "Image to video",
        "word": "Not created",
        "tone": "danger",
        "stage": "grey",
        "bar": "none",
        "warn": False,
        "save": "",
    }
    assert "promptImage: unreadable" in lost._face["note"]
    assert lost._face["note"] == f"CometAPI refused the request: “{lost.fail_reason}”"
    assert lost._actions == []
    assert lost._request["prompt"] == "the kite lifts"
    assert (lost._clock["ticking"], lost._clock["elapsed"]) == (False, None)
    assert lost._is_done()


def test_waiting_raises_the_error_of_creating_it(lost: RunwayTask) -> None:
    with pytest.raises(ServiceError, match="unreadable") as first:
        lost.wait(0)
    with pytest.raises(ServiceError) as second:
        lost.wait()
    assert second.value is first.value
    assert "wait" in [entry.name for entry in second.traceback]
    assert len(second.traceback) == len(first.traceback), "it does not grow with each wait"


def test_awaiting_raises_it_too(lost: RunwayTask) -> None:
    async def one() -> RunwayTask:
        return await lost

    with pytest.raises(ServiceError, match="unreadable"):
        asyncio.run(one())


def test_it_can_be_created_once_more(sim: Simulator, lost: RunwayTask) -> None:
    task = lost.again(prompt_text="the kite dives")
    try:
        assert isinstance(task, RunwayTask)
        assert task.wait(10).status == "SUCCESS"
        assert created(sim)[-1].body["promptText"] == "the kite dives"
        assert len(created(sim)) == 3
    finally:
        task.close()


def test_without_a_creation_it_cannot_be_made_again() -> None:
    with pytest.raises(ConfigurationError, match="again"):
        bare(RunwayWidgetError("lost")).again()


def test_there_is_nothing_to_cancel_or_to_download(sim: Simulator, lost: RunwayTask, tmp_path: Path) -> None:
    before = len(sim.requests)
    for call in (lost.cancel, lambda: lost.download(tmp_path)):
        with pytest.raises(RunwayWidgetError, match=r"nothing to (cancel|download): .*Not created: .*unreadable"):
            call()
    assert [request for request in sim.requests[before:] if request.route != "poll"] == []


def test_stopping_resuming_and_refreshing_do_nothing() -> None:
    until(lambda: not our_threads())
    lost = bare(AccessDenied("no quota", code="quota"))
    for call in (lost.stop, lost.resume, lost.refresh):
        call()
    for request in ("sync", "save", "renew", "cancel", "refresh", "stop", "resume", "frozen", "nonsense"):
        press(lost, request)
    assert our_threads() == []
    assert (lost._report.phase, lost._face["note"], lost.failure_code) == (Phase.NOT_CREATED, "no quota", "quota")
    assert lost._face["save"] == ""
    lost.close()
    with pytest.raises(AccessDenied):
        lost.wait(0)


def test_the_journal_hears_of_no_end(sim: Simulator, grid: TaskGrid) -> None:
    client = sim.client()
    assert {entry.word for entry in client.recent()} == {"Submitted", "Refused"}
    with pytest.raises(ServiceError):
        grid[0].wait()
    written()
    assert "Failed" not in {entry.word for entry in client.recent()}


def test_it_is_shown_as_a_static_card_and_opens_no_comm(capsys: pytest.CaptureFixture[str]) -> None:
    with front_end() as messages:
        lost = bare(ServiceError("the picture is unreadable"))
        data, metadata = lost._repr_mimebundle_() or ({}, {})
        assert (sorted(data), metadata) == (["text/html", "text/plain"], {})
        assert "Not created" in data["text/html"]
        assert "the picture is unreadable" in data["text/html"]
        assert "Take it up again" not in data["text/html"]
        assert messages == []
    lost.show()
    assert capsys.readouterr().out == "Runway task: Not created: the picture is unreadable\n"


def test_an_error_without_a_service_behind_it_is_told_in_its_own_words() -> None:
    lost = bare(ConfigurationError("the journal cannot be written"))
    assert (lost._face["note"], lost.failure_code) == ("the journal cannot be written", "")
    assert lost._face["advice"] == ""


def test_a_refusal_that_is_known_comes_with_advice() -> None:
    lost = bare(ServiceError("moderated", code="SAFETY.INPUT.TEXT"))
    assert lost._face["advice"].startswith("The input was moderated.")


def test_wrong_options_are_refused_all_the_same() -> None:
    with pytest.raises(ConfigurationError, match="poll_interval"):
        RunwayTask("", Client("sk-4Zq8Tn2Vx7Kw"), poll_interval=0, _error=ServiceError("lost"))
    with pytest.raises(ConfigurationError, match="task id"):
        RunwayTask("", Client("sk-4Zq8Tn2Vx7Kw"))


def test_it_can_be_waited_for_on_several_threads() -> None:
    lost = bare(ServiceError("lost"))
    assert [type(outcome) for outcome in at_once(4, lambda: lost.wait(5))] == [ServiceError] * 4
