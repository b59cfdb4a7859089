"""A card whose kernel was restarted, shut down or has died: it says so at once, and how to go on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.test_card import show, status_of

GONE = re.compile("The kernel was restarted or shut down")


def buttons(place: Locator) -> list[str]:
    return [button.get_attribute("title") or "" for button in place.get_by_role("button").all()]


def lose_kernel(notebook: NotebookPage, how: str) -> None:
    if how == "is restarted":
        notebook.restart_kernel()
    elif how == "is shut down":
        notebook.shutdown_kernel()
    else:
        notebook.page.evaluate(
            "() => void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".requestExecute({code: 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)', silent: true})"
        )


@pytest.mark.parametrize("how", ["is restarted", "is shut down", "dies"])
def test_a_card_and_a_grid_say_at_once_that_their_kernel_is_gone(lab: Host, service: Simulator, how: str) -> None:
    ids = [service.add_task(queued=1, duration=5000) for _ in range(3)]
    grid = f"from runway_widget import TaskGrid\nTaskGrid([Client().task(id, poll_interval=0.3) for id in {ids[1:]}])"
    notebook = lab.open([show(ids[0]), grid])
    notebook.run_all()
    status_of(notebook.card(0), "IN_PROGRESS")
    status_of(notebook.card(1).nth(1), "IN_PROGRESS")
    lose_kernel(notebook, how)
    expect(notebook.output(0)).to_contain_text(GONE, timeout=20_000)  # far less than a silent kernel is noticed after
    expect(notebook.output(0)).to_contain_text(f'Client().task("{ids[0]}")')
    expect(notebook.output(1)).to_contain_text(f'TaskGrid([Client().task("{ids[1]}"), Client().task("{ids[2]}")])')
    expect(notebook.card(0)).to_contain_text("Generating")
    assert buttons(notebook.output(0)) == ["Copy the task id"]
    assert buttons(notebook.output(1)) == []


def test_the_line_that_a_card_says_takes_its_task_up_again(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=5000)
    notebook = lab.open([show(task_id)])
    notebook.run_all()
    status_of(notebook.card(0), "IN_PROGRESS")
    notebook.restart_kernel()
    expect(notebook.output(0)).to_contain_text(GONE)
    line = notebook.output(0).inner_text().split("Take it up again: ")[1].strip()
    environment = {"COMETAPI_BASE_URL": service.url, "COMETAPI_KEY": service.key}
    notebook.set_environment(environment)
    cell = notebook.add_and_run(f"from runway_widget import Client\n{line}")
    status_of(notebook.card(cell), "IN_PROGRESS")
    expect(notebook.output(cell)).not_to_contain_text(GONE)
    expect(notebook.output(0)).to_contain_text(GONE)


def test_a_closed_card_goes_as_before(lab: Host, service: Simulator) -> None:
    task_id = service.add_task(queued=1, duration=5000)
    notebook = lab.open([show(task_id), "task.close()"])
    notebook.run_cell(0)
    status_of(notebook.card(0), "IN_PROGRESS")
    notebook.run_cell(1)
    expect(notebook.card(0)).to_have_count(0)
    expect(notebook.output(0)).not_to_contain_text(GONE)
