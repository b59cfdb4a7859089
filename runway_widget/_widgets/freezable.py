"""A widget that is live while something runs and a static card when it is done, in every output that shows it.

The comm opens when the card is first shown. Each place where it was shown is remembered, so that one update can put the
static card there; from then on the notebook needs neither this kernel nor any script. A page that was loaded since
then knows these places no more, so a view that sees the end and is still there asks for the static card as well.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Any

import anywidget

from . import display

log = logging.getLogger("runway_widget")

STATIC = Path(__file__).parents[1] / "static"


def asset(name: str) -> Any:
    """A file of the front end. As text: a path makes anywidget keep each card for ever (anywidget#929)."""
    path = STATIC / name
    return path if os.environ.get("ANYWIDGET_HMR") == "1" else path.read_text(encoding="utf-8")


class FreezableWidget(anywidget.AnyWidget):
    """Base of `RunwayTask` and `TaskGrid`, which say what is shown; this says how and where."""

    _esm = asset("widget.js")
    _css = asset("widget.css")

    def __init__(self, *, freeze: bool) -> None:
        self._freeze = bool(freeze)
        self._places: list[display.Output] = []
        self._writing = threading.RLock()  # between the writer and whoever opens the comm
        self._waited_in = ""
        self._owed = False  # a view asked for the static card
        self._closed = False
        super().__init__()
        self.on_msg(self._heard_from_card)

    # What a subclass says

    @property
    def _done(self) -> bool:
        """Whether nothing will change any more, so that the card can be frozen."""
        raise NotImplementedError

    def _static_bundle(self) -> dict[str, Any]:
        """The card as ``text/html`` and ``text/plain``."""
        raise NotImplementedError

    def _asked(self, asked: str, content: dict[str, Any]) -> None:
        """A request of the card, on any thread: only hands it on."""
        raise NotImplementedError

    # Showing

    def show(self, *, live: bool = False) -> None:
        """Show the card here. ``live``: with its buttons, also when all has ended, and never replaced."""
        if display.kernel_shell() is None:
            print(self)  # noqa: T201 - where there is no card, its line is what there is to show
            return
        static = (self._freeze and self._done and not live) or self._closed
        bundle, metadata = (self._static_bundle(), {}) if static else self._live_bundle()
        if live:
            metadata = {**metadata, "runway_widget": {"live": True}}  # so that no view replaces it either
        place = display.show(bundle, metadata)
        if place is not None and self._freeze and not static and not live:
            self._places.append(place)
            if self._done:  # it ended between the lines above
                self._freeze_places()

    def _ipython_display_(self) -> None:
        waited_here = self._waited_in and self._waited_in == display.current_cell()
        if waited_here and self._places and display.is_last_expression():
            return  # `task.wait()` as a last line returns the task, whose card is on show already
        self.show()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        return self._live_bundle()

    def _live_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and beside it the static card for whoever has no widgets."""
        if self._closed or not self.model_id:
            return self._static_bundle(), {}
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        return {**data, **self._static_bundle()}, metadata

    def _freeze_places(self) -> None:
        """Put the static card wherever the live one was shown."""
        if self._freeze and self._places:
            bundle = self._static_bundle()
            for place in self._places:
                try:
                    display.replace(place, bundle)
                except Exception:  # a kernel on its way out; the result itself must not be lost over it
                    log.exception("a finished card could not be put into the notebook")
        with self._writing:
            owed, self._owed = self._owed and self._done, self._owed and not self._done
        if owed:
            self._send_frozen()

    def _waited(self) -> None:
        """Called by whoever waited for the end, on their own thread: nbclient heeds no other on some kernels."""
        if self._done:
            self._freeze_places()
            self._waited_in = display.current_cell()

    # The comm

    def open(self) -> None:
        """Does nothing yet: the comm opens when the card is first shown."""

    @property
    def model_id(self) -> str:
        """The id of the front end's model, which asking for it brings about; "" after `close`."""
        if self.comm is None:
            with self._writing:  # or a change made meanwhile would be in neither the first state nor a message
                if self.comm is None and not self._closed:
                    super().open()
        return str(self.comm.comm_id) if self.comm is not None else ""

    def _heard_from_card(self, _widget: Any, content: Any, _buffers: Any) -> None:
        asked = content.get("ask") if isinstance(content, dict) else None
        if asked == "frozen":
            self._owe_frozen()
        elif isinstance(asked, str):
            self._asked(asked, content)

    def _owe_frozen(self) -> None:
        """A view has seen the end and is still there: it gets the static card now, or as soon as there is one."""
        if not self._freeze or not display.in_notebook():
            return
        with self._writing:
            self._owed = not self._done
        if not self._owed:
            self._send_frozen()

    def _send_frozen(self) -> None:
        self.send({"kind": "frozen", "model_id": self.model_id, "bundle": self._static_bundle()})

    def close(self) -> None:
        """Take the card out of the front end. What was shown frozen stays."""
        with self._writing:  # nothing is being sent
            self._closed = True
            if self.comm is not None:
                self.layout.close()
            super().close()

    def __del__(self) -> None:
        """Nothing: what can be collected has no comm, and `close` takes locks that the collector may strike within."""
