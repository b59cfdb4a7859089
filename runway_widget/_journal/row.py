"""One row of the journal: what was submitted, what became of it, and which parts may be written to a disk.

A journal outlives its kernel, gets into backups, and is read by everybody who may read the home folder. So every value
is cleaned here, even if the caller cleaned it before: no data URIs, no queries of URLs (signed links carry their
signature there), no user names in URLs. The key is removed by the caller; this module does not know it.

What is read is text from outside: anybody may have written to the file. So all that is shown is cleaned as an answer of
the service is. Only the parameters are not: they are what is sent when the task is created again.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, TypedDict, cast, get_args

from .._service.cost import UNKNOWN, Cost, credits_of
from .._service.payload import clean_json, clean_text, map_strings, read_json, without_logins, without_queries
from .._service.provider import stored_route
from .._service.retry import LONGEST_CREATE
from .._service.state import Status
from .file_entries import file_entry, read_files

MAX_OUTCOME = 500
MAX_JSON = 1 << 24

_RATIO = re.compile(r"(\d{1,5}):(\d{1,5})")
_DATA_URI = re.compile(r"\bdata:([\w.+-]+/[\w.+-]+)?(?:;[^,(]{0,200})?,.*", re.IGNORECASE | re.DOTALL)


class State(StrEnum):
    """What is known of the request. The task that it created has a status of its own. Values are those in the file."""

    SENDING = "begun"  # the request may be on its way at this moment
    ACCEPTED = "taken"  # the service returned a task id
    REFUSED = "refused"  # certainly not accepted
    UNCERTAIN = "uncertain"  # perhaps accepted, perhaps charged


FactName = Literal["model", "size", "duration", "seed", "cost", ""]


class Fact(TypedDict):
    """One of the small facts of a request: "gen4_turbo", "1280:720", "5 s", "seed 421"."""

    name: FactName  # "" for a fact of an older journal whose name is not known
    text: str


class Request(TypedDict):
    """What a card shows of a request, and what the journal stores of it for the card."""

    prompt: str
    facts: list[Fact]
    ratio: float | None  # width over height; None where the request says nothing
    still: str  # the picture that was sent: a URL, a small data URI, or ""


@dataclass(frozen=True, slots=True)
class Row:
    """One submission.

    ``service`` is the service's name; ``parameters`` the request's body, as it may be stored; ``request`` what the card
    shows of it; ``fingerprint`` differs where two bodies differ; ``outcome`` is the result of the POST in a few words;
    ``status`` the `Status` that the task ended with, "" while no end was seen; ``reason`` why it failed or was
    cancelled; ``seconds`` from submission to that end; ``cost`` as far as the service said it; ``route`` at which its
    task is asked for, "" for the usual one; ``picked`` whether it has a star; ``picture`` a small WebP or JPEG of what
    came out, b"" where there is none, or where it was not asked for; ``inputs`` the ids of the tasks whose outputs are
    in the request; ``numbers`` those of the outputs, from 0, in those of the ``files`` whose names do not tell them.
    Times are unix seconds, 0 where there is none.
    """

    base_url: str
    service: str
    endpoint: str
    action: str = ""
    model: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    request: Request = field(default_factory=lambda: empty_request())
    fingerprint: str = ""
    id: str = field(default_factory=lambda: new_row_id())
    state: State = State.SENDING
    submitted_at: float = 0.0
    task_id: str = ""
    outcome: str = ""
    status: str = ""
    ended_at: float = 0.0
    seconds: float = 0.0
    files: tuple[str, ...] = ()
    numbers: dict[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    reason: str = ""
    cost: Cost = UNKNOWN
    route: str = ""
    picked: bool = False
    picture: bytes = field(default=b"", repr=False)

    @property
    def seed(self) -> int | None:
        """The seed that was sent, or None."""
        return seed_in(self.parameters)

    @property
    def finished_at(self) -> float:
        """When the task ended, in unix seconds; 0 where that is not known."""
        return self.submitted_at + self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> bool:
        """Whether the task ended as failed or cancelled."""
        return self.status in {Status.FAILURE, Status.CANCELLED}

    @property
    def accepted(self) -> bool:
        """Whether the service certainly accepted the request: it said so, or the task was seen at its end."""
        return self.state is State.ACCEPTED or bool(self.task_id and self.status)

    def columns(self) -> dict[str, Any]:
        """The row as it is written: cleaned, and in types that sqlite knows."""
        return {
            **{name: clean_text(clean(getattr(self, name))) for name in _TEXTS},
            **{name: getattr(self, name) for name in _NUMBERS},
            "state": self.state.value,
            "outcome": cleaned_outcome(self.outcome),
            "cost": self.cost.credits,
            "cost_is_estimate": int(self.cost.is_estimate),
            "picked": int(self.picked),
            "inputs": _json([clean_text(task_id) for task_id in self.inputs]),
            "reason": cleaned_outcome(self.reason),
            "parameters": _json(_stored(self.parameters)),
            "request": _json(_clean_request(self.request)),
            "files": _json([file_entry(name, self.numbers.get(name)) for name in self.files]),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any], now: float) -> Row:
        """A row as it was written, by this version or another. Values of a wrong type become empty; nothing raises.

        A row that is still SENDING after `LONGEST_CREATE` was left by a kernel that died; it is UNCERTAIN.
        """
        state = clean_text(stored.get("state"))
        values: dict[str, Any] = {name: clean_text(stored.get(name)) for name in _TEXTS}
        values |= {name: _number(stored.get(name)) for name in _NUMBERS}
        values |= {name: _read_json(stored.get(name)) for name in _JSON}
        values["cost"] = Cost(credits_of(stored.get("cost")), bool(_number(stored.get("cost_is_estimate"))))
        values["route"] = stored_route(values["route"])
        values["picked"] = bool(_number(stored.get("picked")))
        inputs = _read_json(stored.get("inputs"))
        values["inputs"] = tuple(map(clean_text, inputs)) if isinstance(inputs, list) else ()
        values["picture"] = picture if isinstance(picture := stored.get("picture"), bytes) else b""
        values["parameters"] = _dict(values["parameters"])
        values["request"] = read_request(_dict(values["request"]), values["parameters"])
        values["files"], values["numbers"] = read_files(values["files"])
        row = cls(**values, state=State(state) if state in set(State) else State.UNCERTAIN)
        if row.state is State.SENDING and not 0 <= now - row.submitted_at <= LONGEST_CREATE:
            return replace(row, state=State.UNCERTAIN, outcome="the kernel ended before the answer came")
        return row


def new_row_id() -> str:
    """The id of a row that is to be written."""
    return uuid.uuid4().hex[:12]


_TEXTS = (
    "base_url",
    "service",
    "endpoint",
    "action",
    "model",
    "fingerprint",
    "id",
    "task_id",
    "outcome",
    "status",
    "reason",
    "route",
)
_NUMBERS = ("submitted_at", "ended_at", "seconds")
_JSON = ("parameters", "request", "files")


def clean(value: Any) -> Any:
    """A copy of a JSON value without data URIs, queries and user names in URLs, and bounded in size."""
    return clean_json(map_strings(value, _clean, keys=True))


def _stored(value: Any) -> Any:
    """The same, but its texts as they are otherwise: a task that is created again is sent what this one was."""
    return clean_json(map_strings(value, _clean, keys=True), text=_encodable)


def cleaned_outcome(words: str) -> str:
    """Words of the service as they are written."""
    return clean_text(clean(words), MAX_OUTCOME)


def _clean(text: str) -> str:
    text = _DATA_URI.sub(lambda match: f"data:{match[1] or ''} (left out)", text)
    return without_logins(without_queries(text))


def empty_request() -> Request:
    """The request of a task of which nothing is known but its id."""
    return {"prompt": "", "facts": [], "ratio": None, "still": ""}


def filled_request(request: Request, other: Request) -> Request:
    """``request``, with what it leaves empty taken from ``other``."""
    return {
        "prompt": request["prompt"] or other["prompt"],
        "facts": request["facts"] or other["facts"],
        "ratio": request["ratio"] or other["ratio"],
        "still": request["still"] or other["still"],
    }


def seed_in(body: Mapping[str, Any]) -> int | None:
    """The seed in a request's body, or None."""
    seed = body.get("seed")
    return seed if isinstance(seed, int) and not isinstance(seed, bool) else None


