"""Several takes in a real JupyterLab: their grid is there before they are sent, and so is what is made from them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.test_card import is_frozen
from tests.service import ServiceTime

# A service that is asked for one create after the other, whenever the test lets one through.
DOOR = """
import threading
from runway_widget import Client
client = Client(journal="off")
door, usual = threading.Semaphore(0), client._service.create
def create(endpoint, body):
    door.acquire()
    return usual(endpoint, body)
client._service.create = create
"""
CLIP = "model='gen4_turbo', prompt_text='the kite lifts', ratio='1280:720', duration=5, poll_interval=0.3"


def word(card: Locator) -> Locator:
    return card.locator("bdi").first


def size(card: Locator) -> tuple[float, float]:
    box = card.bounding_box()
    assert box is not None
    return box["width"], box["height"]


def test_a_grid_is_there_at_once_and_the_chain_that_is_made_from_it(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    notebook = lab.open(
        [
            DOOR,
            f"takes = client.image_to_video(prompt_image={service.media_url()!r}, takes=8, {CLIP})\ntakes",
            "large = client.video_upscale(model='upscale_v1', video_uri=takes[0], poll_interval=0.3)\nlarge",
            "door.release(3)",
            "door.release(9)",
            "large.wait()",
        ]
    )
    for cell in range(3):
        notebook.run_cell(cell)
    cards, large = notebook.card(1), notebook.card(2)
    expect(cards).to_have_count(8)
    expect(word(cards.nth(0))).to_have_text("Sending")
    for number in range(1, 8):
        expect(word(cards.nth(number))).to_have_text("Waiting")
    expect(word(large)).to_have_text("Waits for gen4_turbo")
    expect(notebook.output(1)).to_contain_text("8 waiting")
    sizes = [size(card) for card in cards.all()]
    assert [request for request in service.requests if request.method == "POST"] == []

    notebook.run_cell(3)
    expect(cards.nth(0)).to_have_attribute("data-status", "QUEUED")
    for number in range(5, 8):
        expect(word(cards.nth(number))).to_have_text(re.compile("Sending|Waiting"))
    assert [size(card) for card in cards.all()] == sizes, "no card has jumped"
    clock.forward(12)
    expect(word(large)).to_have_text(re.compile(r"Waits for gen4_turbo · \d+ %"))
    expect(large.get_by_role("progressbar")).to_be_visible()
    cards.nth(7).hover()
    cards.nth(7).get_by_role("button", name="Cancel the task").click()
    expect(cards.nth(7)).to_contain_text("It was not sent yet, so it costs nothing.")
    cards.nth(7).get_by_role("button", name="Yes, cancel").click()
    expect(word(cards.nth(7))).to_have_text("Not sent")

    notebook.run_cell(4)
    clock.forward(1000)
    expect(large).to_have_attribute("data-task-id", re.compile("."))
    notebook.run_cell(5, wait=False)
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 2))
    expect(notebook.output(1)).to_contain_text("7 done · 1 not sent")
    routes = [request.path.rpartition("/")[2] for request in service.requests if request.method == "POST"]
    assert sorted(routes) == ["image_to_video"] * 7 + ["video_upscale"]
