"""Environments of tests: made once, made again when what they hold has changed, and an error without a registry."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import environments
from tests.environments import ROOT, environment, listed, lowest_versions, project, python_of

pytestmark = pytest.mark.checkout


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The packages of each environment that was made. There is a list with one, and nothing is installed."""
    made: list[list[str]] = []

    def make(home: Path, packages: Sequence[str | Path]) -> None:
        home.mkdir(exist_ok=True)
        made.append([str(each) for each in packages])

    monkeypatch.setattr(environments, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(environments, "LIST", tmp_path / "list.toml")
    monkeypatch.setattr(environments, "make", make)
    pin("1")
    return made


def pin(version: str, more: str = "") -> None:
    environments.LIST.write_text(f'[panel]\npackages = ["panel=={version}"]\n{more}')


def test_an_environment_is_made_once_for_all_that_ask_at_the_same_time(made: list[list[str]]) -> None:
    with ThreadPoolExecutor(8) as threads:
        pythons = set(threads.map(environment, ["panel"] * 8))
    assert pythons == {python_of(environments.CACHE / "panel")}
    assert made == [["panel==1", "--editable", str(ROOT)]]


def test_it_is_made_again_when_its_packages_have_changed_or_making_it_was_cut_short(
    made: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment("panel")
    pin("2", 'extras = ["thumbnails"]')
    environment("panel")
    assert made[1] == ["panel==2", "--editable", f"{ROOT}[thumbnails]"]
    pin("3")
    with monkeypatch.context() as patch:
        patch.setattr(environments, "make", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            environment("panel")
    pin("2", 'extras = ["thumbnails"]')  # what it had before it was touched
    environment("panel")
    assert len(made) == 3


def test_it_is_made_again_when_the_projects_dependencies_have_changed(
    made: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment("panel")
    monkeypatch.setattr(environments, "project", lambda: {**project(), "dependencies": ["anywidget>=99"]})
    environment("panel")
    assert len(made) == 2


def test_oldest_takes_the_lower_bounds_as_pins(made: list[list[str]]) -> None:
    pin("1", "oldest = true")
    environment("panel")
    *_, option, file = made[0]
    assert option == "--constraint"
    assert Path(file).read_text().splitlines() == lowest_versions(project())
    table = {
        "name": "mine",
        "dependencies": ["a>=1.2"],
        "optional-dependencies": {"more": ["mine[most]", "b>=3"], "dev": ["c>=4"]},
    }
    assert lowest_versions(table) == ["a==1.2", "b==3"]


def test_what_is_pinned_may_be_older_than_a_python(made: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    assert environments.fits("panel")
    pin("1", 'python = "<3.14"')
    for version, fits in (("3.13.9", True), ("3.14.0", False), ("3.15.0a1", False)):
        monkeypatch.setattr("platform.python_version", lambda version=version: version)
        assert environments.fits("panel") is fits


def test_a_name_that_is_not_in_the_list_is_an_error_that_names_those_that_are(made: list[list[str]]) -> None:
    with pytest.raises(KeyError, match=r"'panle' is not in list.toml; there are panel"):
        environment("panle")
    assert made == []


def test_without_a_registry_the_error_says_what_is_needed_and_what_the_tools_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "_failure", lambda command: f"{Path(command[0]).stem}: no route")
    with pytest.raises(RuntimeError, match="Is the package index in reach") as caught:
        environments.make(tmp_path / "panel", ["panel==1"])
    assert "'panel'" in str(caught.value)
    assert "uv: no route" in str(caught.value)
    assert f"{Path(sys.executable).stem}: no route" in str(caught.value)


def test_the_demo_makes_none() -> None:
    """Only what runs tests names them: no recipe of the Makefile that is not a test's, and nothing in the package."""
    recipe = (ROOT / "Makefile").read_text().partition("\ndemo:")[2].partition("\n\n")[0]
    assert "runway_widget demo" in recipe
    package = [path.read_text(encoding="utf-8") for path in (ROOT / "runway_widget").rglob("*.py")]
    assert not [text for text in (recipe, *package) if "environments" in text and "tests" in text]


def test_every_environment_in_the_list_is_one_that_can_be_described() -> None:
    for name in listed():
        assert environments.description(name)["entry"].keys() <= {
            *("packages", "extras", "oldest", "constraints", "python")
        }
