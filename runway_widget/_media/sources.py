"""What a finished task gives another one to begin from, now: links that work, or files that were saved.

A link lasts a day or two (Runway's page on outputs: "within 24-48 hours"), and a notebook longer. To look at a task is
free, to create one from a dead link is not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .._errors import ServiceError, TaskNotFound
from .._service.endpoint import Kind
from .._service.fetch import LOOK, open_url
from .._service.link_expiry import link_expiry
from .._service.outputs import Output
from .._service.service import Service
from .formats import HEAD, identify

LINK_LIFE = 86_400.0  # seconds that a link lasts at least, where it does not say itself
_GONE = {403, 404, 410}


@dataclass(frozen=True, slots=True)
class Source:
    """One output: its ``url``; the ``file`` to be sent in place of a dead link; or the ``fault``: why not."""

    url: str
    kind: Kind
    file: Path | None = None
    fault: str = ""


def current_sources(
    service: Service,
    known: Sequence[Output],
    known_since: float,
    look: Callable[[], Sequence[Output]],
    files: Mapping[int, Path],
) -> list[Source]:
    """The outputs of a task as they can be sent now. Blocks for one look, or a few requests; never raises.

    Args:
        known: as they were when somebody looked last, at the unix time ``known_since``.
        look: fetches the task, and returns its outputs. Raises ServiceError.
        files: where outputs were saved, by their numbers.
    """
    trouble: ServiceError | None = None
    fresh: Sequence[Output] = ()
    try:
        fresh = look()
    except ServiceError as error:
        trouble = error
    if not (fresh or known):
        return [Source("", _kind_of_file(file), file) for _, file in sorted(files.items())]
    sources = []
    for number, output in enumerate(fresh or known):
        before = known[number] if number < len(known) else output
        kind = before.kind if output.kind == "unknown" else output.kind
        if output.needs_key:
            fault = "the service gives it to nobody but the holder of the key; download() it, and the file is sent"
        elif trouble is None:
            fault = _fault_of_fresh(service, output.url, output.url == before.url and bool(known))
        else:
            fault = _fault_of_known(output.url, known_since, trouble)
        file = files.get(number) if fault else None
        sources.append(Source(output.url, kind, file, "" if file else fault))
    return sources


def saved_files(task_id: str, files: Iterable[str], numbers: Mapping[str, int]) -> dict[int, Path]:
    """Those of ``files`` that were saved as outputs of this task and are still there, by the outputs' numbers.

    ``numbers`` are those of the outputs in files whose names do not tell them.
    """
    name = re.compile(re.escape(task_id) + r"-(\d+)( \(\d+\))?\.\w+")
    found: dict[int, Path] = {}
    for file in files:
        match = name.fullmatch(Path(file).name)
        number = numbers.get(file, int(match[1]) - 1 if match else -1)
        if number >= 0 and _is_there(Path(file)):
            found[number] = Path(file)
    return found


def output_of_file(file: Path) -> Output:
    """A saved file as an output that has no link."""
    try:
        size = file.stat().st_size
    except OSError:  # somebody has moved it already
        size = None
    return Output(file.absolute().as_uri(), _kind_of_file(file), size)


def _fault_of_fresh(service: Service, url: str, repeated: bool) -> str:
    """What is wrong with a link that the service has just given, perhaps not for the first time; "" for nothing."""
    ended = _ended(url) or (repeated and _is_dead(service, url))
    return "its link has expired, and the service gives no other" if ended else ""


def _fault_of_known(url: str, since: float, trouble: ServiceError) -> str:
    """The same of a link from before, where the task could not be looked at because of ``trouble``."""
    if isinstance(trouble, TaskNotFound):
        return f"the service does not have it any more ({trouble.message})"
    if _ended(url) or (link_expiry(url) is None and time.time() - since > LINK_LIFE):
        return f"its link has expired, and the task could not be looked at for another: {trouble.message}"
    return ""


def _ended(url: str) -> bool:
    moment = link_expiry(url)
    return moment is not None and moment <= time.time()


def _is_dead(service: Service, url: str) -> bool:
    """Whether the server behind ``url`` refuses it. One ranged GET."""
    try:
        with open_url(service, url, {"Range": "bytes=0-0"}, LOOK) as answer:
            return answer.status in _GONE
    except ServiceError:
        return False


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _kind_of_file(path: Path) -> Kind:
    try:
        with path.open("rb") as file:
            form = identify(file.read(HEAD), url=path.name)
    except OSError:
        return "unknown"
    return form.kind if form else "unknown"
