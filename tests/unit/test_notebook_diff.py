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

LONG = "the kite lifts above the wheat field while the wind turns the long grass in waves, " * 6
CELLS = [
    "from runway_widget import Client\n"
    "client = Client()\n"
    "still = {still!r}\n"
    "def create(prompt, **more):\n"
    "    return client.image_to_video(model='gen4_turbo', prompt_image=still, prompt_text=prompt, seed=421,\n"
    "                                 ratio='1280:720', duration=5, poll_interval=0.1, reuse=True, **more)",
    "video = create('the kite lifts')\nvideo.show()\nvideo.wait();",
    f"long = create({LONG!r})\nlong.show()\nlong.wait();",
    "saved = create('the kite sinks', save_to='renders')\nsaved.show()\nsaved.wait();",
    "image = client.text_to_image(model='gen4_image', prompt_text='the kite', ratio='1920:1080', poll_interval=0.1,\n"
    "                             reference_images=[still], reuse=True)\nimage.show()\nimage.wait();",
    "sound = Client.runway().text_to_speech(model='eleven_v4', prompt_text='the kite', voice='Maya', reuse=True,\n"
    "                                       poll_interval=0.1)\nsound.show()\nsound.wait();",
    "grid = create('the kite flies', takes=3)\ngrid.show()\ngrid.wait();",
]
CARDS = [1, 1, 1, 1, 1, 3]  # in the outputs; those of the grid are one output
#: Runway's own API does not say when a task ended, so there it is when that was heard.
LINK_OR_TIME = re.compile(r"_jwt=|link until|\(until |Done in \d|>20\d\d-\d\d-\d\d \d\d:\d\d<")
MOST = 12  # lines of a diff for each card: of one run and of the other
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
def test_nbdime_shows_at_most_a_dozen_lines_of_each_card(nbdime: Path, runs: list[Path]) -> None:
    """Of a grid it shows all: its cards are one output, which is too long to be compared. README says so."""
    command: list[str | Path] = [nbdime, "-m", "nbdime", "diff", "--no-git", "--no-use-diff", "--no-color", *runs]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    changed: dict[int, list[str]] = {}
    for part in re.split(r"^## ", told, flags=re.MULTILINE)[1:]:
        heading, *lines = part.splitlines()
        place = re.search(r"/cells/(\d+)/outputs/0", heading)
        assert place, heading
        assert heading.startswith("modified") or int(place[1]) == len(CARDS), heading
        changed.setdefault(int(place[1]), []).extend(line for line in lines if re.match(r"[+-](?![+-])", line))
    grid = changed.pop(len(CARDS))
    assert {cell: len(lines) for cell, lines in changed.items() if len(lines) > MOST} == {}
    assert list(changed) == [*range(1, len(CARDS))]
    assert [line for lines in changed.values() for line in lines if not LINK_OR_TIME.search(line)] == []
    lengths = [len(cell.outputs[0].data["text/html"]) for cell in nbformat.read(runs[0], as_version=4).cells[1:]]
    assert max(lengths[:-1]) <= COMPARED < lengths[-1]
    assert len(grid) > MOST * CARDS[-1]