def facts_of(body: Mapping[str, Any]) -> list[Fact]:
    """The facts that a card shows of a request's ``body``, in their order; without fields that are missing or odd."""
    model, size, resolution, duration = (
        clean_text(body.get(name)) for name in ("model", "ratio", "resolution", "duration")
    )
    seed = seed_in(body)
    facts: list[Fact] = [
        {"name": "model", "text": model},
        {"name": "size", "text": size or clean_text(body.get("targetAspectRatio")) or resolution},
        {"name": "duration", "text": f"{duration} s" if duration.replace(".", "").isdigit() else ""},
        {"name": "seed", "text": "" if seed is None else f"seed {seed}"},
    ]
    return [fact for fact in facts if fact["text"]]


def ratio_of(text: Any) -> float | None:
    """Width over height of "1280:720"; None for anything else, and where one of them is 0."""
    match = _RATIO.fullmatch(text) if isinstance(text, str) else None
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    return width / height if width and height else None


def read_request(stored: Mapping[str, Any], parameters: Mapping[str, Any]) -> Request:
    """A request as it was written; odd values become empty ones.

    Older rows hold each fact as a string and the ratio as "1280:720". The strings are kept as they are; which fact each
    of them is follows from the same row's ``parameters``.
    """
    names = {fact["text"]: fact["name"] for fact in facts_of(parameters)}
    facts = stored.get("facts")
    ratio = stored.get("ratio")
    return {
        "prompt": clean_text(stored.get("prompt")),
        "facts": [fact for each in facts if (fact := _read_fact(each, names))] if isinstance(facts, list) else [],
        "ratio": ratio_of(ratio) if isinstance(ratio, str) else max(0.0, _number(ratio)) or None,
        "still": clean_text(stored.get("still"), MAX_JSON),
    }


def _read_fact(stored: Any, names: Mapping[str, FactName]) -> Fact | None:
    name = stored.get("name") if isinstance(stored, dict) else None
    text = clean_text(stored.get("text") if isinstance(stored, dict) else stored)
    if not text:
        return None
    return {"name": cast(FactName, name) if name in get_args(FactName) else names.get(text, ""), "text": text}


def _clean_request(request: Request) -> Request:
    """``request`` without what may not be written; a still that only its full URL shows is left out."""
    cleaned: Request = clean(request)
    return cleaned if cleaned["still"] == request["still"] else {**cleaned, "still": ""}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read_json(stored: Any) -> Any:
    return read_json(stored) if isinstance(stored, str) and len(stored) <= MAX_JSON else None


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e11 else 0.0
