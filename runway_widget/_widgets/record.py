"""Where a task came from, as far as that is known here: what was asked for, and what is kept about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._journal.row import Request, Row, empty_request
from .._runtime.threads import SerialThread
from .._service.cost import UNKNOWN, Cost
from .._service.duration import Duration
from .._service.state import Status, TaskState

if TYPE_CHECKING:
    from .._journal.journal import Journal
    from .._service.json_value import JsonValue

# Writing the journal may wait for another kernel, or for a network home; no card waits for it.
_writer = SerialThread("runway-widget-journal")


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What is known of a task beside what the service says.

    Attributes:
        request: what the card shows of the request; see the front end's `Request`.
        action: the service's word for such a task, "" where it is not known yet.
        cost: what is known of the task's cost by now.
        picked: whether it has a star, as far as the journal knows.
        clip: the link of the clip that it is made from, where the request has no picture.
        charged: is told what a task turns out to cost, by its id.
        typical: how long such a task usually runs, where earlier ones, or what is documented of them, tell.
        parameters: the request's body by wire names, as the journal stores it: without media and signed links.
        files: where the outputs were saved by an earlier session.
        earlier: its row in the journal, of a task that was created before.
        journal: None for a task that is in no journal.
        again: creates the same task once more, with changes to its arguments.
        created: gives the record of the task once it has an id; None where it has one.
    """

    request: Request = field(default_factory=empty_request)
    action: str = ""
    cost: Cost = UNKNOWN
    picked: bool = False
    clip: str = field(default="", repr=False)
    charged: Callable[[str, Cost], None] | None = None
    typical: Duration | None = None
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    earlier: Row | None = None
    journal: Journal | None = None
    again: Callable[[dict[str, Any]], Any] | None = None
    created: Callable[[str], TaskRecord] | None = None

    def state(self, task_id: str) -> TaskState:
        """The task as far as it is known before the service was asked."""
        credits, is_estimate = self.cost
        return TaskState(task_id=task_id, action=self.action, cost=credits, cost_is_estimate=is_estimate)

    def saved(self, task_id: str) -> dict[int, Path]:
        """The files of an earlier session that are still there, by the numbers of the outputs, in their order."""
        from .._media.sources import saved_files  # on use: importing the package need not wait for it

        numbers = self.earlier.numbers if self.earlier is not None else {}
        return dict(sorted(saved_files(task_id, map(str, self.files), numbers).items())) if self.files else {}

    def remembered(self, task_id: str) -> TaskState | None:
        """A success as the journal and the saved files have it, for a task that the service does not show any more.

        None where the journal has seen no success, or no file is left of it.
        """
        row, files = self.earlier, self.saved(task_id)
        if row is None or row.status != Status.SUCCESS or not files:
            return None
        from .._media.sources import output_of_file

        return replace(
            self.state(task_id),
            status=Status.SUCCESS,
            progress=1.0,
            submit_time=row.submitted_at,
            finish_time=row.finished_at,
            outputs=tuple(output_of_file(file) for file in files.values()),
        )

    def record_cost(self, base_url: str, task_id: str, cost: Cost) -> None:
        """Note in the journal what it costs."""
        if self.charged is not None:
            self.charged(task_id, cost)
        if (journal := self.journal) is not None:
            _writer.put(lambda: journal.record_cost(base_url, task_id, cost))

    def record_end(
        self,
        base_url: str,
        task_id: str,
        status: str,
        seconds: float | None,
        then: Callable[[], None],
        *,
        reason: str = "",
        ran: float | None = None,
    ) -> None:
        """Note in the journal how it ended and why, and for how many seconds it ``ran``.

        ``then`` is called when that is done, whether or not it worked. Where no thread can be started, ``then`` is
        called at once, and the journal is written with its next note.
        """
        if (journal := self.journal) is not None:
            _writer.put(lambda: journal.record_end(base_url, task_id, status, seconds, reason, ran))
        try:
            _writer.submit(then)
        except RuntimeError:
            then()

    def record_pick(self, row: Row, picked: bool, thumbnail: str) -> None:
        """Note in the journal whether the task of ``row`` is picked; with its picture, if it was not known there."""
        from .._media.small_pictures import smaller  # on use: importing the package need not wait for it

        def note(journal: Journal) -> None:
            journal.record_pick(row, picked)
            if picked and not self._known:
                journal.record_picture(row.base_url, row.task_id, smaller(thumbnail))

        if self.journal is not None:
            _writer.put(partial(note, self.journal))

    def flush(self, seconds: float) -> None:
        """Wait until all that is to be noted is in the journal, but not for longer than that."""
        _writer.flush(seconds)

    @property
    def _known(self) -> bool:
        """Whether the journal knew the task when this was made."""
        return self.earlier is not None or self.again is not None

    @property
    def picture_wanted(self) -> bool:
        """Whether the journal knows the task and has no picture of it yet."""
        has_one = self.earlier is not None and self.earlier.picture
        return self.journal is not None and self.journal.path is not None and self._known and not has_one

    def record_picture(self, base_url: str, task_id: str, picture: bytes) -> None:
        """Note a small picture of what came out: at once, as nobody waits for the thread that makes it."""
        if self.journal is not None:
            self.journal.record_picture(base_url, task_id, picture)

    def record_files(self, base_url: str, task_id: str, files: Iterable[Path]) -> None:
        """Note in the journal where its outputs are."""
        if (journal := self.journal) is not None:
            paths = tuple(file.absolute() for file in files)
            _writer.put(lambda: journal.record_files(base_url, task_id, paths))
