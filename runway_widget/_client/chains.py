"""Creates that wait for the tasks that they are made from: what they show meanwhile, and when they are sent, or not.

A link of a chain is nothing but a watcher of its sources: it costs no thread, and it is told on the thread that writes
their cards. When all have succeeded, its create joins the queue; when one has not, nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .._errors import RunwayWidgetError
from .._runtime import process
from .._service.state import Status
from .._watch.report import Awaited
from .._widgets.task import RunwayTask

if TYPE_CHECKING:
    from .._create.orders import Order

_links: set[Link] = set()  # those that wait: their sources know them by weak references only
_lock = process.Lock()  # of the set, and of who says that a link is over


class Link:
    """One create and its sources.

    Args:
        task: what it is going to be.
        order: its create.
        sources: the tasks that it is made from.
        send: has the create sent in its turn.
    """

    def __init__(
        self, task: RunwayTask, order: Order, sources: Sequence[RunwayTask], send: Callable[[Order], None]
    ) -> None:
        self._task = task
        self._order = order
        self._sources = sources
        self._send = send
        self._shown: Awaited | None = None
        self._over = False
        process.register_heir(self)

    def begin(self) -> None:
        """Wait from now on."""
        with _lock:
            _links.add(self)
        for source in self._sources:
            source._watchers.add(self._look)
        self._look(None)

    def drop(self) -> None:
        """Its create was taken back, or is on its way."""
        with _lock:
            self._over = True
            _links.discard(self)

    def _after_fork(self) -> None:
        """In a forked child: its create is sent by the parent, also where the child watches the sources again."""
        self.drop()

    def _look(self, _source: object) -> None:
        """How the sources stand now. It may be called on any thread, and for two of them at once."""
        left = [source for source in self._sources if source._is_to_come]
        failed = next((source for source in self._sources if not source._is_to_come and not _has_output(source)), None)
        with _lock:
            if self._over:
                return
            self._over = failed is not None or not left
            if self._over:
                _links.discard(self)
        if failed is not None:
            error = RunwayWidgetError(_why_not(failed))
            error.__cause__ = failed.error
            self._task._take_back(error)
        elif left:
            self._show(left)
        else:
            self._send(self._order)

    def _show(self, left: Sequence[RunwayTask]) -> None:
        from .._create.inputs_to_come import name_of

        first = left[0]
        progress = first.progress if first._report.state.progress_known else None
        awaited = Awaited(name_of(first), progress) if len(left) == 1 else Awaited(f"{len(left)} tasks")
        if awaited != self._shown:
            self._shown = awaited
            self._task._show_awaited(awaited)


def _has_output(source: RunwayTask) -> bool:
    return source._report.state.status is Status.SUCCESS and bool(source._report.state.outputs)


def _why_not(source: RunwayTask) -> str:
    """ "gen4_image (3f2a1b2c), from which it was to be made, failed: no faces", for a source that gives nothing."""
    from .._create.inputs_to_come import name_of

    name, short, state = name_of(source), source.task_id[:8], source._report.state
    named = f"{name} ({short})" if short and short not in name else name
    if source._closed and not state.ended:
        end = "was closed before its end"
    elif state.status is Status.SUCCESS:
        end = "has no output"
    elif state.status is Status.CANCELLED:
        end = "was cancelled"
    elif state.status is Status.FAILURE:
        end = f"failed: {state.failure}" if state.failure else "failed"
    else:
        end = f"did not come to its end: {source.error}"
    return f"{named}, from which it was to be made, {end}"
