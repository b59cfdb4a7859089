"""Untrusted JSON, made safe to keep: decoding that never raises, and a clean copy that any transport can carry.

What the service sends ends in traits, in comm messages, on terminals and in saved notebooks. An escape sequence, a lone
surrogate, a NaN, a number with five thousand digits or a thousand nested lists would each break one of those, so they
are taken out here, once.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .._numbers import is_missing, plain
from .text import printable

#: Keys of the gateway's own book-keeping about the account; no business of a card, let alone of a shared notebook.
ACCOUNT_KEYS = frozenset({"user_id", "username", "quota", "group", "channel_id"})
MAX_STRING = 2_000
MAX_ITEMS = 200
MAX_DEPTH = 12
MAX_NESTING = 64  # of lists and objects whose strings are looked at or changed

# Each finds its end wherever it begins, so that no text, however it was made, costs more time than it has characters.
_LOGIN = re.compile(r"://[^\s/]*@")
_ADDRESS = re.compile(r"://[^\s\"'<>]*")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a body that is not JSON. ``description`` says what it was instead, ``text`` is the body itself."""

    description: str
    text: str = field(default="", repr=False)


def decode(body: bytes | str) -> Any:
    """The JSON value in ``body``, all of its text cleaned, or an `Unreadable` that says what was there instead.

    Cleaned before anybody looks at it, because what is taken out could part what must be found: a word, or the key.
    """
    value = read_json(body.decode("utf-8", "replace") if isinstance(body, bytes) else body)
    if isinstance(value, Unreadable):
        return replace(value, text=printable(value.text))
    return map_strings(value, printable, keys=True)


def read_json(text: str) -> Any:
    """The JSON value in ``text`` as it stands there, or an `Unreadable`."""
    text = text.removeprefix("\ufeff").strip()
    if not text:
        return Unreadable("an empty answer")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        if text.startswith("<"):
            return Unreadable("HTML instead of JSON", text)
        return Unreadable("an answer cut short" if text[0] in "{[" else "text instead of JSON", text)


def clean_text(value: Any, limit: int = MAX_STRING) -> str:
    """``value`` as text that can be shown and encoded anywhere; "" for what is not text or a number."""
    if value is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, int | float):
        number = clean_json(value)
        return "" if number is None else str(number)
    text = printable(value).strip()
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def clean_json(value: Any, depth: int = MAX_DEPTH, text: Callable[[str], str] = clean_text) -> Any:
    """A copy of a JSON value that is finite, encodable, bounded in size and free of `ACCOUNT_KEYS`.

    ``text`` makes of each string, and of the names in objects, what the copy holds.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        fields = [(_name(key, text), item) for key, item in value.items() if key not in ACCOUNT_KEYS]
        clean = {key: clean_json(item, depth - 1, text) for key, item in fields[:MAX_ITEMS]}
        if len(fields) > MAX_ITEMS:
            clean["…"] = f"{len(fields) - MAX_ITEMS} more"
        return clean
    if isinstance(value, list | tuple):
        items = [clean_json(item, depth - 1, text) for item in value[:MAX_ITEMS]]
        return items if len(value) <= MAX_ITEMS else [*items, f"… {len(value) - MAX_ITEMS} more"]
    return clean_text(str(type(value).__name__))


def _name(key: Any, text: Callable[[str], str]) -> str:
    return text(key) if isinstance(key, str) else clean_text(key)


def map_strings(value: Any, change: Callable[[str], Any], *, keys: bool = False, depth: int = MAX_NESTING) -> Any:
    """A copy of a JSON value in which every string, with ``keys`` those of objects too, is what ``change`` makes of it.

    Lists and objects nested deeper than ``depth`` become None.
    """
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [map_strings(item, change, keys=keys, depth=depth - 1) for item in value] if depth else None
    if isinstance(value, dict):
        if not depth:
            return None
        items = {key: map_strings(item, change, keys=keys, depth=depth - 1) for key, item in value.items()}
        return {change(key) if isinstance(key, str) else key: item for key, item in items.items()} if keys else items
    return value


def walk_strings(value: Any, depth: int = MAX_NESTING) -> Iterator[str]:
    """Every string in a JSON value, but for the keys of objects and what is nested deeper than ``depth``."""
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walk_strings(item, depth - 1)


def unix_seconds(value: Any) -> float:
    """A time in unix seconds, from seconds, milliseconds or ISO 8601; 0.0 for anything else."""
    text = clean_text(value)
    try:
        number = float(text)
        at = number / 1000 if number > 1e11 else number
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
            at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return 0.0
    return at if 0 < at < 1e10 else 0.0


def http_date(value: str | None) -> float | None:
    """A date as headers write it, in unix seconds; None for anything else."""
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except (ValueError, OverflowError, TypeError):
        return None


def web_url(value: Any) -> str:
    """``value`` if it is an absolute http(s) URL, else "". Nothing else is ever fetched, shown or linked."""
    if not isinstance(value, str):
        return ""
    url = value.strip()
    if not url.isprintable() or " " in url or "\\" in url or len(url) > 8_192:
        return ""  # a backslash is a slash to browsers, and none to Python: they would not agree on the host
    try:
        parts = urlsplit(url)
        return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else ""
    except ValueError:
        return ""


def without_query(url: str) -> str:
    """``url`` without its query and fragment: what may be logged, saved or shown."""
    try:
        return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
    except ValueError:
        return url.split("?", 1)[0]


def without_queries(text: str) -> str:
    """``text`` in which no URL has a query or a fragment: signed links carry their signature there."""
    return _ADDRESS.sub(lambda match: re.split("[?#]", match[0], maxsplit=1)[0], text)


def without_logins(text: str) -> str:
    """``text`` in which no URL has a user name or a password."""
    return _LOGIN.sub("://", text)


def with_article(noun: str) -> str:
    """``noun`` with "a" or "an" before it."""
    return f"{'an' if noun[0] in 'aeiouAEIOU' else 'a'} {noun}"


def describe(value: Any) -> str:
    """``value`` for a message: short, and never a whole medium."""
    if is_missing(value):
        return f"{value} (an empty cell?)"
    value = plain(value)
    if hasattr(value, "total_seconds"):
        return f"{with_article(type(value).__name__)} (give its total_seconds())"
    if value is None or isinstance(value, bool | int | float | str):
        text = repr(value)
        return text if len(text) <= 80 else f"{text[:60]}…"
    return with_article(type(value).__name__)
