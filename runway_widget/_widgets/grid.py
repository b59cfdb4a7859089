"""TaskGrid: several takes side by side, as one widget.

One bundle and one comm serve any number of takes: `grid_messages` keeps the pages up to date, and `grid_waiting` waits
for the ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import traitlets as t

from .._errors import ConfigurationError, RunwayWidgetError, ServiceError
from .._keywords import keywords
from .._numbers import whole
from .._service.payload import describe
from .._tracebacks import short_traceback
from .card_requests import answer, message_in, request_in
from .even_columns import least_width
from .grid_messages import GridMessages
from .grid_waiting import GridWaiting, count_takes, takes_failed
from .task import RunwayTask
from .words import duration

if TYPE_CHECKING:
    from .markup import Markup

NONE_PICKED = "none is picked yet: the star on a card, or pick() of a take, picks it"


class TaskGrid(GridWaiting, GridMessages):
    """Takes side by side: compact cards in a responsive grid, under a line that sums them up.

    Args:
        tasks: RunwayTasks, in the order in which they are shown.
        columns: how many side by side; None takes as many as fit and make even rows.
        freeze: replace the grid by a static one when its last task ends.

    A grid is a sequence: ``grid[2]`` is a `RunwayTask`, iterating gives ``len(grid)`` of them in the same order, which
    is that of the prompts. A take that could not be created is one of them; it says so, and its `RunwayTask.wait`
    raises why. ``grid[1:3]`` and ``grid.picked`` are grids of the same tasks; closing one leaves them alone.
    """

    _least = t.Unicode(read_only=True).tag(sync=True)  # the least width of a column, in CSS

    @keywords(None, {"columns": None, "freeze": True})
    def __init__(
        self,
        tasks: Iterable[RunwayTask],
        columns: int | None = None,
        *,
        freeze: bool = True,
        _part: str = "",  # of another grid, to which the tasks belong: what is said where there are none
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
        if not members and not _part:
            raise ConfigurationError("a grid needs at least one task")
        self._is_part = bool(_part)
        self._when_empty = _part
        self._begin(members)
        self._columns = width
        self.set_trait("_least", least_width(len(members), width))
        super().__init__(self._all_done, self._make_bundle, freeze=freeze)
        self.on_msg(self._on_request)
        self._keep_up()

    # What users call

    @overload
    def __getitem__(self, index: int) -> RunwayTask: ...
    @overload
    def __getitem__(self, index: slice) -> TaskGrid: ...
    def __getitem__(self, index: int | slice) -> RunwayTask | TaskGrid:
        """The take at ``index``; of a slice, a grid of these takes."""
        if isinstance(index, slice):
            return self._part(self._tasks[index], "none is in this slice")
        return self._tasks[index]

    @property
    def succeeded(self) -> TaskGrid:
        """The takes that have succeeded by now, as a grid. Closing it leaves them alone."""
        return self._part((task for task in self._tasks if task.status == "SUCCESS"), "none has succeeded by now")

    @property
    def failed(self) -> TaskGrid:
        """The takes that ended otherwise by now, or are not watched any more: those of which `wait` would raise."""
        return self._part((task for task in self._tasks if task.error is not None), "none has failed")

    @property
    def picked(self) -> TaskGrid:
        """The takes that have a star by now, as a grid: see `RunwayTask.pick`. Closing it leaves them alone."""
        return self._part((task for task in self._tasks if task._pick.picked), NONE_PICKED)

    def _part(self, tasks: Iterable[RunwayTask], when_empty: str) -> TaskGrid:
        return TaskGrid(tasks, self._columns, freeze=self._freeze, _part=when_empty)

    @short_traceback
    def download(self, directory: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs of all takes that have succeeded by now; returns the files' paths, take by take.

        A file is named after its task, or as a pattern says: ``"renders/{date}-{seed}-{n}"``, with the fields of
        ``save_to``. Raises TakesFailed after the last one, where some could not be had;
        ConfigurationError for the directory; RunwayWidgetError at once where nothing more can be written, such as on a
        full disk, and where no take has succeeded yet.
        """
        from .._media.folders import check_folder  # on use: importing the package need not wait for it

        folder = check_folder(directory, "directory")  # for all of them, whatever happens meanwhile
        paths: list[Path] = []
        failures: dict[int, Exception] = {}
        for number, task in enumerate(self._tasks):
            if task.status == "SUCCESS" and (task.outputs or task._report.recalled):
                try:
                    paths += task.download(folder)
                except ServiceError as error:
                    failures[number] = error
        if failures:
            raise takes_failed(f"{count_takes(len(failures))} could not be saved", failures)
        if not paths and any(task._report.phase.to_come for task in self._tasks):
            raise RunwayWidgetError(f"there is nothing to download yet, wait() first: {self}")
        return paths

    def close(self) -> None:
        """Stop watching every take, and take the grid out of the front end. A part of a grid leaves its takes alone."""
        if not self._is_part:
            for task in self._tasks:
                task.close()
        super().close()

    def __str__(self) -> str:
        summary = self._sum_up()
        return f"{count_takes(len(self))}: {' · '.join(filter(None, [summary['words'], summary['cost']]))}"

    def __repr__(self) -> str:
        return f"<TaskGrid {self}>" if self.__dict__.get("_tally") else "<TaskGrid that could not be made>"

    # Showing

    def _on_request(self, _widget: object, content: object, _buffers: object) -> None:
        """A request of the page: of the whole grid, or of the take that it names by its number."""
        message = message_in(content)
        request, again = request_in(message)
        number = whole(message.get("take"))
        if number is not None and 0 <= number < len(self._tasks):
            answer(self._tasks[number], message)
        if request in {"sync", "refresh"}:
            self._send_whole()
            if again or request == "refresh":
                self._repeat_frozen()

    @property
    def _twin_name(self) -> str:
        return self._twin if all(task._twin_name or not task.task_id for task in self._tasks) else ""

    def to_html(self) -> str:
        return str(self._static_html(files=False))

    def _make_bundle(self) -> dict[str, Any]:
        from . import static_grid  # on use: importing the package need not wait for it

        text = static_grid.text([task._state().frozen_card() for task in self._tasks])
        return {"text/html": self._static_html(self._twin_name), "text/plain": f"{self!r}\n{text}".strip()}

    def _static_html(self, twin: str = "", *, files: bool = True) -> Markup:
        from . import static_grid

        summary = self._sum_up()  # now: the one that was sent may be older than the ends that are waited for
        left = summary["left"]
        ending = f"about {duration(left)} left when last seen" if left else ""
        words = " · ".join(filter(None, [summary["words"], ending, summary["cost"]]))
        cards = [task._state().frozen_card(files=files) for task in self._tasks]
        return static_grid.html(words, cards, self._columns, twin)
