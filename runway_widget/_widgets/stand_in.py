"""The static card in the place of a live one that no page can draw.

JupyterLab draws live cards by an extension of anywidget's that must be in its own environment, which need not be the
kernel's. Without it an error stands where the card should be, and nobody tells the kernel. But a page that can draw a
card says so ("ready") as soon as its comm was opened, whether or not the card is in view. So where no page has said so
in `PATIENCE` seconds in which the kernel could have heard it, the static card takes the place; and should a page say so
later, it was only slow, and gets the live one back.

All this is for kernels of a Jupyter Server alone. Where nothing is drawn while a notebook runs (nbclient, papermill,
Voilà), nobody sees that a card is not live; and other hosts may bring up their pages when they like (VS Code).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from .._runtime import schedule, writer
from .._runtime.threads import log_errors
from . import display

PATIENCE = 20.0  # seconds: a page on a slow line may take more than ten for the extension alone

WORDS = (
    "This page draws no live card: is anywidget installed where JupyterLab runs? "
    "The result will appear here; show() tries again."
)


class StandIn:
    """Watches whether a page can draw one card, from when it was first shown.

    Args:
        redraw: replaces the card wherever it was shown, by what is to stand there now.
    """

    def __init__(self, redraw: Callable[[], object]) -> None:
        self.active = False  # the static card stands there
        self._redraw = redraw
        self._page_is_there = False
        self._watching = False

    def begin(self) -> None:
        """The live card was just shown."""
        if not (self._watching or self._page_is_there) and _applies() and _watch_cells():
            self._watching = True
            schedule.timer.after(PATIENCE, self._look)

    def page_is_there(self) -> None:
        """A page has sent something about this card."""
        self._page_is_there = True
        if self.active:
            self.active = False
            writer.put(self._redraw)

    def _look(self) -> None:
        """On the timer's thread. While a cell runs, and a moment after, a page may have spoken without being heard."""
        if self._page_is_there:
            self._watching = False
        elif (left := PATIENCE - _idle_seconds()) > 0:
            schedule.timer.after(left, self._look)
        else:
            self._watching = False
            writer.put(self._stand_in)

    def _stand_in(self) -> None:
        if not self._page_is_there:
            self.active = True
            self._redraw()


def with_words(bundle: display.Bundle) -> display.Bundle:
    """A static card's ``bundle`` that says why it stands there, and what to do."""
    from . import markup  # on use: importing the package need not wait for it

    why = markup.element("p", WORDS, style="margin:4px 0;font-size:12px;line-height:16px;opacity:0.72")
    return {**bundle, "text/html": f"{bundle['text/html']}\n{why}"}


def _applies() -> bool:
    names = getattr(display.kernel_shell(), "user_ns", None) or {}
    in_vscode = "__vsc_ipynb_file__" in names  # which may run its kernels on a Jupyter Server
    return bool(os.environ.get("JPY_SESSION_NAME")) and not in_vscode and display.in_notebook()


# When the kernel hears: messages of a page wait until no cell runs. (ipykernel 6 and 7; with JupyterLab's subshells
# they do not, but that is not known here)

_idle_since: list[float] = []  # empty while a cell runs: who shows a card does it from one


def _watch_cells() -> bool:
    """See from now on when cells run; False where the shell does not say."""
    events = getattr(display.kernel_shell(), "events", None)
    if events is None:
        return False
    with log_errors("watching for cells"):
        events.register("pre_run_cell", _begin_cell)  # which registers it once
        events.register("post_run_cell", _end_cell)
    return True


def _begin_cell(_info: object = None) -> None:
    _idle_since.clear()


def _end_cell(_result: object = None) -> None:
    _idle_since[:] = [time.monotonic()]


def _idle_seconds() -> float:
    """For how long no cell has been running."""
    return time.monotonic() - _idle_since[0] if _idle_since else 0.0
