"""One create, sent on a thread of its own: an interrupt of whoever waits for it does not cut it in half.

Who presses Ctrl-C while a create is under way gets the answer to it all the same, if it comes soon: the service may
have taken it by then, and nobody else would know. Creates that nobody waits for are sent by the `queue`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from .._errors import RunwayWidgetError
from .._log import log
from .._runtime.threads import start_thread
from .submit import created_note

PATIENCE = 10.0  # seconds that an interrupt waits for the create that is under way; a second interrupt ends that
_NOT_BEGUN = "nobody waited for the media that were under way then; nothing was created"
_ABANDONED = (
    "nobody waited for the answer to the create that was under way: the task may exist, and be charged. "
    "client.recent() says what became of it"
)
STEP = 0.05  # seconds: on Windows Ctrl-C does not end a wait (cpython#80116), and a create is soon sent


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
    """Sends one create; ``create`` does that, and makes its task.

    It is given what says whether to stop, and what it calls when its media are ready and nothing but the create itself
    is left to send, which gives that moment. ``tell`` is called again and again while somebody waits.
    """

    def __init__(
        self, create: Callable[[Stop, Callable[[], float]], TaskT], tell: Callable[[], None] = lambda: None
    ) -> None:
        self.made: TaskT | None = None
        self._tell = tell
        self._create = create
        self._begun = False
        self._given_up = self._abandoned = False

    def run(self) -> TaskT:
        """The task. Where an interrupt comes between it and its caller, it is in `made`; see `note`."""
        done, stop = threading.Event(), threading.Event()
        failures: list[BaseException] = []

        def begin() -> float:
            if stop.is_set():
                raise RunwayWidgetError("interrupted before it was sent; nothing was created")
            self._begun = True
            return time.time()

        def work() -> None:
            try:
                self.made = self._create(stop, begin)
                if self._abandoned:
                    log.warning("an interrupted create was taken all the same: %s", created_note(self.made.task_id))
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
                self._tell()
        except BaseException as interrupt:
            stop.set()
            with suppress(BaseException):
                done.wait(PATIENCE)
            self._given_up = not done.is_set()
            self._abandoned = self._given_up and self._begun
            if failures:
                interrupt.add_note(f"the create that was under way then: {failures.pop()}")
            raise
        try:
            if failures:
                raise failures[0]
        finally:
            failures.clear()  # it leads back to this frame: a circle would keep all that it holds
        assert self.made is not None
        return self.made

    def note(self, error: BaseException) -> None:
        """Have ``error``, which came in between, say what was paid for by now, and hold the task in ``tasks``."""
        error.tasks = [] if self.made is None else [self.made]  # type: ignore[attr-defined]  # nobody else has it
        if self.made is not None:
            error.add_note(created_note(self.made.task_id))
            error.task_id = self.made.task_id  # type: ignore[attr-defined]
        if self._given_up:
            error.add_note(_ABANDONED if self._abandoned else _NOT_BEGUN)
