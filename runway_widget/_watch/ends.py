"""Several watches in the order in which they end, for a thread or a coroutine that takes one after the other."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar
from weakref import ref

from .completion import STEP, Completion

Watched = TypeVar("Watched")


class Ends(Generic[Watched]):
    """Things whose watches end: each is given out once. Those whose watch is over already come first.

    Args:
        watched: each thing with the end of its watch.
    """

    def __init__(self, watched: Iterable[tuple[Watched, Completion]]) -> None:
        self._left = dict(enumerate(watched))  # by number; without those that were given out
        self._ended: deque[int] = deque()  # numbers; one may stand here twice, and is given out once
        self._bell = Completion()  # rings at the next end
        over = [number for number, (_, completion) in self._left.items() if completion.settled]
        over.sort(key=lambda number: self._left[number][1].report.made_at)
        for number in dict.fromkeys([*over, *self._left]):
            self._left[number][1].call_at_end(partial(_ring, ref(self), number))

    @property
    def left(self) -> list[Watched]:
        """What was not given out yet."""
        return [thing for thing, _ in list(self._left.values())]

    def next(self) -> Watched | None:
        """The next one whose watch is over, or None where none is; `wait` for it then."""
        self._bell = Completion()  # first: an end that comes now is seen below, or rings this one
        while self._ended:
            with suppress(IndexError):  # another thread was faster
                entry = self._left.pop(self._ended.popleft(), None)
                if entry is not None:
                    return entry[0]
        return None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most ``timeout`` seconds; whether there is a `next`."""
        deadline = _deadline(timeout)
        while not self._ended:
            if deadline <= time.monotonic():
                return False
            self._heed(self._bell.wait(min(STEP, deadline - time.monotonic())))
        return True

    async def wait_async(self, timeout: float | None = None) -> bool:
        """The same in a coroutine, while its loop goes on."""
        import asyncio  # on use: a script that never awaits need not load it

        deadline = _deadline(timeout)
        while not self._ended:
            if deadline <= time.monotonic():
                return False
            rang = True
            try:
                async with asyncio.timeout(min(STEP, deadline - time.monotonic())):
                    await self._bell.wait_async()
            except TimeoutError:
                rang = False
            self._heed(rang)
        return True

    def _heed(self, rang: bool) -> None:
        """Hang up another bell where it ``rang`` for what another thread has taken by now.

        Where it did not, look for ends that rang none: in a forked child, what was to be called stayed with the parent.
        """
        if rang and not self._ended:
            self._bell = Completion()
        elif not rang:
            self._ended.extend(number for number, (_, completion) in list(self._left.items()) if completion.settled)


def _ring(ends: ref[Ends[Watched]], number: int) -> None:
    if (waiting := ends()) is not None:
        waiting._ended.append(number)
        waiting._bell.settle(waiting._bell.report)


def _deadline(timeout: float | None) -> float:
    return float("inf") if timeout is None else time.monotonic() + timeout
