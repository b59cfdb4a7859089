"""What an account has left, as the service says it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .cost import credits_of
from .payload import clean_text


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """How much of one model an account may have; None where there is no limit, or the service did not say.

    Attributes:
        concurrent: how many tasks may run at once.
        daily: how many may be created in 24 hours.
        used: how many of these were.
    """

    concurrent: int | None = None
    daily: int | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Balance:
    """What is left of an account's credits, and its limits.

    Attributes:
        credits: what is left; None where the service did not say.
        monthly_limit: the most credits that it may spend in a month; None where the service did not say.
        models: the limits of each model by its name.

    Source: Runway's ``GET /v1/organization``.
    """

    credits: float | None = None
    monthly_limit: float | None = None
    models: Mapping[str, ModelLimits] = field(default_factory=dict)

    def __repr__(self) -> str:
        left = "credits not known" if self.credits is None else f"{_written(self.credits)} credits left"
        limit = "" if self.monthly_limit is None else f", at most {_written(self.monthly_limit)} a month"
        used = [
            f"{name} {limits.used}" + ("" if limits.daily is None else f" of {limits.daily}")
            for name, limits in self.models.items()
            if limits.used
        ]
        return f"<Balance: {left}{limit}{'; today: ' + ', '.join(used) if used else ''}>"


def read_balance(value: Any) -> Balance:
    """What an answer of the organization's route says; what it leaves out, or says in another way, is None."""
    answer, tier, usage = _object(value), _object(_object(value).get("tier")), _object(_object(value).get("usage"))
    limits, used = _object(tier.get("models")), _object(usage.get("models"))
    models = {
        clean_text(name): ModelLimits(
            concurrent=_count(_object(limits.get(name)).get("maxConcurrentGenerations")),
            daily=_count(_object(limits.get(name)).get("maxDailyGenerations")),
            used=_count(_object(used.get(name)).get("dailyGenerations")),
        )
        for name in sorted({*limits, *used})
    }
    return Balance(credits_of(answer.get("creditBalance")), credits_of(tier.get("maxMonthlyCreditSpend")), models)


def _written(credits: float) -> str:
    return f"{credits:,.2f}".rstrip("0").removesuffix(".")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int | None:
    number = credits_of(value)
    return None if number is None else int(number)
