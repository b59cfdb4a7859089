"""TaskGrid: several takes side by side, as one widget.

One bundle and one comm serve any number of takes. The front end gets the whole grid once, when it opens, and from then
on the takes that changed, at most four times a second: a hundred takes polled every few seconds would otherwise send
the whole grid twenty times a second.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any, Self, overload

import traitlets as t

from .._errors import ConfigurationError, RunwayWidgetError, ServiceError, TakesFailed, WaitTimeout
from .._keywords import keywords
from .._numbers import whole
from .._paths import absolute
from .._runtime import process, schedule, writer
from .._runtime.threads import log_errors
from .._service.payload import describe
from .._tracebacks import ShortTraceback, short_traceback
from .._watch.completion import checked_timeout
from . import display
from .card_requests import answer, request_in
from .compact import compact, counted
from .freezable import FreezableWidget
from .tally import Tally
from .task import RunwayTask
from .task_sequence import TaskSequence
from .view import CompactTake, Summary
from .words import duration, kernel_gone

INTERVAL = 0.25  # seconds between two messages
FREEZE_AGAIN = 2.0  # seconds between two static grids, each of which holds all the pictures


class TaskGrid(TaskSequence, FreezableWidget):
    """Takes side by side: compact cards in a responsive grid, under a line that sums them up.

    Args:
        tasks: RunwayTasks, in the order in which they are shown.
        columns: how many side by side; None takes as many as fit.
        freeze: replace the grid by a static one when its last task ends.

    A grid is a sequence: ``grid[2]`` is a `RunwayTask`, iterating gives ``len(grid)`` of them in the same order, which
    is that of the prompts. A take that could not be created is one of them; it says so, and its `RunwayTask.wait`
    raises why. ``grid[1:3]`` is a grid of the same tasks; closing it leaves them alone.
    """

    _takes: t.List[CompactTake] = t.List(read_only=True).tag(sync=True)
    _summary = t.Dict(read_only=True).tag(sync=True)
    _columns = t.Int(None, allow_none=True, read_only=True).tag(sync=True)
    _lost = t.Unicode(read_only=True).tag(sync=True)

    @keywords(None, {"columns": None, "freeze": True})
    def __init__(
        self,
        tasks: Iterable[RunwayTask],
        columns: int | None = None,
        *,
        freeze: bool = True,
        _slice: bool = False,  # of another grid, to which the tasks belong
    ) -> None:
        width = whole(columns)
        if columns is not None and (width is None or width < 1):
            raise ConfigurationError(f"columns must be a whole number from 1, or None, not {describe(columns)}")
        if not isinstance(tasks, Iterable):
            raise ConfigurationError(f"a grid shows RunwayTasks, not {type(tasks).__name__}")
        members = list(tasks)
        for task in members:
            if not isinstance(task, RunwayTask):
                raise ConfigurationError(f"a grid shows RunwayTasks, not {type(task).__name__}")
        if not members and not _slice:
            raise ConfigurationError("a grid needs at least one task")
        self._tasks = members
        self._is_slice = _slice
        self._numbers: dict[RunwayTask, set[int]] = {}  # of each task in the grid; one may stand there twice
        for number, task in enumerate(self._tasks):
            self._numbers.setdefault(task, set()).add(number)
        self._changed: set[int] = set(range(len(self._tasks)))  # numbers of takes, since the last message
        self._sent_at = 0.0
        self._send_planned = self._whole_wanted = False
        self._freeze_planned = self._frozen_once = False
        self.set_trait("_columns", width)
        self.set_trait("_takes", [compact(task) for task in self._tasks])
        self._tally = Tally()  # of the takes as they were sent
        self._unfinished = list(self._numbers)  # but for some that are done by now
        self.set_trait("_summary", self._sum_up())
        self.set_trait("_lost", kernel_gone([line for task in self._tasks if (line := task._state().reattach)]))
        super().__init__(self._all_done, self._make_bundle, freeze=freeze)
        self.on_msg(self._on_request)
        process.register_heir(self)
        for task in self._numbers:
            task._watchers.add(self._task_changed)
        writer.put(self._send_changes)

    # What users call

    @overload
    def __getitem__(self, index: int) -> RunwayTask: ...
    @overload
    def __getitem__(self, index: slice) -> TaskGrid: ...
    def __getitem__(self, index: int | slice) -> RunwayTask | TaskGrid:
        """The take at ``index``; of a slice, a grid of these takes."""
        if isinstance(index, slice):
            return TaskGrid(self._tasks[index], self._columns, freeze=self._freeze, _slice=True)
        return self._tasks[index]

    @short_traceback
    def wait(self, timeout: float | None = None) -> Self:
        """Block until every take ended, at most ``timeout`` seconds; returns the grid.

        Raises TakesFailed, which holds the exception of each take that did not succeed, or WaitTimeout.
        """
        timeout = checked_timeout(timeout)
        deadline = None if timeout is None else time.monotonic() + timeout
        failures: dict[int, Exception] = {}
        for number, task in enumerate(self._tasks):
            try:
                task.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
            except WaitTimeout:
                raise WaitTimeout(f"not all takes ended within {timeout:g} s; they go on: {self}", task) from None
            except RunwayWidgetError as error:
                failures[number] = error
        return self._result(failures)

    def __await__(self) -> Generator[Any, None, Self]:
        """``await grid`` is `wait` for coroutines."""
        return self._wait_async().__await__()

    async def _wait_async(self) -> Self:
        failures: dict[int, Exception] = {}
        for number, task in enumerate(self._tasks):
            try:
                await task
            except RunwayWidgetError as error:
                failures[number] = error
        with ShortTraceback():
            return self._result(failures)

    def _result(self, failures: dict[int, Exception]) -> Self:
        self._freeze_where_waited()
        if failures:
            raise _failed(f"{len(failures)} of {_takes(len(self))} failed", failures)
        return self

    @short_traceback
    def download(self, directory: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs of all takes that have succeeded by now; returns the files' paths, take by take.

        A file is named after its task. Raises TakesFailed after the last one, where some could not be had;
        ConfigurationError for the directory; RunwayWidgetError at once where nothing more can be written, such as on a
        full disk, and where no take has succeeded yet.
        """
        folder = absolute(directory, "directory", wanted="a folder")  # for all of them, whatever happens meanwhile
        paths: list[Path] = []
        failures: dict[int, Exception] = {}
        for number, task in enumerate(self._tasks):
            if task.status == "SUCCESS" and task.outputs:
                try:
                    paths += task.download(folder)
                except ServiceError as error:
                    failures[number] = error
        if failures:
            raise _failed(f"{_takes(len(failures))} could not be saved", failures)
        if not paths and any(task._report.phase.to_come for task in self._tasks):
            raise RunwayWidgetError(f"there is nothing to download yet, wait() first: {self}")
        return paths

    def close(self) -> None:
        """Stop watching every take, and take the grid out of the front end. A slice leaves its takes alone."""
        if not self._is_slice:
            for task in self._tasks:
                task.close()
        super().close()

    def __str__(self) -> str:
        summary = self._sum_up()
        return f"{_takes(len(self))}: {' · '.join(filter(None, [summary['words'] or 'none', summary['cost']]))}"

    def __repr__(self) -> str:
        return f"<TaskGrid {self}>" if self.__dict__.get("_tally") else "<TaskGrid that could not be made>"

    # Keeping up with the takes, on the writer thread

    def _after_fork(self) -> None:
        """In a forked child: the timer that would carry them out stayed with the parent."""
        self._send_planned = self._freeze_planned = False

    def _task_changed(self, task: RunwayTask) -> None:
        self._changed |= self._numbers[task]
        self._send_in_turn()

    def _send_whole(self) -> None:
        """Send all of each take: to a page that was just opened, or that has missed a message. One is for all pages."""
        self._whole_wanted = True
        self._send_in_turn()

    def _send_in_turn(self) -> None:
        wait = self._sent_at + INTERVAL - time.monotonic()
        if wait <= 0:
            self._send_changes()
        elif not self._send_planned:
            self._send_planned = True
            schedule.timer.after(wait, lambda: writer.put(self._send_planned_changes))

    def _send_planned_changes(self) -> None:
        self._send_planned = False
        self._send_changes()

    def _send_changes(self) -> None:
        """Send what changed since the last time; or all, if that is wanted."""
        self._sent_at = time.monotonic()
        with self._writing:
            whole, self._whole_wanted = self._whole_wanted, False
            changed, self._changed = self._changed, set()
            changes: dict[int, dict[str, object]] = {}
            for number in range(len(self._tasks)) if whole else sorted(changed):
                task = self._tasks[number]
                self._tally.count(number, counted(task))
                new = compact(task)
                old: Mapping[str, Any] = {} if whole else self._takes[number]
                if fields := {key: value for key, value in new.items() if old.get(key) != value}:
                    changes[number] = fields
                self._takes[number] = new  # in place: a page that opens now gets all, and no message says it twice
            summary = self._tally.summary(time.time(), self._summary["number"] + bool(changes))
            self._summary.update(summary)
        if changes and self.comm is not None and not self._closed:
            with log_errors("a grid"):
                self.send({"kind": "takes", "whole": whole, "changes": changes, "summary": summary})
        if changed and self._is_done():
            self._freeze_or_plan()

    def _freeze_or_plan(self) -> None:
        """Freeze at the last end, and again, but not often, when a picture or a file has come since."""
        if not self._frozen_once:
            self._frozen_once = True
            self._freeze_places()
        elif not self._freeze_planned:
            self._freeze_planned = True
            schedule.timer.after(FREEZE_AGAIN, lambda: writer.put(self._freeze_again))

    def _freeze_again(self) -> None:
        self._freeze_planned = False
        self._freeze_places()

    def _sum_up(self) -> Summary:
        """The sum as of now, also of what no message has said yet."""
        tally = Tally()
        for number, task in enumerate(self._tasks):
            tally.count(number, counted(task))
        return tally.summary(time.time())

    def _all_done(self) -> bool:
        with self._writing:
            while self._unfinished and self._unfinished[-1]._is_done():  # what is done stays done
                self._unfinished.pop()
            return not self._unfinished

    # Showing

    def _on_request(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """A request of the page: of the whole grid, or of the take that it names by its number."""
        request, again = request_in(content)
        number = content.get("take") if request else None
        if isinstance(number, int) and 0 <= number < len(self._tasks):
            answer(self._tasks[number], request)
        if request in {"sync", "refresh"}:
            writer.put(self._send_whole)
            if again or request == "refresh":
                self._repeat_frozen()

    def _make_bundle(self) -> dict[str, Any]:
        summary = self._sum_up()  # now: the one that was sent may be older than the ends that are waited for
        left = summary["left"]
        ending = f"about {duration(left)} left when last seen" if left else ""
        words = " · ".join(filter(None, [summary["words"], ending, summary["cost"]]))
        cards = [task._state().frozen_card() for task in self._tasks]
        from . import static_card

        return {"text/html": static_card.grid(words, cards, self._columns), "text/plain": repr(self)}


def _takes(count: int) -> str:
    return "1 take" if count == 1 else f"{count} takes"


def _failed(words: str, failures: dict[int, Exception]) -> TakesFailed:
    with log_errors("a short traceback"):
        display.show_briefly(TakesFailed)
    return TakesFailed.of(words, failures)
