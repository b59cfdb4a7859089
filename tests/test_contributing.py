"""CONTRIBUTING's map of the package names every folder and every top-level module, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "runway_widget"


def text() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def map_of_the_package() -> list[str]:
    """The names in the first column of the table under "Where things are"."""
    section = text().split("## Where things are\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_the_map_names_every_folder_and_nothing_else() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    modules = {path.stem for path in PACKAGE.glob("_*.py") if not path.stem.startswith("__")}
    names = map_of_the_package()
    assert sorted(names) == sorted(folders | modules)


def test_the_map_is_in_the_order_in_which_modules_may_import() -> None:
    from tests.test_layers import FLOORS

    names = [name for name in map_of_the_package() if name != "static"]
    floors = [next(number for number, rooms in enumerate(FLOORS) if name in rooms) for name in names]
    assert floors == sorted(floors)


def test_every_file_that_contributing_names_is_there() -> None:
    named = set(re.findall(r"`((?:_\w+|tests|js|notebooks|runway_widget)/[\w./-]*)`", text())) - {"js/node_modules"}
    assert named
    missing = [name for name in sorted(named) if not (PACKAGE / name).exists() and not (ROOT / name).exists()]
    assert missing == []
