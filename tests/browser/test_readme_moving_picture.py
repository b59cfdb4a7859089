"""The moving picture at the README's top: four takes become clips, and one of them is picked, in a real JupyterLab.

`make picture` takes it again. The test brings about the same states with a tenth of the frames, and checks what the
README shows: an animated picture of this size, which begins and ends as this one does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageSequence
from playwright.sync_api import Browser, FloatRect, Locator, expect

from runway_widget.simulator import Simulator
from runway_widget.simulator._scenario import Scenario, moment
from tests.browser.conftest import KEY
from tests.browser.host import LAB, Host, Tabs
from tests.browser.moving_picture import Recording, middle
from tests.browser.notebook import NotebookPage
from tests.browser.servers import JupyterServer
from tests.browser.test_card import is_frozen
from tests.browser.test_readme_picture import StandingClock, difference
from tests.environments import ROOT

PICTURE = ROOT / "js" / "takes.webp"
MAX_SIZE = 1_500_000  # bytes
SCALE = 1.5
WIDTH, HEIGHT = 1028, 396  # of the part of the page, in its pixels
TAKING = bool(os.environ.get("TAKE_PICTURE"))

PREPARE = """
import os, shutil, tempfile
os.chdir(tempfile.mkdtemp())
shutil.copy({still!r}, "still.jpg")
from runway_widget import Client
client = Client()
client._service.poll_interval = 0.1
"""
TAKES = """takes = client.image_to_video(
    model="gen4_turbo", prompt_image="still.jpg", prompt_text="The kite lifts above the wheat field",
    ratio="1280:720", duration=5, seed=421, takes=4,
)
takes"""
# What JupyterLab draws around a cell that is worked on is no part of the scene.
STYLE = """
.jp-Notebook .jp-cell-toolbar, .jp-Notebook .jp-Collapser, .jp-Notebook-footer { visibility: hidden !important; }
.jp-Notebook .jp-Cell { border-color: transparent !important; box-shadow: none !important; outline: none !important; }
"""
PICKED = 1
QUEUED, DURATIONS = 3.0, (24.0, 28.0, 33.0, 39.0)  # seconds of each take
CLIP = 4.0  # seconds that a take lasts
SEEK = """(range, at) => { range.value = at; range.dispatchEvent(new Event('input', {bubbles: true})); }"""
STAND = """([at]) => [...document.querySelectorAll('.rw-grid video')]
  .every(film => !film.seeking && film.readyState > 1 && Math.abs(film.currentTime - at) < 0.1)"""


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def simulator(clock: StandingClock, kernel_environment: dict[str, str]) -> Iterator[Simulator]:
    """A service whose time the test sets, and whose takes last differently."""
    with Simulator(speed=1, key=KEY, clock=clock) as simulator:
        for duration in DURATIONS:
            simulator.next(queued=QUEUED, duration=duration)
        kernel_environment.update(COMETAPI_BASE_URL=simulator.url, COMETAPI_KEY=simulator.key)
        yield simulator


@pytest.fixture
def lab(server: JupyterServer, browser: Browser, kernel_environment: dict[str, str]) -> Iterator[Host]:
    """JupyterLab with a higher resolution than usual."""
    context = browser.new_context(device_scale_factor=SCALE)
    with Host(server, Tabs(context), LAB, kernel_environment) as host:
        yield host
    context.close()


@pytest.fixture
def notebook(lab: Host, simulator: Simulator) -> NotebookPage:
    notebook = lab.open([TAKES], viewport=(1120, 900))
    notebook.page.evaluate("window.jupyterapp.shell.collapseLeft()")
    notebook.page.add_style_tag(content=STYLE)
    notebook.kernel_eval(PREPARE.format(still=str(ROOT / "notebooks" / "still.jpg")))
    return notebook


def test_four_takes_become_clips_and_one_is_picked(notebook: NotebookPage, clock: StandingClock) -> None:
    record = Recording(notebook.page, part_of(notebook), coarse=1 if TAKING else 8)
    record.take(900)
    notebook.run_cell(0)
    cards = notebook.output(0).locator(".rw-card")
    expect(cards).to_have_count(4)
    generate(record, cards, clock)
    notebook.until(lambda: is_frozen(notebook, 0))  # in the file: the page goes on
    expect(notebook.output(0).locator("article").get_by_role("button", name="Star")).to_have_count(4)
    record.take(500)
    play_in_step(record, notebook.output(0))
    pick(record, cards.nth(PICKED))
    if TAKING:
        record.save(PICTURE)
    check(PICTURE, record)


def generate(record: Recording, cards: Locator, clock: StandingClock) -> None:
    """From the queue to four clips."""
    expect(cards.filter(has_text="In the queue")).to_have_count(4)
    record.take(700)
    end = QUEUED + max(DURATIONS)
    steps = 44
    elapsed = 0.0
    for step in range(record.coarse, steps + record.coarse, record.coarse):
        now = QUEUED + (end - QUEUED) * min(step / steps, 1.0) + 0.01
        clock.now += now - elapsed
        elapsed = now
        states = [moment(Scenario(queued=QUEUED, duration=duration), elapsed) for duration in DURATIONS]
        words = ["Done" if state.ended else f"Generating {round(100 * state.progress)} %" for state in states]
        for each in sorted({*words}):
            expect(cards.filter(has_text=each)).to_have_count(words.count(each))
        record.take(90)


def play_in_step(record: Recording, output: Locator) -> None:
    """The pointer takes the scrubber along, and all clips go with it."""
    scrubber = output.locator("input.rw-range")
    box = scrubber.bounding_box()
    assert box is not None
    height = box["y"] + box["height"] / 2
    record.place_pointer(box["x"] + box["width"] * 0.6, height + 240)
    record.move_to(box["x"] + 7, height, steps=10)
    steps = 36
    for step in range(record.coarse, steps + record.coarse, record.coarse):
        share = 0.98 * min(step / steps, 1.0)
        scrubber.evaluate(SEEK, CLIP * share)
        record.page.wait_for_function(STAND, arg=[CLIP * share])
        record.place_pointer(box["x"] + 7 + (box["width"] - 14) * share, height)
        record.take(70)
    record.durations[-1] = 400


def pick(record: Recording, card: Locator) -> None:
    """The pointer gives one a star, and goes out of the way."""
    star = card.get_by_role("button", name="Star")
    record.move_to(*middle(star), steps=12)
    record.durations[-1] = 250
    star.dispatch_event("click")
    expect(star).to_have_attribute("aria-pressed", "true")
    record.take(400)
    x, y = record.pointer
    record.move_to(x + 28, y + 120, steps=10)
    record.durations[-1] = 3000


def part_of(notebook: NotebookPage) -> FloatRect:
    """The part of the page that the picture shows: the cell, and the place below it where the takes will be."""
    cell = notebook.cell(0).bounding_box()
    assert cell is not None
    return FloatRect(x=cell["x"], y=cell["y"], width=WIDTH, height=HEIGHT)


def check(picture: Path, record: Recording) -> None:
    """The picture is of this scene: small enough, of this size, in as many frames, and it rests at its end."""
    assert picture.stat().st_size < MAX_SIZE
    with Image.open(picture) as shown:
        frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(shown)]
        assert len(frames) > 80
        assert (shown.format, shown.size, shown.info["loop"]) == ("WEBP", record.frames[0].size, 0)
        assert shown.info["duration"] >= 2000  # of the last one
    assert difference(frames[0], record.frames[0]) < 4
    assert difference(frames[-1], record.frames[-1]) < 12  # which take is which differs from run to run
