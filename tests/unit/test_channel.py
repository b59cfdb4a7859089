"""What a card sends finds its page from any thread, costs nobody anything when the page is gone, and reaches hosts that
have no messages."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any

import pytest

from runway_widget import TaskGrid
from runway_widget._widgets import channel, display
from runway_widget.simulator import Simulator
from tests.service import ServiceTime

from .creating import press, watched, written
from .fakes import until

SESSION: ContextVar[str] = ContextVar("session", default="none")

Messages = list[tuple[str, str, Any]]


class SessionComm:
    """A comm of an app framework, which knows by the context whose page it sends to."""

    comm_id = "1"

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, data: Any = None, **_: Any) -> None:
        self.sent.append(SESSION.get())

    def on_msg(self, _: object) -> None: ...
    def close(self, **_: Any) -> None: ...


class ClosedComm(SessionComm):
    """That of a page that was closed."""

    def send(self, data: Any = None, **_: Any) -> None:
        super().send(data)
        raise RuntimeError("the session has ended")


def shown(widget: Any, comm: SessionComm) -> SessionComm:
    """``widget`` with its page at the other end of ``comm``."""
    widget.comm = comm
    return comm


@pytest.mark.parametrize("in_kernel", [False, True])
def test_what_a_thread_sends_finds_the_page_of_who_made_the_card(
    sim: Simulator, clock: ServiceTime, in_kernel: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_kernel:  # there a context would pin it to one cell
        monkeypatch.setattr(display, "kernel_shell", object)
    token = SESSION.set("Ann's")
    grid = watched(sim, "success", "success")
    SESSION.reset(token)
    comms = [shown(widget, SessionComm()) for widget in (grid, *grid)]
    clock.forward(1000)
    grid.wait(10)
    until(lambda: all(comm.sent for comm in comms))
    assert {place for comm in comms for place in comm.sent} == {"none" if in_kernel else "Ann's"}


def test_a_page_that_was_closed_costs_one_line_of_log_for_each_card(
    sim: Simulator, clock: ServiceTime, caplog: pytest.LogCaptureFixture
) -> None:
    grid = watched(sim, "success", "success")
    comms = [shown(widget, ClosedComm()) for widget in (grid, *grid)]
    with caplog.at_level(logging.DEBUG, logger="runway_widget"):
        clock.forward(10)
        until(lambda: all(comm.sent for comm in comms))
        for comm in comms:
            comm.sent.clear()
        clock.forward(1000)
        grid.wait(10)
        until(lambda: all(comm.sent for comm in comms))
        written()
    lines = [record for record in caplog.records if record.levelno > logging.DEBUG]
    assert [line.getMessage() for line in lines] == [
        "a card could not be sent to its page, which may have been closed (RuntimeError: the session has ended)"
    ] * 3
    assert not any(line.exc_info for line in lines)
    assert any(record.exc_info for record in caplog.records), "who looks for it finds the rest"


class TracingHost:
    """A host without messages: it reads what there is, and observes each trait from then on, as NiceGUI does."""

    def __init__(self, widget: Any) -> None:
        names = widget.traits(sync=True)
        self.traits = widget.get_state(names)
        widget.observe(self.changed, names)

    def changed(self, change: Any) -> None:
        self.traits[change["name"]] = change["new"]

    def lose(self) -> None:
        """What it knows by now never came to the page."""
        self.traits.clear()


def test_a_grid_moves_in_a_host_without_messages(sim: Simulator, clock: ServiceTime) -> None:
    grid = watched(sim, "success", "failure")
    host = TracingHost(grid)
    first = host.traits["_takes"]
    clock.forward(1000)
    grid.wait(10, check=False)
    until(lambda: [take["status"] for take in host.traits["_takes"]] == ["SUCCESS", "FAILURE"])
    until(lambda: host.traits["_summary"]["words"] == "1 done · 1 failed")
    assert host.traits["_takes"] is not first
    assert host.traits["_takes"] == grid._takes


def test_what_changed_before_the_page_of_such_a_host_was_there_is_said_again(
    sim: Simulator, clock: ServiceTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "REPEATS", [0.2 * number for number in range(1, 100)])
    grid = watched(sim, "success")
    hosts = [TracingHost(grid), TracingHost(grid[0])]
    seen: list[Any] = []
    grid[0].observe(lambda change: seen.append(change["new"]), "status")
    clock.forward(1000)
    grid.wait(10)
    until(lambda: hosts[1].traits["status"] == "SUCCESS")
    until(lambda: seen[-1:] == ["SUCCESS"])
    before = list(seen)
    for host in hosts:
        host.lose()
    until(lambda: hosts[1].traits.get("status") == "SUCCESS")
    until(lambda: hosts[0].traits.get("_summary", {}).get("words") == "1 done")
    assert seen == before, "those who observe what is public hear nothing twice"


def test_nothing_is_said_again_to_a_host_that_has_gone_or_of_a_card_that_was_closed(sim: Simulator) -> None:
    one, other = watched(sim, "success", "success")
    host = TracingHost(one)
    TracingHost(other)
    assert (one._observed, other._observed) == (True, True)
    one.unobserve(host.changed, one.traits(sync=True))
    other.close()
    assert (one._observed, other._observed) == (False, False)


@pytest.mark.parametrize("ask", ["cancel", "renew", "stop", "refresh", "save", "pick", "frame", "resume"])
def test_a_button_is_answered_at_once_whatever_it_leads_to(sim: Simulator, messages: Messages, ask: str) -> None:
    task = watched(sim, "success")[0]
    grid = TaskGrid([task])
    heard = {"method": "custom", "content": {"kind": "heard"}}
    answers = [(widget.model_id, "comm_msg", heard) for widget in (task, grid)]
    press(task, ask)
    until(lambda: answers[0] in messages)
    press(grid, ask, take=0)
    until(lambda: answers[1] in messages)


def test_what_a_page_asks_for_by_itself_is_not_answered_so(sim: Simulator, messages: Messages) -> None:
    task = watched(sim, "success")[0]
    assert task.model_id
    for ask in ("ready", "sync", "nonsense"):
        press(task, ask)
    written()
    assert not [data for _, _, data in messages if data.get("content") == {"kind": "heard"}]
