"""Putting a card into a notebook's output, and replacing it there later, from any thread and on every kernel.

Only a Jupyter kernel has outputs that can be replaced. Elsewhere (marimo, a terminal) an "update" prints text into the
prompt or replaces somebody else's output, so there nothing is ever replaced.

This is the one place that speaks to a host's display machinery, which may lack a part (kernels that are not ipykernel)
or be exchanged for a while (``%%capture``). So what is not there counts as empty, and what goes wrong is logged: it
must never reach a thread that waits for a result.
"""

from __future__ import annotations

import os
import sys
import uuid
from dataclasses import dataclass
from typing import Any

from .._environment import shell
from .._runtime.threads import log_errors

Bundle = dict[str, Any]


def kernel_shell() -> Any | None:
    """The running shell if a Jupyter kernel is behind it, else None."""
    running = shell()
    return running if getattr(running, "kernel", None) is not None else None


def show_briefly(errors: type[BaseException]) -> None:
    """Have IPython show these exception groups with its own short traceback, unless the user chose how errors show.

    It leaves groups to the standard library, which prints every frame of every exception in them, hidden or not.
    (IPython 9.18; in a kernel it then sends no error message either)
    """
    running = shell()
    if running is None or getattr(running, "custom_exceptions", True):
        return

    def show(shell: Any, kind: Any, error: Any, traceback: Any, tb_offset: int | None = None) -> Any:
        lines = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset=tb_offset)
        shell._showtraceback(kind, error, lines)
        return lines

    running.set_custom_exc((errors,), show)


def in_notebook() -> bool:
    """Whether somebody may save what the kernel shows.

    Not in a terminal or in marimo, and not on a page of Voilà's, which sets that variable (seen with 0.5.13).
    """
    return kernel_shell() is not None and not os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")


def current_cell() -> str:
    """The id of the request that this kernel is carrying out: another one for each run of a cell. "" elsewhere."""
    return str(_request().get("msg_id", ""))


def is_last_expression() -> bool:
    """Whether the kernel is just showing a cell's last expression, rather than obeying a `display()`."""
    hook = getattr(kernel_shell(), "displayhook", None)
    return getattr(hook, "msg", None) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the notebook where a card was shown: its display id, and the request of the cell it is in."""

    display_id: str
    request: Bundle


# What was seen when the last cell began: its request, and the kernel's own publisher, which `%%capture` exchanges.
_last_request: Bundle = {}
_last_publisher: list[Any] = []


def _note_cell(_info: Any = None) -> None:
    publisher = _publisher()
    if publisher is not None:
        _last_publisher[:] = [publisher]
        _last_request.update(_request())


def _captures(publisher: Any) -> bool:
    """Whether what is shown now is not sent but collected: ``%%capture``, `capture_output`."""
    module = sys.modules.get("IPython.core.displaypub")
    return module is not None and isinstance(publisher, module.CapturingDisplayPublisher)


def _publisher() -> Any | None:
    """What sends to the front end, also while a cell's own output is captured; None if that is not known."""
    publisher = getattr(kernel_shell(), "display_pub", None)
    if _captures(publisher):
        return _last_publisher[0] if _last_publisher else None
    return publisher


def _request() -> Bundle:
    """The header of the request that is being carried out; empty where the kernel does not say."""
    return dict(getattr(_publisher(), "parent_header", None) or {})


def show(bundle: Bundle, metadata: Bundle) -> Place | None:
    """Show ``bundle`` in the cell that is running. None if it can not be replaced later. Never raises."""
    running = kernel_shell()
    if running is None:
        return None
    place = None
    with log_errors("showing a card"):
        from IPython.display import display

        _note_cell()
        events = getattr(running, "events", None)
        if events is not None:
            events.register("pre_run_cell", _note_cell)  # which registers it once
        shown = Place(uuid.uuid4().hex, _request())
        display(bundle, metadata=metadata, raw=True, display_id=shown.display_id)
        place = None if _captures(getattr(running, "display_pub", None)) else shown
    return place


def replace(place: Place, bundle: Bundle) -> None:
    """Replace what is shown at ``place``; plainly, and once more as the cell's own message. Never raises.

    VS Code heeds only messages whose parent is a request of one of its cells (read in the source of its Jupyter
    extension), and the plain one carries whatever request came last (seen with ipykernel 6.29.5, 7.1.0 and 7.4.0).
    nbclient (0.11.0) heeds only those of the cell that runs, which the plain one is not on ipykernel 7.0, whose threads
    need a context (ipykernel#1450): there it is sent as that cell's too. Where several arrive, all but the first change
    nothing.
    """
    publisher = _publisher()
    if publisher is None:
        return
    transient = {"display_id": place.display_id}
    with log_errors("replacing a card"):
        publisher.publish(bundle, {}, transient=transient, update=True)
    session = getattr(publisher, "session", None)
    if session is None:
        return  # not ipykernel: it has no more to offer than the above
    requests = {place.request.get("msg_id"), _request().get("msg_id")}
    parents = [place.request] if _last_request.get("msg_id") in requests else [place.request, dict(_last_request)]
    content = {"data": bundle, "metadata": {}, "transient": transient}
    for parent in parents:
        with log_errors("replacing a card"):
            session.send(publisher.pub_socket, "update_display_data", content, parent=parent, ident=publisher.topic)
