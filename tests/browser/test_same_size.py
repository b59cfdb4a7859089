"""The static card and the static grid are as large as the live ones: nothing moves where one becomes the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.screenshots import differ
from tests.service import ServiceTime

PROMPT = "the kite lifts above the wheat field while the wind turns the long grass in waves, and the camera follows it"
REASON = "A face was found in the picture."

# Each is shown live and, beneath, as static HTML, in whose place it is live too. The grid of all sorts has two columns.
CELLS = [
    "from runway_widget import Client, TaskGrid\n"
    "client = Client(journal='off')\n"
    "tasks = {{name: client.task(id, poll_interval=0.2) for name, id in {ids!r}.items()}}\n"
    "def create(prompt, **more):\n"
    "    return client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text=prompt,\n"
    "                                 ratio='1280:720', duration=5, seed=421, poll_interval=0.2, **more)\n"
    "tasks['long prompt'] = create({prompt!r})\n"
    "tasks['short prompt'] = create('the kite')\n"
    "shown = dict(tasks)\n"
    "shown['takes'] = create({prompt!r}, takes=2)\n"
    "shown['narrow takes'] = TaskGrid([*shown['takes'], tasks['video']], columns=4)\n"  # the last one has no prompt
    "shown['four takes'] = TaskGrid(list(tasks.values())[:4], columns=4)\n"
    "shown['all sorts'] = TaskGrid(tasks.values(), columns=2)",
    "for each in shown.values():\n    each.wait(check=False)\n    each.show(live=True)\n    each.show()",
]

#: Of the page, and how many of four takes stand side by side in it then: of 1,100 px there would be room for three.
WIDTHS = {1100: 2, 640: 1}

# Of each output its height, and of the cards in it their places and sizes, from the output's corner.
MEASURE = """outputs => outputs.map(output => {
  const { x, y, height } = output.getBoundingClientRect();
  const cards = [...output.querySelectorAll('.runway-task')].map(card => card.getBoundingClientRect());
  return [height, ...cards.flatMap(card => [card.x - x, card.y - y, card.width, card.height])];
})"""


def sizes(notebook: NotebookPage) -> tuple[list[list[float]], list[list[float]]]:
    """Those of the live outputs, and of the static ones or of what stands in their places."""
    measured: list[list[float]] = notebook.output(1).locator(".jp-OutputArea-output").evaluate_all(MEASURE)
    return measured[::2], measured[1::2]


def across(output: list[float]) -> int:
    """How many cards stand side by side in an output: in how many places they begin."""
    return len({round(left) for left in output[1::4]})


def differences(names: list[str], one: list[list[float]], other: list[list[float]]) -> dict[str, Any]:
    """What is not within half a pixel of the same."""
    pairs = zip(names, one, other, strict=True)
    return {name: sizes for name, *sizes in pairs if sizes[0] != pytest.approx(sizes[1], abs=0.5)}


def heights(output: list[float]) -> set[int]:
    """How high the cards of an output are, in whole pixels."""
    return {round(height) for height in output[4::4]}


def test_a_static_card_has_the_size_of_the_live_one_wide_and_narrow(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    ids = {
        "video": service.add_task(queued=1, duration=20),
        "portrait": service.add_task(queued=1, duration=20, portrait=True),
        "image": service.add_task("TEXT_TO_IMAGE", queued=1, duration=20),
        "two": service.add_task("TEXT_TO_IMAGE", queued=1, duration=20, outputs=("image", "image")),
        "three": service.add_task(queued=1, duration=20, outputs=("video",) * 3),
        "sound": service.add_task("TEXT_TO_SPEECH", queued=1, duration=20),
        "sounds": service.add_task("TEXT_TO_SPEECH", queued=1, duration=20, outputs=("audio", "audio")),
        "file": service.add_task(queued=1, duration=20, outputs=("file",)),
        "files": service.add_task(queued=1, duration=20, outputs=("file", "file")),
        "failed": service.add_task(outcome="failure", failure=REASON, failure_code="SAFETY.INPUT.IMAGE", duration=20),
        "cancelled": service.add_task(outcome="cancelled", queued=1, duration=20),
    }
    names = [*ids, "long prompt", "short prompt", "takes", "narrow takes", "four takes", "all sorts"]
    setup = CELLS[0].format(ids=ids, still=service.media_url("image", "dusk"), prompt=PROMPT)
    notebook = lab.open([setup, CELLS[1]])
    notebook.run_cell(0)
    clock.forward(5000)
    notebook.run_cell(1)
    twins = notebook.output(1).locator(".runway-static")
    expect(twins).to_have_count(len(names))
    live: dict[int, list[list[float]]] = {}
    for width, columns in WIDTHS.items():
        notebook.page.set_viewport_size({"width": width, "height": 900})
        expect(twins.locator(".rw")).to_have_count(len(names))
        same(notebook, lambda: differences(names, *sizes(notebook)))
        live[width] = sizes(notebook)[1]
        assert across(live[width][names.index("four takes")]) == columns, "as many as make even rows"
        assert len(heights(live[width][names.index("narrow takes")])) == 1, "with a prompt or without"
    notebook.shutdown_kernel()
    expect(twins.locator(".rw")).to_have_count(0)
    for width in reversed(WIDTHS):
        notebook.page.set_viewport_size({"width": width, "height": 900})
        same(notebook, lambda: differences(names, live[width], sizes(notebook)[1]))  # noqa: B023 - called at once

    # A player's controls appear under the pointer, and cover nothing at rest.
    video = twins.first.locator("video")
    video.hover()
    pointed_at = video.screenshot()
    notebook.page.mouse.move(0, 0)
    notebook.until(lambda: differ(video.screenshot(), pointed_at), seconds=20)
    at_rest = video.screenshot()
    video.evaluate("video => { video.controls = false; }")
    notebook.until(lambda: not differ(video.screenshot(), at_rest), seconds=20)


def same(notebook: NotebookPage, different: Callable[[], dict[str, Any]]) -> None:
    """Wait until nothing is different: pictures bring their shapes when they have loaded."""
    try:
        notebook.until(lambda: not different(), seconds=20)
    except AssertionError:
        raise AssertionError(different()) from None
