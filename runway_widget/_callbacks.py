"""Users' `observe` callbacks, on a thread of their own.

Traitlets calls observers where a trait is set, and here one thread sets the traits of every task. A callback that
blocks there would hold up all cards and all waits, so it runs on this thread instead, where it can hold up nothing but
other callbacks. A callback that raises is logged, once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ._poller import poller
from ._threads import Serial

log = logging.getLogger("runway_widget")

callbacks = Serial("runway-widget-callbacks")
poller.company.append(callbacks)  # a callback often sends, as a linked widget's does: see `Serial`


class Observer:
    """A user's handler, as traitlets gets it: hands each change over, and logs the first exception."""

    def __init__(self, handler: Callable[[Any], Any]) -> None:
        self._handler = handler
        self._logged = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Observer) and self._handler == other._handler  # so traitlets finds it to take it back

    __hash__ = None  # type: ignore[assignment]  # a handler need not have one

    def __call__(self, change: Any) -> None:
        callbacks.put(lambda: self._call(change))

    def _call(self, change: Any) -> None:
        try:
            self._handler(change)
        except BaseException:  # SystemExit and CancelledError too: they would end the thread of all callbacks
            if not self._logged:
                self._logged = True
                log.exception("a callback observing a task raised; further exceptions of it are not logged")
