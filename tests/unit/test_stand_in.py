"""When the static card stands in for a live one that no page can draw, and when it gives its place back."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from runway_widget._widgets import display, stand_in
from runway_widget._widgets.stand_in import PATIENCE, StandIn

from .creating import press
from .fakes import Clock
from .showing import WIDGET, Card, Host


class Events:
    """An IPython shell's."""

    def __init__(self) -> None:
        self._calls: dict[str, list[Callable[..., None]]] = {"pre_run_cell": [], "post_run_cell": []}

    def register(self, event: str, call: Callable[..., None]) -> None:
        if call not in self._calls[event]:
            self._calls[event].append(call)

    def trigger(self, event: str) -> None:
        for call in self._calls[event]:
            call(None)


class Kernel:
    """A kernel of a Jupyter Server, in which a cell runs, in a time that passes only when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock, self.events = Clock(), Events()
        self._planned: list[tuple[float, Callable[[], None]]] = []
        self.shell = SimpleNamespace(kernel=object(), events=self.events, user_ns={})
        monkeypatch.setenv("JPY_SESSION_NAME", "/home/ann/film.ipynb")
        monkeypatch.setattr(display, "kernel_shell", lambda: self.shell)
        timer = SimpleNamespace(after=lambda seconds, call: self._planned.append((self.clock.now + seconds, call)))
        monkeypatch.setattr(stand_in, "schedule", SimpleNamespace(timer=timer))
        monkeypatch.setattr(stand_in, "writer", SimpleNamespace(put=lambda call: call()))
        monkeypatch.setattr(stand_in, "time", SimpleNamespace(monotonic=self.clock))
        monkeypatch.setattr(stand_in, "_idle_since", [])

    def cell_begins(self) -> None:
        self.events.trigger("pre_run_cell")

    def cell_ends(self) -> None:
        self.events.trigger("post_run_cell")

    def pass_time(self, seconds: float) -> None:
        end = self.clock.now + seconds
        while due := sorted((call for call in self._planned if call[0] <= end), key=lambda call: call[0]):
            self._planned.remove(due[0])
            self.clock.now = max(self.clock.now, due[0][0])
            due[0][1]()
        self.clock.now = end

    @property
    def plans(self) -> bool:
        return bool(self._planned)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(monkeypatch)


class Watched:
    """A card's stand-in, and what stood there after each redrawing."""

    def __init__(self) -> None:
        self.drawn: list[bool] = []
        self.stand_in = StandIn(lambda: self.drawn.append(self.stand_in.active))


def test_where_no_page_speaks_the_static_card_stands_in_when_the_kernel_could_have_heard_it(kernel: Kernel) -> None:
    card = Watched()
    card.stand_in.begin()
    kernel.pass_time(1)
    kernel.cell_ends()
    kernel.pass_time(PATIENCE - 0.1)
    assert card.drawn == []
    kernel.pass_time(0.2)
    assert card.drawn == [True]
    assert not kernel.plans


def test_a_cell_that_runs_for_hours_lets_no_page_speak_so_nothing_is_done(kernel: Kernel) -> None:
    card = Watched()
    card.stand_in.begin()
    kernel.pass_time(10_000)
    kernel.cell_ends()
    kernel.pass_time(PATIENCE / 2)
    kernel.cell_begins()
    kernel.pass_time(10_000)
    assert card.drawn == []
    kernel.cell_ends()
    kernel.pass_time(PATIENCE + 0.1)
    assert card.drawn == [True]


def test_a_page_that_speaks_in_time_keeps_its_live_card_for_ever(kernel: Kernel) -> None:
    card = Watched()
    card.stand_in.begin()
    kernel.cell_ends()
    kernel.pass_time(PATIENCE - 0.1)
    card.stand_in.page_is_there()
    kernel.pass_time(10 * PATIENCE)
    card.stand_in.begin()
    kernel.pass_time(10 * PATIENCE)
    assert card.drawn == []
    assert not kernel.plans


