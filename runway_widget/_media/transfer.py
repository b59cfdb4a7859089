"""One medium, from its link into a file: complete, or no file at all.

The bytes go into a hidden part file in the same folder, under a name that no other download uses. It gets the file's
name when it is complete. After a broken connection only the missing bytes are asked for, if the server shows (ETag or
Last-Modified, and Content-Range) that they belong to the same object; otherwise all of them. A later call does not go
on with an old part file: media are small enough to fetch again.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import BinaryIO

from .._errors import NoAnswer, RunwayWidgetError, ServiceError
from .._service.fetch import CHUNK, MediaResponse, open_url
from .._service.retry import TRANSIENT, backoff, parse_retry_after
from .._service.service import Service
from .folders import describe_disk_error
from .formats import HEAD, identify, is_page
from .svg import is_picture_only

Progress = Callable[[int, int | None], None]

MAX_TRIES = 6  # in a row that brought less than ENOUGH_BYTES new ones each
ENOUGH_BYTES = 2**20
FIRST_PAUSE = 0.5  # seconds before the second try; doubled for each further one
STALE_AFTER = 3600.0  # seconds; a part file that is older was left behind by a process that died

_EXPIRED = {403, 404, 410}
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-[0-9]+/([0-9]{1,18}|\*)")


class _LinkExpired(ServiceError):
    """The link does not lead to the medium any more."""


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

    ``renew`` returns a new link when this one has expired; it is called at most once. No file is overwritten: where one
    of that name holds the same bytes, its path is returned; where it holds others, the new file is called
    ``stem (2).<ending>``.

    Raises ServiceError (NoAnswer where the bytes stopped coming), or RunwayWidgetError where the file cannot be
    written. In any case ``folder`` holds no part file afterwards.
    """
    part = folder / f".{stem}.{uuid.uuid4().hex[:8]}.part"
    try:
        _remove_stale_parts(folder, stem)
        try:
            with part.open("xb") as file:
                transfer = _Transfer(service, url, file, renew, progress, pause)
                transfer.run()
            return _move_into_place(part, folder, stem, transfer.suffix(part))
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RunwayWidgetError(describe_disk_error(error, folder)) from None


def copy_one(file: Path, folder: Path, stem: str) -> Path:
    """Copy ``file`` as ``folder/stem.<its ending>``, and return that path. Names and errors as of `download_one`."""
    part = folder / f".{stem}.{uuid.uuid4().hex[:8]}.part"
    suffix = ".svg.txt" if file.name.endswith(".svg.txt") else file.suffix
    try:
        try:
            shutil.copyfile(file, part)
            return _move_into_place(part, folder, stem, suffix)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RunwayWidgetError(describe_disk_error(error, folder)) from None


def write_one(data: bytes, folder: Path, stem: str, suffix: str) -> Path:
    """Write ``data`` as ``folder/stem.suffix``, and return that path. Names and errors as of `download_one`."""
    part = folder / f".{stem}.{uuid.uuid4().hex[:8]}.part"
    try:
        try:
            part.write_bytes(data)
            return _move_into_place(part, folder, stem, suffix)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise RunwayWidgetError(describe_disk_error(error, folder)) from None


