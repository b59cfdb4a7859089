"""Trouble with showing a task costs no result: whoever waits gets it, whatever the host does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import RunwayTask
from runway_widget._runtime import writer
from runway_widget._widgets import display
from runway_widget.simulator import Simulator

from ..comms import RecordingComm, front_end
from ..creating import press, written
from ..fakes import until
from .helpers import Maker


@pytest.fixture
def closed_comm(sim: Simulator, watch: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunwayTask]:
    """A task whose card is on show, on a comm that fails from now on; its file takes longer than its journal."""
    sim.trouble("slow", route="media", seconds=0.5)

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the comm is closed")

    with front_end():
        task = watch(queued=0, duration=6, save_to=tmp_path)
        assert task.model_id
        with monkeypatch.context() as patch:
            patch.setattr(RecordingComm, "publish_msg", fail)
            yield task
            task.close()


def test_a_comm_that_fails_holds_up_no_wait(closed_comm: RunwayTask, tmp_path: Path) -> None:
    assert closed_comm.wait(10).status == "SUCCESS"
    assert (tmp_path / f"{closed_comm.task_id}-1.mp4").is_file()
    assert closed_comm.download(tmp_path)[0].is_file()


def test_a_card_that_cannot_be_frozen_holds_up_no_wait_and_no_download(
    watch: Maker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    task = watch(queued=0, duration=2)
    task._places.append(display.Place("here", {}))
    monkeypatch.setattr(task, "_static_bundle", fail)
    assert task.wait(10) is task
    assert task.download(tmp_path)[0].is_file()


def test_a_shell_that_knows_no_request_holds_up_no_wait(watch: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "shell", lambda: SimpleNamespace(kernel=object(), display_pub=object()))
    task = watch(queued=0, duration=2)
    task.show()
    assert task.wait(10) is task


def test_a_note_is_shown_although_the_last_report_was_a_heartbeat(watch: Maker) -> None:
    task = watch(queued=0, outcome="never", poll_interval=60)
    until(lambda: task.status == "IN_PROGRESS")
    writer.put(lambda: task._process_report(task._completion, replace(task._report, beat=True)))
    press(task, "save")
    until(lambda: task._face["note"] == "saves to renders/ when done")
    assert task._face["save"] == "armed"


def test_a_heartbeat_changes_nothing_but_the_clock(watch: Maker) -> None:
    task = watch(queued=0, outcome="never", poll_interval=60)
    until(lambda: task.status == "IN_PROGRESS")
    face, at = task._face, task._clock["at"]
    task._keeper._note = "not shown by a heartbeat"
    writer.put(lambda: task._process_report(task._completion, replace(task._report, beat=True)))
    written()
    assert task._face is face
    assert task._clock["at"] > at


def test_requests_that_make_no_sense_now_do_nothing(sim: Simulator, watch: Maker) -> None:
    task = watch(queued=0, outcome="never", poll_interval=60)
    until(lambda: task.status == "IN_PROGRESS")
    before = len(sim.requests)
    press(task, "renew")
    written()
    assert (task._keeper.busy, len(sim.requests)) == (False, before)
    failed = watch(queued=0, duration=0, outcome="failure")
    until(lambda: failed._is_done())
    press(failed, "save")
    written()
    assert (failed._keeper.busy, failed._keeper.now.note, failed._keeper.now.saving) == (False, "", "")


def test_saving_when_done_can_be_chosen_while_nobody_watches(watch: Maker) -> None:
    task = watch(outcome="never")
    task.stop()
    until(lambda: task._report.phase.over)
    press(task, "save")
    until(lambda: task._face["save"] == "armed")


def test_a_cancel_without_threads_is_told_on_the_card(watch: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise RuntimeError("can't start new thread")

    task = watch(outcome="never", poll_interval=60)
    until(lambda: task.status != "UNKNOWN")
    monkeypatch.setattr("runway_widget._widgets.card_requests.start_thread", full)
    press(task, "cancel")
    until(lambda: task._face["note"] == "could not cancel: no thread can be started")