def test_a_page_that_was_only_slow_gets_its_live_card_back(kernel: Kernel) -> None:
    card = Watched()
    card.stand_in.begin()
    kernel.cell_ends()
    kernel.pass_time(2 * PATIENCE)
    card.stand_in.page_is_there()
    card.stand_in.page_is_there()
    assert card.drawn == [True, False]


def test_a_card_that_is_shown_twice_is_watched_once_and_again_when_it_is_shown_later(kernel: Kernel) -> None:
    card = Watched()
    card.stand_in.begin()
    card.stand_in.begin()
    kernel.cell_ends()
    kernel.pass_time(2 * PATIENCE)
    assert card.drawn == [True]
    card.stand_in.begin()
    kernel.pass_time(2 * PATIENCE)
    assert card.drawn == [True, True]


@pytest.mark.parametrize("where", ["without Jupyter Server", "VS Code", "Voilà", "no kernel", "no events"])
def test_elsewhere_nobody_is_waited_for(kernel: Kernel, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """nbclient and papermill have no page, and other hosts may bring theirs up when they like."""
    match where:
        case "without Jupyter Server":
            monkeypatch.delenv("JPY_SESSION_NAME")
        case "VS Code":
            kernel.shell.user_ns["__vsc_ipynb_file__"] = "/home/ann/film.ipynb"
        case "Voilà":
            monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
        case "no kernel":
            monkeypatch.setattr(display, "kernel_shell", lambda: None)
        case _:
            del kernel.shell.events
    card = Watched()
    card.stand_in.begin()
    assert not kernel.plans


# The card itself


@pytest.fixture
def shown(kernel: Kernel, host: Host, messages: list[Any], monkeypatch: pytest.MonkeyPatch) -> Card:
    """A live card that was shown, after which its cell ended."""
    monkeypatch.setattr(display, "kernel_shell", lambda: kernel.shell)
    kernel.shell.display_pub = host.publisher
    card = Card()
    card.show()
    kernel.cell_ends()
    return card


def test_the_static_card_says_why_it_stands_there_and_what_to_do(kernel: Kernel, host: Host, shown: Card) -> None:
    kernel.pass_time(2 * PATIENCE)
    ((place, bundle),) = host.replaced
    assert place == host.ids[0]
    assert WIDGET not in bundle
    assert bundle["text/html"].startswith("<p>done: False</p>")
    assert "is anywidget installed where JupyterLab runs?" in bundle["text/html"]
    shown.done = True
    shown._freeze_places()
    assert host.replaced[1:] == [(place, {"text/html": "<p>done: True</p>", "text/plain": "a card"})]
    shown.close()


@pytest.mark.parametrize("ask", ["ready", "sync", "frozen"])
def test_whatever_a_late_page_says_brings_its_live_card_back(kernel: Kernel, host: Host, shown: Card, ask: str) -> None:
    kernel.pass_time(2 * PATIENCE)
    press(shown, ask)
    live = host.replaced[1][1]
    assert live[WIDGET]["model_id"] == shown.model_id
    assert "anywidget" not in live["text/html"]
    shown.close()


@pytest.mark.parametrize("how", ["done", "closed"])
def test_what_has_ended_meanwhile_is_left_alone(kernel: Kernel, host: Host, shown: Card, how: str) -> None:
    if how == "done":
        shown.done = True
    else:
        shown.close()
    kernel.pass_time(2 * PATIENCE)
    assert host.replaced == []
    shown.close()


def test_a_card_that_is_to_stay_live_has_its_result_too_and_becomes_live_when_it_can(
    kernel: Kernel, host: Host, shown: Card
) -> None:
    shown._freeze = False
    kernel.pass_time(2 * PATIENCE)
    shown.done = True
    shown._freeze_places()
    assert [bundle["text/html"] for _, bundle in host.replaced[1:]] == ["<p>done: True</p>"]
    press(shown, "ready")
    assert WIDGET in host.replaced[2][1]
    shown._freeze_places()
    assert len(host.replaced) == 3
    shown.close()
