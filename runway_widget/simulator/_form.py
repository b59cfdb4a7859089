"""A form with one file in it, read piece by piece: a large file is never in memory as a whole."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from io import BufferedIOBase
from typing import Any

_PIECE = 1 << 16
_STEP = 0.02  # seconds
_LONGEST_HEAD = 1 << 16  # of all fields before the file, and of the file's own headers
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_NAME, _FILE = re.compile(rb'name="([^"]*)"'), re.compile(rb'filename="([^"]*)"')


class Form:
    """The body of a POST to the store, which is still to be read.

    `seconds`: how long that is to take, unless `hurried()` says that it is not to take so long any more.
    """

    def __init__(self, stream: BufferedIOBase, length: int, content_type: str) -> None:
        self._stream = stream
        self._length = self._left = length
        boundary = _BOUNDARY.search(content_type)
        self._boundary = boundary[1].encode() if boundary else b""
        self.seconds = 0.0
        self.hurried: Callable[[], bool] = lambda: False
        self.fields: dict[str, str] = {}
        self.file: dict[str, Any] = {}  # its name, and when all was read "bytes" and "sha256"

    @property
    def is_read(self) -> bool:
        """Whether nothing of it is left, so that another request may follow."""
        return self._left == 0

    @property
    def summary(self) -> dict[str, Any]:
        """The fields and, under "file", what the file was, as far as they were read."""
        return {**self.fields, "file": self.file}

    def read(self) -> bool:
        """Read all of it into `fields` and `file`. False where it is no form with one file behind its fields."""
        begin = self._read_head()
        if begin is None:
            return False
        end = b"\r\n--" + self._boundary + b"--\r\n"
        digest, size, tail = hashlib.sha256(), 0, begin
        for piece in self._pieces():
            tail += piece
            digest.update(tail[: -len(end)])
            size += len(tail[: -len(end)])
            tail = tail[-len(end) :]
        whole = tail.endswith(end) or tail.endswith(end[:-2])
        rest = tail.removesuffix(end).removesuffix(end[:-2])
        digest.update(rest)
        self.file |= {"bytes": size + len(rest), "sha256": digest.hexdigest()}
        return whole and self._left == 0

    def skip(self, part: float) -> None:
        """Read a ``part`` of it, 0 to 1, and forget it."""
        keep = self._length - int(self._length * part)
        while self._left > keep and self._take(self._left - keep):
            pass

    def _read_head(self) -> bytes | None:
        """Read the fields and the headers of the file; returns what was read of the file itself by then."""
        read = b""
        for piece in self._pieces():
            read += piece
            *parts, last = read.split(b"--" + self._boundary + b"\r\n") if self._boundary else [read]
            headers, separator, content = last.partition(b"\r\n\r\n")
            if separator and (name := _FILE.search(headers)):
                for part in parts[1:]:
                    head, _, value = part.partition(b"\r\n\r\n")
                    if field_name := _NAME.search(head):
                        self.fields[field_name[1].decode()] = value.removesuffix(b"\r\n").decode("utf-8", "replace")
                self.file["name"] = name[1].decode("utf-8", "replace")
                return content
            if len(read) > _LONGEST_HEAD + _PIECE:
                return None
        return None

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._take(_PIECE):
            self._wait(self.seconds * len(piece) / self._length)
            yield piece

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.hurried() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _STEP))

    def _take(self, most: int) -> bytes:
        piece = self._stream.read(min(most, _PIECE, self._left))
        self._left -= len(piece)
        if not piece:
            self._left = 0 if not self._left else -1  # the client went away
        return piece
