"""Calls after a while, on one thread that exists only while there are any to come."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from .schedule import Agenda, Appointment
from .threads import Serial

log = logging.getLogger("runway_widget")


class Timer:
    """Makes each call once, when its time has come. The calls are short: they hand something on."""

    def __init__(self, name: str) -> None:
        self._thread = Serial(name)
        self.reset()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.reset)

    def reset(self) -> None:
        """Forget everything, as a forked child must: the thread stayed with the parent."""
        self._news = threading.Condition()
        self._agenda = Agenda()
        self._running = False

    def after(self, seconds: float, call: Callable[[], None]) -> Appointment:
        """Have ``call`` made in ``seconds``; what comes back can be cancelled."""
        with self._news:
            appointment = self._agenda.at(time.monotonic() + seconds, call)
            if not self._running or not self._thread.running:
                self._running = True
                self._thread.put(self._run)
            self._news.notify()
        return appointment

    def cancel(self, appointment: Appointment) -> None:
        """Take a call back, and let the thread go if it was the last."""
        with self._news:
            appointment.cancel()
            self._news.notify()

    def _run(self) -> None:
        with self._news:
            while (when := self._agenda.next()) is not None:
                for call in self._agenda.due(time.monotonic()):
                    try:
                        call()
                    except Exception:  # or this thread ends, and with it every call to come
                        log.exception("%s met an error", self._thread.name)
                self._news.wait(max(0.0, when - time.monotonic()))
            self._running = False


timer = Timer("runway-widget-timer")
