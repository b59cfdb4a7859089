"""What a grid tells its pages: all of it once, when it opens, and from then on the takes that changed.

At most four messages a second: a hundred takes polled every few seconds would otherwise send the whole grid twenty
times a second.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import traitlets as t

from .._runtime import process, schedule, writer
from .._runtime.later import log_errors_later
from .._service.provider import CLIENT_NAME
from .compact import compact, counted
from .freezable import FreezableWidget
from .lost import kernel_gone
from .tally import Tally
from .task import RunwayTask
from .task_sequence import TaskSequence
from .twin_names import next_name
from .view import CompactTake, Summary

INTERVAL = 0.25  # seconds between two messages
FREEZE_AGAIN = 2.0  # seconds between two static grids, each of which holds all the pictures


class GridMessages(TaskSequence, FreezableWidget):
    """Takes as their pages know them, and what was not said of them yet.

    What is said comes from the writer, or from whoever handles a page's message: on Colab nothing arrives but what
    answers one (colabtools#3373). One of them at a time.
    """

    _takes: t.List[CompactTake] = t.List(read_only=True).tag(sync=True)
    _summary = t.Dict(read_only=True).tag(sync=True)
    _lost = t.Unicode(read_only=True).tag(sync=True)

    _host_trait = "_takes"
    _when_empty = ""  # what the line says of a grid without takes

    def _begin(self, tasks: list[RunwayTask]) -> None:
        """Take in the takes as they stand."""
        self._tasks = tasks
        self._numbers: dict[RunwayTask, set[int]] = {}  # of each task in the grid; one may stand there twice
        for number, task in enumerate(self._tasks):
            self._numbers.setdefault(task, set()).add(number)
        self._changed: set[int] = set(range(len(self._tasks)))  # numbers of takes, since the last message
        self._sent_at = self._whole_sent_at = 0.0
        self._send_planned = self._whole_wanted = False
        self._freeze_planned = self._frozen_once = False
        self.set_trait("_takes", [compact(task) for task in self._tasks])
        self._tally = Tally()  # of the takes as they were sent
        self._unfinished = list(self._numbers)  # but for some that are done by now
        self.set_trait("_summary", self._sum_up())
        self._unsent = [task for task in self._numbers if task._order is not None]  # but for some that exist by now
        self._identify()

    def _keep_up(self) -> None:
        """Hear of each change of a take from now on, and of what has changed since `_begin`."""
        process.register_heir(self)
        for task in self._numbers:
            task._watchers.add(self._task_changed)
        writer.put(self._send_changes)

    def _after_fork(self) -> None:
        """In a forked child: the timer that would carry them out stayed with the parent."""
        self._send_planned = self._freeze_planned = False

    def _task_changed(self, task: RunwayTask) -> None:
        with self._writing:
            self._changed |= self._numbers[task]
            if self._unsent and not self._any_unsent():
                self._identify()  # at once: the end, of which the static grid tells, may come before the next message
        self._send_in_turn()

    def _send_whole(self) -> None:
        """Send all of each take: to a page that was just opened, or that has missed a message. One is for all pages."""
        with self._writing:
            self._whole_wanted = True
            at_once = time.monotonic() >= self._whole_sent_at + INTERVAL
        if at_once:
            self._send_changes()
        else:
            self._send_in_turn()

    def _send_in_turn(self) -> None:
        with self._writing:
            wait = self._sent_at + INTERVAL - time.monotonic()
            if plan := wait > 0 and not self._send_planned:
                self._send_planned = True
        if wait <= 0:
            self._send_changes()
        elif plan:
            schedule.timer.after(wait, lambda: writer.put(self._send_planned_changes))

    def _send_planned_changes(self) -> None:
        self._send_planned = False
        self._send_changes()

    def _send_changes(self) -> None:
        """Send what changed since the last time; or all, if that is wanted."""
        with log_errors_later() as log_errors, self._writing:
            self._sent_at = time.monotonic()
            whole, self._whole_wanted = self._whole_wanted, False
            if whole:
                self._whole_sent_at = self._sent_at
            changed, self._changed = self._changed, set()
            changes: dict[int, dict[str, object]] = {}
            takes = list(self._takes) if self._observed else self._takes
            for number in range(len(self._tasks)) if whole else sorted(changed):
                task = self._tasks[number]
                self._tally.count(number, counted(task))
                new = compact(task)
                if whole:
                    new["_clock"] = task._clock_now()  # a page counts on from the moment when it comes
                old: Mapping[str, Any] = {} if whole else takes[number]
                if fields := {key: value for key, value in new.items() if old.get(key) != value}:
                    changes[number] = fields
                takes[number] = new
            summary = self._summary_of(self._tally, self._summary["number"] + bool(changes))
            if self._observed:
                self._set_traits({"_summary": summary, "_takes": takes})
            else:  # in place: a page that opens now gets all, and no message says it twice
                self._summary.update(summary)
            if changes and self.comm is not None and not self._closed:
                with log_errors("a grid"):
                    self.send({"kind": "takes", "whole": whole, "changes": changes, "summary": summary})
        if changed and self._is_done():
            self._freeze_or_plan()

    def _any_unsent(self) -> bool:
        while self._unsent and self._unsent[-1]._order is None:  # what was sent is never unsent again
            self._unsent.pop()
        return bool(self._unsent)

    def _identify(self) -> None:
        """What the grid is called, once all its tasks have been sent; and what it says when its kernel is gone."""
        if not self._unsent:
            self.set_trait("_twin", next_name("grid", (task.task_id for task in self._tasks)))
        known = [] if self._unsent else self._tasks
        lines = [line for task in known if (line := task._state().reattach)]
        client = next((task._service.client for task in self._unsent or self._tasks), CLIENT_NAME)
        self.set_trait("_lost", kernel_gone(lines, len(self._unsent), client=client))

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
        return self._summary_of(tally)

    def _summary_of(self, tally: Tally, number: int = 0) -> Summary:
        summary = tally.summary(time.time(), number)
        return summary if self._tasks else {**summary, "words": self._when_empty}

    def _all_done(self) -> bool:
        with self._writing:
            while self._unfinished and self._unfinished[-1]._is_done():  # what is done stays done
                self._unfinished.pop()
            return not self._unfinished
