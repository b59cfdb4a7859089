"""A notebook that runs again shows in a diff what is new, the links and until when they last, and nothing else."""

from __future__ import annotations

import asyncio
import difflib
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from runway_widget.simulator import Simulator
from tests.environments import environment
from tests.ports import KERNELS
from tests.service import ServiceTime

pytestmark = pytest.mark.xdist_group("runs")  # one run of the notebooks for both tests

CELLS = [
    "from runway_widget import Client\n"
    "client = Client()\n"
    "def create(prompt, **more):\n"
    "    return client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text=prompt, seed=421,\n"
    "                                 ratio='1280:720', duration=5, poll_interval=0.1, reuse=True, **more)",
    "video = create('the kite lifts')\nvideo.show()\nvideo.wait();",
    "saved = create('the kite sinks', save_to='renders')\nsaved.show()\nsaved.wait();",
    "grid = create('the kite flies', takes=3)\ngrid.show()\ngrid.wait();",
    "sound = Client.runway().text_to_speech(model='eleven_v4', prompt_text='the kite', voice='Maya', reuse=True,\n"
    "                                       poll_interval=0.1)\nsound.show()\nsound.wait();",
]
CARDS = [1, 1, 3, 1]  # in the outputs
#: Runway's own API does not say when a task ended, so there it is when that was heard.
LINK_OR_TIME = re.compile(r"_jwt=|link until|\(until |Done in \d|>20\d\d-\d\d-\d\d \d\d:\d\d<")
MOST = 12  # lines of a diff for each card: "-" and "+"
COMPARED = 10_000  # characters; an output of more is not compared by nbdime (4.0.4), but replaced (nbdime#400)


@pytest.fixture(scope="module")
def nbdime() -> Path:
    return environment("pages")


def run(folder: Path, simulator: Simulator) -> Any:
    """The notebook after it was run from top to bottom by a new kernel."""
    cells = [CELLS[0].format(still=simulator.media_url("image", "dusk")), *CELLS[1:]]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)])
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(made, timeout=60, kernel_name="python3", resources=resources, config=KERNELS)
    client.record_timing = client.store_widget_state = False
    asyncio.run(client.async_execute())
    return made


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A notebook that ran, and the same one two hours later, with new links to what was there."""
    clock = ServiceTime()
    folder = tmp_path_factory.mktemp("runs")
    with Simulator(speed=30, clock=clock) as simulator, pytest.MonkeyPatch.context() as patch:
        for service in ("COMETAPI", "RUNWAYML"):
            patch.setenv(f"{service}_BASE_URL", simulator.url)
        patch.setenv("COMETAPI_KEY", simulator.key)
        patch.setenv("RUNWAYML_API_SECRET", simulator.key)
        patch.setenv("RUNWAY_WIDGET_JOURNAL", str(folder / "journal.sqlite3"))
        for _ in range(sum(CARDS)):
            simulator.next("success", queued=5, duration=20)
        files = [folder / "before.ipynb", folder / "after.ipynb"]
        for file in files:
            nbformat.write(run(folder, simulator), file)
            clock.forward(7200)
        creates = [request for request in simulator.requests if request.route == "create"]
        assert len(creates) == sum(CARDS), "the second run created nothing"
    return files


def test_a_line_diff_shows_at_most_a_dozen_lines_of_each_card_of_a_notebook_that_ran_again(runs: list[Path]) -> None:
    before, after = (file.read_text(encoding="utf-8").splitlines() for file in runs)
    changed = [line for line in difflib.unified_diff(before, after, n=0) if re.match(r"[+-](?![+-])", line)]
    assert [line for line in changed if not LINK_OR_TIME.search(line)] == []
    assert 2 * sum(CARDS) <= len(changed) <= MOST * sum(CARDS)


@pytest.mark.hosts
def test_nbdime_shows_at_most_a_dozen_lines_of_a_card_that_is_not_too_long_for_it(
    nbdime: Path, runs: list[Path], tmp_path: Path
) -> None:
    files = [tmp_path / file.name for file in runs]
    for file, short in zip(runs, files, strict=True):
        notebook = nbformat.read(file, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.source.startswith("sound")]
        assert all(len(output.data["text/html"]) < COMPARED for output in notebook.cells[0].outputs)
        nbformat.write(notebook, short)
    command: list[str | Path] = [nbdime, "-m", "nbdime", "diff", "--no-git", "--no-color", *files]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    changed = [line for line in told.splitlines() if re.match(r"[+-](?![+-])", line)]
    assert 0 < len(changed) <= MOST, told
