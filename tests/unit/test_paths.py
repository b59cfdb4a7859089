"""Paths of saved files, as a notebook shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from runway_widget._media.paths import link_from_notebook, short_path


@pytest.fixture(autouse=True)
def notebook_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("path", ["renders/a b#1.mp4", "./renders/a b#1.mp4", "x/../renders/a b#1.mp4"])
def test_a_path_below_the_working_directory_is_relative(notebook_folder: Path, path: str) -> None:
    (notebook_folder / "x").mkdir()
    assert short_path(Path(path)) == "renders/a b#1.mp4"
    assert short_path(notebook_folder / path) == "renders/a b#1.mp4"


def test_a_link_is_quoted(notebook_folder: Path) -> None:
    assert link_from_notebook(notebook_folder / "renders/a b#1.mp4") == "renders/a%20b%231.mp4"


def test_a_path_elsewhere_stays_absolute_and_has_no_link(notebook_folder: Path) -> None:
    outside = notebook_folder.parent / "a.mp4"
    assert short_path(outside) == str(outside)
    assert link_from_notebook(outside) == ""


def test_no_file_has_no_link() -> None:
    assert link_from_notebook(None) == ""
