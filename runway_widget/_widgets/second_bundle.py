"""The front end's second bundle: what a card needs only when its task is well under way, and after the end.

It does not travel with every card. A page asks for it once, and gets it as a message to the card that asked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from .._runtime.threads import log_errors
from .pace import pace

STATIC = Path(__file__).parents[1] / "static"


@functools.cache
def text() -> str:
    """The script, read when it is first asked for."""
    return (STATIC / "after.js").read_text(encoding="utf-8")


def message() -> dict[str, str]:
    """What the page that asked is sent."""
    return {"kind": "after", "text": text()}


class Delivery:
    """Sends it to the page that asks, once where a page asks more than once while a cell runs.

    Args:
        send: sends a message to the page.
    """

    def __init__(self, send: Callable[[dict[str, str]], object]) -> None:
        self._send = send
        self._planned = False

    def begin(self) -> None:
        """A page has asked."""
        if not self._planned:
            self._planned = True
            pace.put(self._deliver)

    def _deliver(self) -> None:
        self._planned = False
        with log_errors("the front end's second bundle"):
            self._send(message())
