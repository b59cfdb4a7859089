"""CONTRIBUTING names every folder and every top-level module of the package, and its commands do what it says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs import __main__ as docs
from tests.test_layers import FLOORS

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "runway_widget"


def text() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def map_of_the_package() -> dict[str, str]:
    """Each name in the table under "Where things are", with the floor that it is on."""
    section = text().split("## Where things are\n")[1].split("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("|")]
    return {name: row[1].strip() for row in rows for name in re.findall(r"`(\w+)`", row[2])}


def test_the_map_names_every_folder_and_nothing_else() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    modules = {path.stem for path in PACKAGE.glob("_*.py") if not path.stem.startswith("__")}
    names = map_of_the_package()
    assert sorted(names) == sorted(folders | modules)


def test_the_map_puts_each_on_the_floor_that_imports_go_by() -> None:
    floors = {name: str(number) for number, rooms in enumerate(FLOORS, 1) for name in rooms if not name.endswith("__")}
    assert map_of_the_package() == {**floors, "static": ""}


def test_every_file_that_contributing_names_is_there() -> None:
    named = set(re.findall(r"`((?:_\w+|tests|js|notebooks|runway_widget)/[\w./-]*)`", text())) - {"js/node_modules"}
    assert named
    missing = [name for name in sorted(named) if not (PACKAGE / name).exists() and not (ROOT / name).exists()]
    assert missing == []


def test_building_the_documentation_says_where_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built = subprocess.CompletedProcess[str]([], 0, "", "")
    monkeypatch.setattr(docs, "build", lambda folder: built)
    assert docs.main([str(tmp_path)]) == 0
    assert str(tmp_path / "index.html") in capsys.readouterr().out
    assert docs.main([]) == 0
    assert str(ROOT / "build" / "docs" / "index.html") in capsys.readouterr().out
    built.returncode = 1
    assert docs.main([]) == 1
    assert "index.html" not in capsys.readouterr().out
