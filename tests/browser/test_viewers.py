"""Several pages and views of one card: those that open later show the same as the first ones, to the second."""

from __future__ import annotations

import re
from contextlib import suppress

from playwright.sync_api import Locator, expect

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


def agree(*pages: NotebookPage) -> bool:
    """Whether all cards show one time; the pages are asked one after the other, and a second may pass between them."""
    times = elapsed(*pages)
    return max(times) - min(times) <= 1


def press(card: Locator, name: str, other: Locator, text: str) -> None:
    """Press a button until another card shows what it does.

    Up to three times: while two pages are open, JupyterLab 4.6 may drop what one of them sends ("Unknown subshell_id").
    """
    for _ in range(2):
        card.get_by_role("button", name=re.compile(name, re.I)).click()
        with suppress(AssertionError):
            expect(other).to_contain_text(text, timeout=10_000)
            return
    card.get_by_role("button", name=re.compile(name, re.I)).click()
    expect(other).to_contain_text(text)


def test_a_notebook_in_two_pages_shows_the_same_card_and_time(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    task_id = service.add_task(queued=1, duration=900)
    show = f"from runway_widget import Client\ntask = Client().task({task_id!r}, poll_interval=0.3)"
    first = lab.open([f"{show}\ntask", "task"])
    first.run_all()
    clock.forward(300)
    expect(first.card(0)).to_contain_text(re.compile("Generating [1-9]"))
    first.save()
    second = lab.open(first.path)
    expect(second.card(1)).to_contain_text(re.compile("Generating [1-9]"))
    assert len(elapsed(first, second)) == 4
    first.until(lambda: agree(first, second))
    press(first.card(0), "stop", second.card(1), "Not watching")
    press(first.card(1), "resume", second.card(0), "Generating")
    first.reload()
    expect(first.card(1)).to_contain_text(re.compile("Generating [1-9]"))
    first.until(lambda: agree(first, second))
    clock.forward(1000)
    for page in (first, second):
        for cell in (0, 1):
            expect(page.card(cell)).to_contain_text("Done in")
