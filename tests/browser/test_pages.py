"""Pages that are built from a notebook: the static cards on them are whole and can be read, in light and in dark."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter, SlidesExporter
from playwright.sync_api import Browser

from runway_widget.simulator import Simulator
from tests.browser import chromium, page_builders
from tests.browser.conftest import KEY
from tests.environments import ROOT, environment
from tests.ports import KERNELS

pytestmark = [pytest.mark.hosts, pytest.mark.xdist_group("pages")]

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
REVEAL = ROOT / "js" / "node_modules" / "reveal.js"

SAID = [
    "The $5 bill turns",
    *("# into a heading", "- into a list", "into code, and a $10 bill \\(x\\) `y` **z** {{ 7 }}"),
]
PROMPT = f"{SAID[0]}\n\n{SAID[1]}\n{SAID[2]}\n\n    {SAID[3]}"
REASON = "A face costs $5, not $10: \\[x\\]\n\n# No faces."

CELLS = [
    "from runway_widget import Client\n"
    "client = Client(journal='off')\n"
    "def create(prompt, **more):\n"
    "    return client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text=prompt,\n"
    "                                 ratio='1280:720', duration=5, seed=421, poll_interval=0.1, **more)",
    "video = create({prompt!r})\nvideo.show()\nvideo.wait();",
    "failed = create('a crowd')\nfailed.show()\nfailed.wait(check=False);",
    "image = client.text_to_image(model='gen4_image', prompt_text='the kite', ratio='1920:1080', poll_interval=0.1,\n"
    "                             reference_images=[{still!r}], save_to='renders')\nimage.show()\nimage.wait();",
    "grid = create('the kite lifts', takes=2)\ngrid.show()\ngrid.wait(check=False);",
    "create('the kite is on its way')",
]
ENDS: list[Any] = ["success", "failure", "success", "success", "failure"]

SPHINX = [f"{extension}-{theme}" for extension in page_builders.OPTIONS for theme in page_builders.THEMES]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that was run and saved while its last task was running, without the files that it saved."""
    folder = tmp_path_factory.mktemp("ran")
    with Simulator(speed=30, key=KEY) as simulator, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMETAPI_BASE_URL", simulator.url)
        patch.setenv("COMETAPI_KEY", simulator.key)
        for end in ENDS:
            reason: Any = {"failure": REASON, "failure_code": "SAFETY.INPUT.IMAGE"} if end == "failure" else {}
            simulator.next(end, queued=5, duration=20, **reason)
        simulator.next("success", queued=100_000, duration=200_000)
        still = simulator.media_url("image", "dusk")
        cells = [CELLS[0].format(still=still), CELLS[1].format(prompt=PROMPT), CELLS[2], CELLS[3].format(still=still)]
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in [*cells, *CELLS[4:]]])
        resources = {"metadata": {"path": str(folder)}}
        client = NotebookClient(made, timeout=60, kernel_name="python3", resources=resources, config=KERNELS)
        client.store_widget_state = False
        with ThreadPoolExecutor(1) as elsewhere:  # Playwright's loop runs in this thread
            elsewhere.submit(asyncio.run, client.async_execute()).result()
    assert list((folder / "renders").iterdir())
    alone = tmp_path_factory.mktemp("alone") / "takes.ipynb"
    nbformat.write(made, alone)
    return alone


