"""A widget that is live while something runs and a static card when it is done, in every output that shows it.

The comm opens when the card is first shown. Each place where it was shown is remembered, so that one update can put the
static card there; from then on the notebook needs neither this kernel nor any script. A page that was loaded since
then knows these places no more, so a view that sees the end and is still there asks for the static card as well.

Who makes one hands over what is shown and when it is done. This class says how and where. Nothing that goes wrong with
showing reaches who waits for a result.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import traitlets as t

from .._runtime import process, writer
from .._runtime.later import log_errors_later
from .._runtime.threads import log_errors
from .._watch.options import checked_flag
from . import display, places, second_bundle
from .card_requests import CLICKS, message_in, page_in, request_in
from .channel import Channel
from .observed import Observed
from .pace import pace
from .stand_in import StandIn, with_words
from .static_versions import StaticVersions
from .turns import Turns

STATIC = Path(__file__).parents[1] / "static"


def asset(name: str) -> Any:
    """A file of the front end. As text: a path makes anywidget keep each card for ever (anywidget#929)."""
    path = STATIC / name
    return path if os.environ.get("ANYWIDGET_HMR") == "1" else path.read_text(encoding="utf-8")


class FreezableWidget(Observed, Channel):
    """Base of `RunwayTask` and `TaskGrid`: shows the live card, and later replaces it by static HTML.

    Args:
        is_done: whether nothing will change any more, so that the card can be frozen.
        static_bundle: gives the card as it stands, as ``text/html`` and ``text/plain``.
        freeze: replace the live card by the static one at the end.
        live: False for a card that has nothing to show but the static one.
    """

    _esm = asset("widget.js")
    _css = asset("widget.css")
    #: What the static card carries, so that a page that knows the live one draws it there: see `twin_names`. "" as long
    #: as there is nothing at the service that it could be a card of, and for a card that is never live.
    _twin = t.Unicode(read_only=True).tag(sync=True)

    def __init__(
        self,
        is_done: Callable[[], bool],
        static_bundle: Callable[[], display.Bundle],
        *,
        freeze: bool,
        live: bool = True,
    ) -> None:
        self._is_done = is_done
        self._static_bundle = static_bundle
        self._freeze = checked_flag("freeze", freeze)
        self._live = live
        self._places: list[display.Place] = []
        self._writing = process.Lock(threading.RLock)  # between the writer and whoever opens the comm
        self._waited_in = ""  # the cell in which somebody waited for the end
        self._versions = StaticVersions()
        self._turns = Turns(self._send_frozen, self._writing)
        self._repeat_planned = False
        self._answers_planned: set[str] = set()  # the pages that the static card is on its way to
        self._second_bundle = second_bundle.Delivery(self.send)
        self._stand_in = StandIn(self._redraw_places)
        super().__init__()
        self.on_msg(self._on_message)

    # Showing

    def show(self, *, live: bool = False) -> None:
        """Show the card here. ``live``: with its buttons, also when all has ended, and never replaced."""
        if display.kernel_shell() is None:
            print(self)  # noqa: T201 - where there is no card, its line is what there is to show
            return
        bundle, metadata = self._bundle(live=live)
        if live:
            metadata = {**metadata, "runway_widget": {"live": True}}  # so that no view replaces it either
        display.show(bundle, metadata)

    def to_html(self) -> str:
        """What is shown, as HTML as of now, for a page of your own: ``st.html(task.to_html())`` in Streamlit.

        Good at any time: while it waits or runs, with its reason where it failed, with its player once it is done. It
        is a ``<div>`` with its styles, at home on light and dark pages; no script is in it, all text of others is
        escaped. It needs nothing but the service's links to the outputs, which end after a day or two (``embed=True``
        carries the media themselves), and no file that was saved beside a notebook. It changes only when something has
        happened, so to ask for it every second redraws nothing needlessly.
        """
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """For hosts that know no widgets (``st.html(task)``, sphinx-gallery); those that do ask for the widget first.

        IPython finds HTML in the bundle already. Panel 1.9, marimo 0.23 and shinywidgets 0.8 look at the class first.
        """
        return self.to_html()

    def _ipython_display_(self) -> None:
        """Show the card where `display` cannot do it as for any widget; else NotImplementedError, which IPython heeds.

        A last expression has no display id, by which it could be replaced at the end; at a prompt it is its line.
        """
        last = display.is_last_expression()
        if not last and (display.kernel_shell() is None or display.watch()):
            raise NotImplementedError
        waited_here = self._waited_in and self._waited_in == display.current_cell()
        if last and waited_here and self._places:
            return  # `task.wait()` as a last line returns the task, whose card is on show already
        self.show()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        return self._bundle()

    def _bundle(self, *, live: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        """What is to be shown, with its metadata; ``live``: the live card, also when all has ended."""
        bundle: tuple[dict[str, Any], dict[str, Any]] = ({"text/plain": repr(self)}, {})
        with log_errors("making a card"):
            static = None if live and not self._closed else self._static_by_now()
            bundle = self._live_bundle() if static is None else (static, {})
            if static is not None and self._may_change:
                places.expect(self, static)
                with log_errors("opening a card's comm"):
                    _ = self._twin_name and self.model_id  # so that a page knows the live card, and draws it there
        return bundle

    def _live_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and beside it the static card for whoever has no widgets."""
        live: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        if self._live and not self._closed:
            with log_errors("opening a card's comm"):
                if self.model_id:
                    live = super()._repr_mimebundle_() or live
        bundle = {**live[0], **self._static_bundle()}
        if self._live:
            places.expect(self, bundle)
        return bundle, live[1]

    # The places where it is shown, as `places` sees them

    def _static_by_now(self) -> display.Bundle | None:
        """The static card, if that is to be shown from now on: there is no live one, or all has ended."""
        frozen = self._freeze and display.kernel_shell() is not None and self._is_done()
        return self._versions.add(self._static_bundle()) if self._closed or not self._live or frozen else None

    @property
    def _twin_name(self) -> str:
        """What the static card carries, so that the live one is drawn in its place; "" where it is to stay."""
        return self._twin

    @property
    def _may_change(self) -> bool:
        """Whether a static card may still be replaced: by a file that is saved, or by a star."""
        return self._live and not self._closed

    def _add_place(self, place: display.Place) -> None:
        self._remove_place(place.display_id)  # shown once more, from another cell
        self._places.append(place)
        if not (self._freeze and self._is_done()):  # then there is nothing to stand in for
            self._stand_in.begin()

    def _remove_place(self, display_id: str) -> None:
        self._places[:] = [place for place in self._places if place.display_id != display_id]

    def _freeze_places(self) -> None:
        """Put the static card wherever the live one was shown, and send it to a view that asked. Never raises."""
        with log_errors("a finished card"):
            if self._places and (self._freeze or self._stand_in.active):
                bundle = self._static_bundle()
                for place in list(self._places):
                    display.replace(place, bundle)
                if self._is_done():
                    self._versions.add(bundle)
                    if self.comm is not None and self._keeps_static and (message := self._versions.message()):
                        self.send(message)
        if self._is_done():
            self._turns.answer_kept()

    def _redraw_places(self) -> None:
        """Put what is to stand there while all goes on: the live card, or the static one that stands in for it."""
        with log_errors("a card that stands in"):
            if self._closed or (self._freeze and self._is_done()):
                return
            bundle = with_words(self._static_bundle()) if self._stand_in.active else self._live_bundle()[0]
            for place in list(self._places):
                display.replace(place, bundle)

    def _freeze_now(self) -> None:
        """Freeze on the user's own thread, if all has ended: nbclient drops what another one sends after the cell."""
        if self._is_done():
            self._freeze_places()

    def _freeze_where_waited(self) -> None:
        """To be called by whoever waited for the end, on their own thread.

        On some kernels nbclient (0.11.0) heeds no other: see `display.replace`.
        """
        self._freeze_now()
        if self._is_done():
            self._waited_in = display.current_cell()

    # The comm

    def set_state(self, sync_data: dict[str, object]) -> None:
        """Does nothing: no page writes a trait, also not one that says it does. (ipywidgets 8.1 would set any)"""

    def open(self) -> None:
        """Does nothing yet: the comm opens when the card is first shown."""

    @property
    def model_id(self) -> str:
        """The id of the front end's model. Asking for it opens the comm. "" after `close`."""
        if self.comm is None:
            with self._writing:  # or a change made meanwhile would be in neither the first state nor a message
                if self.comm is None and not self._closed:
                    super().open()
        return str(self.comm.comm_id) if self.comm is not None else ""

    def _on_message(self, _widget: object, content: object, _buffers: object) -> None:
        """A view that has seen the end and is still there gets the static card, now or as soon as there is one.

        And a page that needs the second bundle gets that.
        """
        message = message_in(content)
        request, again = request_in(message)
        if request:
            self._stand_in.page_is_there()
        if request in CLICKS and self.comm is not None:  # what it leads to may take a while, and the page wonders
            writer.put(lambda: self.send({"kind": "heard"}))
        if request == "after":
            self._second_bundle.begin()
        if request != "frozen":
            return
        with self._writing:  # or it may be done between the question and the note that it was asked
            if early := not self._is_done() and self._keeps_static:
                self._turns.keep(page_in(message))
        if not self._keeps_static:
            self._send_frozen("")
        elif not early:
            self._turns.answer(page_in(message))
        if again:
            self._repeat_frozen()

    @property
    def _keeps_static(self) -> bool:
        return self._freeze and display.in_notebook()

    def _send_frozen(self, page: str) -> None:
        if page not in self._answers_planned:  # else it asks faster than it can be answered
            self._answers_planned.add(page)
            pace.put(lambda: self._send_answer(page))

    def _send_answer(self, page: str) -> None:
        """Send the static card to ``page``; without one, to all that none asks again, where none is to be kept."""
        self._answers_planned.discard(page)
        with log_errors("a finished card"):
            bundle = self._versions.add(self._static_bundle()) if self._keeps_static else None
            self.send({"kind": "frozen", "page": page, "model_id": self.model_id, "bundle": bundle})

    def _repeat_frozen(self) -> None:
        """Put the static card, if there is one, into its places once more: a view is there that should be gone."""
        if self._is_done() and not self._repeat_planned:
            self._repeat_planned = True
            pace.put(self._repeat)

    def _repeat(self) -> None:
        self._repeat_planned = False
        self._freeze_places()

    def close(self) -> None:
        """Take the card out of the front end. What was shown frozen stays."""
        with log_errors_later() as log_errors, self._writing:  # nothing is being sent
            self._closed = True
            with log_errors("closing a card's comm"):
                if self.comm is not None:
                    self.layout.close()
                super().close()
            self._context = None

    def __del__(self) -> None:
        """Does nothing, where ipywidgets would call `close`.

        A widget that is collected has no comm to close. And the collector may run on a thread that holds a lock which
        `close` would wait for.
        """
