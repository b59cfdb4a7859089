"""What a real kernel sends when a card is shown, while it lives and when its task ends. No page is needed for that."""

from __future__ import annotations

import re
from typing import Any

import pytest

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..kernel import WIDGET, Kernel

LONG = 10_000.0  # seconds of the service's: until the test moves the clock
SHORT = {"queued": 1, "duration": 6}


def task(sim: Simulator, **scenario: Any) -> str:
    """The line of a cell that watches a task of its own."""
    return f"client.task({sim.add_task(**{**SHORT, **scenario})!r}, poll_interval=0.1)"


def updates(kernel: Kernel, display_id: str) -> list[dict[str, Any]]:
    return [m for m in kernel.of("update_display_data") if m["content"]["transient"]["display_id"] == display_id]


def displayed(kernel: Kernel, cell: str) -> list[str]:
    """The display ids of what a cell showed."""
    return [m["content"]["transient"]["display_id"] for m in kernel.of("display_data", cell=cell)]


def frozen(kernel: Kernel, display_id: str, times: int = 1) -> list[dict[str, Any]]:
    """Wait until an output was replaced ``times`` times."""
    if len(updates(kernel, display_id)) < times:
        kernel.read(lambda message: len(updates(kernel, display_id)) >= times)
    return updates(kernel, display_id)


