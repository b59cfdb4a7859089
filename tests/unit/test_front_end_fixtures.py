"""The front end's fixtures are what Python sends today."""

from __future__ import annotations

import json

import pytest

from runway_widget._service.state import Status
from tests.front_end_fixtures import FOLDER, fixtures

REFRESH = "not what Python sends today; look at what changed, and run: python -m tests.front_end_fixtures"


@pytest.fixture(scope="module")
def fresh() -> dict[str, str]:
    return fixtures()


@pytest.mark.checkout
def test_the_fixtures_are_what_python_sends_today(fresh: dict[str, str]) -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(fresh)
    for name, text in fresh.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{FOLDER / name} is {REFRESH}"


def test_the_fixtures_are_the_same_each_time(fresh: dict[str, str]) -> None:
    assert fixtures() == fresh


def test_the_fixtures_show_every_status(fresh: dict[str, str]) -> None:
    shown = {state["status"] for state in json.loads(fresh["states.json"]).values()}
    assert shown == {status.value for status in Status} - {"SUBMITTED"}  # which looks as QUEUED does
