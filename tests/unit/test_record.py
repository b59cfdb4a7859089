"""Origin: what is kept about a task that was created here, and what later ones learn from it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from runway_widget import TaskFailed
from runway_widget._journal.journal import Journal
from runway_widget._journal.row import empty_request
from runway_widget._service.duration import Duration
from runway_widget._watch import poller
from runway_widget._widgets.record import TaskRecord
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import film
from .fakes import until
from .journals import HERE, accepted

RUN_SECONDS = 60.0
SERVICE_SECONDS = 6.0 + RUN_SECONDS  # in the queue and of work, as the simulator's films take


def test_a_task_from_elsewhere_has_no_request_and_no_journal() -> None:
    done = threading.Event()
    record = TaskRecord()
    record.record_end(HERE, "t-1", "SUCCESS", 1.0, done.set)
    record.record_files(HERE, "t-1", [Path("a.mp4")])
    assert done.wait(60)
    assert (record.request, record.again, record.typical) == (empty_request(), None, None)


def test_the_journal_knows_the_end_before_anybody_is_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    accepted(journal, "t-1")
    seen: list[str] = []
    done = threading.Event()

    def then() -> None:
        row = journal.find("t-1", HERE)
        seen.append(row.status if row else "nothing")
        done.set()

    TaskRecord(journal=journal).record_end(HERE, "t-1", "FAILURE", 12.5, then)
    assert done.wait(60)
    assert seen == ["FAILURE"]
    row = journal.find("t-1", HERE)
    assert row is not None
    assert row.seconds == 12.5


def test_a_journal_that_cannot_be_written_holds_up_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("a fault")

    journal = Journal(tmp_path / "journal")
    monkeypatch.setattr(journal, "record_end", broken)
    done = threading.Event()
    TaskRecord(journal=journal).record_end(HERE, "t-1", "SUCCESS", 1.0, done.set)
    assert done.wait(60)


def test_files_are_remembered_by_their_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sim: Simulator
) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal(tmp_path / "journal")
    accepted(journal, "t-1")
    TaskRecord(journal=journal).record_files(HERE, "t-1", [Path("renders/a.mp4")])

    def files() -> tuple[str, ...]:
        row = journal.find("t-1", HERE)
        return row.files if row else ()

    until(files)
    assert files() == (str(tmp_path / "renders/a.mp4"),)


def test_each_end_is_in_the_journal_when_waiting_is_over(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    good = film(sim, client)
    sim.next("failure")
    bad = film(sim, client)
    clock.forward(1000)
    good.wait(10)
    with pytest.raises(TaskFailed):
        bad.wait(10)
    assert [entry.word for entry in client.recent()] == ["Failed", "Done"]
    assert client.recent()[1].took == pytest.approx(SERVICE_SECONDS, abs=2)


def test_a_task_taken_up_after_its_end_does_not_change_how_long_it_took(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    task = film(sim, client)
    clock.forward(1000)
    task.wait(10)
    before = client.recent()[0]
    clock.forward(50_000)
    client.task(task.task_id).wait(10)
    assert client.recent()[0].took == before.took


def test_what_earlier_tasks_took_tells_how_long_this_one_may_take(sim: Simulator, clock: ServiceTime) -> None:
    client = sim.client()
    assert film(sim, client, prompt_text="the first")._record.typical == Duration(64.0)
    for _ in range(3):
        task = film(sim, client)
        clock.forward(1000)
        task.wait(10)
    later = film(sim, client)
    assert later._record.typical is not None
    assert later._record.typical.median == pytest.approx(RUN_SECONDS, abs=2), "without the queue"
    until(lambda: later._clock["left"])
    assert later._clock["left"] == pytest.approx(RUN_SECONDS, abs=5)
    assert film(sim, client, model="gen3a_turbo")._record.typical == Duration(64.0), "as is documented"
    found = sim.client().task(later.task_id)
    assert found._record.typical == later._record.typical


def test_when_a_service_looks_at_its_source_is_sought_at_gateways_alone(sim: Simulator) -> None:
    for client, gateway in ((sim.client(), True), (sim.runway_client(), False)):
        task = client.task(sim.add_task(), poll_interval=60)
        (entry,) = [each for each in poller.shared()._entries.values() if each.watch.task_id == task.task_id]
        assert entry.watch.history.refresh.sought is gateway