class _Transfer:
    """Fetches the bytes of one medium into one open file."""

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
        self._received = self._farthest = 0
        self._total: int | None = None
        self._validator = ""
        self._content_type = ""

    def run(self) -> None:
        """Fetch until the file is complete. Raises ServiceError after `MAX_TRIES` tries that brought too little."""
        tries = 0
        while True:
            before = self._farthest
            try:
                self._fetch()
                return
            except _LinkExpired as error:
                self._renew_link(error)
                continue
            except ServiceError as error:
                if not error.transient:
                    raise
                last_error = error
            tries = 1 if self._farthest >= before + ENOUGH_BYTES else tries + 1
            if tries >= MAX_TRIES:
                message = f"the download broke off {tries} times: {last_error.message}"
                raise NoAnswer(message, http_status=last_error.http_status)
            self._pause(backoff(tries, FIRST_PAUSE, last_error.retry_after))

    def suffix(self, part: Path) -> str:
        """The file ending for the bytes that came."""
        with part.open("rb") as file:
            head = file.read(HEAD)
        if is_page(head, self._content_type):
            raise ServiceError("the link leads to a web page, not to a medium")
        media_format = identify(head, self._content_type, self._url)
        if media_format is None:
            return ".bin"
        return ".svg.txt" if media_format.suffix == ".svg" and not is_picture_only(part) else media_format.suffix

    def _renew_link(self, error: _LinkExpired) -> None:
        if self._renewed:
            advice = "the service keeps outputs for a day or two; after that the task has to be created again"
            raise ServiceError(f"the link has expired, and so has its renewal; {advice}", http_status=error.http_status)
        self._renewed = True
        self._url = self._renew()

    def _fetch(self) -> None:
        resuming = self._received > 0 and bool(self._validator)
        headers = {"Range": f"bytes={self._received}-", "If-Range": self._validator} if resuming else {}
        with open_url(self._service, self._url, headers) as answer:
            self._check_answer(answer, resuming)
            while chunk := answer.read():
                self._file.write(chunk)
                self._received += len(chunk)
                self._farthest = max(self._farthest, self._received)
                if self._progress is not None:
                    self._progress(self._received, self._total)
        if not self._received:
            raise NoAnswer("the file is empty")
        if self._total is not None and self._received > self._total:
            self._start_over()
            raise NoAnswer("more bytes came than were announced")
        if self._total is not None and self._received < self._total:
            raise NoAnswer("an answer cut short")

    def _check_answer(self, answer: MediaResponse, resuming: bool) -> None:
        """Prepare for the body of ``answer``. Raises ServiceError where it is not the one that was asked for."""
        status = answer.status
        if status == 200:
            self._start_over()
            self._total = answer.length
            self._validator = "" if answer.encoded else _validator(answer)
            self._content_type = answer.headers.get("Content-Type", "")
        elif status in _EXPIRED:
            raise _LinkExpired(http_status=status)
        elif status in {206, 416}:
            if not (status == 206 and resuming and self._continues(answer)):
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
        """Whether the body begins at the first missing byte of the same object."""
        match = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        if match is None or int(match[1]) != self._received or answer.encoded:
            return False
        if match[2] != "*":
            if self._total not in {None, int(match[2])}:
                return False
            self._total = int(match[2])
        return _validator(answer) in {"", self._validator}

    def _start_over(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._received, self._total, self._validator = 0, None, ""


def _validator(answer: MediaResponse) -> str:
    """What identifies the object's bytes: a strong ETag, else Last-Modified; "" without either."""
    tag = answer.headers.get("ETag", "").strip()
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "").strip()


def _move_into_place(part: Path, folder: Path, stem: str, suffix: str) -> Path:
    """Rename ``part`` to the first free name; where a file with the same bytes comes first, return that one."""
    for number in count(1):
        target = folder / (f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}")
        try:
            _rename(part, target)
            return target
        except FileExistsError:
            if _same_bytes(part, target):
                return target
    raise AssertionError("unreachable")


def _rename(part: Path, target: Path) -> None:
    """Rename in one step. Raises FileExistsError rather than replace a file."""
    if os.name == "nt":
        part.rename(target)
        return
    try:
        target.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: take the name with an empty file, then replace that one
        with target.open("xb"):
            pass
        try:
            part.replace(target)
        except OSError:
            target.unlink(missing_ok=True)
            raise


def _same_bytes(one: Path, other: Path) -> bool:
    if not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while chunk := first.read(CHUNK):
            if chunk != second.read(CHUNK):
                return False
    return True


def _remove_stale_parts(folder: Path, stem: str) -> None:
    """Remove part files of this medium that were left behind by processes that died."""
    pattern = re.compile(re.escape(f".{stem}.") + r"[0-9a-f]{8}\.part")
    for file in folder.iterdir():
        if pattern.fullmatch(file.name):
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > STALE_AFTER:
                    file.unlink()
