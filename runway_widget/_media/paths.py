"""Paths as people in the notebook's folder would write them."""

from __future__ import annotations

from pathlib import Path


def short_path(path: Path) -> str:
    """``path`` as people in this folder would say it."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (ValueError, OSError):
        return str(path)
