"""What a host may do to its display machinery: cost a picture, perhaps, but never a result. Here, parts are missing."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher, DisplayPublisher

from runway_widget import _environment
from runway_widget._widgets import display, places
from runway_widget.simulator import Simulator

from .showing import WIDGET, Card

CARD = {"text/html": "<p>done</p>", "text/plain": "done"}


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


class Locked(Publisher):
    """One that does not let its method be exchanged."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "publish":
            raise AttributeError("read-only")
        super().__setattr__(name, value)


class Broken:
    """Whatever somebody has put in a part's place: nothing can be had of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(f"no {name}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise RuntimeError(f"no {name}")


@pytest.fixture(autouse=True)
def nothing_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_running_cell", {})


def running(monkeypatch: pytest.MonkeyPatch, **parts: Any) -> Any:
    """A shell with a kernel behind it, and with these ``parts``; what IPython displays goes to its publisher."""
    shell = SimpleNamespace(kernel=object(), **parts)

    def show(bundle: Any, *, metadata: Any, raw: bool, **options: Any) -> None:
        assert raw
        shell.display_pub.publish(data=bundle, metadata=metadata, **options)

    monkeypatch.setattr(display, "shell", lambda: shell)
    monkeypatch.setattr("IPython.display.display", show)
    return shell


@pytest.fixture
def card(messages: list[Any]) -> Card:
    return Card()


class Cells:
    """A kernel that runs cells, and says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.publisher, self.hook = Publisher(), SimpleNamespace(parent_header={})
        self._events: dict[str, Any] = {}
        events = SimpleNamespace(register=self._events.__setitem__)
        running(monkeypatch, display_pub=self.publisher, displayhook=self.hook, events=events)

    def begin(self, cell: str) -> None:
        self.hook.parent_header = {"msg_id": cell}
        self._events.get("pre_run_cell", lambda _: None)(None)

    def end(self) -> None:
        self._events["post_run_cell"](None)

    def replaced_as(self, place: display.Place) -> list[str]:
        """The requests as whose messages ``place`` is replaced."""
        self.publisher.sent.clear()
        display.replace(place, CARD)
        return [message["parent"]["msg_id"] for message in self.publisher.sent]


def shown(card: Card) -> display.Place:
    """Show the card; its one place."""
    card.show()
    (place,) = card._places
    return place


@pytest.mark.parametrize("kind", [Publisher, Locked])
def test_a_card_is_shown_under_an_id_and_replaced_by_it(
    monkeypatch: pytest.MonkeyPatch, card: Card, kind: type[Publisher]
) -> None:
    publisher = kind()
    hook = SimpleNamespace(parent_header={"msg_id": "this cell"})
    running(monkeypatch, display_pub=publisher, displayhook=hook)
    place = shown(card)
    (message,) = publisher.published
    assert WIDGET in message["data"]
    assert message["transient"] == {"display_id": place.display_id}
    assert place.request == {"msg_id": "this cell"}
    publisher.published.clear()
    hook.parent_header = {"msg_id": "another"}
    display.replace(place, CARD)
    assert publisher.published == [], "JupyterLab would write it into the document once more"
    content = {"data": CARD, "metadata": {}, "transient": {"display_id": place.display_id}}
    assert publisher.sent == [{"content": content, "parent": {"msg_id": "this cell"}}]
    assert card._places == [place], "its own end takes nobody's place"


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> Cells:
    return Cells(monkeypatch)


def test_a_place_is_replaced_once_in_the_name_of_its_cell_or_of_the_one_that_runs(cells: Cells, card: Card) -> None:
    """nbclient heeds only the latter, and JupyterLab writes each message into the document."""
    cells.begin("this cell")
    place = shown(card)
    assert cells.replaced_as(place) == ["this cell"]
    cells.end()
    cells.hook.parent_header = {"msg_id": "a message of the page's"}
    assert cells.replaced_as(place) == ["this cell"]
    cells.begin("another")
    assert cells.replaced_as(place) == ["another"]
    cells.end()
    assert cells.replaced_as(place) == ["this cell"]


