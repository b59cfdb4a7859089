"""What can go wrong, by name: which of it is on is chosen for each wave, and each is counted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from .proxy import ANSWERS

#: What goes wrong on this machine, or between it and the rest, with the words of the report for how it is counted.
MACHINE = {
    "outage": "hours in which no connection came about",
    "dns": "names that could not be looked up",
    "clock": "jumps of the clock on the wall",
    "sleep": "times that the machine slept for three hours",
    "disk": "writes of the journal on a full disk",
    "threads": "threads that could not start",
}
ALL = (*ANSWERS, *MACHINE)

#: Each fault once, with as few waves as will do: what would hide each other's effect is apart.
_ROUND: tuple[tuple[str, ...], ...] = (
    ("reset", "reset after", "clock"),
    ("stall", "stall midway", "dns"),
    ("truncated", "wrong shape", "disk"),
    ("429 storm", "5xx", "sleep"),
    ("threads", "5xx"),
    ("outage", "reset"),
)


def plan(chosen: Sequence[str], seed: int) -> Iterator[tuple[str, ...]]:
    """The faults of one wave after the other, without end: first each of ``chosen`` once, then as chance has it."""
    for wave in _ROUND:
        if ours := tuple(fault for fault in wave if fault in chosen):
            yield ours
    chance = random.Random(seed)
    while True:
        some = chance.sample(chosen, k=min(len(chosen), chance.randint(2, 5)))
        yield tuple(sorted(some, key=ALL.index))
