"""Text as people paste it: a value in quotes, a whole line of an .env file, characters that nobody sees. Pure.

`docker run --env-file` and many an IDE hand on what stands behind the ``=`` as it is, with its quotes.
"""

from __future__ import annotations

import re

# Zero-width characters, marks of direction, the byte order mark: copying from a web page or a PDF leaves them behind.
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_AROUND = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE},;]+$")
_PAIRS = {"''", '""', "``"}
_MARKS = frozenset("'\"`“”„‟‘’‚‛«»‹›")

_LINE = re.compile(
    r"(?:(?:export|set|setx|env)\s+)?\$?(?:env:)?[\"']?(?P<name>[A-Za-z_][\w.-]*)[\"']?\s*(?:=|:(?=[\s\"']))\s*(?P<value>.+)",
    re.IGNORECASE | re.DOTALL,
)
_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|\{.*\}|\$\w+|\$\{.*\}|%\w+%"
    r"|none|null|nil|nan|undefined|todo|placeholder|change[-_ ]?me"
    r"|.*\byour([-_ ]?[a-z0-9]+)?[-_ ]?(key|token|secret)\b.*|.*(key|token|secret)[-_ ](goes[-_ ])?here.*"
    r"|.*(\*{3}|x{6}|\.{3}|…).*",
    re.IGNORECASE | re.DOTALL,
)


def unwrapped(text: str, *, brackets: bool = False) -> str:
    """``text`` without what stands around a value: blanks, characters that nobody sees, a comma or semicolon behind it,
    and a matching pair of quotes; with ``brackets`` also "<" and ">", as around a URL in Markdown.
    """
    while True:
        shorter = _AROUND.sub("", text)
        ends = shorter[:1] + shorter[-1:]
        quoted = ends in _PAIRS or (brackets and ends == "<>")
        if len(shorter) > 1 and quoted and not any(mark in shorter[1:-1] for mark in ends):
            shorter = shorter[1:-1]
        if shorter == text:
            return text
        text = shorter


def assignment(text: str) -> tuple[str, str]:
    """The name and the value of a line such as ``export NAME="value"`` or ``"name": "value"``; "" and ``text`` else."""
    match = _LINE.fullmatch(unwrapped(text))
    return (match["name"], unwrapped(match["value"])) if match else ("", text)


def holds_quotes(text: str) -> bool:
    """Whether any kind of quotation mark stands in ``text``."""
    return not _MARKS.isdisjoint(text)


def is_placeholder(text: str) -> bool:
    """Whether ``text`` is what examples put in the place of a key: "<your key here>", "sk-…", "${COMETAPI_KEY}"."""
    return _PLACEHOLDER.fullmatch(text) is not None
