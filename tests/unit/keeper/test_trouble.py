"""Keeping outputs when something goes wrong."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import pytest

from runway_widget._media.outputs import download
from runway_widget._media.pool import media_pool
from runway_widget.simulator import Simulator

from ..creating import written
from ..fakes import until
from .helpers import DOWNLOAD, Finish, placed


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


def test_a_machine_without_threads_holds_up_no_end(
    finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(media_pool, "submit", full)
    task = finish(save_to=tmp_path).wait(10)
    assert "no thread can be started" in task._face["note"]
    assert task._actions == ["save"]


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
