"""The way from a widget to its pages: by a comm, or, where a host has none, by the traits that it observes.

An app framework may know whose page it sends to by the context of who sends (Shiny), and nothing of ours runs in that.
So outside of Jupyter kernels all is sent in the context in which the widget was made. In a kernel a context would pin
what is sent to one cell: see `start_thread`.

A host without comms (NiceGUI) reads all traits when it builds its page, and hands on each change from then on; what
changes before the page is connected, it loses. So all is said once more a while after each change.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

import traitlets as t
from traitlets.utils.bunch import Bunch
from traitlets.utils.sentinel import Sentinel

from .._log import log
from .._runtime import schedule, writer
from .._runtime.threads import log_errors
from . import display
from .base import Widget

REPEATS = (2.0, 5.0, 15.0)  # seconds after a change, in which a page may have been connected

_SCRIPT = {"_esm", "_css", "_anywidget_id"}  # traits of anywidget's that stay as they are

Names = Sentinel | str | Collection[Sentinel | str]


class Channel(Widget):
    """A widget that is sent from any thread, and whose pages may be gone."""

    _host_trait = ""  # one that only a host observes, as users know nothing of it

    # As long as it is being made.
    _context: contextvars.Context | None = None
    _closed = _send_failed = False
    _hosts: tuple[Callable[..., object], ...] = ()
    _repeats: tuple[schedule.ScheduledCall, ...] = ()

    def __init__(self) -> None:
        if display.kernel_shell() is None:
            self._context = contextvars.copy_context()
        super().__init__()

    def _send(self, msg: object, buffers: object = None) -> None:
        """Send one message. Where that fails, one line of log says so, once: a page that was closed stays closed."""
        try:
            if self._context is None:
                super()._send(msg, buffers)
            else:
                self._context.copy().run(super()._send, msg, buffers)
        except Exception as error:
            writer.put(partial(self._note_failure, error))  # whoever sends holds a lock, and no log may wait for it

    def _note_failure(self, error: Exception) -> None:
        if self._send_failed:
            log.debug("a card could not be sent to its page", exc_info=error)
        else:
            self._send_failed = True
            why = f"{type(error).__name__}: {error}"
            log.warning("a card could not be sent to its page, which may have been closed (%s)", why)

    def _set_traits(self, values: dict[str, Any]) -> None:
        """At most one message, and only what changed is in it."""
        with self.hold_sync():
            for name, value in values.items():
                if getattr(self, name) != value:  # sooner than traitlets would find out
                    self.set_trait(name, value)
        self._plan_repeats()

    # Hosts without comms

    def observe(self, handler: Callable[..., object], names: Names = t.All, type: Sentinel | str = "change") -> None:
        """As in traitlets."""
        super().observe(handler, names=names, type=type)
        if not isinstance(names, str | Sentinel) and self._host_trait in names:
            self._hosts += (handler,)
            self._plan_repeats()

    def unobserve(self, handler: Callable[..., object], names: Names = t.All, type: Sentinel | str = "change") -> None:
        """As in traitlets."""
        super().unobserve(handler, names=names, type=type)
        self._hosts = tuple(host for host in self._hosts if host != handler)

    @property
    def _observed(self) -> bool:
        """Whether a host without comms shows it."""
        return bool(self._hosts) and self.comm is None and not self._closed

    def _plan_repeats(self) -> None:
        if self._observed:
            for call in self._repeats:
                schedule.timer.cancel(call)
            self._repeats = tuple(schedule.timer.after(each, lambda: writer.put(self._say_again)) for each in REPEATS)

    def _say_again(self) -> None:
        """Say all that a page shows to the hosts, by name in order: a grid's ``_summary`` before its ``_takes``."""
        for name in sorted(self._shown_traits()) if self._observed else ():
            value = getattr(self, name)
            for host in self._hosts:
                with log_errors("a card's host"):
                    host(Bunch(name=name, old=value, new=value, owner=self, type="change"))

    def _shown_traits(self) -> set[str]:
        return set(self.class_trait_names(sync=True)).difference(Widget.class_trait_names(), _SCRIPT)
