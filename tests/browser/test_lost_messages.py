"""Messages that never reach the page: the server drops what comes too fast, and a connection swallows and breaks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from runway_widget.simulator import Simulator
from tests.browser.host import Host
from tests.browser.notebook import NotebookPage
from tests.browser.pipe import Pipe
from tests.browser.test_card import is_frozen, show, status_of
from tests.service import ServiceTime

# A silent kernel is noticed after 3 seconds rather than 40.
SOON = "import runway_widget._widgets.card_state as _state; _state.QUIET_AFTER = 3.0\n"

# While `lost` is set, no message of a card leaves the kernel.
LOSE = """
import threading
session, lost = get_ipython().kernel.session, threading.Event()
send = session.send
def losing(stream, kind, *rest, **more):
    name = kind if isinstance(kind, str) else kind["header"]["msg_type"]
    if lost.is_set() and name in ("comm_msg", "update_display_data"):
        return None
    return send(stream, kind, *rest, **more)
session.send = losing
"""

# Two tasks in a grid; a file tells when the grid's end has been sent.
GRID = """
from runway_widget import TaskGrid
from pathlib import Path
grid = TaskGrid([Client().task(id, poll_interval=0.3) for id in {ids}])
def tell():
    grid.wait()
    Path("ended").touch()
__import__("threading").Thread(target=tell, daemon=True).start()
grid
"""

FLOOD = """
import time
while not task._is_done():
    print("x" * 300_000)
    time.sleep(0.05)
print("x" * 3_000_000)
"""


def grid_of(ids: list[str]) -> str:
    return f"from runway_widget import Client{GRID.format(ids=ids)}"


def has_ended(notebook: NotebookPage) -> bool:
    return (notebook.path.parent / "ended").exists()


def saved_html(notebook: NotebookPage, cell: int) -> str:
    (output,) = notebook.saved().cells[cell].outputs
    return str(output.data["text/html"])


@pytest.mark.parametrize("what", ["a task", "a grid"])
def test_a_card_whose_last_messages_were_lost_gets_its_end_and_its_place_in_the_file(
    lab: Host, service: Simulator, clock: ServiceTime, what: str
) -> None:
    ids = [service.add_task(queued=1, duration=900) for _ in range(2)]
    cell = grid_of(ids) if what == "a grid" else show(ids[0])
    notebook = lab.open([LOSE, SOON + cell])
    notebook.run_all()
    status_of(notebook.card(1).first, "IN_PROGRESS")
    notebook.kernel_eval("lost.set()")
    clock.forward(1000)
    notebook.until(lambda: notebook.kernel_eval(f"{what.split()[1]}._is_done()"))
    expect(notebook.output(1)).to_contain_text(re.compile("no word from the kernel"))
    assert not is_frozen(notebook, 1)
    notebook.kernel_eval("lost.clear()")
    notebook.until(lambda: is_frozen(notebook, 1))
    expect(notebook.card(1)).to_have_count(2 if what == "a grid" else 1)
    assert "Done in" in saved_html(notebook, 1)


def test_a_grid_that_missed_one_change_in_the_middle_gets_it(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    ids = [service.add_task(queued=1, duration=duration) for duration in (900, 90_000)]
    notebook = lab.open([LOSE, grid_of(ids)])
    notebook.run_all()
    cards = notebook.card(1)
    for number in (0, 1):
        status_of(cards.nth(number), "IN_PROGRESS")
    notebook.kernel_eval("lost.set()")
    clock.forward(1000)
    notebook.until(lambda: notebook.kernel_eval("grid._takes[0]['status'] == 'SUCCESS' and not grid._changed"))
    notebook.kernel_eval("lost.clear()")
    status_of(cards.nth(0), "SUCCESS")
    expect(notebook.output(1)).to_contain_text("1 running · 1 done")


def test_refresh_finds_an_end_that_was_lost(lab: Host, service: Simulator, clock: ServiceTime) -> None:
    task_id = service.add_task(queued=1, duration=900)
    notebook = lab.open([LOSE, show(task_id)])
    notebook.run_all()
    status_of(notebook.card(1), "IN_PROGRESS")
    notebook.kernel_eval("lost.set()")
    clock.forward(1000)
    notebook.until(lambda: notebook.kernel_eval("task._is_done()"))
    notebook.kernel_eval("lost.clear()")
    notebook.card(1).get_by_role("button", name="Refresh").click()
    notebook.until(lambda: is_frozen(notebook, 1))
    assert "Done in" in saved_html(notebook, 1)


def test_a_cell_that_prints_without_end_costs_no_card_its_end(
    lab: Host, service: Simulator, clock: ServiceTime
) -> None:
    """Jupyter Server then drops whatever the kernel sends: "IOPub data rate exceeded"."""
    task_id = service.add_task(queued=1, duration=900)
    notebook = lab.open([SOON + show(task_id), FLOOD])
    notebook.run_cell(0)
    status_of(notebook.card(0), "IN_PROGRESS")
    notebook.run_cell(1, wait=False)
    expect(notebook.output(1)).to_contain_text("IOPub data rate exceeded")
    clock.forward(1000)
    notebook.until(lambda: is_frozen(notebook, 0))
    assert "Done in" in notebook.outputs(0)[0]["data"]["text/html"]


@pytest.mark.parametrize("what", ["a task", "a grid"])
def test_a_connection_that_swallows_and_breaks_costs_no_card_its_end(
    lab: Host, service: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    ids = [service.add_task(queued=1, duration=900) for _ in range(2)]
    grid = grid_of(ids if what == "a grid" else ids[:1])
    cell = grid if what == "a grid" else grid.replace("\ngrid\n", "\ntask = grid[0]\ntask\n")
    with Pipe(lab.server.port) as pipe:
        with monkeypatch.context() as patch:
            patch.setattr(lab.server, "url", f"http://127.0.0.1:{pipe.port}")
            notebook = lab.open([cell])
        notebook.run_all()
        status_of(notebook.card(0).first, "IN_PROGRESS")
        pipe.swallow()
        clock.forward(1000)
        notebook.until(lambda: has_ended(notebook))
        status_of(notebook.card(0).first, "IN_PROGRESS")
        pipe.reset()
        notebook.until(lambda: is_frozen(notebook, 0))
        expect(notebook.card(0)).to_have_count(len(ids) if what == "a grid" else 1)
        for each in notebook.card(0).all():
            expect(each).to_contain_text("Done in")
    notebook.errors[:] = [error for error in notebook.errors if not re.search(r"WebSocket|ERR_|NetworkError", error)]
