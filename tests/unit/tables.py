"""Tables of what was submitted, and a parser's view of their HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from runway_widget._widgets.recent import Recent


def prompted(prompt: str) -> dict[str, Any]:
    return {"prompt": prompt, "facts": [], "ratio": None, "still": ""}


def table(recent: Recent) -> list[str]:
    return str(recent).splitlines()


class Outline(HTMLParser):
    """The tags of a page, and its text, cell by cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
