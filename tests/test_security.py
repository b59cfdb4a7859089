"""Each promise of SECURITY.md names the tests that hold it, and there they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]


def promises() -> dict[str, list[str]]:
    """The beginning of each promise, with the files that are named for it."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    section = text.split("## What is promised\n")[1].split("\n## ")[0]
    parts = re.split(r"\n\n(?=\*\*)", section)[1:]
    return {part[2:50]: re.findall(r"`((?:tests|js)/[^`]+)`", part.partition("\nTests:")[2]) for part in parts}


def test_each_promise_names_tests() -> None:
    assert len(promises()) >= 8
    assert [promise for promise, files in promises().items() if not files] == []


def test_the_tests_that_are_named_are_there_and_are_tests() -> None:
    for files in promises().values():
        for name in files:
            file = ROOT / name
            assert file.is_file(), name
            assert re.search(
                r"^ *(def test_|test\(|test\.each|describe\()", file.read_text(encoding="utf-8"), re.MULTILINE
            )


def test_each_test_of_something_hostile_is_named() -> None:
    named = {name for files in promises().values() for name in files}
    tests = [*ROOT.glob("tests/unit/hostile/test_*.py"), *ROOT.glob("tests/browser/test_hostile*.py")]
    tests += ROOT.glob("js/test/hostile*.ts")
    assert {file.relative_to(ROOT).as_posix() for file in tests} <= named


def test_the_command_that_is_named_is_one() -> None:
    assert "make fuzz" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert re.search(r"^fuzz:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
