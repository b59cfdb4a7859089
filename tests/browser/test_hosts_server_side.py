"""JupyterLab with a server that runs the cells itself and writes their outputs into the document it holds.

A page trusts what the other side has written only when its user says so: until then a card is static there.
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
from tests.browser.test_card import WIDGET, show, status_of
from tests.browser.test_hosts_collaboration import TRUST, saved_outputs
from tests.environments import environment
from tests.service import ServiceTime

pytestmark = pytest.mark.hosts


@pytest.fixture(scope="module", params=["server-nbmodel", "server-documents"])
def running_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    home = tmp_path_factory.mktemp(request.param) / "home"
    with JupyterServer(home, kernels.jupyter_path(), environment(request.param)) as server:
        yield server


@pytest.fixture
def running_lab(running_server: JupyterServer, tabs: Tabs, kernel_environment: dict[str, str]) -> Iterator[Host]:
    with Host(running_server, tabs, LAB, kernel_environment) as host:
        yield host


def test_a_trusted_notebook_whose_cells_the_server_runs(
    running_lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    notebook = running_lab.open(["1", show(service.add_task(queued=600, duration=900))])
    notebook.run_all()
    expect(notebook.card(1)).to_contain_text("as of 20")
    notebook.page.evaluate(TRUST)
    expect(notebook.card(1)).to_contain_text("In the queue")
    clock.forward(1000)
    status_of(notebook.card(1), "IN_PROGRESS")
    notebook.card(1).get_by_role("button", name=re.compile("^Stop")).click()
    expect(notebook.card(1)).to_contain_text("stopped by you")
    notebook.card(1).get_by_role("button", name="Resume").click()
    status_of(notebook.card(1), "IN_PROGRESS")

    notebook.reload()
    notebook.page.evaluate(TRUST)
    status_of(notebook.card(1), "IN_PROGRESS")
    clock.forward(1000)
    expect(notebook.card(1)).to_contain_text("Done in")
    notebook.until(lambda: WIDGET not in str(notebook.outputs(1)))
    notebook.output(1).get_by_role("button", name="Star").click()
    notebook.until(lambda: "★" in str(saved_outputs(notebook)))
    (output,) = saved_outputs(notebook)
    assert "Done in" in output.data["text/html"]
