"""The keywords of the simulator's methods, for type checkers; what they mean stands with the methods."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypedDict

from ._scenario import Kind


class AccountKeywords(TypedDict, total=False):
    """See `Client`."""

    api_key: str | None
    base_url: str | None
    version: str | None
    journal: str | os.PathLike[str] | bool | None
    budget: float | None


class ClientKeywords(AccountKeywords, total=False):
    """``poll_interval``: seconds between two polls of tasks for which none is asked."""

    poll_interval: float | None


class ScenarioKeywords(TypedDict, total=False):
    """See `Simulator.add_task`."""

    queued: float
    duration: float
    throttled: float
    invisible: float
    ends_at: float
    failure: str | None
    failure_code: str | None
    outputs: Sequence[Kind]
    late_outputs: int
    status_word: str
    opaque: bool
    content_only: bool
    size: int | None
    variant: int | str
    portrait: bool


class TroubleKeywords(TypedDict, total=False):
    """See `Simulator.trouble`."""

    taken: bool
    status: int
    where: str
    message: str
    retry_after: float | str | None
    body: str
    model: str
    location: str
    sent: int | None
    seconds: float
