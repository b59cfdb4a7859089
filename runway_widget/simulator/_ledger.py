"""What the simulated account is charged: by the price table where it has the request, else about right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from .._create.models import documented_endpoints, models_of
from .._create.prices import price
from .._service.provider import RUNWAY
from ._scenario import Kind, Moment, Scenario

START = 10_000  # credits of an account before its first create
_USUAL = {"video": 25, "image": 8, "audio": 4, "svg": 8, "file": 25}
_LIMITS = {"maxConcurrentGenerations": 5, "maxDailyGenerations": 200}


def price_of(endpoint: str, body: Mapping[str, Any], outputs: Iterable[Kind]) -> float:
    """The most that a request may cost, in credits."""
    known = price(RUNWAY, endpoint, body)
    return float(sum(_USUAL[kind] for kind in outputs)) if known is None else known


def charge(price: float, scenario: Scenario, now: Moment) -> float:
    """What a task is charged as it stands: all of its price, unless it failed and its input was not to blame."""
    refunded = now.phase == "failed" and not (scenario.failure_code or "").startswith("SAFETY.INPUT")
    return 0.0 if refunded else price


def cost_fields(price: float, scenario: Scenario, now: Moment) -> dict[str, Any]:
    """How an answer about the task says it."""
    credits = charge(price, scenario, now)
    return {"cost" if now.ended else "estimatedCost": {"credits": int(credits) if credits.is_integer() else credits}}


def create_fields(endpoint: str, body: Mapping[str, Any], price: float) -> dict[str, Any]:
    """What the answer to a create says of the cost; the model router says it in another place, and avatars do not."""
    estimate = {"estimatedCost": {"credits": int(price) if price.is_integer() else price}}
    if endpoint.startswith("generate/"):
        return {"routing": {"configId": body.get("configId"), "model": "gen4.5", "provider": "runway", **estimate}}
    return {} if endpoint == "avatar_videos" else estimate


def organization(charged: float, models: Iterable[str]) -> dict[str, Any]:
    """The answer of ``GET /v1/organization``; ``models`` are those of all creates, one for each."""
    names = {name for path in documented_endpoints(RUNWAY) or () for name in models_of("Runway", path) if name}
    used = list(models)
    return {
        "creditBalance": math.floor(START - charged),
        "tier": {"maxMonthlyCreditSpend": START, "models": dict.fromkeys(sorted(names), _LIMITS)},
        "usage": {"models": {name: {"dailyGenerations": used.count(name)} for name in sorted(names)}},
    }
