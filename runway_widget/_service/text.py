"""Text that others wrote: cleaned once, where it comes in. Pure.

What a service answers ends on terminals, in notebooks and in files. A terminal obeys an escape sequence (clear the
screen, rename the window), a right-to-left override turns the words around it, and a lone surrogate cannot be encoded.
So these are taken out at every door through which text comes in: a service's answer and its headers (`payload.decode`,
`headers`), the journal's file (`row`), and what the user gave, where it is shown. What is sent stays as it was given.
"""

from __future__ import annotations

import re

# ECMA-48 and xterm: the sequences as a whole, each also with its introducer in one character (C1).
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor, clearing
    r"|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"  # strings: a title, a link
    r"|\x1b(?: [FGLMN]|[!-/]+[0-~]|[0-_cno|}~])"  # the rest: reset, character sets
)
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters but for tab and line feed; and those that set the direction of what follows, until another ends it.
# Marks of direction and joiners stay: languages and emoji need them, and they reach no further than a letter does. And
# what Unicode keeps for no character at all, which HTML does not allow.
_NONE = "\ufdd0-\ufdef" + "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
_CONTROLS = re.compile(rf"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufeff{_NONE}]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` as any terminal, page, file and encoder can take it; its lines end with a line feed.

    Without escape sequences, control characters, and characters that set a direction. A lone surrogate becomes "?".
    """
    if text.isprintable() and text.isascii():
        return text  # almost every one
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", _SEQUENCES.sub("", text)))
    return _SURROGATES.sub("?", text)


def one_line(text: str) -> str:
    """``text``, cleaned, on one line: every run of blanks and line ends is one blank."""
    return " ".join(printable(text).split())


def utf16_length(text: str) -> int:
    """How long ``text`` is as the services count it: in UTF-16 code units, of which an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
