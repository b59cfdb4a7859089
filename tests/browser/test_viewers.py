"""Several pages and views of one card: those that open later show the same as the first ones, to the second."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.service import ServiceTime

# The elapsed time only: how long ago the kernel sent something is different on each page.
ELAPSED = "() => [...document.querySelectorAll('.runway-task')].map(card => /\\d+:\\d\\d/.exec(card.innerText)[0])"


def elapsed(*pages: NotebookPage) -> list[int]:
    """The elapsed time, in seconds, on every card of every page."""
    texts = [text for page in pages for text in page.page.evaluate(ELAPSED)]
    return [int(minutes) * 60 + int(seconds) for minutes, seconds in (text.split(":") for text in texts)]


def test_a_notebook_in_two_pages_shows_the_same_card_and_time(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    """Buttons are pressed on the first page: JupyterLab 4.6 may drop those of a second one ("Unknown subshell_id")."""
    task_id = service.add_task(queued=1, duration=900)
    show = f"from runway_widget import Client\ntask = Client().task({task_id!r}, poll_interval=0.3)"
    first = lab.open([f"{show}\ntask", "task"])
    first.run_all()
    clock.forward(300)
    expect(first.card(0)).to_contain_text(re.compile("Generating [1-9]"))
    first.save()
    second = lab.open(first.path)
    expect(second.card(1)).to_contain_text(re.compile("Generating [1-9]"))
    for _ in range(3):
        times = elapsed(first, second)
        assert len(times) == 4
        assert max(times) - min(times) <= 1, times  # the pages are read one after the other
    first.card(0).get_by_role("button", name=re.compile("stop", re.I)).click()
    expect(second.card(1)).to_contain_text("Not watching")
    first.card(1).get_by_role("button", name=re.compile("resume", re.I)).click()
    expect(second.card(0)).to_contain_text("Generating")
    first.reload()
    expect(first.card(1)).to_contain_text(re.compile("Generating [1-9]"))
    times = elapsed(first, second)
    assert max(times) - min(times) <= 1, times
    clock.forward(1000)
    for page in (first, second):
        for cell in (0, 1):
            expect(page.card(cell)).to_contain_text("Done in")
