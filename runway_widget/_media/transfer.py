"""One medium, from its link into a file: in pieces if need be, and whole or not at all.

The bytes go into a hidden part beside the file-to-be, under a name that no other download uses, and the part takes the
file's name only when it is complete. A connection that breaks is taken up where it broke off, if the server shows
(ETag or Last-Modified, and Content-Range) that the rest belongs to the same object; otherwise from the start. Parts are
not taken up by a later call: what a server says of an object holds for a transfer, and media are small enough.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import BinaryIO

from .._errors import ConfigurationError, NoAnswer, RunwayWidgetError, ServiceError
from .._service.fetch import CHUNK, MediaResponse, open_url
from .._service.retry import TRANSIENT, backoff, parse_retry_after
from .._service.service import Service
from .formats import HEAD, identify, is_page

Progress = Callable[[int, int | None], None]

TRIES = 6  # in a row that brought less than ENOUGH new bytes each
ENOUGH = 2**20
PAUSE = 0.5  # seconds before the second try; doubled for each further one
STALE = 3600.0  # a part that nobody wrote to for this long was left behind by a process that died

_EXPIRED = {403, 404, 410}
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class _Expired(ServiceError):
    """The link is good no longer."""


def prepare_folder(directory: str | os.PathLike[str]) -> Path:
    """``directory`` as a path to a folder that exists, or a ConfigurationError that says why it cannot be one."""
    if not isinstance(directory, str | os.PathLike) or not os.fspath(directory):
        raise ConfigurationError(f"directory must be a path, not {directory!r}")
    try:
        folder = Path(directory).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ConfigurationError(f"{directory} is a file or lies in one; give a directory to save to") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(f"{directory} cannot be made a directory: {reason}") from None
    return folder


def download_one(
    service: Service,
    url: str,
    folder: Path,
    stem: str,
    *,
    renew: Callable[[], str],
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Path:
    """Save what ``url`` leads to as ``folder/stem.<ending>``, and return that path.

    ``renew`` gives another link when this one has expired; it is called once. A file of that name with the same bytes
    is left as it is; one with other bytes too, and the new one is called ``stem (2).<ending>``.

    Raises ServiceError (NoAnswer where nothing more came), or RunwayWidgetError where the file cannot be written.
    Whatever happens, ``folder`` holds no part of a file afterwards.
    """
    part = folder / f".{stem}.{uuid.uuid4().hex[:8]}.part"
    try:
        _sweep(folder, stem)
        try:
            with part.open("xb") as file:
                transfer = _Transfer(service, url, file, renew, progress, pause)
                transfer.run()
            return _placed(part, folder, stem, transfer.suffix(part))
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RunwayWidgetError(_trouble(error, folder)) from None


class _Transfer:
    """The bytes of one medium on their way into one open file."""

    def __init__(
        self,
        service: Service,
        url: str,
        file: BinaryIO,
        renew: Callable[[], str],
        progress: Progress | None,
        pause: Callable[[float], None],
    ) -> None:
        self._service = service
        self._url = url
        self._file = file
        self._renew = renew
        self._renewed = False
        self._progress = progress
        self._pause = pause
        self._have = self._farthest = 0
        self._total: int | None = None
        self._validator = ""
        self._content_type = ""

    def run(self) -> None:
        """Try until all of it is there, or until nothing more can be hoped for."""
        tries = 0
        while True:
            before = self._farthest
            try:
                self._fetch()
                return
            except _Expired as error:
                self._renew_after(error)
                continue
            except ServiceError as error:
                if not error.transient:
                    raise
                broke = error
            tries = 1 if self._farthest >= before + ENOUGH else tries + 1
            if tries >= TRIES:
                raise NoAnswer(f"the download broke off {tries} times: {broke.message}", http_status=broke.http_status)
            self._pause(backoff(tries, PAUSE, broke.retry_after))

    def suffix(self, part: Path) -> str:
        """The ending that suits what came."""
        with part.open("rb") as file:
            head = file.read(HEAD)
        if is_page(head, self._content_type):
            raise ServiceError("the link leads to a web page, not to a medium")
        found = identify(head, self._content_type, self._url)
        return found.suffix if found else ".bin"

    def _renew_after(self, error: _Expired) -> None:
        if self._renewed:
            advice = "the service keeps outputs for a day or two; after that the task has to be created anew"
            raise ServiceError(f"the link has expired, and so has its renewal; {advice}", http_status=error.http_status)
        self._renewed = True
        self._url = self._renew()

    def _fetch(self) -> None:
        rest = self._have > 0 and bool(self._validator)
        headers = {"Range": f"bytes={self._have}-", "If-Range": self._validator} if rest else {}
        with open_url(self._service, self._url, headers) as answer:
            self._begin(answer, rest)
            while chunk := answer.read():
                self._file.write(chunk)
                self._have += len(chunk)
                self._farthest = max(self._farthest, self._have)
                if self._progress is not None:
                    self._progress(self._have, self._total)
        self._file.flush()
        if not self._have:
            raise NoAnswer("the file is empty")
        if self._total is not None and self._have > self._total:
            self._start_over()
            raise NoAnswer("more bytes came than were announced")
        if self._total is not None and self._have < self._total:
            raise NoAnswer("an answer cut short")

    def _begin(self, answer: MediaResponse, rest: bool) -> None:
        """Make ready for the body of ``answer``, or say why it is not to be had."""
        status = answer.status
        if status == 200:
            self._start_over()
            self._total = answer.length
            self._validator = "" if answer.encoded else _validator(answer)
            self._content_type = answer.headers.get("Content-Type", "")
        elif status in _EXPIRED:
            raise _Expired(http_status=status)
        elif status in {206, 416}:
            if not (status == 206 and rest and self._continues(answer)):
                self._start_over()
                raise NoAnswer("the server offers another part than the one that is missing", http_status=status)
        else:
            raise ServiceError(
                "the server of the medium refused it",
                http_status=status,
                transient=status in TRANSIENT,
                retry_after=parse_retry_after(answer.headers.get("Retry-After")),
            )

    def _continues(self, answer: MediaResponse) -> bool:
        """Whether this is the rest of what is there already, and nothing else."""
        told = _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        if told is None or int(told[1]) != self._have or answer.encoded:
            return False
        if told[2] != "*":
            if self._total not in {None, int(told[2])}:
                return False
            self._total = int(told[2])
        return _validator(answer) in {"", self._validator}

    def _start_over(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._have, self._total, self._validator = 0, None, ""


def _validator(answer: MediaResponse) -> str:
    """What identifies the object's bytes: a strong ETag, else when it was last modified; "" if neither is told."""
    tag = answer.headers.get("ETag", "").strip()
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "").strip()


