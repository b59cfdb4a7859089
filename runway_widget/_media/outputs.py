"""The outputs of a finished task: what kind each one is, and saving all of them to files."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from .._errors import RunwayWidgetError, ServiceError
from .._service.endpoint import Kind
from .._service.fetch import LOOK, MediaResponse, open_url
from .._service.outputs import Output
from .._service.provider import checked_task_id
from .._service.service import Service
from .file_names import NameFacts
from .folders import check_folder, make_folder
from .formats import HEAD, identify
from .transfer import Progress, copy_one, download_one

NO_FACTS = NameFacts()
Renew = Callable[[], Sequence[Output]]


def _look(service: Service, url: str) -> tuple[Kind, int | None]:
    """The kind of what is behind ``url``, and its bytes; "unknown" and None where that does not show. One ranged GET.

    Never raises.
    """
    head = b""
    try:
        with open_url(service, url, {"Range": f"bytes=0-{HEAD - 1}"}, LOOK) as answer:
            if answer.status not in {200, 206}:
                return "unknown", None
            size = _size(answer)
            content_type = answer.headers.get("Content-Type", "")
            while len(head) < HEAD and (chunk := answer.read()):
                head += chunk
    except ServiceError:
        return "unknown", None
    media_format = identify(head, content_type, url)
    return media_format.kind if media_format else "unknown", size


def _size(answer: MediaResponse) -> int | None:
    """The bytes of the whole medium, of which ``answer`` may hold a part."""
    if answer.status == 200:
        return answer.length
    total = answer.headers.get("Content-Range", "").rpartition("/")[2]
    return int(total) if re.fullmatch("[0-9]{1,18}", total) else None


def with_kinds(service: Service, outputs: Sequence[Output]) -> tuple[Output, ...]:
    """``outputs``, with kinds from their servers where the URLs did not show them, and files with their size.

    Never raises.
    """
    return tuple(
        _with_kind(service, output) if needs_look(output) and output.url.startswith("http") else output
        for output in outputs
    )


def needs_look(output: Output) -> bool:
    """Whether there is something to show of an output that only its server knows."""
    return output.kind == "unknown" or (output.kind == "file" and output.size is None)


def _with_kind(service: Service, output: Output) -> Output:
    kind, size = _look(service, output.url)
    return replace(output, kind=kind if output.kind == "unknown" else output.kind, size=size)


def with_kind_of_file(output: Output, file: Path | None) -> Output:
    """``output``, with the kind and the size that its saved file shows where its URL did not. Never raises."""
    if file is None or not needs_look(output):
        return output
    try:
        with file.open("rb") as opened:
            media_format = identify(opened.read(HEAD), url=file.name)
            size = os.fstat(opened.fileno()).st_size
    except OSError:  # somebody has moved it already
        return output
    kind = media_format.kind if media_format and output.kind == "unknown" else output.kind
    return replace(output, kind=kind, size=size)


def download(
    service: Service,
    task_id: str,
    outputs: Sequence[Output],
    directory: str | os.PathLike[str],
    *,
    renew: Renew,
    files: Mapping[int, Path] | None = None,
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
    facts: NameFacts = NO_FACTS,
) -> list[Path]:
    """Save the media of a task as ``<task id>-<n>.<ending>`` in ``directory``, and return their paths in order.

    Args:
        directory: made if need be. A relative one is below the working directory; ``~`` is the user's home. It may be
            a pattern of names: see `file_names`.
        renew: fetches the task again and returns its outputs with new links; called once per output whose link
            has expired.
        files: where outputs were saved before, by their numbers: they are copied where the service gives them no more.
        progress: called often, as bytes come, with the bytes so far and in total, over all outputs (the total is None
            while it is unknown). An exception it raises ends the download.
        pause: sleeps for some seconds between two tries.
        facts: what the fields of a pattern stand for; the id is ``task_id``.

    No file is overwritten: where one of the same name holds the same bytes, its path is returned; where it holds
    others, the new file is called ``<task id>-<n> (2).<ending>``.

    Raises:
        ConfigurationError: ``directory`` cannot be used; nothing was sent.
        ServiceError: an output could not be fetched; those before it are saved.
        RunwayWidgetError: no outputs, or the disk is full or may not be written to.
    """
    if not outputs:
        raise RunwayWidgetError("there is nothing to download: the task has no outputs")
    facts = replace(facts, task_id=checked_task_id(task_id))
    place = check_folder(directory, "directory")
    links = _Links(outputs, renew)
    paths: list[Path] = []
    saved = 0
    for index in range(len(outputs)):
        last = index == len(outputs) - 1
        earlier = (files or {}).get(index)
        folder, name = place.place(facts, index, len(outputs))
        make_folder(folder)
        try:
            if not links[index].startswith("http"):
                raise ServiceError("the service does not have it any more")
            path = download_one(
                service,
                links[index],
                folder,
                name,
                renew=partial(links.renew, index),
                progress=_add_to_total(progress, saved, last),
                pause=pause,
            )
        except ServiceError as error:
            if earlier is None or not earlier.is_file():
                if len(outputs) > 1:
                    error.message = f"output {index + 1} of {len(outputs)}: {error.message}"
                raise
            path = copy_one(earlier, folder, name)
        saved += path.stat().st_size
        paths.append(path)
    return paths


class _Links:
    """The latest known link of each output."""

    def __init__(self, outputs: Sequence[Output], renew: Renew) -> None:
        self._urls = [output.url for output in outputs]
        self._fetch = renew

    def __getitem__(self, index: int) -> str:
        return self._urls[index]

    def renew(self, index: int) -> str:
        """Fetch the task again; the new link of output ``index``. Raises ServiceError where there is none."""
        try:
            fresh = [output.url for output in self._fetch()]
        except ServiceError as error:
            message = f"the link has expired, and the task could not be fetched again: {error._sentence}"
            raise ServiceError(message, http_status=error.http_status, code=error.code) from None
        if index >= len(fresh):
            raise ServiceError("the link has expired, and the task does not show this output any more")
        self._urls = fresh + self._urls[len(fresh) :]
        return fresh[index]


def _add_to_total(progress: Progress | None, saved: int, last: bool) -> Progress | None:
    """``progress`` of one file as that of all files. The total is known when the last file's length is."""
    if progress is None:
        return None
    return lambda received, total: progress(saved + received, saved + total if last and total is not None else None)
