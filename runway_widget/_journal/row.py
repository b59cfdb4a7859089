"""One row of the journal: what was submitted, how it stands, and what of it may be written to a disk.

A journal outlives its kernel, gets into backups and is read by whoever reads the home folder. So everything is cleaned
here once more, whatever the caller cleaned before: no data URI, no query of a URL (signed links carry their signature
there), no user name in one. The key is cut out by the caller, who alone can tell it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from .._service.payload import clean_json, clean_text, decode, map_strings, without_queries
from .._service.retry import LONGEST_CREATE
from .._service.state import Status

MAX_OUTCOME = 500
MAX_JSON = 1 << 24

_DATA_URI = re.compile(r"\bdata:([\w.+-]+/[\w.+-]+)?(?:;[^,(]{0,200})?,.*", re.IGNORECASE | re.DOTALL)
_LOGIN = re.compile(r"([a-z][a-z0-9+.-]*://)[^\s/@\"'<>]+@", re.IGNORECASE)


class State(StrEnum):
    """How the submission stands. How the task stands is the row's ``status``."""

    BEGUN = "begun"  # the request may be out at this moment
    TAKEN = "taken"  # the service gave an id
    REFUSED = "refused"  # certainly not taken
    UNCERTAIN = "uncertain"  # perhaps taken, perhaps charged


@dataclass(frozen=True, slots=True)
class Row:
    """One submission.

    ``service`` is the service's name; ``parameters`` the body as it may be kept; ``request`` what the card shows of it;
    ``fingerprint`` tells two bodies apart; ``outcome`` is what came of the POST, in a few words; ``status`` the task's
    last known `Status`, "" while no end was seen; ``seconds`` from submission to that end. Times are unix seconds, 0
    where there is none.
    """

    base_url: str
    service: str
    endpoint: str
    action: str = ""
    model: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    request: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    state: State = State.BEGUN
    submitted_at: float = 0.0
    task_id: str = ""
    outcome: str = ""
    status: str = ""
    ended_at: float = 0.0
    seconds: float = 0.0
    files: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """The task ended, and not well."""
        return self.status in {Status.FAILURE, Status.CANCELLED}

    def stored(self) -> dict[str, Any]:
        """The row as it is written: clean, and of types that sqlite knows."""
        return {
            **{name: clean_text(clean(getattr(self, name))) for name in _WORDS},
            **{name: getattr(self, name) for name in _NUMBERS},
            "state": self.state.value,
            "outcome": clean_text(clean(self.outcome), MAX_OUTCOME),
            "parameters": _json(clean(self.parameters)),
            "request": _json(_shown(self.request)),
            "files": _json([clean_text(name) for name in self.files]),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any], now: float) -> Row:
        """A row as it was written, by this version or another; odd values become empty ones, never an error.

        One that is still BEGUN when no request can be out any more was left by a kernel that died in between.
        """
        told = clean_text(stored.get("state"))
        values: dict[str, Any] = {name: clean_text(stored.get(name)) for name in _WORDS}
        values |= {name: _number(stored.get(name)) for name in _NUMBERS}
        values |= {name: decode(clean_text(stored.get(name), MAX_JSON)) for name in _JSON}
        values["parameters"], values["request"] = _dict(values["parameters"]), _dict(values["request"])
        values["files"] = (
            tuple(clean_text(name) for name in values["files"]) if isinstance(values["files"], list) else ()
        )
        row = cls(**values, state=State(told) if told in set(State) else State.UNCERTAIN)
        if row.state is State.BEGUN and not 0 <= now - row.submitted_at <= LONGEST_CREATE:
            return replace(row, state=State.UNCERTAIN, outcome="the kernel ended before the answer came")
        return row


_WORDS = ("base_url", "service", "endpoint", "action", "model", "fingerprint", "id", "task_id", "outcome", "status")
_NUMBERS = ("submitted_at", "ended_at", "seconds")
_JSON = ("parameters", "request", "files")


def clean(value: Any) -> Any:
    """A copy of a JSON value without data URIs and URLs' queries, bounded in size."""
    return clean_json(map_strings(value, _clean, keys=True))


def _clean(text: str) -> str:
    text = _DATA_URI.sub(lambda match: f"data:{match[1] or ''} (left out)", text)
    return _LOGIN.sub(r"\1", without_queries(text))


def _shown(request: dict[str, Any]) -> dict[str, Any]:
    """What the card shows, clean; a still that only its full URL shows is left out."""
    cleaned = _dict(clean(request))
    return cleaned if cleaned.get("still") == request.get("still") else {**cleaned, "still": ""}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e11 else 0.0
