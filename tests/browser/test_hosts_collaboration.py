"""JupyterLab with jupyter-collaboration: two pages on one document, with one kernel. What one changes, both have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import nbformat
import pytest
from nbformat.reader import NotJSONError
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.host import LAB, Host, Tabs
from tests.browser.notebook import NotebookPage
from tests.browser.servers import JupyterServer
from tests.browser.test_card import WIDGET, show, status_of
from tests.environments import environment
from tests.service import ServiceTime

pytestmark = pytest.mark.hosts

# JupyterLab 4.6.6, where the other page closes a comm that it had opened for itself alone.
NOISE = "Comm not found for comm id"

TRUST = "() => { for (const cell of window.jupyterapp.shell.currentWidget.content.model.cells) cell.trusted = true; }"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    home = tmp_path_factory.mktemp("collaboration") / "home"
    with JupyterServer(home, kernels.jupyter_path(), environment("collaboration")) as server:
        yield server


@pytest.fixture
def shared_lab(shared_server: JupyterServer, tabs: Tabs, kernel_environment: dict[str, str]) -> Iterator[Host]:
    with Host(shared_server, tabs, LAB, kernel_environment) as host:
        yield host


def saved_outputs(notebook: NotebookPage, index: int = 1) -> list[Any]:
    """Of a cell, as the server has saved them: it does so a moment after each change. The file is empty meanwhile."""
    found: list[Any] = []

    def read() -> bool:
        with suppress(NotJSONError):
            found[:] = nbformat.read(notebook.path, as_version=4).cells[index].outputs
            return True
        return False

    notebook.until(read)
    return found


def test_two_pages_that_were_loaded_anew_in_mid_run_put_one_static_card_into_their_document(
    shared_lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    """Neither knows its output's display id any more, so both views ask, and one of them is to put it there."""
    cells = [show(service.add_task(queued=1, duration=duration)) for duration in (900, 100)]
    first = shared_lab.open(["1", *cells])
    second = shared_lab.open(first.path)
    pages = (first, second)
    assert len({page.page.evaluate("window.jupyterapp.shell.currentWidget.context.path") for page in pages}) == 1
    first.run_all()
    status_of(first.card(1), "IN_PROGRESS")
    assert second.trusted() == [False] * 3, "the default: what the other has run is static there"
    expect(second.card(1)).to_contain_text("as of 20")
    expect(second.output(1).get_by_role("button")).to_have_count(0)

    clock.forward(200)  # one of them ends
    for page in pages:
        expect(page.card(2)).to_contain_text("Done in")
        page.until(lambda page=page: WIDGET not in str(page.outputs(2)))  # type: ignore[misc]
    status_of(first.card(1), "IN_PROGRESS")
    assert second.trusted() == [False] * 3
    first.until(lambda: "Done in" in str(saved_outputs(first, 2)))
    assert WIDGET not in str(saved_outputs(first, 2))

    for page in pages:
        page.page.reload()
    for page in pages:
        page.wait_until_ready()
        page.page.evaluate(TRUST)
    for page in pages:
        status_of(page.card(1), "IN_PROGRESS")
    first.card(1).get_by_role("button", name=re.compile("^Stop")).click()
    for page in pages:
        expect(page.card(1)).to_contain_text("stopped by you")
    second.card(1).get_by_role("button", name="Resume").click()
    for page in pages:
        status_of(page.card(1), "IN_PROGRESS")

    clock.forward(1000)
    for page in pages:
        expect(page.card(1)).to_contain_text("Done in")
        page.until(lambda page=page: WIDGET not in str(page.outputs(1)))  # type: ignore[misc]
    first.until(lambda: WIDGET not in str(saved_outputs(first)))
    for pressed, at in (("true", first), ("false", second)):
        at.output(1).get_by_role("button", name="Star").click()
        for page in pages:
            star = page.output(1).get_by_role("button", name="Star")
            expect(star).to_have_attribute("aria-pressed", pressed)
    second.output(1).get_by_role("button", name=re.compile("^Save")).click()
    for page in pages:
        expect(page.card(1)).to_contain_text("saved to renders/")  # later than the turn of the second page
        expect(page.card(1)).to_have_count(1)
        assert [sorted(output["data"]) for output in page.outputs(1)] == [["text/html", "text/plain"]]
    first.until(lambda: "saved video" in str(saved_outputs(first)))
    for page in pages:
        page.until(lambda page=page: "saved video" in str(page.outputs(1)))  # type: ignore[misc]
    (output,) = saved_outputs(first)
    assert "Done in" in output.data["text/html"]
    for page in pages:
        page.errors[:] = [error for error in page.errors if NOISE not in error]