def _placed(part: Path, folder: Path, stem: str, suffix: str) -> Path:
    """Give ``part`` the first name that is free, or that a file with the same bytes has already."""
    for number in count(1):
        target = folder / (f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}")
        try:
            _rename(part, target)
            return target
        except FileExistsError:
            if _same(part, target):
                return target
    raise AssertionError("unreachable")


def _rename(part: Path, target: Path) -> None:
    """Rename, atomically, and never over a file: FileExistsError then."""
    if os.name == "nt":
        part.rename(target)
        return
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name first, then what it stands for
        with target.open("xb"):
            pass
        try:
            part.replace(target)
        except OSError:
            target.unlink(missing_ok=True)
            raise


def _same(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(CHUNK):
            if chunk != second.read(CHUNK):
                return False
    return True


def _sweep(folder: Path, stem: str) -> None:
    """Remove parts of this file that a process which died left behind."""
    pattern = re.compile(re.escape(f".{stem}.") + r"[0-9a-f]{8}\.part")
    for left in folder.iterdir():
        if pattern.fullmatch(left.name):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE:
                    left.unlink()


def _trouble(error: OSError, folder: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"there is no room left in {folder}; nothing was saved"
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{folder} may not be written to; save to another directory"
    return f"{folder} cannot be written to: {error.strerror or type(error).__name__}"
