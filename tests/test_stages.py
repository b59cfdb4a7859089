"""`make test` runs every stage, no more side by side than two cores bear, and says what came of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import stages
from tests.stages import Stage

pytestmark = [pytest.mark.checkout, pytest.mark.posix]

MAKE = """#!/bin/sh
case "$2" in
  bad) echo "the reason"; exit 3;;
  mute) ;;
  *) printf '\\033[32m= 3 passed in 1 s =\\033[0m\\n';;
esac
"""


@pytest.fixture(autouse=True)
def other_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A make of which every target ends at once: the one named bad fails, the one named mute says nothing."""
    make = tmp_path / "make"
    make.write_text(MAKE)
    make.chmod(0o755)
    monkeypatch.setenv("MAKE", str(make))
    monkeypatch.setattr(stages, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(stages, "STAGES", (Stage("bad"), Stage("good", cores=2, after=("bad",)), Stage("mute")))


def test_all_stages_run_although_one_fails_whose_log_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert stages.main([]) == 1
    told = capsys.readouterr().out
    assert "=== bad\nthe reason" in told
    summary = told.partition("=== summary\n")[2].splitlines()
    assert [line.split()[:2] for line in summary] == [
        ["bad", "FAILED"],
        ["good", "passed"],
        ["mute", "passed"],
        ["bad", "FAILED,"],
    ]
    assert summary[1].endswith("3 passed in 1 s")


def test_stages_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert stages.main(["good", "mute"]) == 0
    assert "bad" not in capsys.readouterr().out
    assert stages.main(["goood"]) == 2


def test_a_stage_starts_when_there_is_room_and_nothing_to_wait_for() -> None:
    one, both, later = Stage("one"), Stage("both", cores=2), Stage("later", after=("one",))
    assert stages.next_stage([both, one], []) is both
    busy = stages.start(one)
    busy.process.wait()
    assert stages.next_stage([both, later], [busy]) is None
    assert stages.next_stage([both, later], []) is both
    assert stages.next_stage([later, both], [busy]) is None
    assert stages.next_stage([later], []) is later
