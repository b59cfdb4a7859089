"""Several creates, one after the other, on a thread of their own: an interrupt of the caller cuts none in half.

Who presses Ctrl-C while a create is under way gets the answer to it all the same, if it comes soon: the service may
have taken it by then, and nobody else would know. What is not sent yet is not sent any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from .._errors import SAME_FOR_ALL, RunwayWidgetError, SubmissionUncertain
from .._log import log
from .._runtime.threads import start_thread
from .creation import Creation
from .submit import created_note

PATIENCE = 10.0  # seconds that an interrupt waits for the create that is under way; a second interrupt ends that
_ABANDONED = (
    "nobody waited for the answer to the create that was under way: the task may exist, and be charged. "
    "client.recent() says what became of it"
)
STEP = 0.05  # seconds: on Windows Ctrl-C does not end a wait (cpython#80116), and the next create is soon sent


class Created(Protocol):
    """A task, as far as this module knows it."""

    @property
    def task_id(self) -> str: ...


TaskT = TypeVar("TaskT", bound=Created)


class Stop(Protocol):
    """Says whether nothing more is to be sent; its `wait` returns early then."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float) -> bool: ...


class Sending(Generic[TaskT]):
    """Creates one take after the other.

    Args:
        creations: what to create, in order.
        create: sends one, and makes its task.
        not_created: makes a take of one that could not be created, so that the others go on; None raises why.
    """

    def __init__(
        self,
        creations: Sequence[Creation],
        create: Callable[[Creation, Stop], TaskT],
        not_created: Callable[[Creation, RunwayWidgetError], TaskT] | None,
    ) -> None:
        self.made: list[TaskT] = []
        self.tell: Callable[[], None] = lambda: None  # called again and again while somebody waits
        self._creations = creations
        self._create = create
        self._not_created = not_created
        self._refusal: RunwayWidgetError | None = None  # of the key, or no way out: the same for all that follow
        self._begun = 0
        self._abandoned = False

    def run(self) -> list[TaskT]:
        """All takes. What is raised leaves those that were made in `made`; see `note`."""
        done, stop = threading.Event(), threading.Event()
        failures: list[BaseException] = []

        def work() -> None:
            try:
                self._work(stop)
            except BaseException as error:
                failures.append(error)
            finally:
                done.set()

        try:
            try:
                start_thread(work, "runway-widget-create")
            except RuntimeError:  # the machine is out of threads
                work()
            while not done.wait(STEP):
                self.tell()
        except BaseException as interrupt:
            stop.set()
            with suppress(BaseException):
                done.wait(PATIENCE)
            self._abandoned = not done.is_set()
            if failures:
                interrupt.add_note(f"the create that was under way then: {failures.pop()}")
            raise
        try:
            if failures:
                raise failures[0]
        finally:
            failures.clear()  # it leads back to this frame: a circle would keep all that it holds
        return self.made

    @property
    def under_way(self) -> Sequence[Creation]:
        """The one that was sent, or was about to be, and did not become a take; nothing where there is none."""
        return self._creations[len(self.made) : self._begun]

    @property
    def not_sent(self) -> Sequence[Creation]:
        """Those that were never sent."""
        return self._creations[self._begun :]

    def fate(self, error: BaseException) -> RunwayWidgetError:
        """What there is to say of the one that was `under_way` when ``error`` ended all this."""
        if self._abandoned:
            return SubmissionUncertain(_ABANDONED)
        task_id = getattr(error, "task_id", "")
        return RunwayWidgetError(created_note(task_id) if task_id else str(error) or "it was interrupted")

    def note(self, error: BaseException) -> None:
        """Have ``error``, which ends all this, say what was paid for by now, and hold the tasks in ``tasks``."""
        error.tasks = self.made  # type: ignore[attr-defined]  # for whoever debugs: nobody else has them
        ids = [task.task_id for task in self.made if task.task_id]
        if ids and self._not_created is None:
            error.add_note(created_note(ids[0]))
            error.task_id = ids[0]  # type: ignore[attr-defined]
        elif ids:
            error.add_note(f"created before that: {', '.join(ids)}; client.task(id) shows one of them")
        if self._abandoned:
            error.add_note(_ABANDONED)

    def _work(self, stop: Stop) -> None:
        for creation in self._creations:
            if stop.is_set():
                return
            self._begun += 1
            self.made.append(self._make(creation, stop))
            if self._abandoned:
                log.warning("an interrupted create was taken all the same: %s", created_note(self.made[-1].task_id))

    def _make(self, creation: Creation, stop: Stop) -> TaskT:
        """One take; one that cannot be created is a take as well, where there are others."""
        error = self._refusal
        if error is None:
            try:
                return self._create(creation, stop)
            except RunwayWidgetError as caught:
                taken = hasattr(caught, "task_id") and not isinstance(caught, SubmissionUncertain)
                if self._not_created is None or taken:  # another one could not be shown either, and would be paid for
                    raise
                error = caught
        if isinstance(error, SAME_FOR_ALL):
            self._refusal = error
        assert self._not_created is not None
        return self._not_created(creation, error)
