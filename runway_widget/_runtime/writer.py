"""The one thread that sets traits and sends to the cards.

Traits and comms must be written by one thread alone: two threads in `hold_sync` at a time end in "Set changed size
during iteration" (seen with traitlets 5.16.1 and ipywidgets 8.1.9). So whatever changes a card is put into this queue.
"""

from __future__ import annotations

from collections.abc import Callable

from .threads import SerialThread, while_watching

thread = SerialThread("runway-widget-writer", keep_alive=while_watching, runs_callbacks=True)


def put(call: Callable[[], object]) -> None:
    """Have ``call`` made on the writer thread, after all that was put before."""
    thread.put(call)


def flush(seconds: float) -> bool:
    """Wait until all that was put before is done. False where that takes longer than ``seconds``, or on the writer."""
    return thread.flush(seconds)
