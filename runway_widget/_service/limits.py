"""How much of an answer is taken in, and for how long: whatever a server sends, its reader gets away in time.

The time-out of a socket is one of silence, and a byte now and then is none: a head of a thousand lines, chunks without
end, a body that unpacks to nothing can each hold a thread for ever. So what comes is counted where it comes in, at the
socket, below `http.client`, urllib3 and `requests`, which read on by themselves.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from typing import Any

from .timeouts import TOTAL_TIMEOUT

MAX_BODY = 4 * 2**20  # bytes of an answer in JSON
_MAX_HEAD = 2**20  # more than `http.client` takes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take.

    ``most``: bytes as they come over the line. ``seconds``: in which all of it has to come; with ``least``, in which
    that many bytes have to come, again and again: a large medium may take long, but not for ever.
    """

    most: int
    seconds: float
    least: int | None = None


#: Of an answer in JSON.
ANSWER = Limits(MAX_BODY + _MAX_HEAD, TOTAL_TIMEOUT)


class AnswerTooLong(OSError):
    """More bytes came than any such answer has."""


class AnswerTooSlow(OSError):
    """The bytes came too slowly."""


class LimitedReader(io.RawIOBase):
    """What an answer is read from. Raises AnswerTooLong and AnswerTooSlow; else it is as ``source``."""

    def __init__(self, source: Any, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._received = 0
        self._enough = limits.least  # bytes, in all, that put the moment off
        self._until = time.monotonic() + limits.seconds

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._source.fileno())

    def readinto(self, buffer: Any) -> int | None:
        now = time.monotonic()
        if self._enough is not None and self._limits.least and self._received >= self._enough:
            self._enough = self._received + self._limits.least
            self._until = now + self._limits.seconds
        if now > self._until:
            raise AnswerTooSlow
        if self._received > self._limits.most:
            raise AnswerTooLong
        count: int | None = self._source.readinto(buffer)
        self._received += count or 0
        return count

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()
