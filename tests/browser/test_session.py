"""A session in a real JupyterLab: after the last end one looks, chooses and goes on, and the file tells it all."""

from __future__ import annotations

from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.test_card import is_frozen
from tests.browser.test_look import in_step, shows, stand, times
from tests.browser.test_saved import frozen
from tests.service import ServiceTime

TAKES = 6
MAKE = """from runway_widget import Client
client = Client()
takes = client.image_to_video(
    model="gen4_turbo", prompt_image={still!r}, prompt_text="the kite lifts", ratio="1280:720", duration=5, seed=421,
    takes=6, save_to="renders", poll_interval=0.3,
)
takes"""


def test_one_plays_all_opens_one_stars_two_and_goes_on_from_a_frame_and_the_file_shows_it(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    notebook = lab.open([MAKE.format(still=service.media_url())], viewport=(1400, 1100))
    notebook.run_all()
    expect(notebook.card(0)).to_have_count(TAKES)
    notebook.until(lambda: notebook.kernel_eval("all(take.task_id for take in takes)"))
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0))  # the last has ended, and the page draws the live grid there
    keys = notebook.page.keyboard
    films = notebook.output(0).locator(".rw-film > video")
    expect(films).to_have_count(TAKES)

    # All in step, then one large.
    bar = notebook.output(0).get_by_role("group", name="All takes in step")
    bar.get_by_role("button", name="Play all takes").click()
    in_step(notebook, films, TAKES)
    bar.get_by_role("button", name="Pause all takes").click()
    stand(notebook, films)
    notebook.card(0).nth(0).get_by_role("button", name="Look closer at [0]").click()
    viewer = notebook.page.get_by_role("dialog")
    expect(viewer.locator("video.rw-on")).to_have_count(1)
    notebook.until(lambda: not times(viewer.locator("video.rw-on"))[0][1])
    keys.press("Space")
    at = stand(notebook, viewer.locator("video.rw-shot"))

    # Through the others, two of which get a star, to a frame that is worth keeping.
    star = viewer.get_by_role("button", name="Star", exact=True)
    for number in range(1, TAKES):
        keys.press("ArrowRight")
        shows(notebook, f"[{number}]", at)
        if number in {2, 4}:
            keys.press("p")
            expect(star).to_have_attribute("aria-pressed", "true")
    keys.press("ArrowLeft")
    shows(notebook, "[4]", at)
    for _ in range(2):
        keys.press("w")  # compared, and not any more: the keys go on
    shows(notebook, "[4]", at)
    keys.press("k")
    expect(viewer.get_by_role("button", name="Copy the line that uses it")).to_be_visible()
    line = viewer.locator("code").inner_text()
    keys.press("Escape")
    expect(viewer).to_have_count(0)
    assert notebook.kernel_eval("[take.picked for take in takes]") == [False, False, True, False, True, False]
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(1)

    # The only other cell: the line that the viewer showed is what the next clip begins from.
    made = notebook.add_and_run(f"from runway_widget import Client\nnext_clip = {line}\nnext_clip")
    notebook.until(lambda: notebook.kernel_eval("bool(next_clip.task_id)"))
    clock.forward(1000)
    notebook.until(lambda: frozen(notebook, 0, made))
    notebook.until(lambda: str(notebook.saved().cells[0].outputs[0].data["text/html"]).count("★") == 2)
    notebook.shutdown_kernel()

    # Whoever gets the file sees the stars and the pictures, and no widget.
    for cell in notebook.saved().cells:
        assert all(set(output.data) <= {"text/html", "text/plain"} for output in cell.outputs)
    reader = lab.open(notebook.path)
    expect(reader.card(0)).to_have_count(TAKES)
    expect(reader.output(0).get_by_text("★")).to_have_count(2)
    for number in range(TAKES):
        expect(reader.card(0).nth(number).locator("img[src^='data:image/'] + video")).to_be_visible()
    assert reader.output(0).get_by_role("button").count() == 0
