"""The kernel's stop button amid the creating of several takes: those that were paid for are on show."""

from __future__ import annotations

import pytest

from runway_widget.simulator import Simulator

from ..creating import created
from ..kernel import Kernel

# The fourth answer comes late, so that the button is pressed while its create is under way.
CELL = """
import os, signal, threading
service, calls = client._service, []
usual = service.create
def create(endpoint, body):
    calls.append(endpoint)
    reply = usual(endpoint, body)
    if len(calls) == 4:
        pressed.set()
        over.wait(20)
    return reply
service.create = create
pressed, over = threading.Event(), threading.Event()
def press():
    pressed.wait(20)
    os.kill(os.getpid(), signal.SIGINT)
    over.set()
threading.Thread(target=press, daemon=True).start()
takes = client.image_to_video(
    model="gen4_turbo", prompt_image="https://a.example/a.png", ratio="1280:720", takes=20, poll_interval=0.1
)
"""


@pytest.mark.posix
def test_the_takes_that_were_created_are_shown_in_the_cell_that_was_stopped(kernel: Kernel, sim: Simulator) -> None:
    error = kernel.error(CELL)
    assert error["ename"] == "KeyboardInterrupt"
    ids = [request.task_id for request in created(sim)]
    assert len(ids) in {4, 5}, "nothing is sent once the interrupt is noticed"
    assert f"created before that: {', '.join(ids)}" in "\n".join(error["traceback"])
    (bundle,) = [message["content"]["data"] for message in kernel.of("display_data")]
    assert all(task_id in bundle["text/html"] for task_id in ids)
    assert bundle["text/html"].count("Not sent") >= 20 - len(ids)
    kernel.run("assert 'takes' not in globals()\nclient._service.create = usual")
    assert kernel.value("[entry.task_id for entry in client.recent()]") == repr(ids[::-1])
