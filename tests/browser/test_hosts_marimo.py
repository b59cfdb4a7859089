"""The card in marimo, run as an app: in a shadow root, with marimo's theme, and live to the end."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from runway_widget.simulator import Simulator
from tests.browser import contrast
from tests.browser.apps import app
from tests.service import ServiceTime

NOTEBOOK = """
# /// script
# [tool.marimo.display]
# theme = "dark"
# ///
import marimo

app = marimo.App()


@app.cell
def _():
    from runway_widget import Client

    task = Client().task("{task_id}", poll_interval=0.3)
    task
    return (task,)


if __name__ == "__main__":
    app.run()
"""


def test_the_card_works_in_marimo_from_the_queue_to_the_video(
    context: BrowserContext,
    service: Simulator,
    clock: ServiceTime,
    kernel_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    notebook = tmp_path / "notebook.py"
    notebook.write_text(NOTEBOOK.format(task_id=service.add_task(queued=600, duration=900)))
    arguments = ["--yes", "run", str(notebook), "--headless", "--no-token", "--host=127.0.0.1"]
    errors: list[str] = []
    with app("marimo", arguments, tmp_path, kernel_environment) as url:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error.message))
        page.goto(url)
        card = page.locator(".runway-task")
        expect(card).to_contain_text("In the queue")
        assert card.evaluate("el => el.getRootNode() instanceof ShadowRoot")
        clock.forward(1000)
        expect(card).to_have_attribute("data-status", "IN_PROGRESS")
        card.get_by_role("button", name=re.compile("stop", re.I)).click()
        expect(card).to_contain_text("Not watching")
        card.get_by_role("button", name=re.compile("resume", re.I)).click()
        expect(card).to_contain_text(re.compile(r"Generating \d+ %"))

        expect(card.locator(".rw-card")).to_have_css("background-color", re.compile(r"srgb 0\.[01]"))  # marimo's own
        assert contrast.too_faint(page) == {}

        clock.forward(1000)
        expect(card).to_have_attribute("data-status", "SUCCESS")
        expect(card.locator("video")).to_have_js_property("readyState", 4)
        expect(card.get_by_role("button", name=re.compile("save", re.I))).to_be_visible()  # it stays the live card
        page.close()
    assert errors == []
