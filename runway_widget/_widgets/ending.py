"""What the end of a task brings about, and in which order.

The journal is written, the outputs are kept, the card is frozen, and only then does a `wait` return. Pictures are
waited for no longer than `PATIENCE`: then the card is frozen without them, and gets them later. A file that is being
saved is waited for however long that takes, because it is what the user asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from .._runtime import schedule, writer
from .._runtime.threads import log_errors

PATIENCE = 10.0  # seconds from the task's end


class Closing(Enum):
    """What the end still waits for."""

    OPEN = auto()  # the task itself has not ended
    NOTING = auto()  # the journal
    KEEPING = auto()  # pictures and files
    SAVING = auto()  # a file; the card is frozen already
    CLOSED = auto()  # nothing: the card is frozen, and waiting is over


class OutputProgress(Protocol):
    """What the end wants to know of an `OutputKeeper`."""

    @property
    def busy(self) -> bool:
        """Something is still to come."""
        ...

    @property
    def saving(self) -> str:
        """ "saving" while files are being saved."""
        ...


class Ending:
    """Brings one task's end about. Everything here runs on the writer thread.

    Args:
        outputs: how far keeping them has come.
        freeze: puts the static card wherever the live one is shown.
        closed: called once, when all is done.
    """

    def __init__(self, outputs: OutputProgress, freeze: Callable[[], None], closed: Callable[[], None]) -> None:
        self.closing = Closing.OPEN
        self._outputs = outputs
        self._freeze = freeze
        self._closed = closed
        self._patience_end: schedule.ScheduledCall | None = None

    def begin(self, record: Callable[[Callable[[], None]], None]) -> None:
        """The task has ended. ``record`` tells the journal, and calls what it is given when that is done."""
        self.closing = Closing.NOTING
        ended_at = time.monotonic()

        def keep() -> None:
            writer.put(lambda: self._begin_keeping(ended_at))

        with log_errors("the journal", keep):
            record(keep)

    def outputs_changed(self) -> None:
        """Something about the outputs is new: the end may have come, or a frozen card may be out of date."""
        if self.closing is Closing.CLOSED:
            if not self._outputs.busy:
                self._freeze_card()  # saved by the card's own button, or a link renewed, after the end
        elif self.closing in {Closing.KEEPING, Closing.SAVING} and not self._waits:
            self._close()

    def redraw(self) -> None:
        """Something else on the card is new, so a frozen one is out of date."""
        if self.closing in {Closing.SAVING, Closing.CLOSED}:
            self._freeze_card()

    @property
    def _waits(self) -> bool:
        return self._outputs.busy if self.closing is Closing.KEEPING else self._outputs.saving == "saving"

    def _begin_keeping(self, ended_at: float) -> None:
        if self.closing is not Closing.NOTING:
            return
        self.closing = Closing.KEEPING
        if not self._waits:
            self._close()
        else:
            left = ended_at + PATIENCE - time.monotonic()
            self._patience_end = schedule.timer.after(max(0.0, left), lambda: writer.put(self._end_patience))

    def _end_patience(self) -> None:
        if self.closing is not Closing.KEEPING:
            return
        self.closing = Closing.SAVING
        if self._waits:
            self._freeze_card()
        else:
            self._close()

    def _close(self) -> None:
        if self._patience_end is not None:
            schedule.timer.cancel(self._patience_end)
        self.closing = Closing.CLOSED
        self._freeze_card()
        self._closed()

    def _freeze_card(self) -> None:
        with log_errors("the frozen card"):
            self._freeze()
