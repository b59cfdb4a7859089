"""Folders to save to: what cannot be one is found out before anything is paid for or fetched."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .._errors import ConfigurationError
from .._paths import absolute
from .._service.media_types import format_of_url

WANTED = "a folder"
USUAL_FOLDER = Path("renders")  # where the card's own button saves


@dataclass(frozen=True, slots=True)
class CheckedFolder(os.PathLike[str]):
    """The absolute path of a folder that can be saved to, as far as could be told when it was checked."""

    path: Path

    def __fspath__(self) -> str:
        return str(self.path)


def check_folder(folder: object, name: str) -> CheckedFolder:
    """``folder`` as an absolute path. Nothing is made yet, but it is tried whether it can be.

    Raises ConfigurationError, which begins with ``name``, for a file, for what is named like one, and for a folder that
    cannot be made or written to.
    """
    path = absolute(folder, name, wanted=WANTED)
    try:
        fault = _fault(path)
    except (OSError, ValueError) as error:
        fault = describe_disk_error(error, path)
    if fault:
        raise ConfigurationError(f"{name}: {fault}")
    return CheckedFolder(path)


def usual_folder() -> Path:
    """`USUAL_FOLDER` as it is meant now; relative where there is no working directory, so that saving says so."""
    try:
        return absolute(USUAL_FOLDER, "save_to")
    except ConfigurationError:
        return USUAL_FOLDER


def prepare_folder(directory: object, name: str = "directory") -> Path:
    """``directory`` as an absolute path to a folder, which is made if need be. Errors as of `check_folder`."""
    path = check_folder(directory, name).path
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{name}: {describe_disk_error(error, path)}") from None
    return path


def describe_disk_error(error: OSError | ValueError, folder: Path) -> str:
    """Why ``folder`` cannot be written to, in a sentence."""
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return f"there is no room left in {folder}; nothing was saved"
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{folder} may not be written to; save to another directory"
    shown = str(folder) if len(str(folder)) <= 200 else f"{str(folder)[:60]}…"
    return f"{shown} cannot be written to: {getattr(error, 'strerror', None) or type(error).__name__}"


def _fault(path: Path) -> str:
    """What is wrong with ``path`` as a folder to save to; "" for nothing. Raises OSError and ValueError as well."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    else:
        if not path.is_dir():
            return f"{path} is a file; give {WANTED}"
        _try(path, lambda probe: probe.touch(0o600, exist_ok=False), Path.unlink)
        return ""
    if os.path.lexists(path):
        return f"{path} is a link that leads nowhere; give {WANTED}"
    if format_of_url(path.as_uri()) is not None:
        return f"{path.name!r} is a file's name; give {WANTED}: the files in it are named after the task"
    above = next(parent for parent in path.parents if os.path.lexists(parent))
    if not above.is_dir():
        return f"{path} is no folder, because {above} is a file; give another one"
    _try(above, Path.mkdir, Path.rmdir)
    return ""


def _try(folder: Path, make: Callable[[Path], object], remove: Callable[[Path], object]) -> None:
    """Make something in ``folder`` and remove it, because permissions alone do not tell whether that is possible."""
    probe = folder / f".runway-widget-{uuid.uuid4().hex[:8]}"
    make(probe)
    remove(probe)