def test_on_colab_a_place_is_replaced_in_the_name_of_the_message_that_is_answered_too(
    cells: Cells, card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Colab drops what is part of no request (colabtools#3373)."""
    cells.begin("this cell")
    place = shown(card)
    cells.end()
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    cells.hook.parent_header = {"msg_id": "a message of the page's"}
    assert cells.replaced_as(place) == ["this cell", "a message of the page's"]


def test_a_publisher_without_a_session_is_used_alone(
    monkeypatch: pytest.MonkeyPatch, card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    """xeus-python 0.19 has such a one, and says at its kernel which request it is."""
    publisher = Publisher(session=None)
    shell = running(monkeypatch, display_pub=publisher)
    shell.kernel = SimpleNamespace(get_parent=lambda: {"header": {"msg_id": "this cell"}})
    place = shown(card)
    display.replace(place, CARD)
    assert [update["update"] for update in publisher.published] == [False, True]
    assert (display.current_cell(), display.is_last_expression()) == ("this cell", False)
    assert caplog.records == []


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"display_pub": None},
        {"display_pub": object()},
        {"display_pub": Broken()},
        {"display_pub": Publisher(), "events": None, "displayhook": None},
        {"display_pub": Publisher(), "events": Broken(), "displayhook": Broken(), "display_formatter": Broken()},
    ],
)
def test_a_kernel_without_this_or_that_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, card: Card, parts: dict[str, Any]
) -> None:
    running(monkeypatch, **parts)
    card.show()
    card.done = True
    card._freeze_where_waited()
    display.replace(display.Place("here", {}), CARD)
    assert (display.current_cell(), display.is_last_expression()) == ("", False)


