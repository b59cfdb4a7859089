"""What the journal must not store of a request, and the data that stands for it there.

A local medium is too large and not for a log, and the query of a URL may hold a signature. In the place of each stands
an object that is data, not words: ``{"kept": false, "type": "image/png", "bytes": 12345, "sha256": "…"}`` or
``{"kept": false, "url": "https://…", "query": false}``. So a request that is made again can tell what has to be given
again, and a file can be compared with what was sent. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from .._service.payload import map_strings, without_logins, without_query

_DATA = re.compile(r"\s*data:([\w.+-]+/[\w.+-]+)[^,\s]*,", re.IGNORECASE)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)

# Rows that 0.1 wrote hold sentences instead.
_OLD_MEDIUM = re.compile(r"data:[\w.+-]+/[\w.+-]+ \(\d+ kB, sha256 [0-9a-f]+…\)")
_OLD_URL = " (query left out)"


def public(value: Any) -> Any:
    """A copy of a JSON value that may be stored: without data URIs, and without queries and user names in URLs."""
    return map_strings(value, _public)


def omission(value: Any) -> str:
    """In words, the first thing that was left out of ``value`` when it was stored; "" if it is complete."""
    if isinstance(value, dict):
        return _describe(value) or next(filter(None, map(omission, value.values())), "")
    if isinstance(value, list):
        return next(filter(None, map(omission, value)), "")
    if isinstance(value, str) and (value.endswith(_OLD_URL) or _OLD_MEDIUM.fullmatch(value)):
        return value
    return ""


def left_out_digest(value: dict[str, Any]) -> str:
    """The sha256 of the local file in whose place ``value`` stands; "" for any other object."""
    digest = value.get("sha256") if value.get("kept") is False else None
    return digest if isinstance(digest, str) else ""


def is_data_uri(text: str) -> bool:
    """Whether ``text`` is a data URI."""
    return _DATA.match(text) is not None


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an http(s) URL and nothing else."""
    return _URL.fullmatch(text) is not None


def _public(text: str) -> Any:
    if match := _DATA.match(text):
        content = _content(text)
        digest = hashlib.sha256(content).hexdigest()
        return {"kept": False, "type": match[1].lower(), "bytes": len(content), "sha256": digest}
    if not is_web_address(text):
        return text
    url = without_query(text)
    address = without_logins(url)
    missing = {"login": address != url, "query": "?" in text}
    left_out = {name: False for name, is_missing in missing.items() if is_missing}
    return {"kept": False, "url": address, **left_out} if left_out else address


def _content(uri: str) -> bytes:
    header, _, content = uri.partition(",")
    try:
        if header.lower().endswith(";base64"):
            return base64.b64decode(content)
    except ValueError:
        pass
    return unquote_to_bytes(content.encode("utf-8", "replace"))


def _describe(value: dict[str, Any]) -> str:
    """An object that `_public` made, in words; "" for any other object."""
    if value.get("kept") is not False:
        return ""
    if "sha256" in value:
        size = value.get("bytes")
        length = f", {size / 1000:.0f} kB" if isinstance(size, int) else ""
        return f"a local file ({value.get('type')}{length})"
    return f"{value.get('url')}, a URL with a {'query' if 'query' in value else 'user name'}" if "url" in value else ""
