"""The body of an answer, unpacked piece by piece: no piece is larger than it may be, however well it was packed.

A kilobyte of gzip can be a megabyte, and urllib3 before 2.6 unpacks all that has come at once, through any number of
packings. Only what is asked for here is unpacked: gzip or deflate, once.
"""

from __future__ import annotations

import zlib
from typing import Any

import requests
from urllib3 import exceptions as u3

CHUNK = 2**16
#: What a server is told that it may send.
ACCEPTED = "gzip, deflate"

_NO_PACKINGS = {"", "identity", "utf-8", "utf8", "binary", "none", "aws-chunked"}
_PATIENCE = 1000  # pieces that unpack to nothing; each is at most `CHUNK` long, and may be of no length
_GZIP, _ZLIB, _BARE = 31, 15, -15  # zlib's numbers for the headers around what is packed


def packing(response: requests.Response) -> str:
    """How a body is packed; "" where it is not. Servers also write words there that name no packing, as "utf-8"."""
    name = response.headers.get("Content-Encoding", "").strip().lower()
    return "" if name in _NO_PACKINGS else name


class Body:
    """The body of ``response``, of which nothing has been read yet."""

    def __init__(self, response: requests.Response) -> None:
        self._raw = response.raw
        self._packing = packing(response)
        self._unpacker: Any = None
        self._rest = b""  # packed, and read already
        self._whole = False  # a whole file of gzip has come, and what follows need not be one
        self._fruitless = 0  # how often what came unpacked to nothing

    def read(self) -> bytes:
        """Some more bytes, at most `CHUNK`; b"" at the end.

        Raises what urllib3 raises where the body breaks off, and its DecodeError for what cannot be unpacked.
        """
        if not self._packing:
            return self._more()
        while True:
            packed, self._rest = self._rest or self._more(), b""
            if not packed and self._unpacker is None:
                return b""
            try:
                piece = self._unpack(packed)
            except zlib.error:
                if self._whole:
                    return b""
                raise u3.DecodeError("not packed as it says") from None
            if piece:
                return piece
            self._fruitless += 1
            if not packed or self._fruitless > _PATIENCE:
                raise u3.DecodeError("cut short, or of nothing but beginnings")

    def _more(self) -> bytes:
        return self._raw.read1(CHUNK, decode_content=False) or b""

    def _unpack(self, packed: bytes) -> bytes:
        if self._unpacker is None:
            self._unpacker = zlib.decompressobj(self._window(packed))
        piece: bytes = self._unpacker.decompress(packed, CHUNK)
        self._rest = self._unpacker.unconsumed_tail
        if self._unpacker.eof:  # a file of gzip may be several, one behind the other
            self._rest, self._unpacker, self._whole = self._unpacker.unused_data, None, True
        return piece

    def _window(self, packed: bytes) -> int:
        if self._packing in {"gzip", "x-gzip"}:
            return _GZIP
        if self._packing == "deflate":
            return _ZLIB if packed[0] & 0x0F == 8 else _BARE  # servers send it with its header, and without
        raise u3.DecodeError("packed in a way that was not asked for")
