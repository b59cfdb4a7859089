"""When a link to a medium ends, as far as the link itself tells. Pure.

A signed link carries its end in its query, each kind of signature in a form of its own:

- a JSON web token, in any parameter (Runway's ``_jwt``): the claim ``exp`` (RFC 7519);
- ``X-Amz-Date`` and ``X-Amz-Expires`` (AWS, signature version 4), and the same two of other vendors (``X-Goog-…``,
  ``x-oss-…``, ``X-Tos-…``): a moment and the seconds from then on;
- ``Expires`` (CloudFront, AWS version 2, Google version 2 and many others) and names like it: a moment;
- ``Policy`` (CloudFront): ``DateLessThan`` within base64 of JSON;
- ``se`` (Azure): a moment in ISO 8601;
- ``q-sign-time`` (Tencent): two moments, from and until;
- ``exp=…`` among other parts of one value (Akamai).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from .payload import unix_seconds

_EARLIEST = 1_000_000_000.0  # unix seconds, of 2001: a smaller number is no moment but a length of time
_MAX_QUERY = 8_192  # characters

_MOMENT = {"expires", "expire", "expiry", "expiration", "expires_at", "expires-at", "x-expires", "exp", "se"}
_VENDOR = re.compile(r"x-(\w+)-(date|expires)")
_TOKEN = re.compile(r"[\w-]+\.([\w-]+)\.[\w-]*=*")
_AKAMAI = re.compile(r"(?:.*~)?exp=(\d+)(?:~.*)?")
_POLICY = re.compile(r'"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d+)')
_CLOUDFRONT = str.maketrans("-_~", "+=/")
_BASE64URL = str.maketrans("-_", "+/")


def link_expiry(url: str) -> float | None:
    """The moment, in unix seconds, from which ``url`` opens nothing any more; None where it does not tell.

    Of several moments in one link the first counts. Never raises.
    """
    try:
        query = urlsplit(url).query[:_MAX_QUERY]
    except ValueError:
        return None
    # A plus in a query stands for a blank, but in a moment it is the sign of its time zone.
    fields = [(name.lower(), value.strip().replace(" ", "+")) for name, value in parse_qsl(query)]
    return min((moment for moment in _moments(fields) if moment >= _EARLIEST), default=None)


def first_expiry(urls: Iterable[str]) -> float | None:
    """The moment from which the first of ``urls`` opens nothing any more; None where none of them tells."""
    return min((moment for url in urls if (moment := link_expiry(url)) is not None), default=None)


def _moments(fields: list[tuple[str, str]]) -> Iterator[float]:
    """Each moment that a field or a pair of fields names; lengths of time and 0.0 may be among them."""
    vendors: dict[str, dict[str, str]] = {}
    for name, value in fields:
        if name in _MOMENT:
            yield unix_seconds(value)
        elif name == "policy":
            yield from map(unix_seconds, _POLICY.findall(_decoded(value.translate(_CLOUDFRONT))))
        elif name == "q-sign-time":
            yield unix_seconds(value.rpartition(";")[2])
        elif vendor := _VENDOR.fullmatch(name):
            vendors.setdefault(vendor[1], {})[vendor[2]] = value
        elif akamai := _AKAMAI.fullmatch(value):
            yield unix_seconds(akamai[1])
        elif token := _TOKEN.fullmatch(value):
            yield _token_end(_decoded(token[1].translate(_BASE64URL)))
    for parts in vendors.values():
        length = unix_seconds(parts.get("expires"))
        from_the_date = unix_seconds(parts.get("date")) + length if length else 0.0
        yield length if length >= _EARLIEST else from_the_date  # Alibaba's version 2 has the moment itself


def _token_end(claims: str) -> float:
    try:
        value = json.loads(claims)
    except (ValueError, RecursionError):
        return 0.0
    return unix_seconds(value.get("exp")) if isinstance(value, dict) else 0.0


def _decoded(text: str) -> str:
    """The text in base64, with or without its padding; "" where there is none."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
