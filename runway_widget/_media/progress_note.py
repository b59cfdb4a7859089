"""What a card says while a file comes in, but not so often that it would have to be drawn for every few bytes."""

from __future__ import annotations

import time
from collections.abc import Callable

NOTE_EVERY = 0.5  # seconds between two notes


class ProgressNote:
    """Takes in how far one download is, and has ``note`` say it."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note
        self._noted_at = float("-inf")

    def __call__(self, done: int, total: int | None) -> None:
        """``done`` of ``total`` bytes are there; None where the total is not known."""
        if time.monotonic() - self._noted_at >= NOTE_EVERY:
            self._noted_at = time.monotonic()
            self._note(f"saving {done * 100 // total} %" if total else f"saving, {done / 1e6:.1f} MB so far")
