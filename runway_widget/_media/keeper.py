"""Keeping what a success brought: files on disk, thumbnails that outlive the links, and links that work.

All of it takes the network, so it is done by the two media threads; each step that is worth showing calls ``changed``.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from .._errors import ConfigurationError, RunwayWidgetError, ServiceError
from .._runtime.workers import media_pool
from .._service.outputs import Output
from .._service.service import Service
from .._service.state import Status, TaskState
from .outputs import download, with_kinds
from .paths import short_path
from .thumbnails import EMBED_LIMIT, budget_for, embed, thumbnail, thumbnail_from_url

USUAL_FOLDER = Path("renders")  # where the card's own button saves
TELL_EVERY = 0.5  # seconds between two reports of a download's progress

Saving = Literal["", "armed", "saving", "saved"]


@dataclass(frozen=True, slots=True)
class KeptOutput:
    """One output as it was kept: ``embedded`` and ``thumbnail`` are data URIs or "", ``file`` is None until saved."""

    output: Output
    thumbnail: str = ""
    embedded: str = ""
    file: Path | None = None


class OutputKeeper:
    """Keeps the outputs of one task. ``changed`` is called on any thread; what it reads here is whole at any time."""

    def __init__(
        self,
        service: Service,
        task_id: str,
        folder: str | os.PathLike[str] | None,
        embed_limit: int,
        changed: Callable[[], None],
        saved: Callable[[Iterable[Path]], None],
    ) -> None:
        self.folder = None if folder is None else Path(folder)
        self.told = ""
        self._usual = self.folder or USUAL_FOLDER
        self._service = service
        self._task_id = task_id
        self._embed_limit = embed_limit
        self._changed = changed
        self._saved = saved
        self._lock = threading.Lock()
        self._kept: tuple[KeptOutput, ...] = ()
        self._busy: set[str] = set()
        self._told_at = 0.0

    @property
    def kept(self) -> tuple[KeptOutput, ...]:
        """The outputs, each with what there is of it by now."""
        return self._kept

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs with their latest links and kinds."""
        return tuple(each.output for each in self._kept)

    @property
    def busy(self) -> bool:
        """Something is still to come."""
        with self._lock:
            return bool(self._busy)

    @property
    def saving(self) -> Saving:
        """How the saving stands; "armed" means when the task is done."""
        with self._lock:
            if "save" in self._busy:
                return "saving"
        if self._kept and all(each.file for each in self._kept):
            return "saved"
        return "armed" if self.folder is not None and not self._kept else ""

    def arm(self) -> None:
        """Save when done; or, if that is how it stands already, do not."""
        self.folder = self._usual if self.folder is None else None
        self._changed()

    def say(self, words: str) -> None:
        """Have the card say ``words``."""
        self.told = words
        self._changed()

    def keep(self, outputs: Iterable[Output], *, pictures: bool) -> None:
        """Begin keeping ``outputs``; ``pictures``: thumbnails of them too."""
        self._kept = tuple(KeptOutput(output) for output in outputs)
        self.told = ""  # what there was to say before the end is no news any more
        if self.folder is not None:
            self.save()
        if pictures or any(output.kind == "unknown" for output in self.outputs):
            self._begin("picture", lambda: self._picture(pictures))

    def save(self) -> None:
        """Begin saving the outputs to `folder`."""
        folder = self.folder = self.folder or self._usual
        self._begin("save", lambda: self.download(folder))

    def download(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs to ``folder`` now, on this thread; their paths. Errors as of `_outputs.download`."""
        try:
            paths = download(
                self._service, self._task_id, self.outputs, folder, renew=self.renewed, progress=self._progress
            )
        except BaseException as error:
            why = str(error) if isinstance(error, RunwayWidgetError) else "it was interrupted"
            self.told = f"could not save: {why}"
            self._changed()
            raise
        self._update(lambda i, each: KeptOutput(each.output, each.thumbnail, each.embedded, paths[i]))
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        self.told = f"saved to {short_path(paths[0])}{more}"
        self._saved(paths)
        self._changed()
        return paths

    def renew(self) -> None:
        """Begin fetching the task again, for links that work."""
        self._begin("renew", self.renewed)

    def renewed(self) -> tuple[Output, ...]:
        """The outputs with fresh links. Raises ServiceError."""
        said = self._service.ask(self._task_id).result
        if isinstance(said, ServiceError):
            raise said
        fresh = said.outputs if isinstance(said, TaskState) and said.status is Status.SUCCESS else ()
        if not fresh:
            raise ServiceError("the service does not show the outputs any more")
        known = self.outputs
        if len(fresh) == len(known):
            self._update(lambda i, each: KeptOutput(Output(fresh[i].url, each.output.kind), *_rest(each)))
        return fresh

    def _begin(self, what: str, call: Callable[[], object]) -> None:
        with self._lock:
            if what in self._busy:
                return
            self._busy.add(what)

        def run() -> None:
            try:
                call()
            except RunwayWidgetError:
                pass  # a download says it on the card, a renewal that brought nothing shows, and a picture is no loss
            finally:
                with self._lock:
                    self._busy.discard(what)
                self._changed()

        try:
            media_pool.submit(run)
        except RuntimeError:  # the machine is out of threads; whoever waits must not wait for this one
            with self._lock:
                self._busy.discard(what)
            self.told = "could not be kept: no thread can be started"
        self._changed()

    def _progress(self, done: int, total: int | None) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY:
            self._told_at = time.monotonic()
            self.told = f"saving {done * 100 // total} %" if total else f"saving, {done / 1e6:.1f} MB so far"
            self._changed()

    def _picture(self, pictures: bool) -> None:
        kinds = with_kinds(self._service, self.outputs)
        self._update(lambda i, each: KeptOutput(kinds[i], *_rest(each)))
        if not pictures:
            return
        budget = budget_for(sum(2 if output.kind == "video" else 1 for output in kinds))  # a video's stands there twice
        for number, output in enumerate(kinds):
            self._attach(number, *self._pictured(number, output, budget))

    def _attach(self, number: int, picture: str, whole: str) -> None:
        self._update(lambda i, each: KeptOutput(each.output, picture, whole, each.file) if i == number else each)

    def _pictured(self, number: int, output: Output, budget: int) -> tuple[str, str]:
        """The thumbnail, and the medium itself where that is wanted."""
        if not self._embed_limit:
            return thumbnail_from_url(self._service, output.url, output.kind, budget), ""
        picture = ""
        with TemporaryDirectory() as folder:
            try:
                paths = download(self._service, f"{self._task_id}-{number}", [output], folder, renew=self.renewed)
                picture = thumbnail(paths[0], output.kind, budget)
                return picture, embed(paths[0], output.kind, self._embed_limit)
            except RunwayWidgetError as error:
                self.told = f"not embedded: {error}"
                return picture, ""

    def _update(self, change: Callable[[int, KeptOutput], KeptOutput]) -> None:
        with self._lock:
            self._kept = tuple(change(number, each) for number, each in enumerate(self._kept))


def _rest(kept: KeptOutput) -> tuple[str, str, Path | None]:
    return kept.thumbnail, kept.embedded, kept.file


def embed_limit(wanted: bool | int) -> int:
    """The most bytes of one medium that ``embed=`` carries: 0 for False, the usual 5 MB for True."""
    if not isinstance(wanted, int) or wanted < 0:
        raise ConfigurationError(f"embed must be True, False or a number of bytes, not {wanted!r}")
    return EMBED_LIMIT if wanted is True else int(wanted)
