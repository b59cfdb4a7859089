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
from contextlib import suppress
from typing import Any

from .._environment import shell
from .._runtime.threads import log_errors
from . import places
from .places import Bundle, Place

__all__ = ["Bundle", "Place"]


def _part(of: Any, name: str) -> Any:
    """A part of a host's; None where there is none, or it cannot be had.

    A request, for one, raises LookupError on threads of the user's. (ipykernel 7.0.1, ipykernel#1450)
    """
    try:
        return getattr(of, name, None)
    except Exception:  # it is the host's
        return None


def kernel_shell() -> Any | None:
    """The running shell if a Jupyter kernel is behind it, else None."""
    running = shell()
    return running if _part(running, "kernel") is not None else None


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
    """Whether a cell's last expression is just being shown, rather than a `display()` obeyed.

    To be asked by the method that shows it. So it is when the shell's displayhook has called the shell's formatter, and
    nobody has called that once more since.
    """
    running = shell()
    formatter, hook = _part(running, "display_formatter"), _part(running, "displayhook")
    if formatter is None or hook is None:
        return False
    frame = sys._getframe().f_back
    while frame is not None and frame.f_locals.get("self") is not formatter:
        frame = frame.f_back
    caller = frame.f_back if frame is not None else None
    return caller is not None and caller.f_locals.get("self") is hook


# The header of the request of the cell that runs; empty while none does.
_running_cell: Bundle = {}


def _note_cell(_info: Any = None) -> None:
    _running_cell.update(_request())


def _forget_cell(_result: Any = None) -> None:
    _running_cell.clear()


def _is_publisher(thing: Any, kind: str) -> bool:
    """By its type alone: ``thing`` may be whatever somebody has put there."""
    cls = _part(sys.modules.get("IPython.core.displaypub"), kind)
    return cls is not None and issubclass(type(thing), cls)


def _captures(publisher: Any) -> bool:
    """Whether what is shown now is not sent but collected: ``%%capture``, `capture_output`."""
    return _is_publisher(publisher, "CapturingDisplayPublisher")


def _publisher() -> Any | None:
    """What sends to the page, also while a cell's own output is captured; None if that is not known."""
    running = kernel_shell()
    publisher = _part(running, "display_pub")
    if not _captures(publisher):
        return publisher
    made = _part(running, "configurables") or ()  # by the shell for itself, when it began
    return next((part for part in made if _is_publisher(part, "DisplayPublisher")), None)


def _request() -> Bundle:
    """The header of the request that is being carried out; empty where the kernel does not say."""
    running = kernel_shell()
    header = _part(_part(running, "displayhook"), "parent_header")  # the publisher's is gone while a cell is captured
    if not header:
        parent = _part(_part(running, "kernel"), "get_parent")  # xeus-python 0.19 has it there
        with suppress(Exception):
            header = parent()["header"]
    return dict(header or {})


def watch() -> bool:
    """See from now on where cards are shown. False where this kernel does not let that be seen."""
    running = kernel_shell()
    if running is None:
        return False
    if not _running_cell:
        _note_cell()
    with log_errors("watching for cells"):
        if (events := _part(running, "events")) is not None:
            events.register("pre_run_cell", _note_cell)  # which registers it once
            events.register("post_run_cell", _forget_cell)
    return places.watch(_publisher(), _request)


def show(bundle: Bundle, metadata: Bundle) -> None:
    """Show ``bundle`` in the cell that is running. Never raises."""
    running = kernel_shell()
    if running is None:
        return
    with log_errors("showing a card"):
        from IPython.display import display

        def send(data: Bundle, metadata: Bundle, **options: Any) -> None:
            display(data, metadata=metadata, raw=True, **options)

        if watch() or _captures(_part(running, "display_pub")):
            send(bundle, metadata)
        else:
            places.publish(send, _publisher(), _request, bundle, metadata)


def show_text(text: str, display_id: str, *, again: bool) -> None:
    """Show a line in the cell that is running; ``again`` puts it in the place of the one of that id. Never raises."""
    publisher = _part(kernel_shell(), "display_pub")
    if publisher is not None:
        with log_errors("showing a line"):
            publisher.publish({"text/plain": text}, {}, transient={"display_id": display_id}, update=again)


def replace(place: Place, bundle: Bundle) -> None:
    """Replace what is shown at ``place``. Never raises.

    Sent once, since JupyterLab writes each update into the document: as a message of the cell that runs, because
    nbclient (0.11.0) heeds no others, and else of the one that shows it. VS Code heeds both (read in the source of its
    Jupyter extension), but not a plain update, which has whatever request came last for a parent (seen with ipykernel
    6.29.5, 7.1.0 and 7.4.0), or that in which its thread began (7.0, ipykernel#1450). On Colab it is sent as the answer
    to what the kernel is just asked as well (colabtools#3373).
    """
    publisher = place.publisher if place.publisher is not None else _publisher()
    if publisher is None:
        return
    content = places.replacement(place, bundle)
    requests = [dict(_running_cell) or place.request, _request() if "google.colab" in sys.modules else {}]
    parents = {request["msg_id"]: request for request in requests if "msg_id" in request}
    session, socket = _part(publisher, "session"), _part(publisher, "pub_socket")
    if session is not None and socket is not None and parents:
        with log_errors("replacing a card"):
            for parent in parents.values():
                session.send(socket, "update_display_data", content, parent=parent, ident=publisher.topic)
            return
    with log_errors("replacing a card"), places.replacing():  # not ipykernel, or not as it was: it has this to offer
        publisher.publish(content["data"], content["metadata"], transient=content["transient"], update=True)
