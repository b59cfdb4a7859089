"""Whether an SVG is a picture and nothing else. Pure.

An SVG may hold a program, and whoever opens the file in a browser runs it. So one that holds anything but a picture is
saved as text, and none becomes a part of a page but by its address.
"""

from __future__ import annotations

import re
from pathlib import Path

MAX_BYTES = 16 * 2**20  # a larger one is not looked at, and so counts as a program

_PROGRAM = re.compile(
    r"<(?:[\w.-]+:)?(?:script|foreignobject|iframe|embed|object|handler|listener|set|animate)\b"  # elements
    r"|[\s\"'/]on\w+\s*="  # an event's attribute
    # What brings in text that is not seen here, or hides what is: a reference to a character may spell anything, and a
    # declaration may give each element an attribute.
    r"|<!(?:entity|attlist|doctype[^<>\[]*\[)|<\?xml-stylesheet|&(?!(?:amp|lt|gt|quot|apos);)",
    re.IGNORECASE,
)
# In another encoding the same bytes are other text: in ISO-2022-JP, escapes within a word count for nothing.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ENCODING = re.compile(r"\s*<\?xml[^<>]{0,200}?\bencoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_ADDRESS = re.compile(r"javascript:|vbscript:|data:(?!image/(?:png|jpe?g|gif|webp)\b)", re.IGNORECASE)


def is_picture_only(file: Path) -> bool:
    """Whether an SVG holds no script, and nothing that could bring one in. Raises OSError."""
    data = file.read_bytes() if file.stat().st_size <= MAX_BYTES else b""
    try:
        read = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    unspaced = re.sub(r"[\s\x00-\x20]+", "", read)  # browsers leave blanks out of an address
    hidden = _CONTROLS.search(read) or _ENCODING.match(read.removeprefix("\ufeff"))
    return "<svg" in read and not (hidden or _PROGRAM.search(read) or _ADDRESS.search(unspaced))
