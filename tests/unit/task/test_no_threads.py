"""A machine that is out of threads for a while: nobody waits for ever, and a resume can be tried again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from runway_widget import RunwayTask, RunwayWidgetError, TaskNotFound, WatchStopped
from runway_widget._journal.journal import Journal
from runway_widget._runtime import writer
from runway_widget._runtime.threads import SerialThread
from runway_widget._watch import poller
from runway_widget._watch.completion import Completion
from runway_widget._widgets import record
from runway_widget._widgets.record import TaskRecord
from runway_widget.simulator import Simulator

from ..creating import press
from ..fakes import until
from ..journals import HERE, accepted
from ..polling import no_threads
from .helpers import KEY, Maker


def waited(completion: Completion) -> bool:
    return completion.wait(10)


def awaited(completion: Completion) -> bool:
    asyncio.run(asyncio.wait_for(completion.wait_async(), 10))
    return True


def test_an_end_goes_on_when_the_journal_has_no_thread_and_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_writer", SerialThread("runway-widget-test-journal"))
    journal, done = Journal(tmp_path / "journal"), list[int]()
    accepted(journal, "t-1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        TaskRecord(journal=journal).record_end(HERE, "t-1", "SUCCESS", 1.0, lambda: done.append(1))
        assert done == [1]
    later = threading.Event()
    TaskRecord().record_end(HERE, "t-2", "SUCCESS", 1.0, later.set)
    assert later.wait(60)
    row = journal.find("t-1", HERE)
    assert row is not None
    assert row.status == "SUCCESS"


@pytest.mark.parametrize("wait", [waited, awaited])
def test_who_waits_gives_the_writer_the_thread_that_it_could_not_have_before(
    monkeypatch: pytest.MonkeyPatch, wait: Callable[[Completion], bool]
) -> None:
    monkeypatch.setattr(writer, "thread", SerialThread("runway-widget-test-writer"))
    completion = Completion()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_threads())
        writer.put(lambda: completion.settle(completion.report))
        assert not completion.wait(0.01)
    assert wait(completion)


def test_a_resume_that_fails_leaves_the_end_as_it_was_and_can_be_tried_again(
    sim: Simulator, watch: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = watch(outcome="never")
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    with pytest.raises(WatchStopped):
        task.wait(10)

    def fail(*_: object, **__: object) -> None:
        raise RunwayWidgetError("nothing can be watched, as no thread can be started")

    with monkeypatch.context() as patch:
        patch.setattr(poller.shared(), "subscribe", fail)
        with pytest.raises(RunwayWidgetError, match="no thread"):
            task.resume()
        done = threading.Event()
        writer.put(done.set)
        assert done.wait(60)
        with pytest.raises(WatchStopped):
            task.wait(2)
        assert (task._face["word"], "resume" in task._actions) == ("Not watching", True)
    task.resume()
    until(lambda: "stop" in task._actions)


def test_a_resume_that_fails_says_why_on_the_card_until_one_succeeds(
    sim: Simulator, tasks: list[RunwayTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    monkeypatch.setenv("COMETAPI_BASE_URL", sim.url)
    tasks.append(task := RunwayTask(sim.add_task(queued=0, outcome="never"), poll_interval=0.1))
    until(lambda: task.status == "IN_PROGRESS")
    task.stop()
    until(lambda: "resume" in task._actions)
    monkeypatch.setenv("COMETAPI_KEY", "two words")
    press(task, "resume")
    until(lambda: task._face["note"].startswith("could not resume: "))
    assert "the key holds characters" in task._face["note"]
    assert "two words" not in task._face["note"]
    monkeypatch.setenv("COMETAPI_KEY", KEY)
    press(task, "resume")
    until(lambda: "stop" in task._actions)
    assert task._face["note"] == ""


def test_why_nobody_watches_is_not_hidden_by_an_earlier_note(watch: Maker) -> None:
    task = watch(task_id="nobody-has-this-one", not_found_after=0.5)
    task._keeper.set_note("could not cancel: no")
    with pytest.raises(TaskNotFound):
        task.wait(10)
    until(lambda: "resume" in task._actions)
    assert "could not cancel" not in task._face["note"]
    assert task._face["note"]
