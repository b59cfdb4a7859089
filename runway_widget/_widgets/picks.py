"""Picking: which takes were chosen. All cards of one task share one `Pick`, so that they agree at once.

The journal remembers it. A task that no journal knows is written into it when it is picked, so that it is found again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from .._errors import RunwayWidgetError
from .._journal.row import Row, State
from .._runtime import process, writer
from .._service.cost import Cost
from .._service.provider import stored_route
from .._tracebacks import short_traceback
from .._watch.options import checked_flag
from .watchers import Watchers

if TYPE_CHECKING:
    from .._media.keeper import OutputKeeper
    from .._service.service import Service
    from .._watch.report import Report
    from .record import TaskRecord

FLUSH = 5.0  # seconds that the journal and the cards get to take it in


class Pick:
    """Whether one task is picked, and whom to tell of a change."""

    def __init__(self, picked: bool) -> None:
        self.picked = picked
        self.watchers = Watchers()


_picks: WeakValueDictionary[tuple[str, str], Pick] = WeakValueDictionary()  # by base URL and task id
_lock = process.Lock()  # of the table: two cards of one task must get one pick


def pick_of(base_url: str, task_id: str, picked: bool) -> Pick:
    """The pick of a task. ``picked`` is what the journal says; a card that is there already knows better."""
    if not task_id:
        return Pick(picked)
    with _lock:
        return _picks.setdefault((base_url, task_id), Pick(picked))


class CanBePicked:
    """The star of a task. `RunwayTask` makes all that is declared here."""

    task_id: str
    _pick: Pick
    _service: Service
    _record: TaskRecord
    _keeper: OutputKeeper
    _report: Report
    _route: str

    @short_traceback
    def pick(self, picked: bool = True) -> None:
        """Give the take a star, or, with ``picked=False``, take it away; ``picked`` says how it stands.

        It shows on every card of the task, in `TaskGrid.picked` and in ``client.recent(picked=True)``. The journal
        remembers it; without one it lasts as long as this object. Raises RunwayWidgetError for a take that does not
        exist, or not yet, and ConfigurationError for what is neither True nor False.
        """
        picked = checked_flag("picked", picked)
        if picked and not self.task_id:
            raise RunwayWidgetError(f"there is nothing to pick{' yet' if self._report.phase.to_come else ''}: {self}")
        self._set_pick(picked)
        self._record.flush(FLUSH)  # whoever asks for what is picked in the next line, finds it
        writer.flush(FLUSH)

    def _toggle_pick(self) -> None:
        """The card's star was pressed."""
        if self.task_id:
            self._set_pick(not self._pick.picked)

    def _set_pick(self, picked: bool) -> None:
        if self.task_id:  # also where it is so already: another kernel may have written something else
            picture = next((item.thumbnail for item in self._keeper.now.items if item.thumbnail), "")
            self._record.record_pick(self._row_of_task(), picked, picture)
        self._pick.picked = picked
        self._pick.watchers.notify(self)

    def _row_of_task(self) -> Row:
        """What the journal is to know of the task, if it did not know it."""
        state, ended = self._report.state, self._report.state.ended
        return Row(
            base_url=self._service.base_url,
            service=self._service.provider.name,
            endpoint="",  # it was created elsewhere
            action=state.action,
            state=State.ACCEPTED,
            submitted_at=state.submit_time or time.time(),
            task_id=self.task_id,
            status=state.status.value if ended else "",
            ended_at=(state.finish_time or time.time()) if ended else 0.0,
            seconds=(self._report.timing.elapsed or 0.0) if ended else 0.0,
            reason=state.failure,
            cost=Cost(state.cost, state.cost_is_estimate),
            route=stored_route(self._route),
        )
