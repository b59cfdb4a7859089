"""A card in a slot of the user's, in a real JupyterLab: what is seen there, and what the saved file holds."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.service import ServiceTime

WIDGET = "application/vnd.jupyter.widget-view+json"
IMPORTS = "from IPython.display import display, update_display\nfrom runway_widget import Client, TaskGrid\n"


def watch(service: Simulator) -> str:
    task_id = service.add_task(queued=1, duration=900)
    return f"{IMPORTS}task = Client().task({task_id!r}, poll_interval=0.3)\n"


def kinds(outputs: list[Any]) -> list[str]:
    """What each output holds: a live card, a static one, or something else."""
    data = [output.get("data", {}) for output in outputs]
    return ["live" if WIDGET in each else "static" if "runway-" in str(each.get("text/html")) else "" for each in data]


def ends(notebook: NotebookPage, clock: ServiceTime, *expected: str) -> None:
    """The tasks end; then the first cell holds these outputs, in the document and in the file."""
    clock.forward(1000)
    notebook.until(lambda: kinds(notebook.outputs(0)) == list(expected))
    assert kinds(notebook.saved().cells[0].outputs) == list(expected)


@pytest.mark.parametrize("kernel", [kernels.CURRENT, "ipykernel-6.29.5", "ipykernel-7.1.0"])
def test_a_card_takes_the_slots_that_it_is_given_and_ends_there(
    lab: Host, service: Simulator, clock: ServiceTime, kernel: str
) -> None:
    cell = "handle = display('first', display_id=True)\nother = display('second', display_id='slot')"
    fill = "handle.update(task)\nupdate_display(TaskGrid([task]), display_id='slot')"
    notebook = lab.open([f"{watch(service)}{cell}", fill], kernel=kernel)
    notebook.run_cell(0)
    assert kinds(notebook.outputs(0)) == ["", ""]
    notebook.run_cell(1)
    notebook.until(lambda: kinds(notebook.outputs(0)) == ["live", "live"])
    assert notebook.outputs(1) == []
    expect(notebook.card(0).first).to_have_attribute("data-status", "IN_PROGRESS")
    ends(notebook, clock, "static", "static")
    expect(notebook.output(0)).to_contain_text("1 done")
    expect(notebook.output(0).get_by_text("first")).to_have_count(0)


def test_a_slot_that_is_given_something_else_keeps_that(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    cells = [f"{watch(service)}handle = display(task, display_id=True)\ndisplay(task)", "handle.update('mine')"]
    notebook = lab.open(cells)
    notebook.run_all()
    notebook.until(lambda: kinds(notebook.outputs(0)) == ["", "live"])
    ends(notebook, clock, "", "static")
    expect(notebook.output(0)).to_contain_text("mine")


def test_a_handle_that_shows_a_card_once_more_shows_it_in_all_its_places(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    notebook = lab.open([f"{watch(service)}handle = display('first', display_id=True)", "handle.display(task)"])
    notebook.run_all()
    notebook.until(lambda: kinds(notebook.outputs(0) + notebook.outputs(1)) == ["live", "live"])
    ends(notebook, clock, "static")
    assert kinds(notebook.outputs(1)) == ["static"]


def test_an_output_widget_shows_a_card_that_is_appended_or_displayed_in_it(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    cell = (
        "import ipywidgets\nout = ipywidgets.Output()\nout.append_display_data(task)\nwith out:\n    display(task)\nout"
    )
    notebook = lab.open([f"{watch(service)}{cell}"])
    notebook.run_all()
    expect(notebook.card(0)).to_have_count(2)
    expect(notebook.card(0).first).to_have_attribute("data-status", "IN_PROGRESS")
    clock.forward(1000)
    expect(notebook.card(0)).to_have_count(2)
    for card in notebook.card(0).all():
        expect(card).to_contain_text("Done in")


def test_what_was_captured_is_live_where_it_is_shown_and_ends_there(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    capture = (
        "from IPython.utils.capture import capture_output\nwith capture_output() as captured:\n    display(task)\n"
    )
    notebook = lab.open([f"{watch(service)}{capture}captured.show()"])
    notebook.run_all()
    expect(notebook.card(0)).to_have_attribute("data-status", "IN_PROGRESS")
    ends(notebook, clock, "static")
