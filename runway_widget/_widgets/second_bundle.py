"""The front end's second bundle: what a card needs only when its task is well under way, and after the end.

It does not travel with every card. A page asks for it once, and gets it as a message to the card that asked.
"""

from __future__ import annotations

import functools
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


@functools.cache
def text() -> str:
    """The script, read when it is first asked for."""
    return (STATIC / "after.js").read_text(encoding="utf-8")


def message() -> dict[str, str]:
    """What the page that asked is sent."""
    return {"kind": "after", "text": text()}
