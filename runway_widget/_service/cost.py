"""What a task costs, as an answer says it. Pure.

Runway says it in each answer: ``estimatedCost`` is the most that the task may be charged, until it has ended; ``cost``
is what it was charged, 0 where all was refunded. The model router has its estimate under ``routing``.
Source: types of runwayml 5.24.0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """Credits; None where nobody has said. ``is_estimate``: it may be less in the end, and is not more."""

    credits: float | None = None
    is_estimate: bool = False


UNKNOWN = Cost()


def cost_in(layers: Iterable[Mapping[str, Any]]) -> Cost:
    """What the first of ``layers`` that says anything of the cost says; what was charged goes before an estimate."""
    objects = list(layers)
    objects += [routing for layer in objects if isinstance(routing := layer.get("routing"), Mapping)]
    for name, is_estimate in (("cost", False), ("estimatedCost", True)):
        for layer in objects:
            said = layer.get(name)
            if isinstance(said, Mapping) and (credits := credits_of(said.get("credits"))) is not None:
                return Cost(credits, is_estimate)
    return UNKNOWN


def in_words(credits: float) -> str:
    """ "60 credits", "1 credit", "0.25 credits"."""
    number = f"{credits:.2f}".rstrip("0").removesuffix(".")
    return f"{number} credit{'' if number == '1' else 's'}"


def credits_of(value: Any) -> float | None:
    """``value`` as credits; None for what is no number, or none that can be a cost."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12 or math.isnan(value):
        return None
    return float(value)
