"""Finished media: of what kind they are, and how they get into files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .._errors import RunwayWidgetError, ServiceError
from .._service.endpoint import Kind
from .._service.fetch import open_url
from .._service.outputs import Output
from .._service.provider import checked_task_id
from .._service.service import Service
from .formats import HEAD, identify
from .transfer import Progress, download_one, prepare_folder

KIND_TIME = 10.0  # seconds for the few bytes that tell a kind

Renew = Callable[[], Sequence[Output]]


def kind_of(service: Service, url: str) -> Kind:
    """The kind of the medium behind ``url``: "video", "image", "audio", or "unknown". One ranged GET; never raises."""
    deadline = time.monotonic() + KIND_TIME
    head = b""
    try:
        with open_url(service, url, {"Range": f"bytes=0-{HEAD - 1}"}) as answer:
            if answer.status not in {200, 206}:
                return "unknown"
            content_type = answer.headers.get("Content-Type", "")
            while len(head) < HEAD and time.monotonic() < deadline and (chunk := answer.read()):
                head += chunk
    except ServiceError:
        return "unknown"
    found = identify(head, content_type, url)
    return found.kind if found else "unknown"


def with_kinds(service: Service, outputs: Sequence[Output]) -> tuple[Output, ...]:
    """``outputs`` with the kinds that their URLs did not tell, as far as their servers do."""
    return tuple(
        replace(output, kind=kind_of(service, output.url)) if output.kind == "unknown" else output for output in outputs
    )


def download(
    service: Service,
    task_id: str,
    outputs: Sequence[Output],
    directory: str | os.PathLike[str],
    *,
    renew: Renew,
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Save the media of a task as ``<task id>-<n>.<ending>`` in ``directory``, and return their paths in order.

    Args:
        directory: made if need be; ``~`` is the user's home.
        renew: fetches the task again and returns its outputs with new links; called once per output whose link
            has expired.
        progress: called as bytes come, often, with how many came so far and how many there are, over all outputs
            (None while that is unknown). An exception it raises ends the download.
        pause: how to wait between two tries.

    A file of the same name is never overwritten: with the same bytes it counts as the one asked for, and otherwise the
    new one is called ``<task id>-<n> (2).<ending>``.

    Raises:
        ConfigurationError: ``directory`` cannot be used; nothing was sent.
        ServiceError: an output could not be had; those before it are saved.
        RunwayWidgetError: no outputs, or the disk is full or may not be written to.
    """
    if not outputs:
        raise RunwayWidgetError("there is nothing to download: the task has no outputs")
    stem = checked_task_id(task_id)
    folder = prepare_folder(directory)
    links = _Links(outputs, renew)
    paths: list[Path] = []
    saved = 0
    for index in range(len(outputs)):
        last = index == len(outputs) - 1
        try:
            path = download_one(
                service,
                links[index],
                folder,
                f"{stem}-{index + 1}",
                renew=lambda index=index: links.renewed(index),  # type: ignore[misc]  # binds the number of now
                progress=_over_all(progress, saved, last),
                pause=pause,
            )
        except ServiceError as error:
            if len(outputs) > 1:
                error.message = f"output {index + 1} of {len(outputs)}: {error.message}"
            raise
        saved += path.stat().st_size
        paths.append(path)
    return paths


class _Links:
    """The outputs' links, each as fresh as it has been seen."""

    def __init__(self, outputs: Sequence[Output], renew: Renew) -> None:
        self._urls = [output.url for output in outputs]
        self._renew = renew

    def __getitem__(self, index: int) -> str:
        return self._urls[index]

    def renewed(self, index: int) -> str:
        """The link of one output after fetching the task again."""
        try:
            fresh = [output.url for output in self._renew()]
        except ServiceError as error:
            told = f"the link has expired, and the task could not be fetched again: {error.message}"
            raise ServiceError(told, http_status=error.http_status, code=error.code) from None
        if index >= len(fresh):
            raise ServiceError("the link has expired, and the task does not show this output any more")
        self._urls = fresh + self._urls[len(fresh) :]
        return fresh[index]


def _over_all(progress: Progress | None, saved: int, last: bool) -> Progress | None:
    """``progress`` of one file, told as that of all: the total is known once the last file's length is."""
    if progress is None:
        return None
    return lambda have, total: progress(saved + have, saved + total if last and total is not None else None)
