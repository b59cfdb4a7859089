"""What a request may cost, before anybody has asked the service. Pure.

The prices are in `models.json`, from the overlay that tells how they are written (``tests/service_models``). A price
here is the most that a request may cost: where it depends on what the request leaves open, the dearest is taken. The
service's own figures come with the answer to the create, and are exact.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from .._numbers import real
from .._service.provider import Provider
from .._service.text import utf16_length
from .models import models_of, tariff_of

#: The most pixels of each size. Its name says the shorter side of a wide picture; a square one has as many pixels.
_PIXELS = {
    "480p": 500_000,
    "720p": 1_000_000,
    "768p": 1_100_000,
    "1k": 1_600_000,
    "1080p": 2_300_000,
    "2k": 6_000_000,
    "4k": 18_000_000,
}
_SIDES = re.compile(r"(\d{3,5}):(\d{3,5})")  # "1280:720"; "16:9" says nothing of the size
_NOTHING: tuple[Any, ...] = (None, "", [], {}, False)

Tariff = Mapping[str, Any]


def price(provider: Provider, endpoint: str, body: Mapping[str, Any]) -> float | None:
    """The most that a create of ``body`` may cost at ``provider``, in credits; None where that is not known."""
    model = body.get("model")
    tariff = tariff_of(provider.name, endpoint, model) if isinstance(model, str) else None
    if tariff is None or any(body.get(name) not in _NOTHING for name in tariff.get("unless", ())):
        return None
    rate, units = _rate(tariff, body), _units(tariff["per"], provider, endpoint, body)
    surcharge = _surcharge(tariff, body)
    if rate is None or units is None or surcharge is None:
        return None
    each: Mapping[str, float] = tariff.get("each", {})
    extras = sum(credits * _count(body.get(name)) for name, credits in each.items())
    return round(max(float(tariff.get("least", 0)), (rate + surcharge) * units + extras), 2)


def _rate(tariff: Tariff, body: Mapping[str, Any]) -> float | None:
    """The credits for one unit; the greatest where the request does not say which holds."""
    credits = tariff["credits"]
    if not isinstance(credits, Mapping):
        return float(credits)
    if tariff["by"] == "size":
        return _rate_of_size(credits, body)
    chosen = credits.get(str(body.get(tariff["by"])).lower())
    return float(max(credits.values()) if chosen is None else chosen)


def _rate_of_size(credits: Mapping[str, float], body: Mapping[str, Any]) -> float | None:
    size = str(body.get("resolution") or body.get("ratio") or "").lower().removeprefix("auto_")
    sides = _SIDES.fullmatch(size)
    pixels = int(sides[1]) * int(sides[2]) if sides else _PIXELS.get(size)
    if pixels is None:
        return float(max(credits.values()))
    fitting = (rate for name, rate in credits.items() if pixels <= _PIXELS[name])  # from the smallest size up
    return next(map(float, fitting), None)


def _surcharge(tariff: Tariff, body: Mapping[str, Any]) -> float | None:
    """What the format of the file adds to the rate."""
    if "surcharges" not in tariff:
        return 0
    known: Mapping[str, float] = {"None": 0, "mp4": 0, **tariff["surcharges"]}
    return known.get(str(body.get("outputFormat")))


def _units(per: str, provider: Provider, endpoint: str, body: Mapping[str, Any]) -> float | None:
    if per == "second":
        return _seconds(provider, endpoint, body)
    if per == "image":
        return _positive(body.get("outputCount", 1))
    if per == "50 characters":
        text = body.get("promptText")
        return math.ceil(utf16_length(text) / 50) if isinstance(text, str) else None
    return 1.0


def _seconds(provider: Provider, endpoint: str, body: Mapping[str, Any]) -> float | None:
    """The duration; the longest there is where it is left to the service, as "auto" is charged."""
    given = body.get("duration")
    if given not in (None, "auto"):
        return _positive(given)
    field = models_of(provider.name, endpoint)[body["model"]].fields["duration"]
    most = [max(part.get("choices", ()), default=part.get("most")) for part in field.get("any_of", [field])]
    return max((float(each) for each in most if isinstance(each, int | float)), default=None)


def _positive(value: Any) -> float | None:
    number = real(value)
    return number if number is not None and 0 < number < math.inf else None


def _count(value: Any) -> int:
    """How many items a field holds: a medium alone is one."""
    return len(value) if isinstance(value, list) else int(value not in _NOTHING)
