"""What a task tells its card's page, and what the page asks of it."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from runway_widget._watch import poller
from runway_widget.simulator import Simulator

from ..comms import front_end
from ..creating import press
from ..fakes import until
from .helpers import Maker, asked, in_thread


def test_one_change_is_one_message_and_no_change_is_none(
    sim: Simulator, watch: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with front_end() as messages:
        task = watch(queued=0, outcome="never", duration=1e9)
        until(lambda: task.status == "IN_PROGRESS")
        assert task.model_id
        opened, so_far = asked(sim, task), len(messages)
        until(lambda: asked(sim, task) > opened + 5)
        assert len(messages) == so_far
        sim.trouble("server_error", task_id=task.task_id)
        until(lambda: len(messages) >= so_far + 2)
        opened = asked(sim, task)
        until(lambda: asked(sim, task) > opened + 2)
        updates = [data for comm, kind, data in messages[so_far:] if kind == "comm_msg"]
        assert [data["method"] for data in updates] == ["update", "update"]
        assert [data["state"]["_face"]["warn"] for data in updates] == [True, False]
        assert {"_clock", "_face"} <= updates[0]["state"].keys()
        assert "data" not in updates[0]["state"]


def test_a_quiet_watch_sends_its_clock_alone(watch: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "HEARTBEAT", 0.3)
    with front_end() as messages:
        task = watch(queued=0, outcome="never", duration=1e9)
        until(lambda: task.status == "IN_PROGRESS")
        assert task.model_id
        so_far = len(messages)
        until(lambda: len(messages) >= so_far + 3)
        assert [list(data["state"]) for _, _, data in messages[so_far : so_far + 3]] == [["_clock"]] * 3


def test_a_task_that_is_never_shown_opens_no_comm(watch: Maker) -> None:
    with front_end() as messages:
        watch(queued=0, duration=2).wait(10)
        assert messages == []


def test_a_comm_that_opens_while_traits_change_misses_no_change(sim: Simulator, watch: Maker) -> None:
    """What the front end knows in the end is what the task says, whenever its comm was opened."""
    for wait in (0.0, 0.05, 0.1, 0.2, 0.3):
        with front_end() as messages:
            task = watch(queued=1, duration=6, poll_interval=0.05)
            time.sleep(wait)  # not a wait for anything: a different moment each time
            model = task.model_id
            task.wait(10)
            known = dict[str, Any]()
            for comm, kind, data in list(messages):
                if comm == model and kind in ("comm_open", "comm_msg"):
                    known |= data.get("state", {})
        assert [kind for comm, kind, _ in messages if comm == model].count("comm_open") == 1
        for name in ("status", "progress", "outputs", "_face", "_clock", "_actions", "data"):
            assert known[name] == getattr(task, name), name


def test_a_comm_is_opened_once_however_many_threads_ask(watch: Maker) -> None:
    with front_end() as messages:
        task = watch(outcome="never")
        barrier = threading.Barrier(4)

        def ask() -> str:
            barrier.wait(5)
            return task.model_id

        runs = [in_thread(ask) for _ in range(4)]
        for thread, _ in runs:
            thread.join(5)
        assert len({outcome[0] for _, outcome in runs}) == 1
        assert [kind for _, kind, _ in messages].count("comm_open") == 2  # itself and its layout


@pytest.mark.parametrize("ask", ["refresh", "stop", "resume", "sync", "frozen", "nonsense", None, 3])
def test_a_message_of_the_front_end_returns_at_once_and_raises_nothing(watch: Maker, ask: Any) -> None:
    task = watch(outcome="never")
    task._handle_custom_msg({"ask": ask}, [])
    task._handle_custom_msg(ask, [])


def test_the_buttons_of_a_card_stop_resume_and_refresh(sim: Simulator, watch: Maker) -> None:
    task = watch(outcome="never", poll_interval=60)
    until(lambda: task.status != "UNKNOWN")
    press(task, "stop")
    until(lambda: "resume" in task._actions)
    press(task, "resume")
    until(lambda: "stop" in task._actions and task._report.timing.since_answer is not None)  # its poll is answered
    assert asked(sim, task) == 2
    press(task, "refresh")
    until(lambda: asked(sim, task) == 3)
