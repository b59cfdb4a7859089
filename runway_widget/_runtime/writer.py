"""The one thread that sets traits and sends to the cards.

Traitlets and comms bear one writing thread and no more (two in `hold_sync` at a time: "Set changed size during
iteration"), so whatever changes a card is put into this queue.
"""

from __future__ import annotations

from .threads import SerialThread

writer = SerialThread("runway-widget-writer")

#: Threads that stay while anything is watched, once they were needed: each new thread that sends costs a socket.
kept_alive: list[SerialThread] = [writer]
