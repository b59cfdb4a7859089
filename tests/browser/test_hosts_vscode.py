"""The card in VS Code's own widget renderer, with a real kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from runway_widget.simulator import Simulator
from tests.browser import kernels
from tests.browser.renderer import Renderer, RendererServer
from tests.service import ServiceTime

WIDGET = "application/vnd.jupyter.widget-view+json"


pytestmark = pytest.mark.xdist_group("vscode")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RendererServer]:
    with RendererServer(tmp_path_factory.mktemp("vscode") / "home", kernels.jupyter_path()) as server:
        yield server


@pytest.fixture
def vscode(
    server: RendererServer, context: BrowserContext, service: Simulator, kernel_environment: dict[str, str]
) -> Iterator[Renderer]:
    renderer = Renderer(server, context, kernel_environment)
    yield renderer
    renderer.close()
    assert server.thread_errors.read_text() == ""


def show(task_id: str) -> str:
    return f"from runway_widget import Client\ntask = Client().task({task_id!r}, poll_interval=0.3)\ntask"


def button(card: Locator, name: str) -> Locator:
    return card.get_by_role("button", name=re.compile(name, re.I))


def test_the_card_and_its_buttons_work_and_go_on_where_it_freezes_after_silent_requests(
    vscode: Renderer, service: Simulator, clock: ServiceTime
) -> None:
    task_id = service.add_task(queued=600, duration=900)
    vscode.run(show(task_id))
    vscode.run("task.show()")
    card = vscode.card(0)
    expect(vscode.output(0)).to_have_attribute("data-mime", WIDGET)
    expect(card).to_contain_text("In the queue")
    clock.forward(1000)
    for each in (card, vscode.card(1)):
        expect(each).to_have_attribute("data-status", "IN_PROGRESS")
        expect(each).to_contain_text(re.compile(r"Generating \d+ %"))
    button(card, "stop").click()
    expect(vscode.card(1)).to_contain_text("Not watching")
    vscode.silently("dir()")  # what a thread sends after this belongs to this request, and to no cell
    button(card, "resume").click()
    expect(card).to_contain_text("Generating")
    clock.forward(1000)
    for cell in (0, 1):
        expect(vscode.output(cell)).to_have_attribute("data-mime", "text/html")
        expect(vscode.card(cell)).to_contain_text("Done in")
        expect(vscode.card(cell).locator("video")).to_have_count(1)
    # The static card is what the file gets. In its place the page keeps the live one, until the kernel is gone.
    button(vscode.card(1), "star").click()
    expect(button(card, "star")).to_have_attribute("aria-pressed", "true")
    vscode.restart()
    for cell in (0, 1):
        expect(vscode.output(cell).locator("article, button")).to_have_count(0)
        expect(vscode.card(cell)).to_contain_text("Client().task(")


def test_the_card_has_the_editors_background_and_not_the_white_of_other_widgets(
    vscode: Renderer, service: Simulator
) -> None:
    vscode.run(show(service.add_task(queued=1, duration=900)))
    card = vscode.card(0)
    expect(card).to_have_attribute("data-status", "IN_PROGRESS")
    background = "el => getComputedStyle(el).backgroundColor"
    assert card.locator(".rw-card").evaluate(background) == "rgb(31, 31, 31)"
    assert vscode.output(0).evaluate(background) == "rgba(0, 0, 0, 0)"
    assert card.evaluate("el => getComputedStyle(el).color") == "rgb(204, 204, 204)"


def test_a_card_that_cannot_be_frozen_says_how_to_show_a_static_one(
    vscode: Renderer, service: Simulator, clock: ServiceTime
) -> None:
    """Such as one inside another widget. It says so when the kernel has answered that there is a static card."""
    task_id = service.add_task(queued=1, duration=900)
    vscode.run(f"{show(task_id)[:-5]}\nimport ipywidgets\nipywidgets.VBox([task])")
    expect(vscode.card(0)).to_have_attribute("data-status", "IN_PROGRESS")
    clock.forward(1000)
    expect(vscode.card(0)).to_contain_text("Done in")
    expect(vscode.output(0)).to_contain_text("To keep this card in the file: task.show()")
    vscode.run("task.show()")
    expect(vscode.output(1)).to_have_attribute("data-mime", "text/html")
    expect(vscode.card(1)).to_contain_text("Done in")


def test_a_card_and_a_grid_say_at_once_that_their_kernel_was_restarted(vscode: Renderer, service: Simulator) -> None:
    ids = [service.add_task(queued=1, duration=5000) for _ in range(2)]
    vscode.run(show(ids[0]))
    vscode.run(f"from runway_widget import TaskGrid\nTaskGrid([Client().task({ids[1]!r}, poll_interval=0.3)])")
    for cell in (0, 1):
        expect(vscode.card(cell)).to_have_attribute("data-status", "IN_PROGRESS")
    vscode.restart()
    for cell, task_id in enumerate(ids):
        expect(vscode.output(cell)).to_contain_text("The kernel was restarted or shut down.", timeout=20_000)
        expect(vscode.output(cell)).to_contain_text(f'Take it up again: Client().task("{task_id}")')
        expect(vscode.output(cell).get_by_role("button", name=re.compile("stop|refresh", re.I))).to_have_count(0)
