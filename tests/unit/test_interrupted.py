"""Ctrl-C amid a create, or a wait: what was paid for is not lost, and what was not sent yet is not sent."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runway_widget import Client, RunwayTask, RunwayWidgetError, ServiceError, TaskGrid
from runway_widget._create import sending
from runway_widget._create.creation import Creation
from runway_widget._create.submit import submit
from runway_widget._journal.journal import Journal
from runway_widget._service.service import Reply
from runway_widget.simulator import Simulator

from .creating import created, film
from .fakes import until
from .polling import no_threads
from .showing import Host
from .submitting import a_creation, service_at
from .uploading import LARGE, edit
from .uploading import film as large_film

pytestmark = pytest.mark.posix  # a signal to this very thread


stops = list[sending.Stop]()  # what tells each sending of a test to end


def press_ctrl_c() -> None:
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def interrupt() -> None:
    """Press Ctrl-C, and go on when the caller has noticed."""
    press_ctrl_c()
    until(lambda: stops[-1].is_set())


@pytest.fixture(autouse=True)
def usual_handler() -> Iterator[None]:
    """SIGINT as in a shell: it may be ignored where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def shown(host: Host, monkeypatch: pytest.MonkeyPatch) -> list[TaskGrid | RunwayTask]:
    """What is put on show, as objects."""
    shown = list[TaskGrid | RunwayTask]()
    for kind in (TaskGrid, RunwayTask):
        monkeypatch.setattr(kind, "show", lambda self: shown.append(self))
    return shown


def interrupt_at(client: Client, number: int, before: Callable[[], Any], after: Callable[[], Any]) -> None:
    """Have ``before`` and ``after`` called around the sending of that create, counted from 1."""
    service, usual, calls = client._service, client._service.create, list[int]()

    def create(endpoint: str, body: dict[str, Any]) -> Reply:
        calls.append(1)
        if len(calls) != number:
            return usual(endpoint, body)
        before()
        reply = usual(endpoint, body)
        after()
        return reply

    service.create = create  # type: ignore[method-assign]
    submit_one = client._submit

    def remember(creation: Creation, *, stop: sending.Stop, **options: Any) -> RunwayTask:
        stops.append(stop)
        return submit_one(creation, stop=stop, **options)

    client._submit = remember  # type: ignore[method-assign]


def nothing() -> None:
    pass


def test_an_interrupt_in_a_loop_of_creates_says_where_the_earlier_ones_are(sim: Simulator) -> None:
    client = sim.client()
    interrupt_at(client, 3, interrupt, nothing)
    with pytest.raises(KeyboardInterrupt) as caught:
        [film(sim, client, seed=seed) for seed in range(5)]
    assert caught.value.__notes__[-1].startswith("client.recent() lists what was created before")
    assert len(client.recent()) >= 2


def test_a_single_create_that_was_taken_is_shown_too(sim: Simulator, shown: list[TaskGrid | RunwayTask]) -> None:
    client = sim.client()
    interrupt_at(client, 1, nothing, interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim, client)
    (request,) = created(sim)
    assert [task.task_id for task in shown if isinstance(task, RunwayTask)] == [request.task_id]
    assert caught.value.__notes__ == [
        f"created as {request.task_id}; client.task({request.task_id!r}) shows it",
        "client.recent() lists what was created before, in a loop for example",
    ]
    assert caught.value.task_id == request.task_id  # type: ignore[attr-defined]


def test_an_answer_that_nobody_waits_for_is_in_doubt_and_noted_when_it_comes(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.05)
    client, go = sim.client(), threading.Event()

    def interrupted_meanwhile() -> None:
        press_ctrl_c()
        go.wait(20)

    interrupt_at(client, 1, nothing, interrupted_meanwhile)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim, client)
    assert "the task may exist, and be charged" in caught.value.__notes__[0]
    assert client.recent()[0].word == "Being sent"
    go.set()
    (request,) = created(sim)
    until(lambda: client.recent()[0].task_id == request.task_id)
    until(lambda: any(f"created as {request.task_id}" in line.message for line in caplog.records))


def test_an_upload_that_nobody_waits_for_leaves_no_doubt(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.05)
    clip, client = large_film(tmp_path / "clip.mp4", LARGE), sim.runway_client()
    sim.trouble("hang", route="upload")

    def press_when_it_hangs() -> None:
        until(lambda: sim.requests)
        press_ctrl_c()

    threading.Thread(target=press_when_it_hangs).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        edit(client, clip)
    assert caught.value.__notes__[0] == "nobody waited for the media that were under way then; nothing was created"
    assert created(sim) == client._journal.recent() == []


