"""Stars and the pictures of what was made, in a real JupyterLab: in the file, after a restart, and on the sheet."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.test_card import is_frozen
from tests.service import ServiceTime

SEEN = "images => images.length > 0 && images.every(image => image.complete && image.naturalWidth > 0)"


def seen(images: Locator) -> bool:
    """Whether there are images, and each of them shows something."""
    return bool(images.evaluate_all(SEEN))


def test_a_star_is_in_the_file_and_what_was_made_is_found_again(
    lab: Host, service: Simulator, clock: ServiceTime, tmp_path: Path
) -> None:
    account = f"{service.key!r}, {service.url!r}, journal={str(tmp_path / 'journal')!r}"
    client = f"from runway_widget import Client\nclient = Client({account})\n"
    make = (
        f"{client}grid = client.image_to_video(model='gen4_turbo', prompt_image={service.media_url()!r}, "
        "prompt_text='the kite lifts', ratio='1280:720', duration=5, takes=2, poll_interval=0.3)\ngrid"
    )
    sheet = str(tmp_path / "sheet.html")
    notebook = lab.open([make, f"{client}client.recent()", "client.recent().grid(columns=2)"])
    notebook.run_cell(0)
    cards = notebook.card(0)
    expect(cards).to_have_count(2)
    for number in range(2):
        expect(cards.nth(number)).to_contain_text(f"[{number}]")
    notebook.until(lambda: notebook.kernel_eval("all(take.task_id for take in grid)"))
    clock.forward(1000)
    expect(cards.nth(1)).to_contain_text("Done")
    notebook.until(lambda: is_frozen(notebook, 0))
    notebook.kernel_eval("grid[1].pick()")

    def stars(cell: int) -> int:
        """How many there are in the file."""
        (output,) = notebook.saved().cells[cell].outputs
        assert "application/vnd.jupyter.widget-view+json" not in output.data
        return str(output.data["text/html"]).count("★")

    notebook.until(lambda: stars(0) == 1)

    # A week later
    notebook.restart_kernel()
    service.trouble("server_error", route="poll")
    notebook.run_cell(1)
    table = notebook.output(1)
    expect(table.locator("tbody tr")).to_have_count(2)
    expect(table.locator("tbody tr").nth(0)).to_contain_text("★ picked")
    notebook.until(lambda: seen(table.locator("img")))
    boxes = [image.bounding_box() for image in table.locator("img").all()]
    assert [(round(box["width"]), round(box["height"])) for box in boxes if box] == [(96, 54), (96, 54)]

    notebook.run_cell(2)
    cards = notebook.card(2)
    expect(cards).to_have_count(2)
    expect(notebook.output(2)).to_contain_text("2 done")
    expect(cards.nth(0)).to_contain_text("[0]")
    notebook.until(lambda: seen(cards.locator("img")))
    star = cards.nth(1).get_by_role("button", name="Star")  # the page draws the live sheet in the static one's place
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    notebook.until(lambda: stars(2) == 2)
    notebook.reload()
    notebook.until(lambda: seen(notebook.card(2).locator("img")))

    notebook.kernel_eval(f"str(client.recent().export({sheet!r}))")
    page = notebook.page.context.new_page()
    page.on("console", lambda message: notebook.errors.append(message.text))
    page.goto(Path(sheet).as_uri())
    expect(page.locator("li")).to_have_count(2)
    expect(page.locator("li").nth(0)).to_contain_text("★ picked")
    assert seen(page.locator("img"))
    page.close()
