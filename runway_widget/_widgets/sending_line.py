"""What is being sent, while a caller waits for that: one line on the terminal or in the cell, and gone in the end."""

from __future__ import annotations

import sys
import time
import uuid

from . import display, terminal
from .columns import plain
from .terminal import STEP

AFTER = 0.5  # seconds: what is sent sooner needs no line


class SendingLine:
    """`hear` is for the thread that sends; `draw`, again and again, and `clear` for the one that waits."""

    def __init__(self) -> None:
        self._text = self._shown = ""
        self._next: float | None = None  # on the monotonic clock; None as long as nothing was heard
        self._display_id = ""  # of the line in the cell

    def hear(self, name: str, part: float) -> None:
        """Of what is called ``name`` so much has been sent, 0 to 1."""
        self._text = f"Sending {plain(name)}, {int(part * 100)} %"
        if self._next is None:
            self._next = time.monotonic() + AFTER

    def draw(self) -> None:
        """Show the latest, if it is time."""
        now = time.monotonic()
        if self._next is None or now < self._next or self._text == self._shown:
            return
        self._next, self._shown = now + STEP, self._text
        if display.kernel_shell() is None:
            terminal.write_line(sys.stderr, self._shown)
        elif self._display_id:
            display.show_text(self._shown, self._display_id, again=True)
        else:
            self._display_id = uuid.uuid4().hex
            display.show_text(self._shown, self._display_id, again=False)

    def clear(self) -> None:
        """Take the line away."""
        if self._display_id:
            display.show_text("", self._display_id, again=True)
        elif self._shown:
            terminal.clear_line(sys.stderr)
        self._next, self._shown, self._display_id = None, "", ""
