"""Where to save: a folder, or a pattern of names. What cannot be one is found out before anything is paid for.

A pattern begins where the first field stands, "{date}", in a part of a path that is not there yet; what stands before
that is a folder as any other.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from .._errors import ConfigurationError
from .._paths import absolute, path_text
from .._service.media_types import format_of_url
from .file_names import USUAL, NameFacts, fault_of, filled, has_field, without_ending

WANTED = "a folder"
USUAL_FOLDER = Path("renders")  # where the card's own button saves


@dataclass(frozen=True, slots=True)
class CheckedFolder(os.PathLike[str]):
    """The absolute path of a folder that can be saved to, as far as could be told when it was checked.

    ``pattern`` holds the parts of the path that have fields, the last of which names the files; see `file_names`.
    """

    path: Path
    pattern: tuple[str, ...] = (USUAL,)

    def __fspath__(self) -> str:
        return str(self.path if self.pattern == (USUAL,) else self.path.joinpath(*self.pattern))

    def place(self, facts: NameFacts, number: int, count: int = 1) -> tuple[Path, str]:
        """The folder and the name, without its ending, of the output of that ``number`` from 0, one of ``count``."""
        *folders, name = self.pattern
        folder = self.path.joinpath(*[filled(part, facts, number) for part in folders])
        tells = count == 1 or any(has_field(part, "n") for part in self.pattern)
        return folder, filled(name if tells else f"{name}-{{n}}", facts, number)


def check_folder(folder: object, name: str) -> CheckedFolder:
    """``folder``, or a pattern of names, as an absolute path. Nothing is made yet, but it is tried whether it can be.

    Raises ConfigurationError, which begins with ``name``, for a file, for what is named like one, for a folder that
    cannot be made or written to, and for a pattern with a fault.
    """
    place = folder if isinstance(folder, CheckedFolder) else _read(folder, name)
    if not place.path.is_absolute():  # there was no working directory, and perhaps there is none now
        place = replace(place, path=absolute(place.path, name, wanted=WANTED))
    try:
        fault = next(filter(None, map(fault_of, place.pattern)), "") or _fault(place.path)
    except (OSError, ValueError) as error:
        fault = describe_disk_error(error, place.path)
    if fault:
        raise ConfigurationError(f"{name}: {fault}")
    return place


def _read(folder: object, name: str) -> CheckedFolder:
    path = absolute(folder, name, wanted=WANTED)
    ends = path_text(folder, name, WANTED).rstrip()[-1:]
    return CheckedFolder(*_split(path, is_folder=ends in {"/", os.sep}))


def _split(path: Path, *, is_folder: bool) -> tuple[Path, tuple[str, ...]]:
    """The folder that ``path`` begins with, and the pattern that follows: a folder that is there is no pattern."""
    there = next(each for each in (path, *path.parents) if os.path.lexists(each) or each == each.parent)
    rest = path.relative_to(there).parts
    first = next((number for number, part in enumerate(rest) if "{" in part or "}" in part), None)
    if first is None:
        return path, (USUAL,)
    pattern = (*rest[first:], USUAL) if is_folder else (*rest[first:-1], without_ending(rest[-1]))
    return there.joinpath(*rest[:first]), pattern


def usual_folder() -> CheckedFolder:
    """`USUAL_FOLDER` as it is meant now, not checked yet; relative where there is no working directory.

    Then saving says so.
    """
    try:
        return CheckedFolder(absolute(USUAL_FOLDER, "save_to"))
    except ConfigurationError:
        return CheckedFolder(USUAL_FOLDER)


def prepare_folder(directory: object, name: str = "directory") -> Path:
    """``directory`` as an absolute path to a folder, which is made if need be. Errors as of `check_folder`."""
    return make_folder(check_folder(directory, name).path, name)


def make_folder(path: Path, name: str = "directory") -> Path:
    """Make the folder ``path`` if need be, and return it. Raises ConfigurationError, which begins with ``name``."""
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
        named = "the files in it are named after the task, or as fields say: '{date}-{n}'"
        return f"{path.name!r} is a file's name; give {WANTED}: {named}"
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
