"""Names of saved files, by a pattern with fields: ``renders/{date}-{model}-{seed}-{n}``.

A name is fit for every file system: Windows refuses some characters, some names and a dot at the end, others more than
255 bytes, and macOS writes an "é" in two ways. What stands in a field may come from a prompt or from the service.
Pure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

from .._service.media_types import format_of_url

#: The fields of a pattern, and what each stands for.
FIELDS = {
    "date": "the day on which the task was created: 2026-11-26",
    "time": "the time of day then: 14-03-59",
    "model": "the model: gen4_turbo",
    "seed": "the seed that was sent",
    "n": "the number of the output, from 1",
    "id": "the task's id",
    "prompt": "the prompt's first words: The-kite-lifts-above-the-wheat-field",
    "action": "what was asked for: image_to_video",
    "ratio": "the size that was asked for: 1280x720",
}
USUAL = "{id}-{n}"  # how a file is called where only a folder is given

_LONGEST = 120  # bytes of a part of a path: room for a counter and an ending, also on eCryptfs, which takes 143
_LONGEST_PROMPT = 40  # characters
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*/\\]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{3,}")
_WIDTH = re.compile(r"%[-_0^#+]*(\d{3,})")  # of a code of strftime
_ENDS = " ."  # which Windows drops at the end of a name, and a dot at the start hides a file


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a pattern's fields stand for, but for the output's number; empty where it is not known.

    ``created_at`` is the unix time when the task was created; the date and the time are those of this machine.
    """

    task_id: str = ""
    model: str = ""
    seed: int | None = None
    prompt: str = ""
    action: str = ""
    ratio: str = ""
    created_at: float = 0.0


def fault_of(pattern: str) -> str:
    """What is wrong with one part of a path as a pattern; "" for nothing."""
    try:
        parsed = list(Formatter().parse(pattern))
    except ValueError:
        return f"{pattern!r} has a brace without its counterpart; a brace that belongs to the name is {{{{ or }}}}"
    for _, name, spec, conversion in parsed:
        if name is None:
            continue
        if name not in FIELDS:
            return _unknown(name)
        try:
            if conversion or "{" in (spec or ""):
                raise ValueError("it stands for itself")
            widths = (_WIDTH if name in {"date", "time"} else _NUMBER).findall(spec or "")
            if any(len(width) > 4 or int(width) > _LONGEST for width in widths):  # before it is written as long
                raise ValueError(f"no part of a path is longer than {_LONGEST} characters")
            format(_value(name, _SAMPLE, 0), spec or "")
        except (ValueError, OverflowError) as error:  # OverflowError: {seed:c} of a large seed
            return f"the field {{{name}}} cannot be written as {spec or conversion!r}: {error}"
    return ""


def has_field(pattern: str, name: str) -> bool:
    """Whether a pattern without faults has the field ``name``."""
    return any(field == name for _, field, _, _ in Formatter().parse(pattern))


def without_ending(pattern: str) -> str:
    """``pattern`` without the ending of a medium: a file gets the one of what is in it."""
    stem, dot, ending = pattern.rpartition(".")
    known = dot and stem and "{" not in ending and format_of_url(f"https://a/b.{ending}") is not None
    return stem if known else pattern


def filled(pattern: str, facts: NameFacts, number: int) -> str:
    """One part of a path, fit for every file system. ``number`` is that of the output, from 0."""
    pieces: list[str] = []
    for text, name, spec, _ in Formatter().parse(pattern):
        pieces.append(text)
        if name is not None:
            pieces.append(_written(name, spec or "", facts, number))
    return safe("".join(pieces))


def safe(name: str) -> str:
    """``name`` as it can stand on any file system: never empty, never one that Windows keeps for devices."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    text = "".join(each for each in text if unicodedata.category(each) != "Cf")  # invisible, or it turns the rest round
    text = _UNSAFE.sub("-", text)[:_LONGEST].encode()[:_LONGEST].decode(errors="ignore").rstrip(_ENDS)
    if not text:
        return "_"
    return f"_{text}" if _RESERVED.match(text) else text


def _written(name: str, spec: str, facts: NameFacts, number: int) -> str:
    value = _value(name, facts, number)
    if value is None or value == "":
        return f"no-{name}"
    return _UNSAFE.sub("-", format(value, spec)).strip(_ENDS) or f"no-{name}"


def _value(name: str, facts: NameFacts, number: int) -> datetime | _Moment | int | str | None:
    if name in {"date", "time"}:
        return _Moment("%Y-%m-%d" if name == "date" else "%H-%M-%S", facts.created_at)
    if name == "n":
        return number + 1
    if name == "prompt":
        return _short(facts.prompt)
    if name == "action":
        return facts.action.lower()
    if name == "ratio":
        return facts.ratio.replace(":", "x")
    return {"model": facts.model, "seed": facts.seed, "id": facts.task_id}[name]


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment that is written in the ``usual`` way, or as the codes of `strftime` say."""

    usual: str
    at: float

    def __format__(self, spec: str) -> str:
        if spec and "%" not in spec:
            raise ValueError("it takes codes of strftime, such as %Y%m%d")
        return datetime.fromtimestamp(self.at).strftime(spec or self.usual)


def _short(prompt: str) -> str:
    """The first words of a prompt, with "-" between them."""
    words = "".join(each if each.isalnum() or unicodedata.combining(each) else " " for each in prompt).split()
    short = ""
    for word in words:
        longer = f"{short}-{word}" if short else word[:_LONGEST_PROMPT]
        if len(longer) > _LONGEST_PROMPT:
            break
        short = longer
    return short


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # on use: most patterns have no such fault

    near = get_close_matches(name.lower(), FIELDS, 1)
    advice = f"; did you mean {{{near[0]}}}?" if near else "."
    known = ", ".join(f"{{{field}}}" for field in FIELDS)
    return f"there is no field {{{name}}}{advice} There are {known}; a brace that belongs to the name is {{{{ or }}}}"


_SAMPLE = NameFacts("3d957031", "gen4_turbo", 2**32 - 1, "The kite", "image_to_video", "1280:720", 1.7e9)
