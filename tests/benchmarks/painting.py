"""A real JupyterLab: how soon a card is painted, and how much script the page runs for each update.

Each kind of card (`cards`) has a page and a kernel of its own, and they take turns. Script is the processor's time of
the page's main thread, as Chromium counts it, with all that JupyterLab does to bring a message to its widget.

- Painting: from the end of a cell that shows one card to the first frame in which it can be seen; 0 where it is there
  before. The first card of a page loads what that kind needs.
- An update: all cards on the page change; the script is divided by their number.
- At rest: what the page runs in a second in which nothing changes, with as many cards. JupyterLab's own is in it.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, sync_playwright

from tests.browser import chromium, kernels
from tests.browser.host import LAB, Host, Tabs
from tests.browser.notebook import APPEND, NotebookPage
from tests.browser.servers import JupyterServer

from .cards import CARDS, SEEN, STEP, TASK, code
from .processes import Server
from .rows import Row, Size, row

TITLE = "In a real JupyterLab"
SHOWN = {1: 5, 50: 5, 200: 2}  # cards: updates that are measured
REST = 3.0  # seconds
UPDATED = 15.0  # seconds, for all cards to show an update
PATIENCE = 240.0  # seconds; a busy machine needs a minute to open 200 cards
NOTICED = 100.0  # milliseconds; less feels like at once (Nielsen, Usability Engineering, 1993, chapter 5)
REST_NOTICED = 10.0  # milliseconds in a second: one per cent of a core

# Runs a cell that shows a card; the milliseconds from the cell's end to the frame after the one that has the card.
PAINT = """async ([index, selector]) => {
  const {shell, commands} = window.jupyterapp, notebook = shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  const output = notebook.widgets[index].node;
  const painted = new Promise(resolve => (function look() {
    const card = output.querySelector(selector);
    requestAnimationFrame(card && card.getBoundingClientRect().height ? () => resolve(performance.now()) : look);
  })());
  let ended = 0;
  const done = commands.execute("notebook:run-cell").then(() => { ended = performance.now(); });
  const [at] = await Promise.all([painted, done]);
  return Math.max(at - ended, 0);
}"""
CLEAR = "() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
PERCENTAGES = r"""percent => [...document.querySelectorAll('.jp-Cell-outputArea')]
  .map(output => output.innerText.match(new RegExp(`(?<!\\d)${percent}\\s?%`, 'g'))?.length ?? 0)
  .reduce((sum, number) => sum + number, 0)"""


@dataclass
class Subject:
    """One kind of card in its page."""

    who: str
    notebook: NotebookPage
    session: CDPSession
    steps: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def script(self) -> float:
        """Milliseconds of script that the page has run so far."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return float(next(each["value"] for each in metrics if each["name"] == "ScriptDuration")) * 1000

    def show(self, ids: list[str]) -> None:
        """In place of all that the page shows, a card for each of these tasks; until they can be seen."""
        number = len(ids)
        self.notebook.page.evaluate(CLEAR)
        self.notebook.kernel_eval(f"ids = iter({ids!r})\n[task.close() for task in globals().get('tasks', [])]\nNone")
        self.steps = itertools.count(1)
        self.notebook.add_and_run(f"show({number})", wait=False)
        self.notebook.until(lambda: self.notebook.page.locator(SEEN[self.who]).count() >= number, PATIENCE)
        self.notebook.kernel_eval("None", PATIENCE)  # after the cell

    def update(self, number: int) -> float:
        """All of so many cards change; the milliseconds of script, until the page shows it.

        A card that missed the message asks for it later (Jupyter's server drops what comes too fast). A few such do not
        matter here.
        """
        before = self.script()
        percent = self.notebook.kernel_eval(f"update({next(self.steps)})", PATIENCE)
        self.notebook.page.wait_for_timeout(500)  # what is measured is what happens meanwhile
        deadline = time.monotonic() + UPDATED
        while (shown := int(self.notebook.page.evaluate(PERCENTAGES, percent))) < number:
            if time.monotonic() > deadline:
                print(f"\n{self.who}: {shown} of {number} cards show {percent} %", file=sys.stderr, flush=True)
                break
            self.notebook.page.wait_for_timeout(500)  # between two looks
        if shown < 0.9 * number:
            raise RuntimeError(f"{self.who}: only {shown} of {number} cards show {percent} %")
        return self.script() - before


@contextmanager
def laboratory() -> Iterator[tuple[JupyterServer, Browser]]:
    """A Jupyter server and Chromium."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = chromium.ensure()
        server = stack.enter_context(JupyterServer(home / "jupyter", kernels.jupyter_path()))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        stack.callback(browser.close)
        yield server, browser


def open_page(host: Host, server: Server, who: str, tasks: int) -> Subject:
    """A page whose kernel has all that is needed but a card."""
    notebook = host.open([])
    session = notebook.page.context.new_cdp_session(notebook.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    notebook.kernel_eval(code(who, server.url, server.add(tasks, **TASK)))
    return Subject(who, notebook, session)


def measure(size: Size) -> list[Row]:
    """Painting, updates and rest of each kind of card."""
    shown = SHOWN if size.full else {1: 1}
    repeats = size.of(7, 1)
    rows = list[Row]()
    with laboratory() as (lab, browser), Server(shape="bare") as server:
        host = Host(lab, Tabs(browser.new_context()), LAB, {})
        subjects = [open_page(host, server, who, 1 + repeats) for who in CARDS]
        rows += paint(subjects, repeats)
        for number, updates in shown.items():
            rows += change(subjects, server, number, updates)
        host.close()
    return rows


def paint(subjects: list[Subject], repeats: int) -> list[Row]:
    """How soon one card is there: the first of a page, and others, in turns."""
    rows, later = list[Row](), {each.who: list[float]() for each in subjects}
    for turn in range(1 + repeats):
        for each in subjects:
            page = each.notebook.page
            page.bring_to_front()
            index = page.evaluate(APPEND, "show(1)")
            late = float(page.evaluate(PAINT, [index, SEEN[each.who]]))
            if turn == 0:
                rows.append(row("first card of a page", "cell's end to painted", "ms", each.who, late, NOTICED))
            else:
                later[each.who].append(late)
    return rows + [
        row("another card", "cell's end to painted", "ms", who, late, NOTICED) for who, late in later.items()
    ]


def change(subjects: list[Subject], server: Server, number: int, updates: int) -> list[Row]:
    """The script for an update of so many cards, and what the page runs at rest with them."""
    case = f"{number} card{'s' * (number > 1)}"
    scripts, rest = {each.who: list[float]() for each in subjects}, dict[str, float]()
    for each in subjects:
        each.notebook.page.bring_to_front()
        each.show(server.add(number, **TASK))
        before = each.script()
        each.notebook.page.wait_for_timeout(REST * 1000)
        rest[each.who] = (each.script() - before) / REST
    for _ in range(updates):
        server.forward(STEP)
        for each in subjects:
            each.notebook.page.bring_to_front()
            scripts[each.who].append(each.update(number) / number)
    return [row(case, "script per card and update", "ms", who, spent) for who, spent in scripts.items()] + [
        row(case, "script per second at rest", "ms", who, spent, REST_NOTICED) for who, spent in rest.items()
    ]
