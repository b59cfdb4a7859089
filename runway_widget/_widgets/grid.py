"""TaskGrid: several takes side by side, as one widget.

One bundle and one comm serve any number of takes. The front end gets the whole grid once, when it opens, and from then
on the takes that changed, at most four times a second: a hundred takes polled every few seconds would otherwise send
the whole grid twenty times a second.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

import traitlets as t

from .._errors import ConfigurationError, RunwayWidgetError, ServiceError, TakesFailed, WaitTimeout
from .._journal.row import Request
from .._runtime.schedule import timer
from .._runtime.writer import writer
from .._service.endpoint import Endpoint
from . import static_card
from .freezable import FreezableWidget
from .task import RunwayTask
from .view import Clock, CompactTake, Face, Summary
from .words import duration

INTERVAL = 0.25  # seconds between two messages
FREEZE_AGAIN = 2.0  # seconds between two static grids, each of which holds all the pictures


class FailedTake:
    """A take whose creation failed: a card that says why, in the place where it would have been."""

    def __init__(self, error: RunwayWidgetError, request: Request, endpoint: Endpoint) -> None:
        self.error = error
        self.request = request
        reason = error.message if isinstance(error, ServiceError) else str(error)
        self.face: Face = {
            "title": endpoint.title,
            "kind": endpoint.output,
            "word": "Not created",
            "name": "Not created",
            "percent": None,
            "tone": "danger",
            "bar": "none",
            "stage": "grey",
            "warn": False,
            "note": reason,
            "advice": "",
            "wrapper": "",
            "save": "",
            "folder": "",
            "ended": True,
        }

    def compact(self) -> CompactTake:
        """The same fields as a task's."""
        clock: Clock = {
            "at": time.time(),
            "elapsed": None,
            "queued": None,
            "left": None,
            "heard": None,
            "retry_in": None,
            "ticking": False,
            "quiet_after": None,
        }
        return {
            "task_id": "",
            "status": "FAILURE",
            "progress": 0.0,
            "failure_code": getattr(self.error, "code", ""),
            "outputs": [],
            "_face": self.face,
            "_clock": clock,
            "_request": self.request,
            "_actions": [],
        }


