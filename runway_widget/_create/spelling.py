"""Names of fields in Python's spelling and in the wire's. Pure."""

from __future__ import annotations

import re


def camel(name: str) -> str:
    """An argument's name as on the wire: prompt_image → promptImage; a wire name stays as it is."""
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    """A wire name as an argument's: promptImage → prompt_image."""
    return re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name)
