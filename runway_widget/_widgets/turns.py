"""One page after the other gets the static card that it has asked for.

What a kernel sends goes to every page, and two pages may share one document (jupyter-collaboration). If both put the
card there before either has heard of the other, the document holds two. So an answer names the page that it is for, and
the next page gets one `TURN` later. Where the pages share the document, its view is gone by then, and nobody heeds it;
where each has a document of its own, it puts the card there too.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .._runtime import process, schedule, writer

TURN = 4.0  # seconds in which what one page has put into a document reaches the others
MOST = 20  # pages that wait; another one asks again, as every page does that gets no answer


class Turns:
    """The pages that ask for one card.

    Args:
        send: sends the static card to the page of that name.
        lock: one that the thread which holds it may take again.
    """

    def __init__(self, send: Callable[[str], object], lock: process.Lock) -> None:
        self._send = send
        self._lock = lock
        self._early: list[str] = []
        self._planned: list[str] = []
        self._latest = ""  # whose turn it is
        self._next_at = 0.0  # when that of another may begin

    def keep(self, page: str) -> None:
        """``page`` asked before there was a static card: `answer_kept` answers it."""
        with self._lock:
            if page not in self._early and len(self._early) < MOST:
                self._early.append(page)

    def answer_kept(self) -> None:
        """Answer those that asked too early, in their order."""
        with self._lock:
            pages, self._early = self._early, []
        for page in pages:
            self.answer(page)

    def answer(self, page: str) -> None:
        """Answer ``page``, here and now if it is nobody else's turn."""
        with self._lock:
            if page in self._planned or len(self._planned) >= MOST:
                return
            now = time.monotonic()
            wait = 0.0 if page == self._latest else max(0.0, self._next_at - now)
            self._latest, self._next_at = page, now + wait + TURN
            if wait:
                self._planned.append(page)
                schedule.timer.after(wait, lambda: writer.put(lambda: self._answer_planned(page)))
                return
        self._send(page)

    def _answer_planned(self, page: str) -> None:
        with self._lock:
            self._planned.remove(page)
        self._send(page)