class TaskGrid(FreezableWidget):
    """Takes side by side: compact cards in a responsive grid, under a line that sums them up.

    Args:
        tasks: RunwayTasks, in the order in which they are shown.
        columns: how many side by side; None takes as many as fit.
        freeze: replace the grid by a static one when its last task ends.

    ``grid[2]`` is a `RunwayTask`, ``len(grid)`` the number of takes; iterating gives those that were created.
    """

    _takes: t.List[CompactTake] = t.List(read_only=True).tag(sync=True)
    _summary = t.Dict(read_only=True).tag(sync=True)
    _columns = t.Int(None, allow_none=True, read_only=True).tag(sync=True)

    def __init__(
        self, tasks: Iterable[RunwayTask | FailedTake], columns: int | None = None, *, freeze: bool = True
    ) -> None:
        if columns is not None and (isinstance(columns, bool) or not isinstance(columns, int) or columns < 1):
            raise ConfigurationError(f"columns must be a whole number from 1, or None, not {columns!r}")
        self._members = list(tasks)
        for member in self._members:
            if not isinstance(member, RunwayTask | FailedTake):
                raise ConfigurationError(f"a grid shows RunwayTasks, not {type(member).__name__}")
        if not self._members:
            raise ConfigurationError("a grid needs at least one task")
        self._changed: set[int] = set()
        self._sent_at = 0.0
        self._flushing = False
        self._freezing = self._frozen_once = False
        self.set_trait("_columns", columns)
        self.set_trait("_takes", [_compact(member) for member in self._members])
        self.set_trait("_summary", self._sum_up())
        super().__init__(freeze=freeze)
        for number, member in enumerate(self._members):
            if isinstance(member, RunwayTask):
                member._watchers.append(partial(self._noticed, number))
                self._changed.add(number)
        writer.put(self._flush)

    # What users call

    def __len__(self) -> int:
        return len(self._members)

    def __getitem__(self, number: int) -> RunwayTask:
        """The task at ``number``; raises its error where it could not be created."""
        member = self._members[number]
        if isinstance(member, FailedTake):
            raise member.error
        return member

    def __iter__(self) -> Iterator[RunwayTask]:
        return (member for member in self._members if isinstance(member, RunwayTask))

    def wait(self, timeout: float | None = None) -> Self:
        """Block until every take ended, at most ``timeout`` seconds; returns the grid.

        Raises TakesFailed, which holds the exception of each take that did not succeed, or WaitTimeout.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        failures: dict[int, Exception] = {}
        for number, member in enumerate(self._members):
            try:
                if isinstance(member, FailedTake):
                    raise member.error
                member.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
            except WaitTimeout:
                raise WaitTimeout(f"not all takes ended within {timeout:g} s; they go on: {self}", self) from None
            except RunwayWidgetError as error:
                failures[number] = error
        return self._result(failures)

    def __await__(self) -> Generator[Any, None, Self]:
        """``await grid`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        failures: dict[int, Exception] = {}
        for number, member in enumerate(self._members):
            try:
                if isinstance(member, FailedTake):
                    raise member.error
                await member
            except RunwayWidgetError as error:
                failures[number] = error
        return self._result(failures)

    def _result(self, failures: dict[int, Exception]) -> Self:
        self._waited()
        if failures:
            raise _failed(f"{len(failures)} of {len(self)} takes failed", failures)
        return self

    def download(self, directory: str | Path) -> list[Path]:
        """Save the outputs of all takes that succeeded; returns the files' paths.

        Raises TakesFailed after the last one, where some could not be had; ConfigurationError for the directory.
        """
        paths: list[Path] = []
        failures: dict[int, Exception] = {}
        for number, member in enumerate(self._members):
            if isinstance(member, RunwayTask) and member.status == "SUCCESS" and member.outputs:
                try:
                    paths += member.download(directory)
                except ServiceError as error:
                    failures[number] = error
        if failures:
            raise _failed(f"{len(failures)} takes could not be saved", failures)
        return paths

    def close(self) -> None:
        """Stop watching every take, and take the grid out of the front end."""
        for task in self:
            task.close()
        super().close()

    def __str__(self) -> str:
        return f"{len(self)} takes: {self._sum_up()['words']}"

    def __repr__(self) -> str:
        return f"<TaskGrid {self}>"

    # Keeping up with the takes, on the writer thread

    def _noticed(self, number: int) -> None:
        self._changed.add(number)
        wait = self._sent_at + INTERVAL - time.monotonic()
        if wait <= 0:
            self._flush()
        elif not self._flushing:
            self._flushing = True
            timer.after(wait, lambda: writer.put(self._flush_in_turn))

    def _flush_in_turn(self) -> None:
        self._flushing = False
        self._flush()

    def _flush(self, *, whole: bool = False) -> None:
        """Send what changed since the last time; or all, for a page that was just opened and heard of none of it."""
        self._sent_at = time.monotonic()
        with self._writing:
            noticed, self._changed = self._changed, set()
            changes: dict[int, dict[str, Any]] = {}
            for number in range(len(self._members)) if whole else sorted(noticed):
                new = _compact(self._members[number])
                old: Mapping[str, Any] = {} if whole else self._takes[number]
                if changed := {key: value for key, value in new.items() if old.get(key) != value}:
                    changes[number] = changed
                self._takes[number] = new  # in place: a page that opens now gets all, and no message says it twice
            summary = self._sum_up()
            news = changes or summary["words"] != self._summary["words"]
            self._summary.update(summary)
        if news and self.comm is not None and not self._closed:
            self.send({"kind": "takes", "changes": changes, "summary": summary})
        if noticed and self._done:
            self._freeze_in_turn()

    def _freeze_in_turn(self) -> None:
        """Freeze at the last end, and again, but not often, when a picture or a file has come since."""
        if not self._frozen_once:
            self._frozen_once = True
            self._freeze_places()
        elif not self._freezing:
            self._freezing = True
            timer.after(FREEZE_AGAIN, lambda: writer.put(self._freeze_again))

    def _freeze_again(self) -> None:
        self._freezing = False
        self._freeze_places()

    def _sum_up(self) -> Summary:
        faces = [(_compact(member)["status"], member) for member in self._members]
        running = [m for status, m in faces if isinstance(m, RunwayTask) and not m._report.phase.over]
        counts = {
            "running": sum(task.status == "IN_PROGRESS" for task in running),
            "waiting": sum(task.status != "IN_PROGRESS" for task in running),
            "done": sum(status == "SUCCESS" for status, _ in faces),
            "failed": sum(status == "FAILURE" for status, _ in faces),
            "cancelled": sum(status == "CANCELLED" for status, _ in faces),
        }
        counts["not watched"] = len(faces) - sum(counts.values())
        now = time.time()
        clocks = [task._clock for task in running]
        known = [max(0.0, c["left"] - (now - c["at"])) for c in clocks if c["left"] is not None]
        return {
            "words": " · ".join(f"{count} {word}" for word, count in counts.items() if count),
            "left": max(known) if known and len(known) == len(clocks) else None,
            "at": now,
            "ticking": bool(running),
        }

    # Showing

    @property
    def _done(self) -> bool:
        return all(isinstance(m, FailedTake) or m._done for m in self._members)

    def _asked(self, asked: str, content: dict[str, Any]) -> None:
        number = content.get("take")
        if isinstance(number, int) and 0 <= number < len(self._members):
            member = self._members[number]
            if isinstance(member, RunwayTask):
                member._asked(asked, content)
        elif asked == "sync":
            writer.put(partial(self._flush, whole=True))

    def _static_bundle(self) -> dict[str, Any]:
        summary = self._sum_up()  # now: the one that was sent may be older than the ends that are waited for
        left = summary["left"]
        words = summary["words"] + (f" · about {duration(left)} left when last seen" if left else "")
        cards = [
            member._card()
            if isinstance(member, RunwayTask)
            else static_card.Card(task_id="", face=member.face, request=member.request)
            for member in self._members
        ]
        return {"text/html": static_card.grid(words, cards, self._columns), "text/plain": repr(self)}


def _failed(words: str, failures: dict[int, Exception]) -> TakesFailed:
    told = "; ".join(f"take {number}: {error}" for number, error in failures.items())
    return TakesFailed(f"{words}: {told}", list(failures.values()))


def _compact(member: RunwayTask | FailedTake) -> CompactTake:
    if isinstance(member, FailedTake):
        return member.compact()
    return cast(CompactTake, {name: getattr(member, name) for name in CompactTake.__annotations__})
