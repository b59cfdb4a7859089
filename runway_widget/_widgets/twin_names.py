"""The names by which a page finds the live card of a static one: see `js/src/after/island.ts`.

A name stands in the saved notebook, so it is no random one: a notebook that runs again with the same tasks has the same
names, and no diff shows them. It is made of

- the notebook, as its host calls it, because one page may show several notebooks, each with a kernel of its own;
- whether it is a task's card or a grid's, and the tasks' ids: a grid of one take is not that take's card;
- a number, because two cards of the same tasks need not be alike: one of them may save, and the other not.

All but the number is a digest: a file does not tell where it was made.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Literal

from .._media.paths import notebook_name
from .._runtime import process

_lock = process.Lock()  # of the counts: no two cards of one kernel may get one name
_given: Counter[str] = Counter()


def next_name(kind: Literal["task", "grid"], task_ids: Iterable[str]) -> str:
    """The name of one more card of that kind, of these tasks; "" where none of them exists at the service."""
    known = [task_id for task_id in task_ids if task_id]
    if not known:
        return ""
    named = "\n".join([notebook_name(), kind, *known])
    digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    with _lock:
        _given[digest] += 1
        return f"{digest}-{_given[digest]}"
