"""What travels from the kernel to the page: messages and bytes, for the first display and for each change.

Each kind of card (`cards`) is shown and changed in a real kernel, and everything is counted that a page would get of
it: comm messages and outputs, with their headers. Each card of this project carries the front end
(anywidget sends it with every model); those of ipywidgets and tqdm use what JupyterLab has loaded before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from .cards import CARDS, STEP, TASK, code
from .processes import MeasuredKernel, Server
from .rows import Row, Size, row

TITLE = "Messages from the kernel to the page"
COUNTED = {"comm_open", "comm_msg", "comm_close", "display_data", "update_display_data", "execute_result"}
SETTLED = "import time; time.sleep(0.3)"  # what another thread sends has been sent then


def measure(size: Size) -> list[Row]:
    """Messages and kilobytes of each kind of card."""
    changes = size.of(8, 2)
    with Server(shape="bare") as server:
        return [each for who in CARDS for each in measure_card(server, who, changes)]


def measure_card(server: Server, who: str, changes: int) -> list[Row]:
    """One kind of card: its first display, and so many changes."""
    ids = server.add(1, **TASK)
    with MeasuredKernel(server) as kernel:
        kernel.run(code(who, server.url, ids))
        first = sent(kernel, "show(1)")
        counts, weights = [], []
        for step in range(1, changes + 1):
            server.forward(STEP)
            time.sleep(1.0)  # a card looks at most once a second
            messages = sent(kernel, f"_ = update({step})")
            counts.append(len(messages))
            weights.append(sum(map(weight, messages)) / 1000)
    return [
        row("first display", "messages", "", who, len(first)),
        row("first display", "bytes", "kB", who, sum(map(weight, first)) / 1000),
        row("a change", "messages", "", who, counts),
        row("a change", "bytes", "kB", who, weights),
    ]


def sent(kernel: MeasuredKernel, what: str) -> list[dict[str, Any]]:
    """What a page gets because a cell ran, and because of what that set going."""
    kernel.messages.clear()
    kernel.run(what)
    kernel.run(SETTLED)
    messages = kernel.of(*COUNTED)
    if not messages:
        raise RuntimeError(f"the kernel sent nothing: {what}")
    return messages


def weight(message: Mapping[str, Any]) -> int:
    """Bytes of a message as it travels: its four parts as JSON, and its buffers."""
    parts = [message[name] for name in ("header", "parent_header", "metadata", "content")]
    return sum(len(json.dumps(part, default=str)) for part in parts) + sum(map(len, message.get("buffers") or ()))
