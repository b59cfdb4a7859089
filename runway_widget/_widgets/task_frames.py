"""Frames of a task's outputs, for the user and for the button on the card that keeps one."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .._media.paths import short_path
from .._numbers import real
from .._tracebacks import short_traceback
from .task_watch import TaskWatch

if TYPE_CHECKING:
    from PIL import Image

    from .._media.frame_keeper import FrameKeeper, KeptFrame
    from .._service.json_value import JsonValue

# What a clip can be made of without a model's name at hand, and the sizes that it has.
_MODEL = "gen4_turbo"
_LONGEST = 1e6  # seconds of a clip
_RATIOS = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")


class HasFrames(TaskWatch):
    """A task of whose outputs frames can be had. `RunwayTask` makes what is declared here."""

    _frames: FrameKeeper

    @short_traceback
    def frame(self, at: int | float = -1, output: int | None = None) -> Image.Image:
        """One frame of an output, exactly and in all its pixels: a `PIL.Image`, which another task can begin from.

        Args:
            at: an int counts frames: 0 is the first one, -1 the last one, -2 the one before it. A float is a moment in
                seconds from the start, ``2.5`` or ``2.0``: the frame that is in view then.
            output: the number of the output, from 0; None takes the first video, or else the first image.

        The picture is upright, in RGB, or in RGBA where the clip is transparent. An image is a clip of one frame. The
        output is read from the file where it is saved, else it is fetched once; an expired link is renewed. Needs
        Pillow and PyAV: the extra ``thumbnails``.

        Raises ConfigurationError where there is no such frame or output; ServiceError where the output cannot be
        fetched; RunwayWidgetError where there is none yet, for sound, and for what cannot be decoded.
        """
        self._require_outputs("take a frame of")
        return self._frames.still(at, output).image

    @property
    def frames(self) -> list[Path]:
        """The frames that were kept with the card's button, as PNG files, the latest one last.

        They lie beside the saved outputs, or in the folder where these would be saved, and are found there again in a
        later session.
        """
        return self._frames.kept(self._record.files)

    def _last_frame(self, number: int, url: str) -> Image.Image:
        """The last frame of an output, for a task that begins from it; ``url`` is its link, as of now."""
        return self._frames.last_of(number, url).image

    def _keep_frame(self, details: Mapping[str, object]) -> None:
        """The card's button was pressed: "at" is the moment in view, in seconds, and "output" its output's number."""
        at = real(details.get("at"))
        if at is not None and abs(at) < _LONGEST and self._keeper.outputs:
            self._frames.begin_keeping(float(at), details.get("output"))

    def _frame_line(self) -> str:
        """The line of Python that uses the frame that was kept last; "" where none was."""
        return _line(self._frames.last, self._service.client, self._report.state.action, self._record.parameters)


def _line(kept: KeptFrame | None, client: str, action: str, parameters: Mapping[str, JsonValue]) -> str:
    """The line of Python that makes the next clip from a frame: with the model and the size of the one that it is of.

    ``client`` is the expression of a client, ``action`` the service's word for the task. "" where nothing was kept.
    """
    if kept is None:
        return ""
    same = action.upper() == "IMAGE_TO_VIDEO" and isinstance(parameters.get("model"), str)
    ratio = parameters.get("ratio") if same else None
    arguments = {
        "model": parameters["model"] if same else _MODEL,
        "prompt_image": short_path(kept.file),
        "prompt_text": "…",
        "ratio": ratio or (None if same else _nearest_ratio(*kept.size)),
    }
    given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items() if value)
    return f"{client}.image_to_video({given})"


def _nearest_ratio(width: int, height: int) -> str:
    def distance(ratio: str) -> float:
        across, down = map(int, ratio.split(":"))
        return abs(math.log((width / height) / (across / down)))

    return min(_RATIOS, key=distance)
