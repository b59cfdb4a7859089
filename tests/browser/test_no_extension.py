"""JupyterLab whose own environment lacks anywidget: the kernel's has it, which does not help the page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.host import LAB, Host, Tabs
from tests.browser.notebook import NotebookPage
from tests.browser.servers import JupyterServer
from tests.browser.test_card import WIDGET, is_frozen, show, status_of
from tests.service import ServiceTime

pytestmark = pytest.mark.xdist_group("no extension")

# No page is waited for longer than half a second.
SOON = "import runway_widget._widgets.stand_in as _stand_in; _stand_in.PATIENCE = 0.5\n"
WHY = "is anywidget installed where JupyterLab runs?"


class BareServer(JupyterServer):
    """A server whose JupyterLab has no extension of anywidget's."""

    def _prepare(self) -> None:
        super()._prepare()
        settings = self.home / "config" / "labconfig" / "page_config.json"
        known = json.loads(settings.read_text())
        known["disabledExtensions"]["anywidget"] = True
        settings.write_text(json.dumps(known))


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    with BareServer(tmp_path_factory.mktemp("bare") / "home", kernels.jupyter_path()) as server:
        yield server


@pytest.fixture
def bare_lab(bare_server: JupyterServer, tabs: Tabs, kernel_environment: dict[str, str]) -> Iterator[Host]:
    with Host(bare_server, tabs, LAB, kernel_environment) as host:
        yield host


def html_of(notebook: NotebookPage) -> str:
    """What the document holds as HTML of the first cell's output."""
    return "".join(str(output.get("data", {}).get("text/html", "")) for output in notebook.outputs(0))


def forget_host_errors(notebook: NotebookPage) -> None:
    """JupyterLab logs that it does not know the widget's module."""
    notebook.errors[:] = [error for error in notebook.errors if "anywidget" not in error and "widget" not in error]


@pytest.mark.parametrize("what", ["task", "grid"])
def test_the_static_card_stands_in_and_becomes_the_result(
    bare_lab: Host, service: Simulator, clock: ServiceTime, what: str
) -> None:
    task_id = service.add_task(queued=1, duration=900)
    grid = f"from runway_widget import Client, TaskGrid\ngrid = TaskGrid([Client().task({task_id!r})])\ngrid"
    notebook = bare_lab.open([SOON + (show(task_id) if what == "task" else grid)])
    notebook.run_all()
    expect(notebook.output(0)).to_contain_text(WHY)
    expect(notebook.output(0)).not_to_contain_text("javascript error")
    expect(notebook.card(0)).to_have_count(1)
    assert is_frozen(notebook, 0)
    clock.forward(1000)
    expect(notebook.output(0)).to_contain_text("Done in")
    expect(notebook.output(0)).not_to_contain_text(WHY)
    assert "Done in" in notebook.saved().cells[0].outputs[0].data["text/html"]
    forget_host_errors(notebook)


def test_a_page_that_draws_cards_keeps_them_also_where_they_are_out_of_view(lab: Host, service: Simulator) -> None:
    """JupyterLab takes cells that are scrolled out of view off the page."""
    settings = lab.server.home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.write_text(json.dumps({"windowingMode": "full"}))
    task_id = service.add_task(queued=1, duration=5000)
    scrolled = "from pathlib import Path\nwhile not Path('scrolled').exists(): pass\n"
    notebook = lab.open([scrolled + SOON + show(task_id), *["1" + "\n" * 60] * 12])
    notebook.run_all(wait=False)  # which scrolls to the last cell
    expect(notebook.page.locator(".jp-Cell").last).to_be_in_viewport()
    expect(notebook.page.locator(".jp-Cell", has_text="scrolled")).to_have_count(0)
    (notebook.path.parent / "scrolled").touch()
    notebook.until(lambda: notebook.kernel_eval("task._stand_in._page_is_there"))
    notebook.until(lambda: notebook.kernel_eval("not task._stand_in._watching"))
    assert notebook.kernel_eval("task._stand_in.active") is False
    assert not is_frozen(notebook, 0)


def test_a_page_that_was_only_slow_has_its_live_card_again(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=5000)
    notebook = lab.open([show(task_id)])
    notebook.run_all()
    status_of(notebook.card(0), "IN_PROGRESS")
    notebook.kernel_eval("task._stand_in.page_is_there = lambda: None")  # the page is not heard for a while
    notebook.kernel_eval("task._stand_in._page_is_there = False; task._stand_in._stand_in()")
    notebook.until(lambda: WHY in html_of(notebook))  # in the document: the page may draw its live card there at once
    notebook.kernel_eval("del task._stand_in.page_is_there; task._handle_custom_msg({'ask': 'ready'}, [])")
    notebook.until(lambda: WHY not in html_of(notebook))
    (output,) = notebook.outputs(0)
    assert WIDGET in output["data"]
    notebook.card(0).get_by_role("button", name="Stop watching").click()
    expect(notebook.card(0)).to_contain_text("Not watching")
