"""A view that is still there after the end asks for the static card: when it is answered, and when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..fakes import until
from ..kernel import WIDGET, Kernel

ASK = "card._handle_custom_msg({'ask': 'frozen'}, [])"


def answers(kernel: Kernel) -> list[dict[str, Any]]:
    """The answers to the views that asked."""
    kernel.run("1")  # whatever was sent before this has come when it ends
    told = [m["content"]["data"] for m in kernel.of("comm_msg")]
    customs = [data["content"] for data in told if data.get("method") == "custom"]
    return [content for content in customs if content["kind"] == "frozen"]


def line(sim: Simulator, options: str = "", **scenario: Any) -> str:
    task_id = sim.add_task(**{"queued": 1, "duration": 6, **scenario})
    return f"card = client.task({task_id!r}, poll_interval=0.1{options})"


def test_a_view_that_asks_after_the_end_is_answered_at_once(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"{line(sim)}\ncard.show()\n_ = card.wait()")
    before = len(kernel.of("update_display_data"))
    kernel.run(ASK)
    (answer,) = answers(kernel)
    assert answer["kind"] == "frozen"
    assert answer["model_id"] == kernel.value("card.model_id")
    assert answer["bundle"].keys() == {"text/html", "text/plain"}
    assert "Done" in answer["bundle"]["text/html"]
    assert len(kernel.of("update_display_data")) == before, "a video that plays is not replaced by itself"


def test_a_view_that_asks_too_early_is_answered_once_when_all_is_kept(
    kernel: Kernel, sim: Simulator, clock: ServiceTime
) -> None:
    """It asks when the status changes; thumbnails and files may take some seconds more."""
    kernel.run(f"{line(sim, duration=10_000)}\ncard.show()\n{ASK}\n{ASK}")
    assert answers(kernel) == []
    clock.forward(10_000)
    kernel.run("_ = card.wait()")
    until(lambda: answers(kernel) != [])  # it is sent by another thread, in turn with other cards' answers
    (answer,) = answers(kernel)
    assert "data:image/" in answer["bundle"]["text/html"]


@pytest.mark.parametrize("why", ["freeze=False", "Voilà"])
def test_where_nothing_is_to_be_kept_a_view_is_told_so(kernel: Kernel, sim: Simulator, why: str) -> None:
    kernel.run("import os; os.environ['SERVER_SOFTWARE'] = 'voila/0.5'" if why == "Voilà" else "1")
    kernel.run(f"{line(sim, ', freeze=False' if why != 'Voilà' else '')}\ncard.show()\n_ = card.wait()\n{ASK}")
    kernel.run("os.environ.pop('SERVER_SOFTWARE')" if why == "Voilà" else "1")
    assert [answer["bundle"] for answer in answers(kernel)] == [None]


def test_an_output_that_is_to_stay_live_is_marked_for_the_views(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"{line(sim)}\ncard.show(live=True)\ncard.show()")
    live, usual = (m["content"] for m in kernel.of("display_data", cell=cell))
    assert WIDGET in live["data"]
    assert live["metadata"]["runway_widget"] == {"live": True}
    assert "runway_widget" not in usual["metadata"]
