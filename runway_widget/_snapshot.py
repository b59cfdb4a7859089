"""The card as plain HTML and as one line of text: what is left of it when there is no kernel."""

from __future__ import annotations

from html import escape
from typing import Any

from ._report import Report


def text(task_id: str, face: dict[str, Any], report: Report) -> str:
    """One telling line: "Image to video: Generating 62 % (3d957031-…)"."""
    line = f"{face['title']}: {face['word']}"
    if face["note"] and (report.phase.over or face["warn"]):
        line += f": {face['note']}"
    return f"{line} ({task_id})"


def html(task_id: str, face: dict[str, Any], report: Report, request: dict[str, Any]) -> str:
    """The static card."""
    return f'<div class="runway-task"><strong>{escape(face["title"])}</strong> {escape(face["word"])} {escape(task_id)}</div>'
