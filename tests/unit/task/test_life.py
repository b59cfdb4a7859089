"""Wrong arguments, closing, memory and forked processes."""

from __future__ import annotations

import gc
import os
import weakref
from typing import Any

import pytest

from runway_widget import (
    ConfigurationError,
    RunwayTask,
    WatchStopped,
)
from runway_widget._watch import poller
from runway_widget.simulator import Simulator

from ..comms import front_end, open_models
from ..creating import press
from ..fakes import until
from .helpers import Maker, in_thread, run


def test_closing_ends_every_wait_and_leaves_no_widget(watch: Maker) -> None:
    before = open_models()
    with front_end():
        task = watch(outcome="never")
        assert task.model_id in open_models()
        assert len(open_models() - before) == 2
        thread, outcome = in_thread(task.wait)
        until(lambda: task.status == "IN_PROGRESS")
        task.close()
        thread.join(5)
        assert isinstance(outcome[0], WatchStopped)
    assert open_models() == before
    assert not poller.shared()._subscribed
    task.close()


def test_a_closed_task_stays_closed(sim: Simulator, watch: Maker) -> None:
    task = watch(outcome="never")
    task.close()
    task.resume()
    task.refresh()
    task.stop()
    assert not poller.shared()._subscribed
    with pytest.raises(WatchStopped):
        task.wait(1)
    assert task.task_id in repr(task)


def test_closing_a_finished_task_keeps_its_result(watch: Maker) -> None:
    task = watch(queued=0, duration=2).wait(10)
    task.close()
    assert task.wait(0) is task


def test_closing_while_reports_come_in_logs_no_error(
    sim: Simulator, watch: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    with front_end():
        for _ in range(30):
            task = watch(queued=0, duration=20, poll_interval=0.05)
            assert task.model_id
            for _ in range(3):
                press(task, "sync")
            task.close()
        until(lambda: poller.shared().idle)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_a_result_that_arrives_while_the_task_is_closed_is_one_or_the_other(watch: Maker) -> None:
    """Never a task that succeeded and a wait that says it was stopped."""
    for _ in range(10):
        task = watch(queued=0, duration=1, poll_interval=0.05)
        until(lambda task=task: task.status == "SUCCESS")  # type: ignore[misc]
        task.close()
        assert task.wait(1) is task


def test_an_unknown_keyword_is_a_type_error(sim: Simulator) -> None:
    with pytest.raises(TypeError):
        sim.client().task("some-id", intervall=5)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        RunwayTask("some-id", sim.client(), color="red")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("task_id", "options"),
    [
        ("", {}),
        ("a/b", {}),
        ("..", {}),
        ("ok", {"poll_interval": 0}),
        ("ok", {"give_up_after": "1 h"}),
        ("ok", {"not_found_after": -5}),
        ("ok", {"route": "express"}),
    ],
)
def test_a_wrong_argument_is_refused_before_anything_is_sent_and_leaves_no_half_made_card(
    sim: Simulator, task_id: str, options: dict[str, Any]
) -> None:
    """A half-made widget complains when it is collected; pytest makes an error of that."""
    client = sim.client()
    with pytest.raises(ConfigurationError):
        client.task(task_id, **options)
    gc.collect()
    assert sim.requests == []
    assert not poller.shared()._subscribed


def test_something_that_is_not_a_client_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="Client"):
        RunwayTask("some-id", "sk-not-a-client")  # type: ignore[arg-type]
    monkeypatch.delenv("COMETAPI_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="COMETAPI_KEY"):
        RunwayTask("some-id")
    gc.collect()


def test_a_task_that_ended_and_was_never_shown_is_collected(sim: Simulator) -> None:
    task = sim.client().task(sim.add_task(queued=0, duration=2), poll_interval=0.1)
    task.wait(10)
    gone = weakref.ref(task)
    del task
    until(lambda: gc.collect() + 1 and gone() is None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_can_watch_anew() -> None:
    script = """
        import os, time, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from runway_widget.simulator import Simulator
        with Simulator(speed=20) as sim:
            parent = sim.client().task(sim.add_task(queued=0, outcome="never"), poll_interval=0.05)
            parent.observe(lambda change: None)
            while parent.status == "UNKNOWN":
                time.sleep(0.01)
            task_id = sim.add_task(queued=0, duration=6)
            child = os.fork()
            if child == 0:
                heard = []
                task = sim.client().task(task_id, poll_interval=0.1)
                task.observe(lambda change: heard.append(change.new), names="status")
                good = task.wait(10).status == "SUCCESS"
                while "SUCCESS" not in heard:
                    time.sleep(0.01)
                parent.resume()
                parent.refresh()
                parent.stop()
                os._exit(0 if good else 1)
            _, status = os.waitpid(child, 0)
            parent.stop()
            print("child", os.waitstatus_to_exitcode(status))
    """
    assert run(script) == "child 0"
