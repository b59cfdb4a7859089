"""Thumbnails and embedded media of the frozen card, which it waits for, but not for ever."""

from __future__ import annotations

import base64
import threading
from pathlib import Path
from typing import Any

import pytest

from runway_widget import ConfigurationError
from runway_widget._media.outputs import download
from runway_widget._media.thumbnails import embed_limit, thumbnail, thumbnail_from_url
from runway_widget._widgets import ending as _ending
from runway_widget.simulator import Simulator

from ..creating import DUSK
from ..fakes import until
from ..static_cards import under_player
from .helpers import DOWNLOAD, Finish, placed


def test_the_frozen_card_holds_a_thumbnail(kernel: list[dict[str, Any]], finish: Finish) -> None:
    placed(finish()).wait(10)
    assert under_player(kernel[-1]["text/html"])


def test_embedding_carries_the_medium_itself(kernel: list[dict[str, Any]], finish: Finish) -> None:
    placed(finish(embed=True)).wait(10)
    assert f"data:video/mp4;base64,{base64.b64encode(DUSK).decode()}" in kernel[-1]["text/html"]


def test_a_card_says_that_a_medium_is_too_large_to_embed(kernel: list[dict[str, Any]], finish: Finish) -> None:
    task = placed(finish(embed=1000)).wait(10)
    assert "not embedded" in task._face["note"]
    assert "save_to=" in kernel[-1]["text/html"]
    assert "data:video" not in kernel[-1]["text/html"]


def test_a_card_says_why_a_medium_could_not_be_embedded(
    kernel: list[dict[str, Any]], sim: Simulator, finish: Finish
) -> None:
    sim.trouble("forbidden", times=2, route="media")
    assert "not embedded: the link has expired" in placed(finish(embed=True)).wait(10)._face["note"]


@pytest.mark.parametrize(("wanted", "limit"), [(False, 0), (True, 5_000_000), (0, 0), (9, 9)])
def test_embedding_has_a_limit(wanted: bool | int, limit: int) -> None:
    assert embed_limit(wanted) == pytest.approx(limit, rel=0.06)


@pytest.mark.parametrize("wanted", ["yes", None, -1, 2.5])
def test_an_invalid_limit_is_refused(wanted: Any) -> None:
    with pytest.raises(ConfigurationError, match="embed"):
        embed_limit(wanted)


def test_a_slow_picture_holds_up_the_card_for_a_while_and_comes_into_it_later(
    kernel: list[dict[str, Any]],
    sim: Simulator,
    finish: Finish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_ending, "PATIENCE", 0.1)
    monkeypatch.setattr(
        "runway_widget._media.card_pictures.thumbnail_from_url", lambda *told: go.wait(20) and thumbnail_from_url(*told)
    )
    placed(finish()).wait(10)
    assert not under_player(kernel[-1]["text/html"])
    go.set()
    until(lambda: under_player(kernel[-1]["text/html"]))


def test_a_slow_picture_holds_up_nobody_who_waits_for_the_file(
    kernel: list[dict[str, Any]], finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_ending, "PATIENCE", 0.1)
    monkeypatch.setattr("runway_widget._media.card_pictures.thumbnail", lambda *told: go.wait(20) and thumbnail(*told))
    task = placed(finish(save_to=tmp_path)).wait(10)
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()
    assert not go.is_set()
    go.set()
    until(lambda: under_player(kernel[-1]["text/html"]))


def test_a_large_file_is_waited_for_when_its_card_is_frozen_already(
    kernel: list[dict[str, Any]],
    finish: Finish,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = threading.Event()
    monkeypatch.setattr(_ending, "PATIENCE", 0.1)
    monkeypatch.setattr(DOWNLOAD, lambda *told, **more: go.wait(20) and download(*told, **more))
    task = placed(finish(save_to=tmp_path))
    until(lambda: kernel)
    assert not task._completion.wait(0)
    go.set()
    task.wait(10)
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file()
    assert "saved to" in kernel[-1]["text/html"]


def test_a_download_amid_the_keeping_freezes_no_card_before_its_time(
    kernel: list[dict[str, Any]], finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(
        "runway_widget._media.card_pictures.thumbnail_from_url", lambda *told: go.wait(20) and thumbnail_from_url(*told)
    )
    task = placed(finish())
    until(lambda: task.status == "SUCCESS")
    assert task.download(tmp_path)[0].is_file()
    assert kernel == []
    go.set()
    task.wait(10)
    kernel.clear()
    task.download(tmp_path)
    assert kernel, "after the end, the card that the cell shows says where the file is"
