"""The key: it shows in no repr, pickle or traceback, and is cut out of everything that the service answers."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import requests
from requests.auth import AuthBase

from .._errors import ConfigurationError
from .payload import map_strings

SLICE = 6  # characters of the key that must not show

_SALT = os.urandom(16)


class Secret:
    """A key on its way to where it is used. The frames of a traceback hold this object, which shows nothing.

    Blanks and a byte order mark around the key, as copying leaves them there, are taken off.
    """

    __slots__ = ("__value",)

    def __init__(self, value: Any) -> None:
        self.__value = value.strip().strip("\ufeff").strip() if isinstance(value, str) else value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a key is not pickled")

    def fault(self, variable: str) -> str:
        """What is wrong with it as a key, in a message that does not hold it; "" if nothing is."""
        if not isinstance(self.__value, str):
            return f"api_key must be a string, not {type(self.__value).__name__}"
        if not self.__value:
            return f"no key: set {variable} in the environment, or pass api_key=getpass.getpass()"
        if not self.__value.isascii() or not self.__value.isprintable() or " " in self.__value:
            return "the key holds characters that no key has; was it copied whole, and nothing else?"
        return ""

    @property
    def value(self) -> Any:
        """What was given, of whatever type. For what is no key after all: an address."""
        return self.__value

    def reveal(self) -> str:
        """The string itself. For `Bearer` only."""
        return str(self.__value)


class Bearer(AuthBase):
    """The key as `requests` needs it. It shows in no repr, `vars` or pickle."""

    __slots__ = ("__key", "_slices", "_slices_in_bytes")

    def __init__(self, key: Secret, variable: str) -> None:
        if fault := key.fault(variable):
            raise ConfigurationError(fault)
        self.__key = key.reveal()
        # A shorter key, such as "test" for a simulator, is no secret; to cut it out would damage the answers.
        self._slices = tuple({self.__key[i : i + SLICE] for i in range(len(self.__key) - SLICE + 1)})
        self._slices_in_bytes = tuple(part.encode() for part in self._slices)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.__key}"
        return request

    def __repr__(self) -> str:
        return "Bearer(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a key is not pickled")

    @property
    def digest(self) -> str:
        """The same for the same key within this process; it reveals nothing about the key."""
        return hashlib.blake2b(self.__key.encode(), key=_SALT, digest_size=16).hexdigest()

    def may_be_in(self, body: bytes | bytearray) -> bool:
        """Whether JSON text could hold six characters of the key, in any string. Quick, and never wrongly False."""
        return b"\\" in body or any(part in body for part in self._slices_in_bytes)  # a backslash: "\u0073" is "s"

    def cut_from(self, value: Any) -> Any:
        """``value`` (JSON) with every run of characters that the key holds too, `SLICE` or longer, taken out."""
        return map_strings(value, self._cut, keys=True)

    def _cut(self, text: str) -> str:
        if not any(part in text for part in self._slices):
            return text
        hidden = [False] * len(text)
        for start in range(len(text) - SLICE + 1):
            if text[start : start + SLICE] in self._slices:
                hidden[start : start + SLICE] = [True] * SLICE
        return "".join(
            "" if hide and i and hidden[i - 1] else "[key]" if hide else character
            for i, (character, hide) in enumerate(zip(text, hidden, strict=True))
        )
