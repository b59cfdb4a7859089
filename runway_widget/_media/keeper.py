"""Keeps what a success brought: files on disk, thumbnails that outlive the links, and links that work.

All of it takes the network, so it is done on the media threads; each step that is worth showing calls ``changed``. A
medium is fetched once: where it is saved, its thumbnail is made from the file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from .._errors import RunwayWidgetError, ServiceError, TaskNotFound
from .._runtime import process
from .._runtime.threads import log_errors
from .._service.endpoint import Kind
from .._service.outputs import Output
from .._service.provider import Route
from .._service.service import Service
from .._service.state import Status, TaskState
from . import pool
from .card_pictures import card_picture
from .file_names import NameFacts
from .folders import CheckedFolder, check_folder, usual_folder
from .kept_outputs import KeptOutput, KeptOutputs, Saving
from .outputs import download, needs_look, with_kind_of_file, with_kinds
from .paths import path_from_notebook, saved_words
from .progress_note import ProgressNote
from .small_pictures import small_picture
from .thumbnails import STILL_BUDGET, budget_for, thumbnail_from_url

Job = Literal["save", "pictures", "small", "still", "renew"]


class OutputKeeper:
    """Keeps the outputs of one task. Every method may be called on any thread, and so is ``changed``.

    Args:
        service: gives the service to ask now; another one after a resume with a new key.
        folder: where to save when the task is done, a folder or a pattern of names; None saves nothing until somebody
            asks for it. ConfigurationError for one that cannot be saved to, unless it was checked before: then only
            saving says so.
        embed_limit: the most bytes of a medium that the frozen card carries; 0 for none. See `thumbnails.embed_limit`.
        changed: called when there is something new to show.
        saved: called with the paths of files that were saved.
        route: how the service is asked for fresh links.
        facts: gives what the fields of a pattern of names stand for.
    """

    def __init__(
        self,
        service: Callable[[], Service],
        task_id: str,
        folder: str | os.PathLike[str] | None,
        embed_limit: int,
        changed: Callable[[], None],
        saved: Callable[[Iterable[Path]], None],
        route: Route = "task",
        facts: Callable[[], NameFacts] = NameFacts,
    ) -> None:
        self._service = service
        self.task_id = task_id
        if folder is not None and not isinstance(folder, CheckedFolder):
            folder = check_folder(folder, "save_to")
        self._folder = usual_folder() if folder is None else folder
        self._save_when_done = folder is not None
        self._embed_limit = embed_limit
        self._changed = changed
        self._saved = saved
        self._route = route
        self._facts = facts
        self._lock = process.Lock()  # guards all that follows, and `_save_when_done`
        self._items: tuple[KeptOutput, ...] = ()
        self._jobs: set[Job] = set()  # under way, or waiting for their turn
        self._note = ""
        self.links_since = 0.0  # unix time
        self._renewal = ""
        self._still = ""
        process.register_heir(self)

    def _after_fork(self) -> None:
        """In a forked child: they are the parent's, and would be under way here for ever."""
        self._jobs.clear()

    # What is known at this moment

    @property
    def now(self) -> KeptOutputs:
        """Everything that a card shows of the outputs."""
        folder = f"{path_from_notebook(self._folder.path).rstrip('/')}/"
        return KeptOutputs(self._items, self.saving, self._note, folder, self.links_since, self._renewal, self._still)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs with their latest links and kinds; empty until `keep`."""
        return tuple(item.output for item in self._items)

    def place(self, number: int) -> tuple[Path, str]:
        """The folder and the name, without its ending, under which an output would be saved."""
        return self._folder.place(replace(self._facts(), task_id=self.task_id), number, max(1, len(self._items)))

    @property
    def busy(self) -> bool:
        """Something is still to come."""
        with self._lock:
            return bool(self._jobs)

    @property
    def saving(self) -> Saving:
        """How the saving stands; "armed" means when the task is done."""
        with self._lock:
            if "save" in self._jobs:
                return "saving"
            if self._items:
                return "saved" if all(item.file for item in self._items) else ""
            return "armed" if self._save_when_done else ""

    # What a card asks for

    def save_or_toggle(self) -> None:
        """Save; before there are outputs: when the task is done, or, where that is how it stands already, do not."""
        with self._lock:  # or a press in the moment of `keep` would be lost
            there = bool(self._items)
            if not there:
                self._save_when_done = not self._save_when_done
        if there:
            self.save()
        else:
            self._changed()

    def set_note(self, note: str) -> None:
        """Have the card say ``note``."""
        with self._lock:
            self._note = note
        self._changed()

    def keep(
        self,
        outputs: Iterable[Output],
        *,
        pictures: bool,
        files: Mapping[int, Path] | None = None,
        pictured: Callable[[bytes], None] | None = None,
    ) -> None:
        """The task has succeeded: begin keeping ``outputs``; ``pictures``: thumbnails of them too.

        ``files`` are those that an earlier session has saved, by the outputs' numbers. ``pictured`` is called with a
        small picture of what came out, on a media thread.
        """
        known = files or {}
        with self._lock:
            self._items = tuple(KeptOutput(output, file=known.get(number)) for number, output in enumerate(outputs))
            self.links_since = time.time()
            self._renewal = ""
            saved = [item.file for item in self._items if item.file is not None]
            # what there was to say before the end is no longer news
            self._note = saved_words(saved) if len(saved) == len(self._items) else ""
            save = self._save_when_done
        jobs: dict[Job, Callable[[], object]] = {}
        if save:
            jobs["save"] = lambda: self.download(self._folder)
        if pictures or any(map(needs_look, self.outputs)):
            jobs["pictures"] = lambda: self._add_pictures(pictures)  # after saving: made from the files
        if pictured is not None:
            jobs["small"] = lambda: pictured(small_picture(self._service(), self._items))
        self._begin(jobs)

    def keep_still(self, url: str, kind: Kind = "image") -> None:
        """Begin making a small copy of the picture, or of a frame of the clip, that was sent."""

        def copy() -> None:
            self._still = thumbnail_from_url(self._service(), url, kind, STILL_BUDGET)

        self._begin({"still": copy})

    def save(self) -> None:
        """Begin saving the outputs."""
        self._begin({"save": lambda: self.download(self._folder)})

    def renew(self) -> None:
        """Begin fetching the task again, for links that work. Where it brings none, the card says why."""
        self._begin({"renew": self._renew})

    def download(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Save the outputs to ``folder`` now, on this thread; their paths. Errors as of `outputs.download`."""
        try:
            paths = download(
                self._service(),
                self.task_id,
                self.outputs,
                folder,
                renew=self.renew_links,
                files={number: item.file for number, item in enumerate(self._items) if item.file is not None},
                progress=ProgressNote(self.set_note),
                facts=self._facts(),
            )
        except BaseException as error:
            why = str(error) if isinstance(error, RunwayWidgetError) else "it was interrupted"
            self.set_note(f"could not save: {why}")
            raise
        self._update(lambda number, item: replace(item, file=paths[number]))
        self._saved(paths)
        self.set_note(saved_words(paths))
        return paths

    def renew_links(self) -> tuple[Output, ...]:
        """Fetch the task again now, on this thread; its outputs with fresh links. Raises ServiceError."""
        state = self._service().ask(self.task_id, self._route).result
        if isinstance(state, ServiceError):
            raise state
        fresh = state.outputs if isinstance(state, TaskState) and state.status is Status.SUCCESS else ()
        if not fresh:
            raise TaskNotFound("the service does not show the outputs any more")
        self.links_since = time.time()
        if len(fresh) == len(self._items):
            self._update(lambda number, item: replace(item, output=_with_link_of(fresh[number], item.output)))
            self._renewal = ""
        return fresh

    def new_link(self, number: int) -> str:
        """The link of one output after `renew_links`. Raises as that does."""
        fresh = self.renew_links()
        if number >= len(fresh):
            raise TaskNotFound("the service does not show this output any more")
        return fresh[number].url

    # On a media thread

    def _renew(self) -> None:
        old = self.outputs
        try:
            self.renew_links()
        except RunwayWidgetError as error:
            self._renewal = f"no new link: {error}"
        else:
            if self.outputs == old:
                self._renewal = "no new link: the service gave the same one again"

    def _begin(self, jobs: dict[Job, Callable[[], object]]) -> None:
        """Do ``jobs`` one after the other, but for those that are under way already."""
        with self._lock:
            todo = {job: call for job, call in jobs.items() if job not in self._jobs}
            self._jobs.update(todo)
        if not todo:
            return

        def run() -> None:
            for job, call in todo.items():
                try:
                    # A download says on the card what went wrong, a renewal that brought nothing shows, and a picture
                    # is no loss.
                    with log_errors("keeping the outputs"), suppress(RunwayWidgetError):
                        call()
                finally:
                    self._end(job)
                    self._changed()

        try:
            pool.media_pool.submit(run)
        except RuntimeError:  # the machine is out of threads; whoever waits must not wait for this
            self._end(*todo)
            self.set_note("could not be kept: no thread can be started")
        self._changed()

    def _end(self, *jobs: Job) -> None:
        with self._lock:
            self._jobs.difference_update(jobs)

    def _add_pictures(self, pictures: bool) -> None:
        """Find out the kinds that the links did not tell; with ``pictures``, thumbnails and embedded media too."""
        kinds = with_kinds(self._service(), [with_kind_of_file(item.output, item.file) for item in self._items])
        self._update(lambda number, item: replace(item, output=kinds[number]))
        if not pictures:
            return
        budget = budget_for(len(kinds))
        for number, item in enumerate(self._items):
            renew = partial(self.new_link, number)
            made = card_picture(self._service(), item, budget, self._embed_limit, renew)
            if made.fault:
                self.set_note(f"not embedded: {made.fault}")
            self.set_picture(number, made.thumbnail, made.embedded)

    def set_picture(self, number: int, thumbnail: str, embedded: str) -> None:
        """Show that picture of an output, and carry the medium itself, if it is not ""."""
        self._update(lambda at, item: replace(item, thumbnail=thumbnail, embedded=embedded) if at == number else item)

    def _update(self, change: Callable[[int, KeptOutput], KeptOutput]) -> None:
        with self._lock:
            self._items = tuple(change(number, item) for number, item in enumerate(self._items))


def _with_link_of(fresh: Output, known: Output) -> Output:
    """``fresh``, and what was found out of its kind and size before."""
    return replace(known, url=fresh.url, needs_key=fresh.needs_key, inside=fresh.inside)
