"""What the tests of keeping outputs share."""

from __future__ import annotations

from collections.abc import Callable

from runway_widget import RunwayTask
from runway_widget._widgets import display as _display
from runway_widget.simulator import Simulator

MEDIA_THREAD = "runway-widget-media"
DOWNLOAD = "runway_widget._media.keeper.download"
Finish = Callable[..., RunwayTask]


def media(sim: Simulator) -> int:
    return len([request for request in sim.requests if request.route == "media"])


def placed(task: RunwayTask) -> RunwayTask:
    """As if it had been shown."""
    task._places.append(_display.Place("here", {}))
    return task
