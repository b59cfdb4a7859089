"""What is kept for the frozen card: pictures and whole media, which it waits for, but not for ever."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget import ConfigurationError, RunwayTask
from runway_widget._media.keeper import embed_limit
from runway_widget._media.outputs import download
from runway_widget._media.thumbnails import thumbnail_from_url
from runway_widget._widgets import display as _display
from runway_widget._widgets import task as _task
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import DUSK, finished
from .fakes import until

DOWNLOAD = "runway_widget._media.keeper.download"
Finish = Callable[..., RunwayTask]


@pytest.fixture
def finish(sim: Simulator, clock: ServiceTime) -> Finish:
    """``finish(scenario, **options)``: a task that is watched and then comes to its end."""
    return partial(finished, sim, clock)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A kernel that shows cards; the static ones that it was given."""
    frozen: list[dict[str, Any]] = []
    shell = SimpleNamespace(kernel=object(), display_pub=SimpleNamespace(parent_header={}))
    monkeypatch.setattr(_display, "kernel_shell", lambda: shell)
    monkeypatch.setattr(_display, "replace", lambda _, bundle: frozen.append(bundle))
    return frozen


def placed(task: RunwayTask) -> RunwayTask:
    """As if it had been shown."""
    task._places.append(_display.Output("here", {}))
    return task


def test_the_frozen_card_holds_a_thumbnail(kernel: list[dict[str, Any]], finish: Finish) -> None:
    placed(finish()).wait(10)
    assert 'poster="data:image/' in kernel[-1]["text/html"]


def test_embedding_carries_the_medium_itself(kernel: list[dict[str, Any]], finish: Finish) -> None:
    placed(finish(embed=True)).wait(10)
    assert f"data:video/mp4;base64,{base64.b64encode(DUSK).decode()}" in kernel[-1]["text/html"]


def test_what_is_too_large_to_embed_is_told(kernel: list[dict[str, Any]], finish: Finish) -> None:
    task = placed(finish(embed=1000)).wait(10)
    assert "not embedded" in task._face["note"]
    assert "save_to=" in kernel[-1]["text/html"]
    assert "base64,AAAA" not in kernel[-1]["text/html"]


def test_what_cannot_be_fetched_to_embed_is_told(kernel: list[dict[str, Any]], sim: Simulator, finish: Finish) -> None:
    sim.trouble("forbidden", times=2, route="media")
    assert "not embedded: the link has expired" in placed(finish(embed=True)).wait(10)._face["note"]


@pytest.mark.parametrize(("wanted", "limit"), [(False, 0), (True, 5_000_000), (0, 0), (9, 9)])
def test_embedding_has_a_limit(wanted: bool | int, limit: int) -> None:
    assert embed_limit(wanted) == pytest.approx(limit, rel=0.06)


@pytest.mark.parametrize("wanted", ["yes", None, -1, 2.5])
def test_a_limit_that_is_none_is_refused(wanted: Any) -> None:
    with pytest.raises(ConfigurationError, match="embed"):
        embed_limit(wanted)


def test_a_slow_picture_holds_up_the_card_for_a_while_and_comes_into_it_later(
    kernel: list[dict[str, Any]],
    sim: Simulator,
    finish: Finish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_task, "FREEZE_AFTER", 0.1)
    monkeypatch.setattr(
        "runway_widget._media.keeper.thumbnail_from_url", lambda *told: go.wait(20) and thumbnail_from_url(*told)
    )
    placed(finish()).wait(10)
    assert "poster" not in kernel[-1]["text/html"]
    go.set()
    until(lambda: "poster" in kernel[-1]["text/html"])


def test_a_slow_picture_holds_up_nobody_who_waits_for_the_file(
    kernel: list[dict[str, Any]], finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_task, "FREEZE_AFTER", 0.1)
    monkeypatch.setattr(
        "runway_widget._media.keeper.thumbnail_from_url", lambda *told: go.wait(20) and thumbnail_from_url(*told)
    )
    task = placed(finish(save_to=tmp_path)).wait(10)
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()
    assert not go.is_set()
    go.set()
    until(lambda: "poster" in kernel[-1]["text/html"])


def test_a_large_file_is_waited_for_when_its_card_is_frozen_already(
    kernel: list[dict[str, Any]],
    finish: Finish,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_task, "FREEZE_AFTER", 0.1)
    monkeypatch.setattr(DOWNLOAD, lambda *told, **more: go.wait(20) and download(*told, **more))
    task = placed(finish(save_to=tmp_path))
    until(lambda: kernel)
    assert not task._ending.settled
    go.set()
    task.wait(10)
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()
    assert "saved to" in kernel[-1]["text/html"]


def test_no_trouble_writes_a_signed_link_anywhere(
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
