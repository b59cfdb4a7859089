"""The card in Notebook 7, which is built from JupyterLab's parts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.service import ServiceTime

WIDGET = "application/vnd.jupyter.widget-view+json"


def test_the_card_works_in_notebook_7_where_the_file_is_static_at_the_end_and_the_page_goes_on(
    notebook7: Host, service: Simulator, clock: ServiceTime
) -> None:
    task_id = service.add_task(queued=600, duration=900)
    cell = f"from runway_widget import Client\ntask = Client().task({task_id!r}, poll_interval=0.3)\ntask"
    notebook = notebook7.open([cell])
    notebook.run_all()
    card = notebook.card(0)
    expect(card).to_contain_text("In the queue")
    clock.forward(1000)
    expect(card).to_have_attribute("data-status", "IN_PROGRESS")
    card.get_by_role("button", name=re.compile("stop", re.I)).click()
    expect(card).to_contain_text("Not watching")
    card.get_by_role("button", name=re.compile("resume", re.I)).click()
    expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
    clock.forward(1000)
    notebook.until(lambda: all(WIDGET not in output["data"] for output in notebook.outputs(0)))
    expect(card).to_contain_text("Done in")
    expect(card.locator("video")).to_have_js_property("readyState", 4)
    card.get_by_role("button", name="Star").click()
    expect(card.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    assert notebook.kernel_eval("task.picked") is True
    assert notebook.saved().cells[0].outputs[0].data.keys() == {"text/html", "text/plain"}
    notebook.shutdown_kernel()
    expect(card.get_by_role("button")).to_have_count(0)
    expect(card).to_contain_text(f'Client().task("{task_id}")')
