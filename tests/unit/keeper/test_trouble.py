"""Keeping outputs when something goes wrong."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runway_widget._media import keeper as _keeper
from runway_widget._media.outputs import download
from runway_widget.simulator import Simulator

from ..creating import DUSK, QUICK, press, written
from ..fakes import until
from ..static_cards import under_player
from .helpers import DOWNLOAD, MEDIA_THREAD, Finish, placed


def test_closing_a_task_while_its_file_is_saved_loses_no_file_and_logs_nothing(
    finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go, begun = threading.Event(), threading.Event()

    def slow(*told: Any, **more: Any) -> Any:
        begun.set()
        return go.wait(20) and download(*told, **more)

    monkeypatch.setattr(DOWNLOAD, slow)
    task = finish(save_to=tmp_path)
    assert begun.wait(10)
    task.close()
    assert task.wait(1) is task
    go.set()
    until(lambda: not task._keeper.busy)
    written()
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()
    assert caplog.records == []


def test_cancelling_what_has_ended_does_not_end_the_wait_for_its_file(
    finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sim: Simulator
) -> None:
    go = threading.Event()
    monkeypatch.setattr(DOWNLOAD, lambda *told, **more: go.wait(20) and download(*told, **more))
    task = sim.runway_client().task(sim.add_task(variant="dusk", queued=0, duration=0), save_to=tmp_path, **QUICK)
    until(lambda: task.status == "SUCCESS")
    before = task._completion
    task.cancel()
    written()
    assert task._completion is before
    assert not before.wait(0)
    go.set()
    task.wait(10)
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()


@contextmanager
def out_of_threads() -> Iterator[None]:
    """No thread can be started for keeping outputs; all others can."""
    usual = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == MEDIA_THREAD:
            raise RuntimeError("can't start new thread")
        usual(thread)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        yield


def test_a_machine_out_of_threads_delays_no_end_and_the_button_tries_again(finish: Finish, tmp_path: Path) -> None:
    with out_of_threads():
        task = finish(save_to=tmp_path).wait(10)
    assert "no thread can be started" in task._face["note"]
    assert (task._face["save"], "save" in task._actions) == ("", True)
    press(task, "save")
    until(lambda: task._face["save"] == "saved")
    assert (tmp_path / f"{task.task_id}-1.mp4").read_bytes() == DUSK


def test_an_error_of_our_own_delays_no_end_and_is_logged(
    kernel: list[dict[str, Any]],
    finish: Finish,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(_keeper, "download", broken)
    task = placed(finish(save_to=tmp_path)).wait(10)
    assert "could not save" in task._face["note"]
    until(lambda: under_player(kernel[-1]["text/html"]))  # what comes after it is done all the same
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]


def test_a_signed_link_is_in_no_note_and_no_log_line_whatever_goes_wrong(
    kernel: list[dict[str, Any]],
    sim: Simulator,
    finish: Finish,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for trouble in ("forbidden", "html", "redirect"):
        sim.trouble(trouble, times=3, route="media")
        task = placed(finish(save_to=tmp_path, embed=True)).wait(20)
        sim.calm()
        assert "_jwt" not in task._face["note"]
    assert "_jwt" not in caplog.text


def test_without_a_folder_for_temporary_files_nothing_is_embedded_and_the_result_is_there(
    kernel: list[dict[str, Any]], sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    sim.client()  # with the first, the simulator makes a folder for their journal
    monkeypatch.setattr("tempfile.gettempdir", none)
    task = placed(finish(embed=True)).wait(10)
    assert task._face["note"].startswith("not embedded: ")
    assert "No usable temporary directory found" in task._face["note"]
    assert 'src="http' in kernel[-1]["text/html"]
    assert task.download(tmp_path)[0].read_bytes() == DUSK
