"""What a page hears where only the answer to its own message arrives, as on Colab (colabtools#3373)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..kernel import Kernel

ON = "import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')"
OFF = "del sys.modules['google.colab']"
WAIT = "for _ in range(200):\n    if {}: threading.Event().wait(0.05)"
LONG = 10_000.0  # seconds of the service's: until the test moves the clock


class Page:
    """A page of Colab's: it asks the kernel as a page does, and hears what comes until that has been handled."""

    def __init__(self, kernel: Kernel, widget: str) -> None:
        self._kernel = kernel
        self._model = kernel.value(f"{widget}.model_id")

    def ask(self, request: str, **more: Any) -> list[dict[str, Any]]:
        """The messages that come as the answer."""
        self._kernel.run("1")  # whatever was sent before this has come when it ends
        before = len(self._kernel.messages)
        content = {"comm_id": self._model, "data": {"method": "custom", "content": {"ask": request, **more}}}
        client = self._kernel.client
        message = client.session.msg("comm_msg", content)
        client.shell_channel.send(message)
        self._kernel.read(
            lambda each: (
                each["parent_header"].get("msg_id") == message["header"]["msg_id"]
                and each["content"].get("execution_state") == "idle"
            )
        )
        heard = self._kernel.messages[before:]
        return [each for each in heard if each["parent_header"].get("msg_id") == message["header"]["msg_id"]]

    def state(self, **more: Any) -> Any:
        """What it knows of a task once it has asked."""
        (answer,) = (m for m in self.ask("sync", **more) if m["content"].get("comm_id") == self._model)
        return answer["content"]["data"]["state"]


@pytest.fixture
def colab(kernel: Kernel) -> Iterator[Kernel]:
    kernel.run(ON)
    yield kernel
    kernel.run(OFF)


def test_a_card_moves_by_the_answers_to_its_page(colab: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    task_id = sim.add_task(queued=LONG, duration=1000 * LONG)
    cell = colab.run(f"card = client.task({task_id!r}, poll_interval=0.1)\ncard")
    ((display_id, _),) = [(m["content"]["transient"]["display_id"], m) for m in colab.of("display_data", cell=cell)]
    page = Page(colab, "card")
    first = page.state()
    assert first["status"] != "IN_PROGRESS"
    assert first["_clock"]["ticking"]
    assert {"_face", "_actions", "_request", "outputs", "task_id", "_version", "_twin"} <= first.keys()
    clock.forward(LONG)
    colab.run(WAIT.format("card.status != 'IN_PROGRESS'"))
    second = page.state(again=True)
    assert second["status"] == "IN_PROGRESS"
    assert second["_clock"]["at"] > first["_clock"]["at"]
    clock.forward(1000 * LONG)
    colab.run("_ = card.wait()")
    answer = page.ask("sync", again=True)
    state, static = (
        next(m["content"] for m in answer if m["msg_type"] == t) for t in ("comm_msg", "update_display_data")
    )
    assert state["data"]["state"]["status"] == "SUCCESS"
    assert static["transient"] == {"display_id": display_id}
    assert "Done" in static["data"]["text/html"]


def test_a_grid_moves_by_the_answers_to_its_page(colab: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    ids = [sim.add_task(queued=LONG, duration=1000 * LONG) for _ in range(2)]
    colab.run(f"grid = runway_widget.TaskGrid([client.task(each, poll_interval=0.1) for each in {ids}])\ngrid")
    page = Page(colab, "grid")
    clock.forward(LONG)
    colab.run(WAIT.format("{task.status for task in grid} != {'IN_PROGRESS'} or grid._changed"))
    (answer,) = (m["content"]["data"]["content"] for m in page.ask("sync", again=True) if m["msg_type"] == "comm_msg")
    assert answer["whole"]
    assert [answer["changes"][number]["status"] for number in sorted(answer["changes"])] == ["IN_PROGRESS"] * 2
    colab.run("grid.close()")
