"""The key: it shows in no repr, pickle or traceback, and is cut out of everything that the service answers."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from typing import Any

import requests
from requests.auth import AuthBase

from .._errors import ConfigurationError
from .._pasted import assignment, holds_quotes, is_placeholder, unwrapped
from .payload import map_strings

SLICE = 6  # characters of the key that must not show

_SALT = os.urandom(16)
_PLAIN_JSON = re.compile(rb"[\t\n\r -\[\]-~]*+")  # no backslash, nothing that is not ASCII or not printable
_NAME_OF_A_KEY = re.compile(r".*(key|secret|token|authorization).*", re.IGNORECASE)
_SCHEME = re.compile(r"(bearer|basic|token)\s.*", re.IGNORECASE | re.DOTALL)


class Secret:
    """A key on its way to where it is used. The frames of a traceback hold this object, which shows nothing."""

    __slots__ = ("__value",)

    def __init__(self, value: Any) -> None:
        self.__value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __reduce__(self) -> Any:
        raise TypeError("a key is not pickled")

    def unwrapped(self) -> Secret:
        """The same without what copying leaves around a key: blanks, quotes, a comma; see `_pasted.unwrapped`."""
        return Secret(unwrapped(self.__value) if isinstance(self.__value, str) else self.__value)

    def fault(self, variable: str, keys_at: str = "") -> str:
        """What is wrong with it as a key, in a message that does not hold it; "" if nothing is.

        ``keys_at`` says where keys can be had.
        """
        key = self.__value
        if not isinstance(key, str):
            return f"api_key must be a string, not {type(key).__name__}"
        if not key:
            where = f" (keys: {keys_at})" if keys_at else ""
            return f"no key: set {variable} in the environment, or pass api_key=getpass.getpass(){where}"
        if _SCHEME.fullmatch(key):
            return "the key begins with a word such as 'Bearer'; give the key alone, without it"
        name, _ = assignment(key)
        if name == variable or _NAME_OF_A_KEY.fullmatch(name):
            return "the key holds a name and a sign before the key; give only what stands behind them"
        if is_placeholder(key[:200]):
            return "the key is a placeholder or not whole, as examples and masks show one; put the key itself there"
        if holds_quotes(key):
            return "the key holds a quotation mark; give the key alone, without quotes"
        if not key.isascii() or not key.isprintable() or " " in key or "\\" in key:
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

    def __init__(self, key: Secret, variable: str, *, from_environment: bool = False, keys_at: str = "") -> None:
        key = key.unwrapped()
        if fault := key.fault(variable, keys_at):
            raise ConfigurationError(f"{fault} (it is the one in {variable})" if from_environment and key else fault)
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
        return self._marked(_SALT)

    def mark(self) -> str:
        """A mark by which `has_made` tells in another process that it was this key. Each is another one."""
        salt = os.urandom(16)
        return f"{salt.hex()}:{self._marked(salt)}"

    def has_made(self, mark: str) -> bool:
        """Whether ``mark`` is one of this key's."""
        salt, _, digest = mark.partition(":")
        try:
            return hmac.compare_digest(self._marked(bytes.fromhex(salt)), digest)
        except ValueError:  # no hex, or more of it than there can be
            return False

    def _marked(self, salt: bytes) -> str:
        return hashlib.blake2b(self.__key.encode(), key=salt, digest_size=16).hexdigest()

    def may_be_in(self, body: bytes | bytearray) -> bool:
        """Whether JSON text could hold six characters of the key, in any string. Quick, and never wrongly False.

        What is not plain could come to hold them: "\\u0073" is "s", and what is cleaned away could have parted them.
        """
        return not _PLAIN_JSON.fullmatch(body) or any(part in body for part in self._slices_in_bytes)

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