def test_a_session_that_fails_is_logged_and_the_publisher_is_used(
    monkeypatch: pytest.MonkeyPatch, card: Card, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the socket is closed")

    publisher = Publisher()
    running(monkeypatch, display_pub=publisher, displayhook=SimpleNamespace(parent_header={"msg_id": "this cell"}))
    place = shown(card)
    publisher.session = SimpleNamespace(send=fail)
    display.replace(place, CARD)
    assert [message["update"] for message in publisher.published] == [False, True]
    assert len(caplog.records) == 1
    monkeypatch.setattr(publisher, "publish", fail)
    display.replace(place, CARD)
    assert len(caplog.records) == 3


def test_what_others_show_passes_as_it_is_and_fails_as_it_does(monkeypatch: pytest.MonkeyPatch, card: Card) -> None:
    publisher = Publisher()
    running(monkeypatch, display_pub=publisher)
    card.show()
    publisher.published.clear()
    publisher.publish({"text/plain": "1"}, {"a": 1}, transient={"display_id": "x"})
    publisher.publish("whatever", update=True)
    assert publisher.published == [
        {"data": {"text/plain": "1"}, "metadata": {"a": 1}, "transient": {"display_id": "x"}, "update": False},
        {"data": "whatever", "metadata": None, "transient": None, "update": True},
    ]
    with pytest.raises(TypeError):
        publisher.publish({}, no_such_option=True)  # type: ignore[call-arg]


@pytest.mark.parametrize("configurables", [[], [Publisher(), DisplayPublisher()]])
def test_while_output_is_captured_it_goes_nowhere_else_and_has_no_place(
    monkeypatch: pytest.MonkeyPatch, card: Card, configurables: list[Any]
) -> None:
    shell = running(monkeypatch, display_pub=CapturingDisplayPublisher(), configurables=configurables)
    card.show()
    assert (len(shell.display_pub.outputs), card._places) == (1, [])


def test_while_output_is_captured_the_publisher_that_showed_a_card_replaces_it(
    monkeypatch: pytest.MonkeyPatch, card: Card
) -> None:
    own = Publisher()
    shell = running(monkeypatch, display_pub=own, displayhook=SimpleNamespace(parent_header={"msg_id": "this cell"}))
    place = shown(card)
    shell.display_pub = CapturingDisplayPublisher()
    display.replace(place, CARD)
    assert (len(own.published), len(own.sent)) == (1, 1)
    assert shell.display_pub.outputs == []


def test_a_publisher_is_exchanged_no_more_than_once(monkeypatch: pytest.MonkeyPatch, card: Card) -> None:
    publisher = Publisher()
    running(monkeypatch, display_pub=publisher)
    card.show()
    seen = publisher.publish
    card.show()
    assert publisher.publish is seen
    assert len(publisher.published) == 2


def test_without_a_kernel_nothing_is_shown_or_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = Publisher()
    monkeypatch.setattr(display, "shell", lambda: SimpleNamespace(kernel=None, display_pub=publisher))
    display.show(CARD, {})
    display.replace(display.Place("here", {}), CARD)
    assert publisher.published == []
    assert (display.watch(), display.current_cell(), display.in_notebook()) == (False, "", False)


def test_a_shell_that_is_just_being_imported_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    assert _environment.shell() is None


@pytest.mark.parametrize(("software", "saved"), [("", True), ("jupyter/1", True), ("voila/0.5.8", False)])
def test_a_page_of_voila_is_saved_by_nobody(monkeypatch: pytest.MonkeyPatch, software: str, saved: bool) -> None:
    running(monkeypatch, display_pub=Publisher())
    monkeypatch.setenv("SERVER_SOFTWARE", software)
    assert display.in_notebook() == saved


class Formatter:
    """A shell's formatter, which asks whether what it formats is a last expression."""

    def format(self, obj: Any) -> bool:
        return bool(obj(self))


class DisplayHook:
    """A shell's displayhook."""

    def compute_format_data(self, formatter: Formatter, obj: Any) -> bool:
        return formatter.format(obj)


def test_a_last_expression_is_told_from_whatever_else_is_formatted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also from what another last expression shows within itself."""
    formatter, hook = Formatter(), DisplayHook()
    running(monkeypatch, display_formatter=formatter, displayhook=hook)

    def ask(_: Formatter) -> bool:
        return display.is_last_expression()

    assert hook.compute_format_data(formatter, ask)
    assert not formatter.format(ask)
    assert not hook.compute_format_data(formatter, lambda own: own.format(ask))
    assert not DisplayHook().compute_format_data(formatter, ask)
    assert not display.is_last_expression()


def test_an_output_that_holds_anything_is_nobodys_card(caplog: pytest.LogCaptureFixture) -> None:
    outputs: list[Any] = [5, None, {}, {WIDGET: 5}, {WIDGET: {"model_id": []}}, {"text/html": 5}, {1: 2}]
    sent: list[Any] = []
    for output in outputs:
        places.publish(lambda data, metadata: sent.append(data), None, dict, output)
    assert sent == outputs


EMBEDDED = """
import os
import subprocess
import sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from runway_widget import Client, TaskGrid

shell = InteractiveShell.instance()
shell.user_ns["task"] = task = Client(journal=False).task(sys.argv[1], poll_interval=0.1)
for cell in ("display(task)", "task", "task.wait()"):
    assert shell.run_cell(cell).success
with capture_output() as captured:
    shell.run_cell("display(task)\\ndisplay(task, display_id='slot')")
assert [output.data.keys() >= {"text/html", "text/plain"} for output in captured.outputs] == [True, True]
assert TaskGrid([task]).wait()[0].status == "SUCCESS"
"""


def test_a_shell_that_a_program_has_embedded_shows_and_waits(sim: Simulator) -> None:
    environment = {**os.environ, "COMETAPI_BASE_URL": sim.url, "COMETAPI_KEY": sim.key}
    command = [sys.executable, "-c", EMBEDDED, sim.add_task(queued=0, duration=1)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in done.stdout.splitlines() if line]
    assert len(lines) == 3
    assert all("Image to video" in line or "Runway task" in line for line in lines)
