"""The outputs of a task as files to look into, also where none was saved."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

from .._errors import RunwayWidgetError
from .._runtime.turn import Turn
from .._service.service import Service
from .keeper import OutputKeeper
from .transfer import download_one


class ClipFiles:
    """Files of the outputs that a keeper keeps: those that were saved, else copies that last as long as this object.

    A copy is on the disk, however long the clip is, and is fetched once, however often one looks into it.
    """

    def __init__(self, keeper: OutputKeeper, service: Callable[[], Service]) -> None:
        self._keeper = keeper
        self._service = service
        self._turn = Turn()  # whoever else looks into an output that is being fetched waits for its copy
        self._copies: dict[int, Path] = {}
        self._folders: dict[int, Path] = {}  # one for each output: a copy that broke off is gone on with

    def path(self, number: int, url: str = "") -> Path:
        """The file of an output, also of one that is not kept yet: then ``url`` leads to it.

        Blocks while it is fetched. Raises as `download_one` does.
        """
        items = self._keeper.now.items
        file = items[number].file if items else None
        if file is not None and file.is_file():
            return file
        with self._turn.of(number):
            copy = self._copies.get(number)
            if copy is None or not copy.is_file():
                copy = self._copies[number] = self._fetched(number, items[number].output.url if items else url)
            return copy

    def _fetched(self, number: int, url: str) -> Path:
        renew = partial(self._keeper.new_link, number)
        return download_one(self._service(), url, self._folder(number), f"output-{number + 1}", renew=renew)

    def _folder(self, number: int) -> Path:
        """The folder of one output's copy, which goes with this object."""
        folder = self._folders.get(number)
        if folder is None or not folder.is_dir():
            try:
                folder = self._folders[number] = Path(tempfile.mkdtemp(prefix="runway-widget-"))
            except OSError as error:
                raise RunwayWidgetError(f"there is no folder for temporary files: {error}") from None
            weakref.finalize(self, _remove, folder, os.getpid())
        return folder


def _remove(folder: Path, process_id: int) -> None:
    if os.getpid() == process_id:  # in a forked child it is the parent's
        shutil.rmtree(folder, ignore_errors=True)
