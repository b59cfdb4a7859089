"""The picture in the README: a running card beside a finished one, in a real JupyterLab.

`make picture` takes it again. The test checks that it can be taken and that the README's picture looks like it. The
service's clock stands still, so that the cards show the same each time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, BrowserContext, FloatRect, expect

from runway_widget.simulator import Simulator
from tests.browser.conftest import KEY
from tests.browser.host import LAB, Host, Tabs
from tests.browser.notebook import NotebookPage
from tests.browser.servers import JupyterServer
from tests.environments import ROOT

PICTURE = ROOT / "js" / "card.jpg"
MAX_SIZE = 300_000  # bytes
SCALE = 2
MARGIN = 6  # pixels; less than the distance to what is below the cards

CREATE = """
from ipywidgets import HBox, Layout
from runway_widget import Client

def created(picture, prompt, seed):
    task = Client().image_to_video(
        model="gen4_turbo", prompt_image=picture, prompt_text=prompt, ratio="1280:720", duration=5, seed=seed
    )
    task.close()
    return task.task_id
"""
SHOW = "HBox([running, done], layout=Layout(grid_gap='20px', padding='20px'))"
# A browser hides the controls of a video that has played for some seconds.
PLAY_A_WHILE = """async video => {
  await video.play();
  await new Promise(done => { video.ontimeupdate = () => { if (video.currentTime > 3.5) done(); }; });
}"""


class StandingClock:
    """The service's clock. It stands still until a test sets it forward."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def simulator(clock: StandingClock, kernel_environment: dict[str, str]) -> Iterator[Simulator]:
    """A service whose time the test sets."""
    with Simulator(speed=1, key=KEY, clock=clock) as simulator:
        kernel_environment.update(COMETAPI_BASE_URL=simulator.url, COMETAPI_KEY=simulator.key)
        yield simulator


@pytest.fixture
def lab(server: JupyterServer, browser: Browser, kernel_environment: dict[str, str]) -> Iterator[Host]:
    """JupyterLab with twice the usual resolution."""
    context: BrowserContext = browser.new_context(device_scale_factor=SCALE)
    with Host(server, Tabs(context), LAB, kernel_environment) as host:
        yield host
    context.close()


@pytest.fixture
def notebook(lab: Host, simulator: Simulator, clock: StandingClock) -> NotebookPage:
    """Two cards in its second cell: one has been running for 42 s, one has finished."""
    dawn, dusk = (simulator.media_url("image", variant) for variant in ("dawn", "dusk"))
    notebook = lab.open([CREATE, SHOW], viewport=(1400, 1000))
    notebook.run_cell(0)
    # Three, because fewer give no typical duration.
    prompt = "The last light, and the kite still up"
    notebook.kernel_eval(f"ended = [created({dusk!r}, {prompt!r}, 422) for _ in range(3)]")
    clock.now += 100
    notebook.kernel_eval("done = [Client().task(each, freeze=False).wait() for each in ended][0]")
    notebook.kernel_eval(f"begun = created({dawn!r}, 'The kite lifts above the wheat field', 420)")
    clock.now += 42
    notebook.kernel_eval("running = Client().task(begun)")
    notebook.run_cell(1)
    return notebook


def test_the_picture_shows_a_running_card_and_a_finished_one(notebook: NotebookPage, tmp_path: Path) -> None:
    left, right = notebook.card(1).nth(0), notebook.card(1).nth(1)
    expect(left).to_contain_text("Generating 62 %")
    expect(left).to_contain_text(re.compile(r"about 0:\d\d left"))
    expect(right).to_contain_text("Done in 1:06")
    right.locator("video").evaluate(PLAY_A_WHILE)
    cards = [card.locator(".rw-card").bounding_box() for card in (left, right)]
    shot = notebook.page.screenshot(clip=around(*cards))
    picture = PICTURE if os.environ.get("TAKE_PICTURE") else tmp_path / PICTURE.name
    Image.open(BytesIO(shot)).convert("RGB").save(picture, quality=88, subsampling=0, optimize=True)
    assert picture.stat().st_size <= MAX_SIZE
    assert difference(Image.open(picture), Image.open(PICTURE)) < 4


def around(*boxes: FloatRect | None) -> FloatRect:
    present = [box for box in boxes if box]
    x, y = (min(box[side] for box in present) - MARGIN for side in ("x", "y"))
    right = max(box["x"] + box["width"] for box in present) + MARGIN
    bottom = max(box["y"] + box["height"] for box in present) + MARGIN
    return FloatRect(x=x, y=y, width=right - x, height=bottom - y)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference (0 to 255) of a channel, of the two pictures at a small size."""
    small = [picture.convert("RGB").resize((64, 48)) for picture in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)
