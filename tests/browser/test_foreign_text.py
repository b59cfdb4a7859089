"""Texts of users and of services in a real JupyterLab: no host makes more of them than they say."""

from __future__ import annotations

import re
from typing import Any

from nbconvert import MarkdownExporter
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser.conftest import KEY
from tests.browser.host import Host

PROMPT = (
    "The $5 bill turns into a $10 bill\n\n**bold** \\(x\\) `y` [a](b) \\begin{equation}z\\end{equation} " + "W" * 120
)
REASON = "It costs $5, not $10: \\[x\\] \x1b[2J\u202e<b>bold</b>"
SHOWN = "The $5 bill turns into a $10 bill"

CELLS = [
    "from runway_widget import Client\n"
    "client = Client()\n"
    "def create(**more):\n"
    "    return client.image_to_video(model='gen4_turbo', prompt_image={still!r}, prompt_text={prompt!r},\n"
    "                                 ratio='1280:720', duration=5, poll_interval=0.1, **more)",
    "live = create(freeze=False)\nlive",
    "static = create()\nstatic",
    "failed = create()\nfailed",
    "grid = create(takes=2)\ngrid",
    "static._completion.wait(60), failed._completion.wait(60), [task._completion.wait(60) for task in grid]\n"
    "client.recent()",
    "from IPython.display import HTML\nHTML('<p>a formula: $x$</p>')",
]


def test_nothing_that_is_said_becomes_a_formula_or_markup_and_long_words_break(lab: Host) -> None:
    with Simulator(speed=30, key=KEY) as simulator:
        for end in ("success", "success", "failure", "success", "failure"):
            reason: Any = {"failure": REASON} if end == "failure" else {}
            simulator.next(end, queued=10, duration=20, **reason)
        cells = [CELLS[0].format(still=simulator.media_url("image", "dusk"), prompt=PROMPT), *CELLS[1:]]
        notebook = lab.open(cells)
        notebook.set_environment({"COMETAPI_BASE_URL": simulator.url, "COMETAPI_KEY": simulator.key})
        notebook.run_all()
        formulas = notebook.page.locator("mjx-container, .MathJax")
        expect(notebook.output(6).locator("mjx-container")).to_have_count(1)  # the host does look for formulas
        for cell in (1, 2, 3):
            expect(notebook.output(cell)).to_contain_text(SHOWN)
        expect(notebook.output(3)).to_contain_text("It costs $5, not $10: \\[x\\] <b>bold</b>")
        expect(notebook.output(4)).to_contain_text("1 done · 1 failed")
        expect(notebook.output(5).locator("tbody tr")).to_have_count(5)
        expect(notebook.output(5)).to_contain_text(SHOWN)
        expect(notebook.output(5)).to_contain_text("It costs $5, not $10")
        notebook.until(lambda: notebook.outputs(2)[0]["data"].get("text/html"))
        expect(formulas).to_have_count(1)
        expect(notebook.output(1).locator(".mathjax_ignore")).to_contain_text(SHOWN)  # for hosts that read widgets too
        assert notebook.output(5).locator("td[title]").first.get_attribute("title")
        for cell in (1, 2, 3, 4):
            assert notebook.output(cell).evaluate(
                "el => [...el.querySelectorAll('.runway-task')].every(card => card.scrollWidth <= card.clientWidth)"
            )
        saved = notebook.saved()
    markdown, _ = MarkdownExporter().from_notebook_node(saved)
    blocks = [block for block in re.split(r"\n\s*\n", markdown) if re.match("\\s*<(div|table)", block)]
    assert len(blocks) >= 4, "each card is one block of HTML, whatever is said in it"
    assert all(block.rstrip().endswith(("</div>", "</table>", "</p>")) for block in blocks)
