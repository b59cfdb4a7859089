"""The content of a local medium, by its digest: a file that is read when it is sent, or bytes in memory.

A file may be written to in the meantime. What is sent is what was checked, and counted, and looked for in the journal,
or nothing: its bytes are digested once more as they are read, and the last of them are held back until that is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .._errors import ConfigurationError

_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Content:
    """What a local medium holds.

    ``media_type`` is such as "video/mp4", ``suffix`` such as ".mp4", ``size`` in bytes, ``sha256`` in hex, and ``name``
    what errors call it.
    """

    source: Path | bytes = field(repr=False)
    name: str
    media_type: str
    suffix: str
    size: int
    sha256: str

    @property
    def filename(self) -> str:
        """A name that says of what kind it is, and no more: what somebody calls the file is nobody's business."""
        return f"{self.media_type.partition('/')[0]}{self.suffix}"

    def pieces(self) -> Iterator[bytes]:
        """Its bytes. Raises ConfigurationError where the file is not what it was, before the last piece is given."""
        digest, size, held = hashlib.sha256(), 0, b""
        for piece in _pieces(self.source, self.name):
            size += len(piece)
            if size > self.size:
                break
            digest.update(piece)
            if held:
                yield held
            held = piece
        if size != self.size or digest.hexdigest() != self.sha256:
            raise ConfigurationError(f"{self.name} has changed since it was checked; give it again")
        yield held


def content_of(source: Path | bytes, name: str, media_type: str, suffix: str) -> Content:
    """The content of a file, which is read once, piece by piece, or of bytes. Raises ConfigurationError, OSError."""
    if isinstance(source, bytes):
        return Content(source, name, media_type, suffix, len(source), hashlib.sha256(source).hexdigest())
    status = source.stat()
    digest = _digest(source, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return Content(source, name, media_type, suffix, status.st_size, digest)


@lru_cache(maxsize=64)
def _digest(path: Path, _inode: int, _size: int, _modified: int, _changed: int) -> str:
    """The sha256 of a file; not computed again as long as nothing has touched it."""
    digest = hashlib.sha256()
    for piece in _pieces(path, path.name):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(source: Path | bytes, name: str) -> Iterator[bytes]:
    if isinstance(source, bytes):
        view = memoryview(source)
        yield from (bytes(view[start : start + _PIECE]) for start in range(0, len(source), _PIECE))
        return
    try:
        with source.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read any more: {error.strerror or error}") from None
