"""The names by which a page finds the live card of a static one: see `js/src/after/island.ts`.

A name stands in the saved notebook, so it is no random one: a notebook that runs again with the same tasks has the same
names, and no diff shows them. It is made of

- the notebook, as its host calls it, because one page may show several notebooks, each with a kernel of its own;
- the tasks' ids;
- a number, because two cards of the same tasks need not be alike: one of them may save, and the other not.

All but the number is a digest: a file does not tell where it was made.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from .._media.paths import notebook_name
from .._runtime import process

_lock = process.Lock()  # of the counts: no two cards of one kernel may get one name
_given: Counter[str] = Counter()


def next_name(task_ids: Iterable[str]) -> str:
    """The name of one more card of these tasks; "" where none of them exists at the service."""
    known = [task_id for task_id in task_ids if task_id]
    if not known:
        return ""
    digest = hashlib.sha256("\n".join([notebook_name(), *known]).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    with _lock:
        _given[digest] += 1
        return f"{digest}-{_given[digest]}"
