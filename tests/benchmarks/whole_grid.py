"""A grid of a hundred tasks from its display to its end, in a real kernel; and what stays of it in the notebook's file.

Every subject looks at each task as often, and shows what it sees: this project's grid; and a hundred cards of
ipywidgets, or a hundred of tqdm's bars, fed by AsyncRunwayML. Counted are the kernel's processor time, and what a page
gets, until the last task has ended: for this project until a static grid with a picture of each output has taken the
live one's place. What the others leave in the file is the state of their widgets, if the user has chosen to save it;
else nothing that can be read.
"""

from __future__ import annotations

import time

from .cards import IPYWIDGETS, TQDM
from .messages import COUNTED, SETTLED, weight
from .processes import KEY, MeasuredKernel, Server
from .rows import OURS, Row, Size, row

TITLE = "A grid of 100 tasks to its end"
STEPS = 8
PATIENCE = 60.0  # seconds until the pictures of the outputs are in the file
DURATION = 1e6  # seconds: the time that passes meanwhile moves nothing

POLLS = """
import asyncio, threading
from runwayml import AsyncRunwayML
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
async def make():
    return AsyncRunwayML(api_key={key!r}, base_url={url!r})
api = asyncio.run_coroutine_threadsafe(make(), loop).result()
async def retrieve_all():
    return await asyncio.gather(*(api.tasks.retrieve(each) for each in ids))
def answers():
    return asyncio.run_coroutine_threadsafe(retrieve_all(), loop).result()
def left():
    import json
    from ipywidgets.embed import embed_data
    state = embed_data(views=views)
    return len(json.dumps(state["manager_state"])) + sum(len(json.dumps(each)) for each in state["view_specs"])
"""
SUBJECTS = {
    OURS: """
import time
from runway_widget import Client, TaskGrid
client = Client.runway({key!r}, {url!r}, journal=False)
def show():
    global grid
    grid = TaskGrid(client.task(each, poll_interval=600.0, give_up_after=1e9) for each in ids)
    display(grid)
    while not all(task.data for task in grid):
        time.sleep(0.01)
def look():
    before = [task.data for task in grid]
    for task in grid:
        task.refresh()
    while any(task.data is old and task.status != "SUCCESS" for task, old in zip(grid, before)):
        time.sleep(0.01)
    time.sleep(0.1)
""",
    IPYWIDGETS: POLLS
    + """
from ipywidgets import HTML, Button, FloatProgress, HBox, VBox
def show():
    global cards, views
    cards = [(FloatProgress(max=1.0), HTML("Queued"), Button(description="Cancel")) for _ in ids]
    views = [VBox([bar, HBox([line, button])]) for bar, line, button in cards]
    display(VBox(views))
    look()
def look():
    for (bar, line, button), answer in zip(cards, answers()):
        if answer.status == "SUCCEEDED":
            bar.value, button.disabled = 1.0, True
            line.value = '<video controls width="320" src="' + answer.output[0] + '"></video>'
        elif answer.status == "RUNNING":
            bar.value, line.value = answer.progress, f"Generating {{answer.progress:.0%}}"
""",
    TQDM: POLLS
    + """
from tqdm.notebook import tqdm
def show():
    global bars, views
    bars = [tqdm(total=100, desc="Generating") for _ in ids]
    views = [bar.container for bar in bars]
    look()
def look():
    for bar, answer in zip(bars, answers()):
        bar.n = 100 if answer.status == "SUCCEEDED" else round(100 * getattr(answer, "progress", 0))
        bar.refresh()
""",
}


class Subject:
    """One way to show the tasks, in its kernel, and what it has sent and spent."""

    def __init__(self, who: str, server: Server, tasks: int) -> None:
        self.who = who
        self.kernel = MeasuredKernel(server)
        self.ids = server.add(tasks, queued=0.0, duration=DURATION)
        self.kernel.run(f"ids = {self.ids!r}" + SUBJECTS[who].format(key=KEY, url=server.url))
        self.kernel.messages.clear()
        self.spent, self.messages, self.weight = -self.kernel.cpu(), 0, 0
        self.static = ""  # what took the place of the live grid

    def run(self, what: str) -> None:
        """Run it, and count what a page gets."""
        self.kernel.run(what, timeout=120.0)
        self.take_in()

    def take_in(self) -> None:
        """Count what came."""
        counted = self.kernel.of(*COUNTED)
        self.messages += len(counted)
        self.weight += sum(map(weight, counted))
        for message in self.kernel.of("update_display_data"):
            self.static = message["content"]["data"]["text/html"]
        self.kernel.messages.clear()

    def end(self, tasks: int) -> list[Row]:
        """The figures, once all tasks have ended; and what stays in the file."""
        if self.who == OURS:
            self.run("grid.wait()")
            deadline = time.monotonic() + PATIENCE
            while self.static.count("data:image/") < tasks:
                if time.monotonic() > deadline:
                    raise RuntimeError("the grid has ended, and no static one with its pictures took its place")
                self.run(SETTLED)
        self.spent += self.kernel.cpu()
        left = len(self.static.encode()) if self.who == OURS else int(self.kernel.value("left()"))
        case = f"{tasks} tasks"
        return [
            row(case, "kernel's CPU", "s", self.who, self.spent),
            row(case, "messages", "", self.who, self.messages),
            row(case, "bytes to the page", "kB", self.who, self.weight / 1000),
            row(case, "left in the file", "kB", self.who, left / 1000),
        ]


def measure(size: Size) -> list[Row]:
    """All subjects at the same time, step by step."""
    tasks, steps = size.of(100, 3), size.of(STEPS, 2)
    with Server(shape="bare", link_life=1e9) as server:
        subjects = [Subject(who, server, tasks) for who in SUBJECTS]
        try:
            for each in subjects:
                each.run("show()")
            for _ in range(steps + 1):
                server.forward(DURATION / steps)
                time.sleep(1.0)  # a card looks at most once a second
                for each in subjects:
                    each.run("look()")
            return [one for each in subjects for one in each.end(tasks)]
        finally:
            for each in subjects:
                each.kernel.close()
