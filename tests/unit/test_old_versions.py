"""A session on the oldest packages that the package allows, and on those that Google Colab ships.

By nbclient, and by the messages of a kernel. `make lowest` runs all unit tests with the oldest. The Python is that of
the checkout's environment, where Colab's own is a newer one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from packaging.requirements import Requirement

from runway_widget.simulator import Simulator
from tests import environments
from tests.browser import kernels
from tests.ports import KERNELS

from .kernel import WIDGET
from .static_cards import under_player

pytestmark = [pytest.mark.hosts, pytest.mark.xdist_group("old versions")]

PINS = {
    "lowest": environments.lowest_versions(environments.project()),
    "colab": environments.listed()["colab"]["packages"],
}

CREATE = (
    "client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text='the kite lifts', ratio='1280:720',"
    " duration=5, poll_interval=0.1{more})"
)
CELLS = {
    "begin": (
        "import json, threading\nfrom importlib.metadata import version\nfrom runway_widget import Client\n"
        "died = []\nthreading.excepthook = lambda told: died.append(repr(told.exc_value))\nclient = Client()"
    ),
    "one": f"video = {CREATE}\nvideo",
    "watched": "seen = []\nvideo.observe(lambda change: seen.append(change.new), 'status')\nvideo.wait();",
    "takes": f"takes = {CREATE}\ntakes",
    "picked": "_ = takes.wait()\ntakes[1].pick()\ntakes.picked",
    "recent": "client.recent()",
    "again": "again = client.recent()[0].task()\nagain",
    "told": (
        "print(json.dumps({'versions': {name: version(name) for name in NAMES}, 'died': died, 'seen': seen,"
        "                  'picked': [take.picked for take in takes], 'again': again.wait().status,"
        "                  'model': video.model_id, 'frame': video.frame(-1).size}))"
    ),
}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.skipif(not environments.fits(name), reason="older than this Python"))
        for name in PINS
    ],
)
def name(request: pytest.FixtureRequest) -> str:
    return kernels.ensure(request.param)


@pytest.fixture(scope="module")
def session(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookClient]:
    """The notebook as nbclient ran it, with what it knows of the widgets."""
    folder = tmp_path_factory.mktemp(name)
    with Simulator(speed=60) as sim, pytest.MonkeyPatch.context() as patch:
        for _ in range(4):
            sim.next(queued=5, duration=20)
        patch.setenv("COMETAPI_BASE_URL", sim.url)
        patch.setenv("COMETAPI_KEY", sim.key)
        patch.setenv("RUNWAY_WIDGET_JOURNAL", str(folder / "journal.db"))
        patch.setenv("JUPYTER_PATH", str(kernels.jupyter_path()))
        names = [Requirement(pin).name for pin in PINS[name]]
        cells = {
            **CELLS,
            "begin": f"{CELLS['begin']}\nNAMES = {names!r}",
            "one": CELLS["one"].format(still=sim.media_url(), more=", save_to='renders'"),
            "takes": CELLS["takes"].format(still=sim.media_url(), more=", takes=3"),
        }
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell, id=id) for id, cell in cells.items()]
        )
        notebook.metadata["kernelspec"] = {"name": name, "display_name": name, "language": "python"}
        client = NotebookClient(
            notebook, timeout=60, kernel_name=name, resources={"metadata": {"path": str(folder)}}, config=KERNELS
        )
        client.execute()
        yield client


def shown(session: NotebookClient, cell: str) -> Any:
    """The one output of a cell, as the file holds it."""
    [output] = next(each.outputs for each in session.nb.cells if each.id == cell)
    return output


def told(session: NotebookClient) -> Any:
    return json.loads(shown(session, "told").text)


def test_the_versions_are_those_that_are_pinned(session: NotebookClient, name: str) -> None:
    """So the project can be installed beside them, and replaces none."""
    pins = [Requirement(pin) for pin in PINS[name]]
    versions = told(session)["versions"]
    assert [f"{pin}, not {versions[pin.name]}" for pin in pins if versions[pin.name] not in pin.specifier] == []


def test_a_card_is_live_and_then_static_with_its_saved_file_and_its_picture(session: NotebookClient) -> None:
    state = session.widget_state[told(session)["model"]]
    assert state["status"] == "SUCCESS"
    assert "export" in state["_esm"]
    assert told(session)["seen"][-1] == "SUCCESS"
    bundle = shown(session, "one").data
    assert WIDGET not in bundle
    assert "> Done" in bundle["text/html"]
    assert "saved to renders/" in bundle["text/html"]
    assert under_player(bundle["text/html"])


def test_a_frame_is_taken_out_of_the_clip(session: NotebookClient) -> None:
    assert min(told(session)["frame"]) > 100


def test_a_grid_is_frozen_and_shows_what_was_picked_of_it(session: NotebookClient) -> None:
    bundle = shown(session, "takes").data
    assert WIDGET not in bundle
    assert bundle["text/html"].count("> Done") == 3
    assert told(session)["picked"] == [False, True, False]
    picked = shown(session, "picked").data["text/html"]
    assert picked.count("> Done") == 1
    assert "★" in picked


def test_what_was_made_is_found_again(session: NotebookClient) -> None:
    table = shown(session, "recent").data["text/html"]
    assert table.count(">the kite lifts<") == 4
    assert table.count("data:image/") == 4
    assert told(session)["again"] == "SUCCESS"
    assert "> Done" in shown(session, "again").data["text/html"]


def test_nothing_goes_wrong_on_the_way(session: NotebookClient) -> None:
    assert told(session)["died"] == []
    assert [output for cell in session.nb.cells for output in cell.outputs if output.get("name") == "stderr"] == []
