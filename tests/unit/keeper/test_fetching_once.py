"""A medium is fetched once: where it is saved or embedded, its thumbnail is made from the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runway_widget._media import card_pictures
from runway_widget._media import keeper as _keeper
from runway_widget._media.outputs import download
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..creating import DUSK, QUICK
from ..fakes import until
from ..static_cards import under_player
from .helpers import Finish, media, placed

Frozen = list[dict[str, Any]]


@pytest.mark.parametrize("options", [{}, {"save_to": True}, {"embed": True}, {"save_to": True, "embed": True}])
def test_a_medium_is_fetched_once_however_it_is_kept(
    kernel: Frozen, sim: Simulator, finish: Finish, tmp_path: Path, options: dict[str, Any]
) -> None:
    saves = options.get("save_to", False)
    task = placed(finish(**{**options, "save_to": tmp_path if saves else None})).wait(10)
    assert media(sim) == 1
    html = kernel[-1]["text/html"]
    assert under_player(html)
    assert ("data:video/mp4;base64," in html) == options.get("embed", False)
    assert (tmp_path / f"{task.task_id}-1.mp4").is_file() == saves
    assert task._face["note"].startswith("saved to ") == saves


def test_each_of_several_media_is_fetched_once_and_pictured_in_its_place(
    kernel: Frozen, sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictured: list[str] = []

    def thumbnail(file: Path, kind: str, budget: int) -> str:
        pictured.append(f"{file.name.removeprefix(task.task_id)} {kind}")
        return f"data:image/webp;base64,{len(pictured)}"

    monkeypatch.setattr(card_pictures, "thumbnail", thumbnail)
    task = placed(finish({"outputs": ["video", "image", "image"]}, save_to=tmp_path))
    task.wait(10)
    assert media(sim) == 3
    assert pictured == ["-1.mp4 video", "-2.jpg image", "-3.jpg image"]
    assert [item.thumbnail[-1] for item in task._keeper.now.items] == ["1", "2", "3"]


def test_a_kind_that_the_link_does_not_tell_is_read_from_the_saved_file(
    sim: Simulator, finish: Finish, tmp_path: Path
) -> None:
    task = finish({"action": "SOMETHING_NEW", "opaque": True, "outputs": ["image"]}, save_to=tmp_path).wait(10)
    assert [output["kind"] for output in task.outputs] == ["image"]
    assert media(sim) == 1


def test_where_the_folder_cannot_be_written_the_thumbnail_comes_from_the_link(
    kernel: Frozen, sim: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    task = sim.client().task(sim.add_task(variant="dusk"), save_to=tmp_path / "renders", **QUICK)
    (tmp_path / "renders").write_text("in the way")  # it came there since the folder was checked
    clock.forward(1000)
    placed(task).wait(10)
    assert "could not save" in task._face["note"]
    assert under_player(kernel[-1]["text/html"])


@pytest.mark.parametrize("embed", [False, True])
def test_a_file_that_was_moved_at_once_costs_no_result(
    kernel: Frozen,
    finish: Finish,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    embed: bool,
) -> None:
    def download_and_remove(*arguments: Any, **options: Any) -> list[Path]:
        paths = download(*arguments, **options)
        for path in paths:
            path.unlink()
        return paths

    monkeypatch.setattr(_keeper, "download", download_and_remove)
    task = placed(finish({"outputs": ["video", "image"]}, save_to=tmp_path, embed=embed)).wait(10)
    until(lambda: not task._keeper.busy)
    assert "Done" in kernel[-1]["text/html"]
    assert [record for record in caplog.records if record.exc_info] == []


def test_the_kind_of_a_file_that_was_moved_at_once_stays_unknown_or_is_asked_for(
    sim: Simulator, finish: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download_and_remove(*arguments: Any, **options: Any) -> list[Path]:
        paths = download(*arguments, **options)
        paths[0].unlink()
        return paths

    monkeypatch.setattr(_keeper, "download", download_and_remove)
    task = finish({"action": "SOMETHING_NEW", "opaque": True, "outputs": ["image"]}, save_to=tmp_path).wait(10)
    assert [output["kind"] for output in task.outputs] == ["image"]
    assert media(sim) == 2  # the medium, and a few bytes that tell its kind


def test_the_saved_file_is_the_medium_itself(kernel: Frozen, finish: Finish, tmp_path: Path) -> None:
    task = placed(finish(save_to=tmp_path, embed=True)).wait(10)
    assert (tmp_path / f"{task.task_id}-1.mp4").read_bytes() == DUSK
    assert task._keeper.now.embedded


def test_a_card_that_stays_live_fetches_no_thumbnail(kernel: Frozen, sim: Simulator, finish: Finish) -> None:
    task = finish(freeze=False).wait(10)
    until(lambda: not task._keeper.busy)
    assert media(sim) == 0
