"""Writing a page to a file: whole or not at all, and never over what is somebody else's."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from .._errors import ConfigurationError, RunwayWidgetError
from .._media.folders import describe_disk_error, prepare_folder
from .._paths import absolute, shown

WANTED = "the path of an HTML file"
_HEAD = 1_000  # bytes in which a page says what made it


def write_page(path: str | os.PathLike[str], html: str, generator: str) -> Path:
    """Write ``html`` to ``path``, and return its whole path. Its folder is made if need be.

    A page that the same ``generator`` made is replaced, so that a cell can run again; anything else stays.

    Raises ConfigurationError for what is no path of an HTML file, and where another file is in the way;
    RunwayWidgetError where it cannot be written.
    """
    file = absolute(path, "path", wanted=WANTED)
    if file.suffix.lower() not in {".html", ".htm"}:
        raise ConfigurationError(f"path: {shown(str(file))} does not end in .html, and what is written is HTML")
    folder = prepare_folder(file.parent, "path")
    part = folder / f".{file.name}.{uuid.uuid4().hex[:8]}.part"
    try:
        if os.path.lexists(file) and generator.encode() not in _start(file):
            raise ConfigurationError(
                f"path: {shown(str(file))} is there already, and is no contact sheet; give another"
            )
        try:
            part.write_text(html, encoding="utf-8")
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RunwayWidgetError(describe_disk_error(error, folder)) from None
    return file


def _start(file: Path) -> bytes:
    if not file.is_file():
        return b""
    with file.open("rb") as opened:
        return opened.read(_HEAD)
