"""Three cards for a running task, as code for a kernel: this project's, one of ipywidgets, and tqdm's bar.

Each defines ``show(number)``, which makes and displays so many (several in a box, as JupyterLab shows no more than 50
outputs of a cell), and ``update(step)``, which moves all of them on (there are ten steps) and returns the percentage
that they show then. Cards of this project get it from the service, whose clock is set forward by `STEP` before; they
look at once then, as after a press on their button.
"""

from __future__ import annotations

from .processes import KEY
from .rows import OURS

IPYWIDGETS, TQDM = "ipywidgets", "tqdm.notebook"
DURATION = 1e6  # seconds that a task runs: the time that passes meanwhile moves nothing
STEP = DURATION / 10
TASK = {"queued": 0.0, "duration": DURATION}

CARDS = {
    OURS: """
import time
from ipywidgets import VBox
from runway_widget import Client
client = Client.runway({key!r}, {url!r}, journal=False)
def show(number):
    global tasks
    tasks = [client.task(next(ids), poll_interval=600.0, give_up_after=1e9) for _ in range(number)]
    display(tasks[0] if number == 1 else VBox(tasks))
    while not all(task.status == "IN_PROGRESS" for task in tasks):
        time.sleep(0.01)
def update(step):
    before = [task.progress for task in tasks]
    for task in tasks:
        task.refresh()
    while any(task.progress < old + 0.01 for task, old in zip(tasks, before)):
        time.sleep(0.01)
    time.sleep(0.1)
    return tasks[0]._face["percent"]
""",
    # What one would build by hand: a bar, a line of words, a button. Each card takes 14 messages; a Jupyter server
    # drops what comes faster than 1,000 a second: 200 cards at once were never there (jupyter_server 2.21).
    IPYWIDGETS: """
import time
from ipywidgets import HTML, Button, FloatProgress, HBox, VBox
def show(number):
    global bars
    bars, cards = [], []
    for _ in range(number):
        bar, line, button = FloatProgress(max=1.0), HTML("Queued"), Button(description="Cancel")
        bars.append((bar, line, button))
        cards.append(VBox([bar, HBox([line, button])]))
        time.sleep(0.03)
    display(cards[0] if number == 1 else VBox(cards))
def update(step):
    for bar, line, button in bars:
        bar.value = step / 10
        line.value = f"Generating {{10 * step}} %"
    return 10 * step
""",
    TQDM: """
import time
from ipywidgets import VBox
from tqdm.notebook import tqdm
def show(number):
    global bars
    bars = []
    for _ in range(number):
        bars.append(tqdm(total=100, desc="Generating", display=number == 1))
        time.sleep(0.03)
    if number > 1:
        display(VBox([bar.container for bar in bars]))
def update(step):
    for bar in bars:
        bar.n = 10 * step
        bar.refresh()
    return 10 * step
""",
}

#: What is on the page as soon as a card of that kind can be seen.
SEEN = {OURS: ".runway-task .rw-card", IPYWIDGETS: ".widget-button", TQDM: ".widget-hprogress"}


def code(who: str, url: str, ids: list[str]) -> str:
    """What a kernel runs before `show`; ``ids`` are tasks at the service, for the cards that need some."""
    return f"ids = iter({ids!r})\n" + CARDS[who].format(key=KEY, url=url)
