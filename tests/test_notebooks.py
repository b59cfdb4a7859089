"""The demo notebooks run from top to bottom, and their committed outputs are those of a run.

They are run once for all tests here, at the same time, which takes most of a minute. What differs from run to run
(ids, times, ports, pictures' bytes) is not compared.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from runway_widget.simulator import Simulator
from runway_widget.simulator._simulator import DEFAULT_KEY
from tests.render_notebooks import FOLDER, NOTEBOOKS, map_strings, prepare, run_all

pytestmark = [pytest.mark.checkout, pytest.mark.xdist_group("notebooks")]

WIDGET = "application/vnd.jupyter.widget-view+json"
MAX_SIZE = 400_000  # bytes
CREATES = re.compile(r"client\.(\w+_to_\w+|video_upscale|character_performance)\(")

VARYING = (
    (r"data:(\w+/\w+);base64,[\w+/=]+", r"data:\1"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\b[0-9a-f]{8}…|(?<=frame of )[0-9a-f]{8}", "<id>"),
    (r'(?<=data-runway-card=")[0-9a-f]{12}(?=-\d)', "<ids>"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
    (r"media/\w+(-\w+)*\.(\w+)", r"media/<clip>.\2"),  # takes are sent four at a time, and the next free clip is theirs
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+Z)?", "<date>"),
    (r"\b\d\d? [A-Z][a-z]{2} \d{4}, \d\d:\d\d\b", "<date>"),
    (r"\b\d+:\d\d\b(?!\d)", "<time>"),
    (r"(Posix|Windows|Pure\w+)Path", "Path"),
    (r" {2,}", "  "),
)


def committed(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


@cache
def fresh() -> dict[Path, Any]:
    """The notebooks with the outputs of a run now."""
    return dict(zip(NOTEBOOKS, map(prepare, run_all(NOTEBOOKS)), strict=True))


def outputs(notebook: Any) -> dict[str, list[Any]]:
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def comparable(value: Any) -> Any:
    def plain(text: str) -> str:
        for pattern, name in VARYING:
            text = re.sub(pattern, name, text)
        return text

    return map_strings(value, plain)


def cards(notebook: Any) -> list[str]:
    """The HTML of every output that shows a card or a grid."""
    pages = [output.get("data", {}).get("text/html", "") for each in outputs(notebook).values() for output in each]
    return [html for html in pages if "runway-task" in html]


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_three_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == ["quickstart.ipynb", "session.ipynb", "takes.ipynb"]


@each_notebook
def test_running_a_notebook_gives_the_committed_outputs(path: Path) -> None:
    """After a change of the outputs that is wanted, run: python -m tests.render_notebooks."""
    now, before = comparable(outputs(fresh()[path])), comparable(outputs(committed(path)))
    assert now.keys() == before.keys()
    for cell in now:
        assert json.dumps(now[cell], sort_keys=True) == json.dumps(before[cell], sort_keys=True), cell


@each_notebook
def test_every_committed_card_is_static_and_has_its_picture(path: Path) -> None:
    notebook = committed(path)
    assert cards(notebook)
    assert WIDGET not in json.dumps(outputs(notebook))
    for html in cards(notebook):
        assert "Generating" not in html
        assert html.count("<video") == len(re.findall(r'<img\s+src="data:image/[^>]+>\s*<video\b', html))
        assert html.count("<img") == len(re.findall(r'<img\s+src="data:image/', html))


@each_notebook
def test_no_key_no_signed_link_and_no_local_path_is_committed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    signed = re.findall(r"https?://[^\s\"'<>&\\]+\?", text)
    places = [place for place in ("/tmp/", "/home/", "/root/", "/Users/", str(FOLDER.parent)) if place in text]
    fetched = re.findall(r'src=\\"https?://[^\\"]*', text)
    assert (signed, places, fetched) == ([], [], [])
    assert not [i for i in range(len(DEFAULT_KEY) - 5) if DEFAULT_KEY[i : i + 6] in text]


@each_notebook
def test_each_notebook_is_small_and_valid(path: Path) -> None:
    notebook = committed(path)
    nbformat.validate(notebook)
    assert path.stat().st_size < MAX_SIZE
    assert "widgets" not in notebook.metadata
    assert notebook.metadata["language_info"] == {"name": "python"}
    assert not [each for given in outputs(notebook).values() for each in given if each.output_type == "error"]


@each_notebook
def test_every_create_in_a_notebook_says_reuse_true(path: Path) -> None:
    sources = [cell.source for cell in committed(path).cells if cell.cell_type == "code"]
    paying = [source for source in sources if CREATES.search(source)]
    assert paying
    assert all(len(CREATES.findall(source)) == source.count("reuse=True") for source in paying)


def test_the_line_of_the_real_service_is_all_that_a_key_of_ones_own_needs() -> None:
    """Run so against another service: no cell raises, and no prompt is made to fail."""
    with Simulator(speed=30) as service:
        ran = run_all(NOTEBOOKS, lambda notebook: swapped(notebook, service))
    errors = [each for one in ran for given in outputs(one).values() for each in given if each.output_type == "error"]
    created = [request.body for request in service.requests if request.route == "create"]
    assert errors == []
    assert len(created) > len(NOTEBOOKS)
    assert "[" not in "".join(str(body.get("promptText", "")) for body in created)


def swapped(notebook: Any, service: Simulator) -> Any:
    """The notebook with the real client's line in place of the simulator's, and ``service`` as the real one."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    ours, real = (
        re.search(r"^client = simulator.*$", first.source, re.M),
        re.search(r"^# (client = Client\(\)).*$", first.source, re.M),
    )
    assert ours
    assert real
    account = {"COMETAPI_KEY": service.key, "COMETAPI_BASE_URL": service.url, "RUNWAY_WIDGET_JOURNAL": "journal"}
    first.source = f"import os\nos.environ |= {account!r}\n{first.source.replace(ours[0], real[1])}"
    return notebook
