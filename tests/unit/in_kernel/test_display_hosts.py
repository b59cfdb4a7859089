"""What a host may do to its display machinery: cost a picture, perhaps, but never a result."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher

from runway_widget._widgets import display
from runway_widget.simulator import Simulator

from ..kernel import WIDGET, Kernel

CARD = {"text/html": "<p>done</p>", "text/plain": "done"}


# In a real kernel, while what a cell shows is captured


def watch(sim: Simulator, **scenario: Any) -> str:
    return f"client.task({sim.add_task(**{'queued': 1, 'duration': 6, **scenario})!r}, poll_interval=0.1)"


@pytest.mark.parametrize("shows", ["display(card)", "card", "card.wait()", "runway_widget.TaskGrid([card]).wait()"])
def test_a_captured_cell_shows_and_waits_as_any_other(kernel: Kernel, sim: Simulator, shows: str) -> None:
    kernel.run(f"%%capture captured\ncard = {watch(sim)}\n{shows}")
    assert kernel.value("card.wait().status") == "SUCCESS"
    assert kernel.value("len(captured.outputs) > 0") == "True"


def test_a_captured_block_can_await(kernel: Kernel, sim: Simulator) -> None:
    """In a cell with `%%capture` IPython itself cannot."""
    kernel.run(
        "from IPython.utils.capture import capture_output\n"
        f"card = {watch(sim)}\nwith capture_output() as captured:\n    _ = await card\n    display(card)"
    )
    assert kernel.value("card.status, len(captured.outputs)") == "SUCCESS 1"


def test_a_card_that_was_shown_before_is_frozen_while_another_cell_is_captured(kernel: Kernel, sim: Simulator) -> None:
    cell = kernel.run(f"card = {watch(sim, duration=20)}\ncard")
    assert WIDGET in kernel.outputs(cell)[0]
    kernel.run("%%capture captured\n_ = card.wait()")
    updates = kernel.of("update_display_data")
    assert "Done" in updates[0]["content"]["data"]["text/html"]
    assert kernel.value("captured.outputs") == "[]"


# Kernels of which a part is missing


class Publisher:
    """A kernel's own, as ipykernel has it: notes what is published, and what is sent through its session."""

    pub_socket, topic = "socket", b"topic"

    def __init__(self, **parts: Any) -> None:
        self.published: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.session = SimpleNamespace(send=self.send)
        self.parent_header = {"msg_id": "this cell"}
        self.__dict__.update(parts)

    def publish(self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False) -> None:
        self.published.append({"data": data, "metadata": metadata, "transient": transient, "update": update})

    def send(self, socket: Any, kind: str, content: Any, *, parent: Any, ident: Any) -> None:
        assert (socket, kind, ident) == ("socket", "update_display_data", b"topic")
        self.sent.append({"content": content, "parent": parent})


@pytest.fixture(autouse=True)
def nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_last_request", {})
    monkeypatch.setattr(display, "_last_publisher", [])


def running(monkeypatch: pytest.MonkeyPatch, **parts: Any) -> Any:
    """A shell with a kernel behind it, and with these ``parts``."""
    shell = SimpleNamespace(kernel=object(), **parts)
    monkeypatch.setattr(display, "shell", lambda: shell)
    return shell


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was given to IPython to display."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **told: calls.append({"bundle": bundle, **told}))
    return calls


def test_a_card_is_shown_under_an_id_and_replaced_by_it(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]]
) -> None:
    publisher = Publisher()
    running(monkeypatch, display_pub=publisher)
    place = display.show(CARD, {"live": 1})
    assert place is not None
    assert shown == [{"bundle": CARD, "metadata": {"live": 1}, "raw": True, "display_id": place.display_id}]
    assert place.request == {"msg_id": "this cell"}
    publisher.parent_header = {"msg_id": "another"}
    display.replace(place, CARD)
    (update,) = publisher.published
    assert update == {"data": CARD, "metadata": {}, "transient": {"display_id": place.display_id}, "update": True}
    content = {"data": CARD, "metadata": {}, "transient": {"display_id": place.display_id}}
    assert publisher.sent == [{"content": content, "parent": {"msg_id": "this cell"}}]