def test_a_card_is_shown_at_once_as_widget_html_and_text(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {task(sim, outcome='never')}\ncard")
    (bundle,) = kernel.outputs(cell)
    assert {WIDGET, "text/html", "text/plain"} == bundle.keys()
    assert bundle["text/plain"].startswith("<RunwayTask ")
    assert "runway-task" in bundle["text/html"]
    opened = kernel.of("comm_open", cell=cell)
    assert len(opened) == 2  # itself, and its layout
    assert bundle[WIDGET]["model_id"] in {message["content"]["comm_id"] for message in opened}
    kernel.run("card.close()")


def test_the_end_replaces_the_card_by_one_that_needs_no_kernel(
    kernel: Kernel, sim: Simulator, clock: ServiceTime
) -> None:
    """Once, since JupyterLab writes each update into the document: as a message of its own cell where none runs."""
    cell = kernel.run(f"card = {task(sim, duration=LONG)}\ncard")
    (display_id,) = displayed(kernel, cell)
    kernel.run("1 + 1")
    clock.forward(LONG)
    frozen(kernel, display_id)
    waiting = kernel.run("_ = card.wait()")
    first, *more = updates(kernel, display_id)
    assert first["parent_header"]["msg_id"] == cell
    assert {message["parent_header"]["msg_id"] for message in more} == {waiting}, "nbclient heeds no others"
    assert first["content"]["data"].keys() == {"text/html", "text/plain"}
    assert "Done" in first["content"]["data"]["text/html"]
    assert "<video" in first["content"]["data"]["text/html"]


def test_the_live_card_hears_of_the_end_before_it_is_replaced(
    kernel: Kernel, sim: Simulator, clock: ServiceTime
) -> None:
    """Where nothing is replaced (a reloaded page, Voilà) the live view must draw the end itself."""
    cell = kernel.run(f"card = {task(sim, duration=LONG)}\ncard")
    (display_id,) = displayed(kernel, cell)
    clock.forward(LONG)
    frozen(kernel, display_id)
    states = [m["content"]["data"].get("state", {}) for m in kernel.of("comm_msg")]
    ends = [number for number, state in enumerate(states) if state.get("status") == "SUCCESS"]
    assert len(ends) == 1
    order = [m["msg_type"] for m in kernel.of("comm_msg", "update_display_data")]
    assert order.index("update_display_data") > ends[0]


def test_every_place_where_a_card_is_shown_is_frozen(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    first = kernel.run(f"card = {task(sim, duration=LONG)}\ncard")
    second = kernel.run("card")
    third = kernel.run("display(card)")
    clock.forward(LONG)
    ids = [display_id for cell in (first, second, third) for display_id in displayed(kernel, cell)]
    assert len(set(ids)) == 3
    for display_id in ids:
        assert all(WIDGET not in message["content"]["data"] for message in frozen(kernel, display_id))
    assert len(kernel.of("comm_open")) == 2


def test_waiting_as_a_last_line_shows_no_second_card(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"card = {task(sim)}\ncard")
    waiting = kernel.run("card.wait()")
    assert kernel.outputs(waiting) == []
    awaiting = kernel.run("await card")
    assert kernel.outputs(awaiting) == []


def test_waiting_in_the_cell_that_shows_the_card_freezes_it_there(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {task(sim)}\ndisplay(card)\ncard.wait()")
    (display_id,) = displayed(kernel, cell)
    assert len(kernel.outputs(cell)) == 1
    sent = updates(kernel, display_id)
    assert sent
    assert {message["parent_header"]["msg_id"] for message in sent} == {cell}


def test_waiting_for_a_card_that_was_never_shown_shows_it(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {task(sim)}\ncard.wait()")
    (bundle,) = kernel.outputs(cell)
    assert WIDGET not in bundle
    assert "Done" in bundle["text/html"]


def test_displaying_after_waiting_in_one_cell_does_show(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"card = {task(sim)}\ncard")
    cell = kernel.run("card.wait()\ndisplay(card)")
    assert len(kernel.outputs(cell)) == 1
    cell = kernel.run("card")
    assert len(kernel.outputs(cell)) == 1


def test_a_task_that_has_ended_is_shown_frozen_from_the_start(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {task(sim, queued=0, duration=0)}\n_ = card.wait()\ndisplay(card)")
    (bundle,) = kernel.outputs(cell)
    assert bundle.keys() == {"text/html", "text/plain"}
    assert kernel.of("comm_open"), "a page draws the live card where its twin stands"


def test_a_card_that_is_to_stay_live_stays_live(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {task(sim)[:-1]}, freeze=False)\ndisplay(card)\n_ = card.wait()\ndisplay(card)")
    assert [WIDGET in bundle for bundle in kernel.outputs(cell)] == [True, True]
    assert kernel.of("update_display_data") == []


def test_a_live_card_can_be_asked_for_at_any_time(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {task(sim)}\n_ = card.wait()\ncard.show(live=True)\ncard.show()")
    assert [WIDGET in bundle for bundle in kernel.outputs(cell)] == [True, False]
    assert kernel.of("update_display_data", cell=cell) == []


@pytest.mark.parametrize("end", ["stop", "not found", "refused"])
def test_an_end_that_can_be_resumed_from_is_not_frozen(kernel: Kernel, sim: Simulator, end: str) -> None:
    if end == "refused":
        sim.trouble("unauthorized")
    line = "client.task('nobody-has-it', not_found_after=0)" if end == "not found" else task(sim, outcome="never")
    cell = kernel.run(f"card = {line}\ncard\n")
    kernel.run("card.stop()\ntry:\n    card.wait(10)\nexcept runway_widget.RunwayWidgetError:\n    pass")
    assert WIDGET in kernel.outputs(cell)[0]
    assert kernel.of("update_display_data") == []
    kernel.run("card.close()")


def test_a_failed_task_is_frozen_with_its_reason(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    line = task(sim, outcome="failure", duration=LONG, failure="<b>No</b> faces.", failure_code="SAFETY.INPUT.IMAGE")
    cell = kernel.run(f"card = {line}\ncard")
    (display_id,) = displayed(kernel, cell)
    clock.forward(LONG)
    html = frozen(kernel, display_id)[0]["content"]["data"]["text/html"]
    assert "&lt;b&gt;No&lt;/b&gt; faces." in html
    assert "SAFETY.INPUT.IMAGE" in html


def test_a_card_prints_as_one_telling_line(kernel: Kernel, sim: Simulator) -> None:
    line = kernel.value(f"{task(sim)}.wait()")
    assert re.fullmatch(r"Image to video: Done.*\([0-9a-f-]{36}\)", line)


def test_no_thread_prints_into_anybodys_cell(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    cell = kernel.run(f"card = {task(sim, duration=LONG)}\ncard")
    (display_id,) = displayed(kernel, cell)
    clock.forward(LONG)
    frozen(kernel, display_id)
    assert kernel.of("stream", "error") == []


def test_closing_a_card_on_show_takes_it_out_of_the_kernel(kernel: Kernel, sim: Simulator) -> None:
    kernel.run("from tests.unit.comms import open_models\nbefore = open_models()")
    kernel.run(f"card = {task(sim, outcome='never')}\ncard")
    assert kernel.value("len(open_models() - before)") == "2"
    kernel.run("card.close()")
    assert kernel.value("len(open_models() - before)") == "0"
    assert len(kernel.of("comm_close")) == 2


def test_outside_a_kernel_nothing_is_replaced_and_the_card_is_its_text(
    sim: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    card = sim.client().task(sim.add_task(queued=1, duration=6), poll_interval=0.1)
    card.wait(10)
    card.show()
    assert capsys.readouterr().out == f"{card}\n"
