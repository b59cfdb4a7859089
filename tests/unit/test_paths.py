"""Paths of saved files, as a notebook shows and links them."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._media import paths
from runway_widget._media.paths import link_from_notebook, path_from_notebook, short_path


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    return folder


@pytest.fixture
def kernel(here: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A kernel that began here, and has gone elsewhere since; the names of its user."""
    names: dict[str, Any] = {}
    monkeypatch.setattr(paths, "shell", lambda: SimpleNamespace(user_ns=names))
    monkeypatch.setattr(paths, "START", here)
    (here / "sub").mkdir()
    monkeypatch.chdir(here / "sub")
    return names


@pytest.mark.parametrize("path", ["renders/a b#1.mp4", "./renders/a b#1.mp4", "x/../renders/a b#1.mp4"])
def test_a_path_below_the_working_directory_is_relative(here: Path, path: str) -> None:
    (here / "x").mkdir()
    assert short_path(Path(path)) == "renders/a b#1.mp4"
    assert short_path(here / path) == "renders/a b#1.mp4"


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("a b#1.mp4", "a%20b%231.mp4"),
        ("100 %?.mp4", "100%20%25%3F.mp4"),
        ('it\'s "it".mp4', "it%27s%20%22it%22.mp4"),
        ("<b>&amp;.mp4", "%3Cb%3E%26amp%3B.mp4"),
        ("凧.mp4", "%E5%87%A7.mp4"),
        ("12:30.mp4", "12%3A30.mp4"),  # no scheme
        (os.fsdecode(b"\xff.mp4"), "%FF.mp4"),
    ],
)
@pytest.mark.posix
def test_a_link_is_quoted(here: Path, name: str, link: str) -> None:
    assert link_from_notebook(here / "renders" / name) == f"renders/{link}"
    assert link_from_notebook(here / name) == link
    short_path(here / name).encode()


def test_a_path_elsewhere_stays_absolute_and_has_no_link(here: Path) -> None:
    for outside in (here.parent / "a.mp4", here.parent / "notebooks 2" / "a.mp4", here / "../a.mp4"):
        assert short_path(outside) == path_from_notebook(outside) == str(outside)
        assert link_from_notebook(outside) == ""


def test_no_file_has_no_link() -> None:
    assert link_from_notebook(None) == ""


@pytest.mark.parametrize("path", [".renders/a.mp4", "renders/.trash/a.mp4"])
def test_a_file_in_a_hidden_folder_has_no_link_because_servers_keep_it_back(here: Path, path: str) -> None:
    assert link_from_notebook(here / path) == ""
    assert path_from_notebook(here / path) == path


@pytest.mark.posix
def test_folders_that_are_links_are_seen_through_where_that_leads_below_the_notebook(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk").mkdir()
    (here / "renders").symlink_to(tmp_path / "disk")  # a server follows it
    assert link_from_notebook(here / "renders/a.mp4") == "renders/a.mp4"
    (tmp_path / "link").symlink_to(here)
    assert link_from_notebook(tmp_path / "link/a.mp4") == "a.mp4"
    monkeypatch.setattr(paths, "notebook_folder", lambda: tmp_path / "link")
    assert link_from_notebook(here / "a.mp4") == "a.mp4"
    assert link_from_notebook(tmp_path / "link/renders/a.mp4") == "renders/a.mp4"


@pytest.mark.posix
def test_links_that_lead_in_a_circle_and_a_directory_that_is_gone_cost_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "circle").symlink_to("circle")
    assert short_path(here / "circle/a.mp4") == "circle/a.mp4"
    gone = here / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert short_path(here / "a.mp4") == path_from_notebook(here / "a.mp4") == str(here / "a.mp4")
    assert link_from_notebook(here / "a.mp4") == ""


# Where the notebook is


def test_a_kernel_that_went_elsewhere_links_since_where_it_began(here: Path, kernel: dict[str, Any]) -> None:
    assert link_from_notebook(here / "renders/a.mp4") == "renders/a.mp4"
    assert link_from_notebook(here / "sub/a.mp4") == "sub/a.mp4"
    assert path_from_notebook(here / "sub/a.mp4") == "sub/a.mp4"
    assert short_path(here / "sub/a.mp4") == "a.mp4"


def test_a_server_that_names_the_notebook_there_confirms_it(
    here: Path, kernel: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(here / "Untitled.ipynb"))
    assert link_from_notebook(here / "renders/a.mp4") == "renders/a.mp4"
    monkeypatch.setenv("JPY_SESSION_NAME", "Untitled.ipynb")  # where the session was given no name
    assert link_from_notebook(here / "renders/a.mp4") == "renders/a.mp4"


def test_where_the_notebook_may_be_elsewhere_there_is_no_link(
    here: Path, kernel: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as in a kernel that a notebook's cell has started: it has the variables of the first one."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(here.parent / "Untitled.ipynb"))
    assert link_from_notebook(here / "renders/a.mp4") == ""
    assert path_from_notebook(here / "renders/a.mp4") == str(here / "renders/a.mp4")


def test_vs_code_says_where_the_notebook_is_wherever_the_kernel_began(here: Path, kernel: dict[str, Any]) -> None:
    kernel["__vsc_ipynb_file__"] = str(here / "sub" / "Untitled.ipynb")
    assert link_from_notebook(here / "sub/renders/a.mp4") == "renders/a.mp4"
    assert link_from_notebook(here / "renders/a.mp4") == ""


def test_a_kernel_that_began_in_a_directory_that_is_gone_makes_no_link(
    here: Path, kernel: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "START", None)
    assert link_from_notebook(here / "a.mp4") == ""
