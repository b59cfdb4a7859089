"""JupyterLab 4.2, the oldest that the demo takes, with the lowest versions of all that the package needs.

Among them is ipywidgets 7.7.1, as in Google Colab. Its server, its extensions and its kernel are of one environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.host import LAB, Host, Tabs
from tests.browser.servers import JupyterServer
from tests.browser.test_card import WIDGET, is_frozen, status_of
from tests.environments import environment, fits
from tests.service import ServiceTime

pytestmark = [pytest.mark.hosts, pytest.mark.skipif(not fits("lowest"), reason="older than this Python")]

# JupyterLab 4 has no `Layout` of ipywidgets 7 (jupyterlab_widgets 3.0.17). What a widget draws is another model's.
NOISE = "Module @jupyter-widgets/base, version ^1.2.0 is not registered"

SESSION = """\
from runway_widget import Client
client = Client()
made = dict(model='gen4_turbo', prompt_image={still!r}, prompt_text='the kite lifts', ratio='1280:720', duration=5,
            poll_interval=0.3)
task = client.image_to_video(**made)
task"""


@pytest.fixture(scope="module")
def old_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    home = tmp_path_factory.mktemp("lab42") / "home"
    with JupyterServer(home, kernels.jupyter_path(), environment("lowest")) as server:
        yield server


@pytest.fixture
def old_lab(old_server: JupyterServer, tabs: Tabs, kernel_environment: dict[str, str]) -> Iterator[Host]:
    with Host(old_server, tabs, LAB, kernel_environment) as host:
        yield host


def test_a_session_in_jupyterlab_4_2(old_lab: Host, service: Simulator, clock: ServiceTime) -> None:
    """Live cards, their buttons, a reload in mid-run, the end, the file, and the file without its kernel."""
    for _ in range(3):
        service.next(queued=1, duration=900)
    notebook = old_lab.open(
        [SESSION.format(still=service.media_url()), "takes = client.image_to_video(**made, takes=2)\ntakes"]
    )
    notebook.run_all()
    assert notebook.page.evaluate("window.jupyterapp.version").startswith("4.2.")
    assert notebook.kernel_eval("__import__('ipywidgets').__version__") == "7.7.1"
    card, grid = notebook.card(0), notebook.card(1)
    status_of(card, "IN_PROGRESS")
    expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
    expect(notebook.output(1)).to_contain_text("2 running")

    card.get_by_role("button", name=re.compile("^Stop")).click()
    expect(card).to_contain_text("stopped by you")
    card.get_by_role("button", name="Resume").click()
    expect(card).to_contain_text("Generating")
    notebook.save()
    notebook.reload()
    status_of(card, "IN_PROGRESS")
    expect(grid).to_have_count(2)

    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0) and is_frozen(notebook, 1))
    expect(card).to_contain_text("Done in")
    star = notebook.output(0).get_by_role("button", name="Star")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    notebook.output(0).get_by_role("button", name=re.compile("^Save")).click()
    notebook.until(lambda: len(notebook.kernel_eval("task.files")) == 1)
    expect(card).to_contain_text("saved to renders/")
    # The page was loaded since the card was shown, and does not know its place: it asks for what has changed.
    notebook.until(lambda: all(words in str(notebook.outputs(0)) for words in ("★", "saved video")))
    assert WIDGET not in str(notebook.saved())

    notebook.shutdown_kernel()
    again = old_lab.open(notebook.path)
    expect(again.card(0)).to_contain_text("Done in")
    expect(again.card(0)).to_contain_text("★")
    expect(again.output(1)).to_contain_text("2 done")
    expect(again.page.get_by_text("Error displaying widget")).to_have_count(0)
    notebook.errors[:] = [error for error in notebook.errors if NOISE not in error]
