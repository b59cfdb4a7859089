"""A real kernel while what a cell shows is captured, and what is captured is shown later."""

from __future__ import annotations

from typing import Any

import pytest

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..kernel import WIDGET, Kernel

LONG = 10_000.0  # seconds of the service's: until the test moves the clock
CAPTURE = "from IPython.utils.capture import capture_output"


def watch(sim: Simulator, **scenario: Any) -> str:
    return f"client.task({sim.add_task(**{'queued': 1, 'duration': 6, **scenario})!r}, poll_interval=0.1)"


def create(sim: Simulator, prompts: list[str]) -> str:
    sim.next(queued=1, duration=6)
    return (
        f"client.image_to_video(model='gen4_turbo', prompt_image={sim.media_url()!r}, ratio='1280:720', duration=5, "
        f"prompt_text={prompts!r}, poll_interval=0.1)"
    )


@pytest.mark.parametrize(
    "shows",
    [
        *("display(card)", "card", "card.show()", "card.wait()", "await card", "display(card, 'text', card)"),
        *("runway_widget.TaskGrid([card])", "runway_widget.TaskGrid([card]).wait()"),
    ],
)
def test_a_captured_cell_shows_and_waits_as_any_other(kernel: Kernel, sim: Simulator, shows: str) -> None:
    if "await" in shows:  # in a cell with `%%capture` IPython itself cannot
        kernel.run(f"{CAPTURE}\nwith capture_output() as captured:\n    card = {watch(sim)}\n    display({shows})")
    else:
        kernel.run(f"%%capture captured\ncard = {watch(sim)}\n{shows}")
    assert kernel.value("card.wait().status") == "SUCCESS"
    assert int(kernel.value("len(captured.outputs)")) == (3 if "text" in shows else 1)
    assert "runway-" in kernel.value("captured.outputs[0].data['text/html']")
    assert kernel.of("display_data", "execute_result", "stream", "error") == kernel.of("stream"), "of `value` alone"


def test_takes_are_created_and_waited_for_while_captured(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"%%capture captured\ngrid = {create(sim, ['a cat', 'a dog', 'a cow'])}\ndisplay(grid)\ngrid.wait()")
    assert kernel.value("[task.status.value for task in grid]") == "['SUCCESS', 'SUCCESS', 'SUCCESS']"
    assert kernel.value("len(captured.outputs)") == "2"


def test_a_thread_may_capture(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(
        f"{CAPTURE}\nresults = []\ndef work():\n    with capture_output() as captured:\n        card = {watch(sim)}\n"
        "        display(card)\n        results.append((card.wait().status.value, len(captured.outputs)))\n"
        "thread = threading.Thread(target=work)\nthread.start()\nthread.join()"
    )
    assert kernel.value("results") == "[('SUCCESS', 1)]"


def test_a_card_that_was_shown_before_is_frozen_while_another_cell_is_captured(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {watch(sim, duration=20)}\ncard")
    assert WIDGET in kernel.outputs(cell)[0]
    kernel.run("%%capture captured\n_ = card.wait()")
    updates = kernel.updates(kernel.value("card.task_id").strip("'"))
    assert "Done" in updates[0]["data"]["text/html"]
    assert kernel.value("captured.outputs") == "[]"


@pytest.mark.parametrize("shows", ["captured.show()", "display(*captured.outputs)", "captured()"])
def test_what_was_captured_is_shown_live_and_frozen_at_the_end(
    kernel: Kernel, sim: Simulator, clock: ServiceTime, shows: str
) -> None:
    kernel.run(f"%%capture captured\ncard = {watch(sim, duration=LONG)}\ndisplay(card)\ncard.show()")
    cell = kernel.run(shows)
    assert [WIDGET in bundle for bundle in kernel.outputs(cell)] == [True, True]
    ids = {m["content"]["transient"]["display_id"] for m in kernel.of("display_data", cell=cell)}
    assert len(ids) == 2
    clock.forward(LONG)
    kernel.run("_ = card.wait()")
    updates = kernel.updates(kernel.value("card.task_id").strip("'"))
    assert {content["transient"]["display_id"] for content in updates} == ids
    assert all(WIDGET not in content["data"] for content in updates)


def test_what_was_captured_and_has_ended_is_shown_frozen(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"%%capture captured\ncard = {watch(sim)}\ndisplay(card)\ncard.show(live=True)\n_ = card.wait()")
    cell = kernel.run("captured.show()")
    first, live = kernel.outputs(cell)
    assert first.keys() == {"text/html", "text/plain"}
    assert "Done" in first["text/html"]
    assert WIDGET in live
    assert kernel.of("update_display_data") == []
