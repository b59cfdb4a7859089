"""A card is shown as any widget is, whichever way: into a slot of the user's, an Output widget, beside others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from ..kernel import WIDGET, Kernel

LONG = 10_000.0  # seconds: until the test moves the clock, by twenty times that for the service
IMPORTS = (
    "from IPython.display import display, update_display\nfrom IPython.core.formatters import format_display_data\n"
)


@pytest.fixture(autouse=True)
def closed(kernel: Kernel) -> Iterator[None]:
    """A card that goes on would end in another test."""
    yield
    kernel.run("card.close()")


def watch(sim: Simulator, **scenario: Any) -> str:
    """The line of a cell that watches a task of its own, which ends when the test moves the clock."""
    scenario = {"queued": 0, "duration": LONG, **scenario}
    return f"{IMPORTS}card = client.task({sim.add_task(**scenario)!r}, poll_interval=0.1)\n"


def contents(kernel: Kernel, *kinds: str) -> list[tuple[Any, list[str]]]:
    """Of each output that was sent, its display id and its MIME types; not of a test before, whose end came late."""
    kinds = kinds or ("display_data", "update_display_data", "execute_result")
    found = [m["content"] for m in kernel.of(*kinds)]
    shown = {m["content"]["transient"].get("display_id") for m in kernel.of("display_data")}
    outputs = [(content.get("transient", {}).get("display_id"), sorted(content["data"])) for content in found]
    return [(number, data) for number, data in outputs if number is None or number in shown]


LIVE, STATIC, TEXT = [WIDGET, "text/html", "text/plain"], ["text/html", "text/plain"], ["text/plain"]


def end(kernel: Kernel, clock: ServiceTime) -> None:
    clock.forward(LONG)
    kernel.run("_ = card.wait()")


@pytest.mark.parametrize(
    "fill",
    [
        "update_display(card, display_id='slot')",
        "handle.update(card)",
        "it = runway_widget.TaskGrid([card]); handle.update(it)",
        "threading.Thread(target=handle.update, args=[card]).start()",
        "update_display(1, display_id='slot'); update_display(card, display_id='slot')",
    ],
)
def test_a_slot_that_is_given_a_card_holds_it_and_then_its_end(
    kernel: Kernel, sim: Simulator, clock: ServiceTime, fill: str
) -> None:
    cell = kernel.run(f"{watch(sim)}it = card\nhandle = display('nothing yet', display_id='slot')\n{fill}")
    if ("slot", LIVE) not in contents(kernel):  # the thread's
        kernel.read(lambda message: message["msg_type"] == "update_display_data")
    assert [number for number, _ in contents(kernel, "display_data")] == ["slot"], "nothing appears elsewhere"
    assert contents(kernel)[-1] == ("slot", LIVE)
    clock.forward(LONG)
    kernel.run("_ = it.wait()")
    assert len(kernel.outputs(cell)) == 1
    assert contents(kernel)[-1] == ("slot", STATIC)
    assert "Done" in kernel.of("update_display_data")[-1]["content"]["data"]["text/html"]


@pytest.mark.parametrize(
    "later",
    [
        "handle.update('mine')",
        "handle.display('mine')",
        "threading.Thread(target=handle.update, args=['mine']).start()",
    ],
)
def test_a_slot_that_is_given_something_else_is_left_alone_at_the_end(
    kernel: Kernel, sim: Simulator, clock: ServiceTime, later: str
) -> None:
    kernel.run(f"{watch(sim)}handle = display(card, display_id=True)\nhandle.display(card)")
    kernel.run(later)
    end(kernel, clock)
    assert [kinds for _, kinds in contents(kernel)] == [LIVE, LIVE, TEXT]


def test_a_slot_passes_from_one_card_to_another(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    kernel.run(f"{watch(sim)}handle = display(card, display_id='slot')\nfirst = card")
    kernel.run(f"{watch(sim, duration=30 * LONG)}handle.update(card)")
    clock.forward(LONG)
    kernel.run("_ = first.wait()")
    assert contents(kernel) == [("slot", LIVE), ("slot", LIVE)]
    end(kernel, clock)
    assert contents(kernel)[-1] == ("slot", STATIC)


def test_what_is_shown_twice_under_one_id_is_one_place(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    kernel.run(f"{watch(sim)}handle = display(card, display_id='slot')")
    cell = kernel.run("handle.display(card)")
    assert (
        kernel.value("[(place.display_id, place.request['msg_id']) for place in card._places]")
        == f"[('slot', '{cell}')]"
    )
    end(kernel, clock)
    updates = kernel.updates(kernel.value("card.task_id").strip("'"))
    assert {content["transient"]["display_id"] for content in updates} == {"slot"}


def test_cards_and_others_are_shown_in_order(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    kernel.run(f"{watch(sim)}display('before', card, 'after')\ncard")
    assert [kinds for _, kinds in contents(kernel)] == [TEXT, LIVE, TEXT, LIVE]
    (_, (first, _), _, (second, _)) = contents(kernel)
    end(kernel, clock)
    assert {display_id for display_id, kinds in contents(kernel) if kinds == STATIC} == {first, second}


def test_an_output_widget_takes_a_card(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"{watch(sim)}import ipywidgets\nout = ipywidgets.Output()\nout.append_display_data(card)")
    assert contents(kernel) == []
    assert kernel.value("sorted(out.outputs[0]['data'])") == str(LIVE)
    kernel.run("with out:\n    display(card)\nbox = ipywidgets.VBox([card])")
    assert [kinds for _, kinds in contents(kernel)] == [LIVE]
    assert kernel.value("box.get_state()['children']") == kernel.value("['IPY_MODEL_' + card.model_id]")


def test_a_function_of_interact_may_return_a_card(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(f"{watch(sim)}import ipywidgets\nipywidgets.interact(lambda n: card, n=3)")
    views = [m["content"]["data"][WIDGET]["model_id"] for m in kernel.of("display_data")]
    assert kernel.value("card.model_id") in views


@pytest.mark.parametrize("prefix", ["", "application/papermill.record/"])
def test_a_glued_card_is_frozen_where_it_is_glued(
    kernel: Kernel, sim: Simulator, clock: ServiceTime, prefix: str
) -> None:
    """As myst-nb's `glue` does it (1.4.0), and scrapbook's."""
    kernel.run(
        f"{watch(sim)}data, metadata = format_display_data(card)\nmetadata['scrapbook'] = {{'name': 'take'}}\n"
        f"display({{{prefix!r} + mime: value for mime, value in data.items()}}, raw=True, metadata=metadata)"
    )
    ((display_id, kinds),) = contents(kernel)
    assert kinds == sorted(prefix + mime for mime in LIVE)
    end(kernel, clock)
    assert contents(kernel)[-1] == (display_id, sorted(prefix + mime for mime in STATIC))
    assert kernel.of("update_display_data")[-1]["content"]["metadata"] == {"scrapbook": {"name": "take"}}


def test_what_shows_a_card_as_a_part_of_itself_holds_it(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(
        f"{watch(sim)}class Whole:\n    def _repr_mimebundle_(self, **_): return format_display_data(card)\nWhole()"
    )
    assert contents(kernel) == [(None, LIVE)]


def test_a_last_expression_is_shown_under_an_id(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    cell = kernel.run(f"{watch(sim)}card")
    assert kernel.of("execute_result", cell=cell) == []
    ((display_id, _),) = contents(kernel)
    end(kernel, clock)
    assert contents(kernel)[-1] == (display_id, STATIC)


def test_an_expression_that_a_front_end_asks_for_shows_nothing(kernel: Kernel, sim: Simulator) -> None:
    kernel.run(watch(sim))
    reply = kernel.client.execute("", user_expressions={"it": "card"}, reply=True, timeout=30)
    assert WIDGET in reply["content"]["user_expressions"]["it"]["data"]
    kernel.run("1")
    assert contents(kernel, "display_data") == []


def test_a_live_card_that_was_asked_for_stays(kernel: Kernel, sim: Simulator, clock: ServiceTime) -> None:
    kernel.run(f"{watch(sim)}card.show(live=True)")
    end(kernel, clock)
    assert [kinds for _, kinds in contents(kernel)] == [LIVE]
