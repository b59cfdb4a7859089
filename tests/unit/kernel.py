"""A real kernel and what it sends, without a page: cells are run, and the messages on its IOPub channel kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any, Self

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from tests.ports import Manager

PATIENCE = 20.0  # seconds after which a kernel that does not end by itself is killed
WIDGET = "application/vnd.jupyter.widget-view+json"

# Any exception that ends a thread of the kernel is noted there.
PREAMBLE = """
import threading, runway_widget
from IPython.display import display
died = []
threading.excepthook = lambda told: died.append(repr(told.exc_value))
client = runway_widget.Client()
"""


class Kernel:
    """A kernel with the package in it, whose client finds the simulator by the environment."""

    def __init__(self, url: str, key: str, manager: KernelManager | None = None) -> None:
        self.manager = manager or Manager(shutdown_wait_time=PATIENCE)
        self.manager.start_kernel(env={**os.environ, "COMETAPI_BASE_URL": url, "COMETAPI_KEY": key})
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.messages: list[dict[str, Any]] = []
        self.run(PREAMBLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> float:
        """Shut the kernel down in the orderly way; the seconds that took."""
        self.client.stop_channels()
        begun = time.monotonic()
        self.manager.shutdown_kernel()
        return time.monotonic() - begun

    def run(self, code: str, timeout: float = 30.0) -> str:
        """Run one cell to its end; returns its id. AssertionError if it raised."""
        cell = str(self.client.execute(code))
        self.read(lambda message: message["msg_type"] == "status" and _ended(message, cell), timeout)
        errors = [m["content"]["evalue"] for m in self.of("error") if m["parent_header"].get("msg_id") == cell]
        assert not errors, errors
        return cell

    def error(self, code: str, timeout: float = 30.0) -> dict[str, Any]:
        """Run a cell that raises; the content of its error message."""
        cell = str(self.client.execute(code))
        self.read(lambda message: message["msg_type"] == "status" and _ended(message, cell), timeout)
        [message] = self.of("error", cell=cell)
        return dict(message["content"])

    def read(self, enough: Callable[[dict[str, Any]], bool], timeout: float = 30.0) -> dict[str, Any]:
        """Take in messages up to the first that is ``enough``, and return that one."""
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            assert left > 0, "the message did not come"
            message = self.client.get_iopub_msg(timeout=left)
            self.messages.append(message)
            if enough(message):
                return message

    def value(self, expression: str) -> Any:
        """What ``expression`` is in the kernel, as text."""
        cell = self.run(f"print({expression})")
        streams = [m for m in self.of("stream") if m["parent_header"].get("msg_id") == cell]
        return "".join(m["content"]["text"] for m in streams).strip()

    def of(self, *kinds: str, cell: str | None = None) -> list[dict[str, Any]]:
        """The messages of these types so far, of all cells or of one."""
        found = [message for message in self.messages if message["msg_type"] in kinds]
        return found if cell is None else [m for m in found if m["parent_header"].get("msg_id") == cell]

    def updates(self, task_id: str) -> list[dict[str, Any]]:
        """What took the place of this task's cards so far. A card of an earlier test may be updated late, too."""
        contents = [message["content"] for message in self.of("update_display_data")]
        return [content for content in contents if task_id in content["data"].get("text/html", "")]

    def outputs(self, cell: str) -> list[dict[str, Any]]:
        """The bundles that a cell displayed, in order."""
        return [m["content"]["data"] for m in self.of("display_data", "execute_result", cell=cell)]


def _ended(message: dict[str, Any], cell: str) -> bool:
    return bool(message["parent_header"].get("msg_id") == cell and message["content"]["execution_state"] == "idle")
