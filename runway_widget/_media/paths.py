"""Paths as seen from the kernel's working directory, which is the notebook's folder unless somebody changed it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote


def short_path(path: Path) -> str:
    """``path`` relative to the working directory; absolute where it lies elsewhere."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (ValueError, OSError):
        return str(path)


def link_from_notebook(path: Path | None) -> str:
    """``path`` as a relative URL for a page beside the notebook; "" for None, and for a path outside that folder."""
    relative = short_path(path) if path else ""
    return quote(relative) if relative and not Path(relative).is_absolute() else ""
