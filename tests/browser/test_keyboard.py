"""The card by keyboard alone, in a real JupyterLab: the focus is never lost, and is always to be seen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.test_card import is_frozen, show
from tests.service import ServiceTime

STOP = "Stop watching (the task goes on)"
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at.getAttribute('aria-label') || at.innerText?.trim() || at.tagName;
}"""
HAS_RING = """() => {
  const at = document.activeElement;
  return at.matches(':focus-visible') && getComputedStyle(at).outlineStyle !== 'none';
}"""


def focused(page: Page) -> str:
    return str(page.evaluate(FOCUSED))


def tab_to(notebook: NotebookPage, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(60):
        if focused(notebook.page) == name:
            return
        notebook.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name!r}")


def focus_is(notebook: NotebookPage, name: str) -> None:
    notebook.until(lambda: focused(notebook.page) == name)
    assert notebook.page.evaluate(HAS_RING), name


def test_a_task_is_stopped_resumed_and_seen_to_its_end_by_keyboard(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    task_id = service.add_task(queued=1, duration=2000)
    notebook = lab.open([show(task_id), "1"])
    notebook.run_cell(0)
    keys = notebook.page.keyboard
    expect(notebook.card(0)).to_have_attribute("data-status", "IN_PROGRESS")
    tab_to(notebook, STOP)
    keys.press("Enter")
    focus_is(notebook, "Resume")
    keys.press("Enter")
    focus_is(notebook, STOP)
    keys.press("Shift+Tab")
    focus_is(notebook, "Save when done")
    keys.press("Space")
    expect(notebook.card(0)).to_contain_text("saves to")
    focus_is(notebook, "Save when done")
    keys.press("Space")
    tab_to(notebook, STOP)
    clock.forward(3000)
    notebook.until(lambda: is_frozen(notebook, 0))
    notebook.until(lambda: focused(notebook.page).startswith("Image to video, task"))
    assert notebook.page.evaluate(HAS_RING)
    assert notebook.output(0).evaluate("area => area.contains(document.activeElement)")
    keys.press("Tab")
    expect(notebook.card(0).locator("video")).to_be_focused()


def test_a_task_is_cancelled_by_keyboard(lab: Host, simulator: Simulator) -> None:
    task_id = simulator.add_task(queued=1, duration=20_000)
    code = f"from runway_widget import Client\nClient.runway().task({task_id!r}, poll_interval=0.3, freeze=False)"
    notebook = lab.open([code])
    notebook.run_all()
    keys = notebook.page.keyboard
    expect(notebook.card(0)).to_have_attribute("data-status", "IN_PROGRESS")
    tab_to(notebook, "Cancel the task")
    keys.press("Enter")
    focus_is(notebook, "No")
    keys.press("Enter")
    focus_is(notebook, "Cancel the task")
    keys.press("Enter")
    focus_is(notebook, "No")
    keys.press("Shift+Tab")
    focus_is(notebook, "Yes, cancel")
    keys.press("Enter")
    expect(notebook.card(0)).to_have_attribute("data-status", "CANCELLED")
    focus_is(notebook, f"Runway task, task {task_id[:8]}")


def test_the_focus_stays_in_the_take_that_has_it(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    ids = [service.add_task(queued=1, duration=2000) for _ in range(2)]
    code = "from runway_widget import Client, TaskGrid\n"
    code += f"TaskGrid([Client().task(id, poll_interval=0.3, freeze=False) for id in {ids}], freeze=False)"
    notebook = lab.open([code])
    notebook.run_all()
    keys = notebook.page.keyboard
    second = notebook.card(0).nth(1)
    expect(second).to_have_attribute("data-status", "IN_PROGRESS")
    stop = second.get_by_role("button", name=STOP)
    stop.focus()
    keys.press("Enter")
    expect(second.get_by_role("button", name="Resume")).to_be_focused()
    keys.press("Enter")
    expect(stop).to_be_focused()
    clock.forward(3000)
    expect(second).to_have_attribute("data-status", "SUCCESS")
    expect(second).to_be_focused()
