"""Putting a card into a notebook's output, and replacing it there later, from any thread and on every kernel.

Only a Jupyter kernel has outputs that can be replaced. Elsewhere (marimo, a terminal) an "update" prints text into the
prompt or replaces somebody else's output, so there nothing is ever replaced.
"""

from __future__ import annotations

import os
import sys
import uuid
from dataclasses import dataclass
from typing import Any

Bundle = dict[str, Any]


def shell() -> Any | None:
    """The running IPython shell, in a kernel or in a terminal; None in plain Python and in marimo."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def kernel_shell() -> Any | None:
    """The running shell if a Jupyter kernel is behind it, else None."""
    found = shell()
    return found if getattr(found, "kernel", None) is not None else None


def in_notebook() -> bool:
    """Whether somebody may save what the kernel shows: not in a terminal or in marimo, and not on a page of Voilà's."""
    return kernel_shell() is not None and not os.environ.get("SERVER_SOFTWARE", "").startswith("voila/")


def current_cell() -> str:
    """The id of the request that this kernel is carrying out: another one for each run of a cell. "" elsewhere."""
    found = kernel_shell()
    return str(found.display_pub.parent_header.get("msg_id", "")) if found is not None else ""


def is_last_expression() -> bool:
    """Whether the kernel is just showing a cell's last expression, rather than obeying a `display()`."""
    hook = getattr(kernel_shell(), "displayhook", None)
    return getattr(hook, "msg", None) is not None


@dataclass(frozen=True, slots=True)
class Output:
    """One place in the notebook where a card was shown: its display id, and the request of the cell it is in."""

    display_id: str
    provider: dict[str, Any]


_last_cell: dict[str, Any] = {}  # the request of the cell that ran last


def _note_cell(_info: Any) -> None:
    found = kernel_shell()
    if found is not None:
        _last_cell.update(found.display_pub.parent_header)


def show(bundle: Bundle, metadata: Bundle) -> Output | None:
    """Show ``bundle`` in the cell that is running. None if it can not be replaced later."""
    found = kernel_shell()
    if found is None:
        return None
    from IPython.display import display

    _note_cell(None)
    found.events.register("pre_run_cell", _note_cell)  # which registers it once
    output = Output(uuid.uuid4().hex, dict(found.display_pub.parent_header))
    display(bundle, metadata=metadata, raw=True, display_id=output.display_id)
    return output


def replace(output: Output, bundle: Bundle) -> None:
    """Replace what is shown at ``output``; plainly, and once more as the cell's own message.

    VS Code heeds only messages of its cells' own requests, and the plain one carries whatever request came last;
    nbclient heeds only those of the cell that runs, which the plain one is not on ipykernel 7.0, whose threads need a
    context: there it is sent as that cell's too. Where several arrive, all but the first change nothing.
    """
    found = kernel_shell()
    if found is None:
        return
    from IPython.display import update_display

    update_display(bundle, display_id=output.display_id, raw=True)
    publisher = found.display_pub
    sent = {output.provider.get("msg_id"), publisher.parent_header.get("msg_id")}
    parents = [output.provider] if _last_cell.get("msg_id") in sent else [output.provider, dict(_last_cell)]
    content = {"data": bundle, "metadata": {}, "transient": {"display_id": output.display_id}}
    for parent in parents:
        publisher.session.send(
            publisher.pub_socket, "update_display_data", content, parent=parent, ident=publisher.topic
        )