@pytest.fixture(scope="module")
def built(notebook: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Every page by its name: one for light and dark, or one for each."""
    folder = tmp_path_factory.mktemp("built")
    command: list[str | Path] = [environment("pages"), page_builders.__file__, notebook, folder]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    running = [
        subprocess.Popen([*command, *names], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for names in (["nbsphinx", "mkdocs"], ["myst_nb", "markdown"])
    ]
    content = nbformat.read(notebook, as_version=4)
    for name, exporter in (
        ("html-light", HTMLExporter(theme="light")),
        ("html-dark", HTMLExporter(theme="dark")),
        ("slides-light", SlidesExporter(reveal_url_prefix=REVEAL.as_uri(), reveal_theme="simple")),
        ("slides-dark", SlidesExporter(reveal_url_prefix=REVEAL.as_uri(), reveal_theme="black", theme="dark")),
    ):
        (folder / f"{name}.html").write_text(exporter.from_notebook_node(content)[0], encoding="utf-8")
    for process in running:
        told, _ = process.communicate(timeout=300)
        assert process.returncode == 0, told.decode()
    several = {name: [folder / f"{name}-{theme}.html" for theme in ("light", "dark")] for name in ("html", "slides")}
    return {**{name: [folder / name / "index.html"] for name in [*SPHINX, "mkdocs", "markdown"]}, **several}


@pytest.mark.parametrize("name", [*SPHINX, "mkdocs", "markdown", "html", "slides"])
def test_the_cards_on_a_page_are_whole_and_can_be_read_in_light_and_dark(
    browser: Browser, built: dict[str, list[Path]], name: str
) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme="light" if scheme == "light" else "dark")
        page = context.new_page()
        page.goto(built[name][-1 if scheme == "dark" else 0].as_uri())
        if name == "slides":
            page.add_script_tag(path=REVEAL / "dist" / "reveal.js")
            page.evaluate("Reveal.initialize({ transition: 'none' })")
        seen = page.evaluate(LOOK)
        page.close()
        context.close()

        pale = [each for each in seen["texts"] if each["contrast"] < (3 if each["sign"] else 4.5)]
        assert pale == [], f"{name}, {scheme}"
        assert len(seen["texts"]) > 40
        assert [medium for medium in seen["media"] if not medium["seen"]] == []
        assert len(seen["media"]) == 7, "two players over pictures, a picture, and those that were sent for what failed"
        assert [each for each in seen["media"] if abs(each["wide"]) > 1 or abs(each["high"]) > 1] == []
        assert min(each["width"] for each in seen["media"]) > 150
        assert (seen["markup"], seen["wider"]) == (0, 0)

        # What Sphinx does with an output that has a widget without its state: nothing (nbsphinx 0.9.8, myst-nb 1.4.0).
        running = "Take it up again" in seen["cards"][-1]
        assert running == (name not in SPHINX)
        assert seen["tasks"] == 5 + running
        video, failed, image, grid = seen["cards"][:4]
        assert [line.strip() for line in video.splitlines() if line.strip() in SAID] == SAID
        for card, words in (
            (video, ["Image to video", "Done", "client.task(", "open video", "data", '"id": ']),
            (failed, ["Failed", "A face costs $5, not $10: \\[x\\]", "# No faces.", "SAFETY.INPUT.IMAGE"]),
            (image, ["Text to image", "saved image", "original image", "saved to renders/"]),
            (grid, ["1 done · 1 failed", "[1]", "code and links"]),
        ):
            assert [each for each in words if each not in card] == [], card


def test_a_pdf_that_nbconvert_prints_has_the_picture_of_each_card(notebook: Path, tmp_path: Path) -> None:
    """nbconvert asks Playwright for a Chromium of its own, which is the one of the tests here."""
    variables = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers")}
    launch = "from playwright.sync_api import sync_playwright as s\nwith s() as p: p.chromium.launch()"
    refused = run([sys.executable, "-c", launch], variables)
    expected = re.search(r"Executable doesn't exist at (\S+)", refused.stderr)
    assert expected, refused.stderr
    Path(expected[1]).parent.mkdir(parents=True)
    Path(expected[1]).symlink_to(chromium.ensure())

    export = ["-m", "nbconvert", "--to", "webpdf", "--disable-chromium-sandbox", "--output-dir"]
    done = run([sys.executable, *export, str(tmp_path), str(notebook)], variables)
    assert done.returncode == 0, done.stderr
    pdf = (tmp_path / "takes.pdf").read_bytes()
    assert len(set(re.findall(rb"(\d+) 0 obj\n<</Type /XObject\n/Subtype /Image", pdf))) >= 4


def run(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120, check=False)
