"""The frames of a task's outputs, and those of them that are kept: as PNG files beside the outputs."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .._errors import ConfigurationError, RunwayWidgetError
from .._numbers import whole
from .._runtime.threads import log_errors
from .._service.payload import describe
from .._service.service import Service
from . import pool
from .clip_files import ClipFiles
from .clip_frames import Still, checked_moment, frame_of
from .folders import make_folder
from .images import png
from .keeper import OutputKeeper
from .transfer import write_one

_MARK = "-frame-"  # between the name of the output and the moment
WITH_FRAMES = ("video", "image", "unknown")


@dataclass(frozen=True, slots=True)
class KeptFrame:
    """A frame that was kept just now: its file, and its width and height in pixels."""

    file: Path
    size: tuple[int, int]


class FrameKeeper:
    """Gives and keeps frames of the outputs of one task. Every method may be called on any thread.

    Args:
        keeper: of the outputs.
        service: gives the service to ask now.
        changed: called when a frame was kept.
    """

    def __init__(self, keeper: OutputKeeper, service: Callable[[], Service], changed: Callable[[], None]) -> None:
        self.last: KeptFrame | None = None  # the one that was kept last
        self._keeper = keeper
        self._files = ClipFiles(keeper, service)
        self._changed = changed

    def still(self, at: object, output: object = None) -> Still:
        """The frame ``at`` of an output: see `clip_frames.frame_of`. Blocks while the output is fetched.

        ``output`` is its number; None takes the first one that has frames. Raises ConfigurationError for what is no
        frame or no output, ServiceError where the output cannot be fetched, RunwayWidgetError for what has no frames.
        """
        return self._still(checked_moment(at), self._number(output))

    def last_of(self, number: int, url: str) -> Still:
        """The last frame of an output, also of one that is not kept yet: ``url`` leads to it. Else see `still`."""
        return self._still(-1, number, url)

    def keep(self, at: object, output: object = None) -> Path:
        """Write the frame ``at`` of an output into a PNG file, and return its path. The rest as of `still`.

        It is called after the output's file, or as that would be called, and the moment, and lies in the same folder.
        No file is overwritten: where the same frame was kept before, that file's path is returned.
        """
        number = self._number(output)
        still = self._still(checked_moment(at), number)
        folder, stem = self._place(number)
        name = f"{stem}{_MARK}{still.seconds:.3f}s"
        path = write_one(png(still.image, "at"), make_folder(folder), name, ".png")
        self.last = KeptFrame(path, still.image.size)
        self._changed()
        return path

    def begin_keeping(self, at: object, output: object = None) -> None:
        """The same on a media thread. What goes wrong stands on the card."""

        def run() -> None:
            with log_errors("keeping a frame"):
                try:
                    self.keep(at, output)
                except RunwayWidgetError as error:
                    self._keeper.set_note(f"could not keep the frame: {error}")

        try:
            pool.media_pool.submit(run)
        except RuntimeError:  # the machine is out of threads
            self._keeper.set_note("could not keep the frame: no thread can be started")

    def kept(self, files: Iterable[Path] = ()) -> list[Path]:
        """The files of frames that were kept, also in an earlier session, from the first to the last.

        ``files`` are outputs that an earlier session has saved: what was kept of them lies beside them.
        """
        places = {(file.parent, file.stem) for file in files}
        places |= {self._place(number) for number in range(max(1, len(self._keeper.outputs)))}
        found = {
            file
            for folder, stem in places
            for file in folder.glob(f"{glob.escape(stem)}{_MARK}*.png")
            if file.is_file()
        }
        return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name))

    def _still(self, at: int | float, number: int, url: str = "") -> Still:
        try:
            with self._files.path(number, url).open("rb") as file:
                return frame_of(file, at)
        except OSError as error:
            raise RunwayWidgetError(f"the output's file cannot be read: {error}") from None

    def _number(self, output: object) -> int:
        kinds = [each.kind for each in self._keeper.outputs]
        number = whole(output)
        if output is not None and (number is None or not -len(kinds) <= number < len(kinds)):
            raise ConfigurationError(
                f"output: must be the number of an output, from 0 to {len(kinds) - 1}, or None, not {describe(output)}"
            )
        if number is not None:
            return number % len(kinds)
        fitting = [number for number, kind in enumerate(kinds) if kind in WITH_FRAMES]
        if not fitting:
            raise RunwayWidgetError(f"there are no frames in an output that is {' and '.join(dict.fromkeys(kinds))}")
        return min(fitting, key=lambda number: WITH_FRAMES.index(kinds[number]))

    def _place(self, number: int) -> tuple[Path, str]:
        """The folder and the name, without its ending, of an output that is saved, or as it would be."""
        items = self._keeper.now.items
        file = items[number].file if items else None
        return self._keeper.place(number) if file is None else (file.parent, file.stem)
