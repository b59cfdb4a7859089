"""The README is correct: its code runs from top to bottom, and the names in it exist."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import runway_widget
from runway_widget import Options, RunwayWidgetError
from runway_widget.__main__ import main
from runway_widget._watch import cadence as _cadence
from runway_widget._watch import poller
from runway_widget.simulator import Simulator
from tests.unit.fakes import until

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = 30.0


def pieces(language: str) -> list[str]:
    """The README's code blocks in one language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The service that a reader's `Client()` connects to, and a working directory with the reader's picture."""
    shutil.copy(ROOT / "notebooks" / "still.jpg", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNWAY_WIDGET_JOURNAL", str(tmp_path / "journal"))
    for gap in ("FLOOR", "CAP"):
        monkeypatch.setattr(_cadence, gap, 0.1)  # polls are 5 to 20 s apart, and this service is fast
    with Simulator(speed=100) as simulator:
        for provider in ("COMETAPI", "RUNWAYML"):
            monkeypatch.setenv(f"{provider}_BASE_URL", simulator.url)
        monkeypatch.setenv("COMETAPI_KEY", simulator.key)
        monkeypatch.setenv("RUNWAYML_API_SECRET", simulator.key)
        monkeypatch.setattr("getpass.getpass", lambda prompt: simulator.key)
        yield simulator
        polled = poller.shared()._entries  # every task of the README ends; other tests may have some that do not
        until(lambda: not any(simulator.url in str(key) for key in list(polled)), SECONDS)


def test_the_python_in_the_readme_runs_from_top_to_bottom(simulator: Simulator) -> None:
    task_ids = re.findall(r'client\.task\("([^"]+)"', README)
    assert len(task_ids) == 3, "one of Runway's, two of other routes"
    for task_id in task_ids:
        simulator.add_task(task_id=task_id)
    names: dict[str, Any] = {}
    blocks = [compile(piece, "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT) for piece in pieces("python")]
    assert len(blocks) >= 8

    async def run() -> None:
        for block in blocks:
            if inspect.isawaitable(result := eval(block, names)):
                await result

    asyncio.run(asyncio.wait_for(run(), SECONDS))
    assert [task.status for task in names["takes"]] == ["SUCCESS"] * 4
    assert {f"{task.task_id}-1.mp4" for task in names["takes"]} <= {file.name for file in Path("renders").iterdir()}


def test_the_commands_in_the_readme_exist(capsys: pytest.CaptureFixture[str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)", "".join(pieces("sh")), re.MULTILINE)
    assert targets == ["demo"]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
    commands = re.findall(r"python -m runway_widget (\w+)", README)
    assert commands
    for command in commands:
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
    assert "--forget" in capsys.readouterr().out


def test_the_errors_in_the_readme_are_those_of_the_code() -> None:
    [tree] = pieces("text")
    parents: list[type] = []
    for line in tree.splitlines():
        match = re.match(r"([│├└─ ]*)(\w+)", line)
        assert match
        depth, error = len(match[1]) // 3, getattr(runway_widget, match[2])
        assert issubclass(error, parents[depth - 1] if depth else Exception)
        parents = [*parents[:depth], error]
    every = {each for each in vars(runway_widget).values() if isinstance(each, type)}
    named = set(re.findall(r"\b[A-Z]\w+", tree))
    assert {each.__name__ for each in every if issubclass(each, RunwayWidgetError)} <= named


def test_the_options_and_defaults_in_the_readme_are_those_of_the_code() -> None:
    task = inspect.signature(runway_widget.RunwayTask).parameters
    rows = re.findall(r"^\| (`\w+`.*?) \| (`.*?`) \|", README, re.MULTILINE)
    documented = {
        name: ast.literal_eval(default)
        for names, defaults in rows
        for name, default in zip(re.findall(r"`(\w+)`", names), re.findall(r"`(.+?)`", defaults), strict=True)
    }
    assert documented == {name: task[name].default for name in documented}
    assert set(documented) == {name for name in task if not name.startswith("_")} - {"task_id", "client"}
    assert set(documented) <= set(Options.__annotations__)


def test_the_links_in_the_readme_lead_to_files_and_to_its_own_headings() -> None:
    links = [link for link in re.findall(r"(?:\]\(|src(?:set)?=\")([^)\"]+)", README) if "://" not in link]
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert {"js/card.jpg", "js/takes.webp"} <= set(links)
    assert "#where-it-works" in links
    assert [link for link in links if link not in anchors and not (ROOT / link).is_file()] == []


def test_the_keys_are_those_of_the_viewer() -> None:
    source = (ROOT / "js" / "src" / "after" / "keys.ts").read_text(encoding="utf-8")
    known = re.findall(r'^  "?(.|\w+)"?: "\w+",$', source, re.MULTILINE)
    table = README.partition("| Key |")[2].partition("\n\n")[0]
    told = " ".join(re.findall(r"^\| ([^|-]+) \|", table, re.MULTILINE)).split()
    names = {" ": "Space", "ArrowLeft": "←", "ArrowRight": "→"}
    assert len(known) > 10
    assert {key if len(key) == 1 else key.rstrip(",") for key in told} == {names.get(key, key) for key in known} | {
        "Esc"
    }


def test_who_wants_less_motion_gets_a_picture_that_stands_still() -> None:
    still = re.search(r'<source media="\(prefers-reduced-motion: reduce\)" srcset="([^"]+)">', README)
    moving = re.search(r'<img src="([^"]+)" alt="[^"]{40,}">', README)
    assert still
    assert moving
    with Image.open(ROOT / still[1]) as one, Image.open(ROOT / moving[1]) as other:
        assert getattr(one, "n_frames", 1) == 1
        assert getattr(other, "n_frames", 1) > 1
