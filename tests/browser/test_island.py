"""After the end: the file keeps the static card, and the page the live one, as long as page and kernel live."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.test_card import WIDGET, is_frozen
from tests.service import ServiceTime


def create(service: Simulator, **options: object) -> str:
    """A cell that makes a task, or with ``takes`` a grid, and shows it."""
    more = "".join(f", {name}={value!r}" for name, value in options.items())
    return (
        f"from runway_widget import Client\nmade = Client().image_to_video(model='gen4_turbo', ratio='1280:720',\n"
        f"    prompt_image={service.media_url('image', 'dusk')!r}, prompt_text='the kite lifts', duration=5,\n"
        f"    poll_interval=0.3{more})\nmade"
    )


def is_live(output: Locator, cards: int = 1) -> None:
    """Whether as many live cards stand there, one of which can be given a star."""
    expect(output.locator("article.runway-task")).to_have_count(cards)
    expect(output.get_by_role("button", name="Star").first).to_be_visible()


def is_static(output: Locator) -> None:
    expect(output.locator(".runway-static .runway-task").first).to_be_visible()
    expect(output.locator("article, button")).to_have_count(0)


def holds_static_cards_only(notebook: NotebookPage, *cells: int) -> str:
    """What the file holds of these cells' outputs."""
    outputs = [output for cell in cells for output in notebook.saved().cells[cell].outputs]
    assert [output.data.keys() for output in outputs] == [{"text/html", "text/plain"}] * len(outputs)
    text = json.dumps(outputs, ensure_ascii=False)
    assert not re.search(r"<button|<article|rw-card", text)
    return text


def test_the_file_keeps_the_static_card_and_every_place_on_the_page_the_live_one(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    """Two displays, a view of an output in a tab, a grid; a page loaded anew; `close`; a kernel that is restarted."""
    notebook = lab.open([create(service, seed=3), "one = made\none", create(service, takes=2)], viewport=(1100, 1500))
    notebook.run_all()
    page, first, second, grid = notebook.page, notebook.output(0), notebook.output(1), notebook.output(2)
    expect(grid.locator("article")).to_have_count(2)
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0) and is_frozen(notebook, 1) and is_frozen(notebook, 2))
    for output, cards in ((first, 1), (second, 1), (grid, 2)):
        is_live(output, cards)
    page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    page.evaluate("window.jupyterapp.commands.execute('notebook:create-output-view')")
    view = page.locator(".jp-LinkedOutputView")
    is_live(view)

    # A star in one place is a star in all of them, and in the file. Nothing else on the page is disturbed by it.
    film = second.locator("video")
    film.evaluate("video => { video.muted = true; return video.play(); }")
    star = second.get_by_role("button", name="Star")
    star.focus()
    star.press("Enter")
    for output in (first, second, view):
        expect(output.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    assert notebook.kernel_eval("one.picked") is True
    notebook.until(lambda: "★" in json.dumps(notebook.outputs(1), ensure_ascii=False))
    expect(star).to_be_focused()
    expect(film).to_have_css("animation-name", "none")  # the picture was there before: it does not appear once more
    notebook.until(lambda: film.evaluate("video => !video.paused && video.currentTime > 0.5"))
    grid.get_by_role("button", name="Save to").nth(1).click()
    notebook.until(lambda: notebook.kernel_eval("[len(take.files) for take in made]") == [0, 1])
    assert holds_static_cards_only(notebook, 0, 1, 2).count("★") == 2

    notebook.reload()
    is_live(second)
    is_live(grid, 2)
    holds_static_cards_only(notebook, 0, 1, 2)
    notebook.kernel_eval("one.close()")
    is_static(first)
    is_static(second)
    expect(first).to_contain_text("Client().task(")
    is_live(grid, 2)
    notebook.restart_kernel()
    is_static(grid)
    expect(page.get_by_text("Error displaying widget")).to_have_count(0)
    holds_static_cards_only(notebook, 0, 1, 2)


def test_with_freeze_off_the_output_itself_stays_live(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    notebook = lab.open([create(service, freeze=False)])
    notebook.run_all()
    clock.forward(1000)
    is_live(notebook.output(0))
    expect(notebook.output(0).locator(".runway-static")).to_have_count(0)
    assert WIDGET in notebook.saved().cells[0].outputs[0].data


def test_a_card_that_ended_out_of_sight_is_live_where_one_scrolls_back_to_it(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    lab.server.hide_cells_out_of_sight()
    notebook = lab.open([create(service), *(f"print({number})" for number in range(100))])
    output, last = notebook.output(0), notebook.cell(100)
    scroll = "index => window.jupyterapp.shell.currentWidget.content.scrollToItem(index, 'center')"
    notebook.run_cell(0)
    expect(output.locator("article")).to_be_visible()
    notebook.run_cell(100)
    notebook.page.evaluate(scroll, 50)
    expect(output).to_be_hidden()
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0))
    for _ in range(2):
        notebook.page.evaluate(scroll, 0)
        is_live(output)
        notebook.page.evaluate(scroll, 100)
        expect(output).to_be_hidden()
        expect(last).to_be_visible()
    holds_static_cards_only(notebook, 0)
