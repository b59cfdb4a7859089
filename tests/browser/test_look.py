"""Looking at takes in a real JupyterLab: all of them in step, one large, two with a wipe; by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.test_accessibility import JS
from tests.browser.test_card import is_frozen, status_of
from tests.service import ServiceTime

FRAME = 1 / 24  # of the simulator's clips
TIMES = "films => films.map(film => [film.currentTime, film.paused])"
AXE = """async within => {
  const results = await axe.run({include: [[within]]}, {resultTypes: ['violations']});
  return [results.passes.length > 5, results.violations.map(rule => [rule.id, rule.nodes[0].failureSummary])];
}"""


def grid(ids: list[str]) -> str:
    return (
        "from runway_widget import Client, TaskGrid\n"
        f"grid = TaskGrid([Client().task(id, poll_interval=0.3) for id in {ids}])\ngrid"
    )


def times(films: Locator) -> list[tuple[float, bool]]:
    """Where each film stands, and whether it stands still."""
    return [(at, paused) for at, paused in films.evaluate_all(TIMES)]


def in_step(notebook: NotebookPage, films: Locator, number: int) -> None:
    """Wait until so many films play within two frames of each other, and go on so."""

    def together() -> bool:
        now = times(films)
        places = [at for at, _ in now]
        going = not any(paused for _, paused in now)
        return len(now) == number and going and max(places) - min(places) < 2 * FRAME

    for _ in range(5):
        notebook.until(together)


def stand(notebook: NotebookPage, films: Locator) -> float:
    """Wait until all films stand still at one instant, which is returned."""

    def still() -> bool:
        now = times(films)
        places = [at for at, _ in now]
        return all(paused for _, paused in now) and max(places) - min(places) < 1e-3

    notebook.until(still)
    return times(films)[0][0]


def shows(notebook: NotebookPage, name: str, at: float) -> None:
    """The viewer shows this take at this instant."""
    viewer = notebook.page.get_by_role("dialog")
    expect(viewer.locator(".rw-caption b")).to_contain_text(name)
    film = viewer.locator("video.rw-on")
    expect(film).to_have_count(1)
    expect(film).to_have_attribute("aria-label", re.compile(rf"^{re.escape(name)} "))
    notebook.until(lambda: times(film)[0][0] == pytest.approx(at, abs=1e-3))


def axe(page: Page, within: str) -> Any:
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=JS / "node_modules" / "axe-core" / "axe.min.js")
    return page.evaluate(AXE, within)


def test_takes_are_played_in_step_looked_at_large_picked_and_compared(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    ids = [service.add_task(queued=1, duration=100) for _ in range(3)] + [service.add_task(queued=1, duration=90_000)]
    notebook = lab.open([grid(ids), "1"])
    notebook.run_all()
    page, keys, cards = notebook.page, notebook.page.keyboard, notebook.card(0)
    for number in range(4):
        status_of(cards.nth(number), "IN_PROGRESS")
    top = cards.first.evaluate("card => card.getBoundingClientRect().top")
    clock.forward(200)
    films = notebook.output(0).locator(".rw-film > video")
    expect(films).to_have_count(3)
    status_of(cards.nth(3), "IN_PROGRESS")

    # The bar: it comes without moving anything, and plays all that can be played.
    bar = notebook.output(0).get_by_role("group", name="All takes in step")
    bar.get_by_role("button", name="Play all takes").click()
    assert cards.first.evaluate("card => card.getBoundingClientRect().top") == top
    in_step(notebook, films, 3)
    bar.get_by_role("button", name="Speed: 1×").click()
    expect(bar.get_by_role("button", name="Speed: ½×")).to_be_visible()
    in_step(notebook, films, 3)
    cards.nth(1).hover()  # which moves no take alone now
    in_step(notebook, films, 3)
    bar.get_by_role("button", name="Pause all takes").click()
    stand(notebook, films)
    scrubber = bar.get_by_role("slider")
    scrubber.focus()
    scrubber.press("Home")
    assert stand(notebook, films) == 0
    for _ in range(2):
        keys.press(".")
    notebook.until(lambda: stand(notebook, films) == pytest.approx(2.5 * FRAME, abs=1e-3))
    assert axe(page, "[aria-label='All takes in step']") == [True, []]

    # One take large, by keyboard, while another one runs; the others at the same instant.
    look = cards.nth(0).get_by_role("button", name="Look closer at [0]")
    look.focus()
    keys.press("Enter")
    viewer = page.get_by_role("dialog")
    expect(viewer.get_by_role("button", name="Pause the take")).to_be_visible()
    in_step(notebook, viewer.locator("video.rw-shot"), 3)
    keys.press("Space")
    at = stand(notebook, viewer.locator("video.rw-shot"))
    shows(notebook, "[0]", at)
    keys.press("ArrowRight")
    shows(notebook, "[1]", at)
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    shows(notebook, "[2]", at)
    keys.press(",")
    notebook.until(lambda: times(viewer.locator("video.rw-on"))[0][0] < at)
    stand(notebook, viewer.locator("video.rw-shot"))
    for key in ("p", "a", "b", "x", "d", "d", "Enter"):
        keys.press(key)
    star = viewer.get_by_role("button", name="Star", exact=True)
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(cards.nth(2).locator("[aria-label=Star]")).to_have_attribute("aria-pressed", "true")
    keys.press("k")
    expect(viewer.get_by_role("button", name="Copy the line that uses it")).to_be_visible()
    assert notebook.kernel_eval("[len(task.frames) for task in grid], [task.picked for task in grid]") == [
        [0, 0, 1, 0],
        [False, False, True, False],
    ]

    # Two with a wipe, by keyboard and by mouse.
    keys.press("w")
    wipe = viewer.get_by_role("slider", name="Wipe between [2] and [0]")
    expect(wipe).to_be_focused()
    keys.press("ArrowLeft")
    expect(wipe).to_have_attribute("aria-valuenow", "48")
    box = viewer.locator(".rw-screen").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.48, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 60)
    page.mouse.up()
    expect(wipe).to_have_attribute("aria-valuenow", "25")
    expect(viewer.locator("video.rw-on")).to_have_count(2)
    assert axe(page, "dialog") == [True, []]

    # At 200 %, and narrow.
    page.set_viewport_size({"width": 320, "height": 400})
    for name in ("Close", "Star", "Compare two", "Loop", "Take [1]"):
        button = viewer.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport(ratio=1)
    assert viewer.evaluate("dialog => dialog.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    keys.press("w")
    expect(wipe).to_have_count(0)

    keys.press("Escape")
    expect(viewer).to_have_count(0)
    expect(look).to_be_focused()
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)

    # The last take ends meanwhile: the document gets the static grid, the page a live one; the viewer goes on with it.
    keys.press("Enter")
    expect(viewer.locator("video.rw-on")).to_have_count(1)
    clock.forward(100_000)
    notebook.until(lambda: is_frozen(notebook, 0))
    expect(viewer.get_by_role("button", name="Take [3]")).to_be_visible()
    keys.press("ArrowRight")
    keys.press("p")
    notebook.until(lambda: notebook.kernel_eval("len(grid.picked)") == 2)
    expect(viewer.get_by_role("button", name="Star", exact=True)).to_have_attribute("aria-pressed", "true")
    keys.press("Escape")
    expect(viewer).to_have_count(0)
    expect(notebook.card(0).nth(1).get_by_role("button", name="Look closer at [1]")).to_be_focused()


def test_who_wants_no_motion_gets_a_film_that_stands_from_a_single_card(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    task_id = service.add_task(queued=1, duration=10)
    notebook = lab.open([f"from runway_widget import Client\nClient().task({task_id!r}, poll_interval=0.3)"])
    notebook.page.emulate_media(reduced_motion="reduce")
    notebook.run_all()
    clock.forward(100)
    card = notebook.card(0)
    notebook.until(lambda: is_frozen(notebook, 0))  # and drawn there again
    card.locator(".rw-cover").click()
    viewer = notebook.page.get_by_role("dialog")
    film = viewer.locator("video.rw-on")
    expect(film).to_have_js_property("readyState", 4)
    assert times(film) == [(0, True)]
    expect(viewer.get_by_role("button", name="Compare two")).to_have_count(0)
    viewer.get_by_role("button", name="Play the take").click()
    notebook.until(lambda: times(film)[0][0] > 0.2)
    viewer.get_by_role("button", name="Close").click()
    expect(viewer).to_have_count(0)
    expect(card.locator(".rw-cover")).to_be_focused()
