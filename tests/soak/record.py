"""What is recorded of one task: what its observers, its page and its grid's page were told, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from runway_widget._watch.watch import Watch

#: How far along a task with this status is. What is not here says nothing of that.
RANK = {"NOT_START": 0, "SUBMITTED": 1, "QUEUED": 2, "IN_PROGRESS": 3, "SUCCESS": 4, "FAILURE": 4, "CANCELLED": 4}

#: What a gateway says of a task that is queued or begins, whatever its progress is. No card shows it as a progress.
STEPS = (0.1, 0.2, 0.3)


@dataclass
class Told:
    """What one listener was told: each status and progress, in its order."""

    statuses: list[str] = field(default_factory=list)
    progress: list[float] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)

    def take_in(self, values: dict[str, Any]) -> None:
        if "status" in values:
            self.statuses.append(str(values["status"]))
        if "progress" in values:
            self.progress.append(float(values["progress"]))
        if "_version" in values:
            self.versions.append(int(values["_version"]))

    @property
    def ends(self) -> list[str]:
        """The ends that it was told, one after the other."""
        changes = [new for old, new in zip(["", *self.statuses], self.statuses, strict=False) if new != old]
        return [status for status in changes if RANK.get(status) == 4]

    @property
    def steps_back(self) -> list[str]:
        """Where it was told less than before."""
        ranks = [RANK[status] for status in self.statuses if status in RANK]
        measured = [progress for progress in self.progress if progress not in STEPS]
        return [
            *(f"status {new} after {old}" for old, new in _pairs(ranks) if new < old),
            *(f"progress {new:g} after {old:g}" for old, new in _pairs(measured) if new < old),
            *(f"version {new} after {old}" for old, new in _pairs(self.versions) if new < old),
        ]


def _pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    return list(pairwise(values))


class GridTold:
    """What the page of a grid was told: of each take, and of them all."""

    def __init__(self) -> None:
        self.takes: defaultdict[int, Told] = defaultdict(Told)
        self.words = ""  # of the line that sums up, as it was told last
        self.numbers: list[int] = []  # of the messages

    def take_in(self, takes: dict[int, dict[str, Any]], summary: dict[str, Any]) -> None:
        for number, values in takes.items():
            clock = {"_version": values["_clock"]["version"]} if "_clock" in values else {}
            self.takes[number].take_in({**values, **clock})
        self.words = str(summary["words"])
        self.numbers.append(int(summary["number"]))

    @property
    def steps_back(self) -> list[str]:
        """Messages whose numbers do not follow one another: by these a page knows that it has missed one."""
        return [f"message {new} after {old}" for old, new in _pairs(self.numbers) if new not in {old, old + 1}]


class Page(BaseComm):
    """The page of one card, or of a grid: it only listens."""

    told: dict[str, Told] = {}  # noqa: RUF012 - by the comm's id: one for all, as there is one front end
    grids: dict[str, GridTold] = {}  # noqa: RUF012 - likewise

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any) -> None:
        """At once, because what a message holds may change when it is on its way."""
        state, content = (data.get(name) if isinstance(data, dict) else None for name in ("state", "content"))
        if isinstance(state, dict) and "_takes" in state:
            self.grids.setdefault(self.comm_id, GridTold()).take_in(dict(enumerate(state["_takes"])), state["_summary"])
        elif isinstance(state, dict):
            self.told.setdefault(self.comm_id, Told()).take_in(state)
        elif isinstance(content, dict) and content.get("kind") == "takes":
            self.grids.setdefault(self.comm_id, GridTold()).take_in(content["changes"], content["summary"])


def open_pages() -> None:
    """Give every card a `Page` from now on."""
    comm.create_comm = lambda *arguments, **options: Page(*arguments, **options)


def observer(told: Told) -> Callable[[Any], None]:
    """A user's callback that writes down what it is told."""
    return lambda change: told.take_in({change["name"]: change["new"]})


@contextmanager
def planned_gaps() -> Iterator[dict[str, list[float]]]:
    """The seconds from one request to the next as they are planned meanwhile, by the task's id.

    What comes about is another matter: in a time that goes a thousand times as fast, a busy machine is always late.
    """
    gaps, usual = defaultdict[str, list[float]](list), Watch.gap

    def gap(watch: Watch, now: float) -> float:
        gaps[watch.task_id].append(planned := usual(watch, now))
        return planned

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Watch, "gap", gap)
        yield gaps