def test_a_place_is_replaced_in_the_name_of_the_cell_that_ran_last_as_well(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]]
) -> None:
    """On ipykernel 7.0 the plain message carries the request of the cell in which the thread began."""
    events: list[Any] = []
    publisher = Publisher()
    hooks = SimpleNamespace(register=lambda name, call: events.append((name, call)))
    running(monkeypatch, display_pub=publisher, events=hooks)
    place = display.show(CARD, {})
    assert place is not None
    ((name, note),) = events
    assert name == "pre_run_cell"
    publisher.parent_header = {"msg_id": "the last cell"}
    note(None)
    display.replace(place, CARD)
    assert [message["parent"]["msg_id"] for message in publisher.sent] == ["this cell"], "the plain one was the other's"
    publisher.sent.clear()
    publisher.parent_header = {"msg_id": "that of the thread"}
    display.replace(place, CARD)
    assert [message["parent"]["msg_id"] for message in publisher.sent] == ["this cell", "the last cell"]


def test_a_publisher_without_a_session_is_used_alone(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """xeus-python 0.19 has one, without requests either."""
    publisher = Publisher(session=None, parent_header=None)
    running(monkeypatch, display_pub=publisher)
    place = display.show(CARD, {})
    assert place is not None
    display.replace(place, CARD)
    assert [update["update"] for update in publisher.published] == [True]
    assert (display.current_cell(), display.is_last_expression()) == ("", False)
    assert caplog.records == []


@pytest.mark.parametrize("parts", [{}, {"display_pub": None}, {"display_pub": object()}, {"events": None}])
def test_a_kernel_without_this_or_that_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]], parts: dict[str, Any]
) -> None:
    running(monkeypatch, **parts)
    place = display.show(CARD, {})
    assert place is not None
    display.replace(place, CARD)
    assert display.current_cell() == ""
    assert len(shown) == 1


def test_a_publisher_that_fails_is_logged_and_the_other_message_is_sent_all_the_same(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the socket is closed")

    publisher = Publisher(publish=fail)
    running(monkeypatch, display_pub=publisher)
    place = display.show(CARD, {})
    assert place is not None
    display.replace(place, CARD)
    assert len(publisher.sent) == 1
    publisher.session = SimpleNamespace(send=fail)
    display.replace(place, CARD)
    assert len([record for record in caplog.records if record.exc_info]) == 3


def test_a_display_that_fails_is_logged_and_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the socket is closed")

    running(monkeypatch, display_pub=Publisher())
    monkeypatch.setattr("IPython.display.display", fail)
    assert display.show(CARD, {}) is None
    assert len(caplog.records) == 1


def test_what_is_captured_can_not_be_replaced_later(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]]
) -> None:
    shell = running(monkeypatch, display_pub=CapturingDisplayPublisher())
    assert display.show(CARD, {}) is None
    assert len(shown) == 1
    assert display.current_cell() == ""
    display.replace(display.Place("here", {}), CARD)  # the kernel's own publisher was never seen: nothing happens
    assert shell.display_pub.outputs == []


def test_while_output_is_captured_the_kernels_own_publisher_replaces(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]]
) -> None:
    own = Publisher()
    shell = running(monkeypatch, display_pub=own)
    place = display.show(CARD, {})
    assert place is not None
    shell.display_pub = CapturingDisplayPublisher()
    assert display.current_cell() == "this cell"
    display.replace(place, CARD)
    assert (len(own.published), len(own.sent)) == (1, 1)
    assert shell.display_pub.outputs == []


def test_without_a_kernel_nothing_is_shown_or_replaced(
    monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(display, "shell", lambda: SimpleNamespace(kernel=None, display_pub=Publisher()))
    assert display.show(CARD, {}) is None
    display.replace(display.Place("here", {}), CARD)
    assert shown == []
    assert (display.current_cell(), display.in_notebook()) == ("", False)


@pytest.mark.parametrize(("software", "saved"), [("", True), ("jupyter/1", True), ("voila/0.5.8", False)])
def test_a_page_of_voila_is_saved_by_nobody(monkeypatch: pytest.MonkeyPatch, software: str, saved: bool) -> None:
    running(monkeypatch, display_pub=Publisher())
    monkeypatch.setenv("SERVER_SOFTWARE", software)
    assert display.in_notebook() == saved


def test_a_last_expression_is_told_from_a_call_of_display(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = SimpleNamespace(msg=None)
    running(monkeypatch, displayhook=hook)
    assert not display.is_last_expression()
    hook.msg = {"content": {}}
    assert display.is_last_expression()