def test_a_second_ctrl_c_waits_for_nothing(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 600.0)
    client, go = sim.client(), threading.Event()

    def twice() -> None:
        press_ctrl_c()
        threading.Timer(0.3, press_ctrl_c).start()
        go.wait(20)

    interrupt_at(client, 1, nothing, twice)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim, client)
    assert not go.is_set()
    assert any("may exist" in note for note in caught.value.__notes__)
    go.set()
    until(lambda: any("created as" in line.message for line in caplog.records))
    assert client.recent()[0].task_id == created(sim)[0].task_id


def test_on_a_machine_without_threads_an_interrupt_says_that_it_may_exist(
    sim: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sim.client()
    interrupt_at(client, 1, press_ctrl_c, nothing)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        with pytest.raises(KeyboardInterrupt) as caught:
            film(sim, client)
    assert any("may exist" in note for note in caught.value.__notes__)


def test_outside_a_notebook_nothing_is_printed(sim: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    client = sim.client()
    interrupt_at(client, 1, nothing, interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim, client)
    assert capsys.readouterr().out == ""
    assert len(caught.value.tasks) == 1  # type: ignore[attr-defined]


def test_a_busy_service_is_not_asked_again_after_the_interrupt(
    sim: Simulator, shown: list[TaskGrid | RunwayTask]
) -> None:
    client = sim.client()
    sim.trouble("rate_limited", route="create", retry_after=20, times=None)
    interrupt_at(client, 1, nothing, interrupt)
    with pytest.raises(KeyboardInterrupt) as caught:
        film(sim, client)
    assert len(created(sim)) == 1
    assert shown == []
    assert caught.value.__notes__[0].startswith("the create that was under way then: ")
    assert "429" in caught.value.__notes__[0]


def test_an_interrupt_in_the_pause_between_two_sends_leaves_no_doubt(sim: Simulator, tmp_path: Any) -> None:
    sim.trouble("rate_limited", route="create", times=None)
    journal = Journal(tmp_path / "journal.sqlite3")
    stop = threading.Event()
    stop.set()
    with pytest.raises(ServiceError, match="429"):
        submit(service_at(sim.url, sim.key), a_creation(), journal, stopped=stop.is_set, sleep=lambda _: None)
    assert len(created(sim)) == 1
    assert journal.recent()[0].state == "refused"


# While what was created in the background is waited for


def held_up(sim: Simulator) -> None:
    """A service that takes nothing for a while."""
    sim.trouble("rate_limited", route="create", retry_after=60, times=None)


@pytest.mark.parametrize("wait", [lambda grid: grid.wait(), lambda grid: next(grid.as_completed())])
def test_what_was_not_sent_is_not_sent_after_an_interrupt_of_the_wait(
    sim: Simulator, wait: Callable[[TaskGrid], object]
) -> None:
    client = sim.client()
    held_up(sim)
    grid = film(sim, client, takes=20, sent=False)
    until(lambda: any(task._face["warn"] for task in grid))
    threading.Timer(0.1, press_ctrl_c).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        wait(grid)
    assert caught.value.__notes__ == ["20 tasks were not sent; each one's again() creates it"]
    until(lambda: [task._face["note"] for task in grid] == ["interrupted before it was sent"] * 20)
    assert str(grid) == "20 takes: 20 not sent"
    assert len(created(sim)) == 1, "the one that was turned away"
    assert client.spent == 0
    sim.calm()
    assert grid[3].again().task_id == created(sim)[1].task_id
    with pytest.raises(RunwayWidgetError, match="interrupted before it was sent"):
        grid[3].wait(0)


def test_what_was_sent_goes_on_after_it(sim: Simulator) -> None:
    task = film(sim)
    threading.Timer(0.1, press_ctrl_c).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        task.wait()
    assert getattr(caught.value, "__notes__", []) == []
    assert not task._report.phase.over


def test_a_single_one_in_the_background_is_not_sent_either(sim: Simulator) -> None:
    held_up(sim)
    task = film(sim, background=True)
    until(lambda: task._face["warn"])
    threading.Timer(0.1, press_ctrl_c).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        task.wait()
    assert caught.value.__notes__ == ["1 task was not sent; its again() creates it"]
    until(lambda: task._face["word"] == "Not sent")
