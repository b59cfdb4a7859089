"""What the page of a card may ask for: its buttons, and what its player and its script need.

A message may come on any thread, also on one that the kernel needs. So a request is only handed on, and cancelling,
which waits for the service, gets a thread of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from .._errors import RunwayWidgetError
from .._runtime.threads import start_thread
from .._service.state import Status
from .._watch.report import Phase, Report
from .._watch.watch import Subscription

if TYPE_CHECKING:
    from .._media.keeper import OutputKeeper


#: Requests that somebody makes with a button, where all others are the page's own.
CLICKS = {"refresh", "stop", "resume", "cancel", "save", "renew", "pick", "frame"}


class CardTask(Protocol):
    """The task that a page asks something of."""

    _keeper: OutputKeeper
    _report: Report
    _subscription: Subscription | None

    def refresh(self) -> None: ...
    def stop(self) -> None: ...
    def resume(self) -> None: ...
    def cancel(self) -> None: ...
    def _toggle_pick(self) -> None: ...
    def _keep_frame(self, details: Mapping[str, object]) -> None: ...
    def _repeat_frozen(self) -> None: ...
    def _send_all(self) -> None: ...


Message = Mapping[str, object]


def message_in(content: object) -> Message:
    """What a page sent; empty where it is nothing of ours."""
    return content if isinstance(content, dict) else {}


def request_in(message: Message) -> tuple[str, bool]:
    """The request in a page's message, "" in one that is not understood; and whether an answer was missed before."""
    request = message.get("ask")
    return (request, bool(message.get("again"))) if isinstance(request, str) else ("", False)


def page_in(message: Message) -> str:
    """The name of the page that a message comes from; "" for one that does not say."""
    page = message.get("page")
    return page if isinstance(page, str) else ""


def answer(task: CardTask, message: Message) -> None:
    """Do what the page asks: "refresh", "stop", "resume", "cancel", "save", "renew" (the links), "pick" or "sync".

    Or "frame": it says which one is kept: "at" those seconds, of the "output" of a number.

    "again": it did not get what it should have got. Then it has missed the static card too, if there is one.
    """
    request, again = request_in(message)
    phase = task._report.phase
    if phase.over and not phase.has_task:
        return
    if request in {"sync", "refresh"}:
        if request == "refresh":
            task.refresh()
        task._send_all()  # a page may have missed any message, and after the last one there is no other
        if again or request == "refresh":  # no card that knows its end has this button
            task._repeat_frozen()
    elif request == "save":
        _save(task)
    elif request == "renew" and task._keeper.outputs:
        task._keeper.renew()
    elif request == "cancel":
        _cancel(task)
    elif request == "resume":
        _resume(task)
    elif request == "stop":
        task.stop()
    elif request == "pick":
        task._toggle_pick()
    elif request == "frame":
        task._keep_frame(message)


def _save(task: CardTask) -> None:
    report = task._report
    if report.phase is Phase.ENDED and not (report.state.status is Status.SUCCESS and report.state.outputs):
        return  # there is nothing to save, and never will be
    task._keeper.save_or_toggle()


def _resume(task: CardTask) -> None:
    try:
        task.resume()
    except RunwayWidgetError as error:  # a key that cannot be used, or no thread
        task._keeper.set_note(f"could not resume: {error}")


def _cancel(task: CardTask) -> None:
    def cancel() -> None:
        try:
            task.cancel()
        except RunwayWidgetError as error:
            task._keeper.set_note(f"could not cancel: {error}")

    try:
        start_thread(cancel, "runway-widget-cancel")  # not a media thread: downloads come first there
    except RuntimeError:  # the machine is out of threads
        task._keeper.set_note("could not cancel: no thread can be started")
