"""The kernel's stop button while a grid is waited for: what was not sent is not sent, and its grid says so."""

from __future__ import annotations

import re

import pytest

from runway_widget.simulator import Simulator

from ..creating import created
from ..kernel import Kernel

# The service takes two and is busy then, so that the button is pressed while the others wait for their turn.
CELL = """
import os, signal, threading
takes = client.image_to_video(
    model="gen4_turbo", prompt_image="https://a.example/a.png", ratio="1280:720", takes=20, poll_interval=0.1
)
def press():
    while sum(bool(take.task_id) for take in takes) < 2 or not any(take._face["warn"] for take in takes):
        event.wait(0.05)
    os.kill(os.getpid(), signal.SIGINT)
event = threading.Event()
"""
WAIT = """
threading.Thread(target=press, daemon=True).start()
takes.wait()
"""


@pytest.mark.posix
def test_the_takes_that_were_created_go_on_beside_those_that_were_not_sent(kernel: Kernel, sim: Simulator) -> None:
    kernel.run("usual, calls = client._service.create, []")
    kernel.run("""
from runway_widget._service.service import Reply
def create(endpoint, body):
    calls.append(endpoint)
    return usual(endpoint, body) if len(calls) <= 2 else Reply(429, {"message": "saturated", "code": "busy"})
client._service.create = create
""")
    kernel.run(CELL)
    error = kernel.error(WAIT)
    assert error["ename"] == "KeyboardInterrupt"
    note = re.search(r"(\d+) tasks were not sent; each one's again\(\) creates it", "\n".join(error["traceback"]))
    assert note
    assert 14 <= int(note[1]) <= 18, "an answer to four of them may still be on its way"
    kernel.run("[take.wait(10, check=False) for take in takes if not take.task_id]")
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (not sent|failed)", kernel.value("str(takes)"))}
    assert counts["not sent"] + counts.get("failed", 0) == 18, "one that was on its way then was turned away: it failed"
    assert counts["not sent"] >= 14
    assert len(created(sim)) == 2
    assert kernel.value("len(client.recent())") in {"2", "3", "4", "5", "6"}, "and what was turned away"
