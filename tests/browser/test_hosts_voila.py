"""The card in Voilà, which ignores later changes of an output, so the live card stays and shows the end."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from playwright.sync_api import BrowserContext, expect

from runway_widget.simulator import Simulator
from tests.browser.apps import app
from tests.ports import KERNEL_ARGUMENTS
from tests.service import ServiceTime

CELL = "from runway_widget import Client\ntask = Client().task({task_id!r}, poll_interval=0.3)\ntask"


def test_the_card_works_in_voila_and_stays_live_at_the_end(
    context: BrowserContext,
    service: Simulator,
    clock: ServiceTime,
    kernel_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    task_id = service.add_task(queued=600, duration=900)
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL.format(task_id=task_id))])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "python3", "language": "python"}
    nbformat.write(content, tmp_path / "notebook.ipynb")
    arguments = ["notebook.ipynb", "--no-browser", "--Voila.ip=127.0.0.1", *KERNEL_ARGUMENTS]
    with app("voila", arguments, tmp_path, kernel_environment) as url:
        page = context.new_page()
        page.goto(url)
        card = page.locator(".runway-task")
        expect(card).to_contain_text("In the queue")
        clock.forward(1000)
        expect(card).to_have_attribute("data-status", "IN_PROGRESS")
        card.get_by_role("button", name=re.compile("stop", re.I)).click()
        expect(card).to_contain_text("Not watching")
        card.get_by_role("button", name=re.compile("resume", re.I)).click()
        expect(card).to_contain_text(re.compile(r"Generating \d+ %"))
        clock.forward(1000)
        expect(card).to_have_attribute("data-status", "SUCCESS")
        expect(card).to_contain_text("Done in")
        expect(card.locator("video")).to_have_js_property("readyState", 4)
        page.close()
