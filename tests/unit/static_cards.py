"""Static cards to look at, and a parser's view of their HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from runway_widget._journal.row import Request
from runway_widget._service.endpoint import Kinds
from runway_widget._service.outputs import Output
from runway_widget._service.state import Status, TaskState
from runway_widget._watch.report import Phase, Report, Timing
from runway_widget._widgets import static_card
from runway_widget._widgets.static_card import Card
from runway_widget._widgets.static_stage import Picture
from runway_widget._widgets.words import face

SIGNED = "https://cdn.example/video.mp4?_jwt=" + "x" * 500
THUMBNAIL = "data:image/webp;base64," + "A" * 6_000
TASK = "3d957031-9a2a-45e2-9dc7-bc8513059c50"
REQUEST: Request = {
    "prompt": "the kite lifts",
    "facts": [
        {"name": "model", "text": "gen4_turbo"},
        {"name": "duration", "text": "5 s"},
        {"name": "seed", "text": "seed 421"},
    ],
    "ratio": 1280 / 720,
    "still": "",
}


def card(status: Status = Status.SUCCESS, *, kinds: Kinds = ("video",), **changes: Any) -> Card:
    outputs = tuple(Output(SIGNED, kind) for kind in kinds) if status is Status.SUCCESS else ()
    state = TaskState(task_id=TASK, status=status, action="IMAGE_TO_VIDEO", outputs=outputs)
    report = Report(state, Phase.ENDED if status.ended else Phase.WATCHING, timing=Timing(elapsed=78.0))
    made = Card(
        task_id=TASK,
        face={**face(report, "CometAPI"), "link": "link until 24 Nov, 22:08" if outputs else ""},
        state=state,
        reattach=f'Client().task("{TASK}")',
        request=REQUEST,
        pictures=tuple(Picture(output, THUMBNAIL) for output in outputs),
        when="2026-11-23 22:10",
        link_end="until 24 Nov 2026, 22:08" if outputs else "",
    )
    return replace(made, **changes)


class Page(HTMLParser):
    """What a parser makes of it: elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.raw_text = ""
        self.open: list[str] = []
        self.feed(html)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))
        if tag not in {"img", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.raw_text += data

    @property
    def text(self) -> str:
        """As a browser shows it: a line end is a blank."""
        return re.sub(r"\s*\n\s*", " ", self.raw_text).strip()

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def under_player(html: str) -> str:
    """The picture over which a card's first player lies; "" where there is none."""
    found = re.search(r'<img\nsrc="(data:image/[^"]+)"[^>]*>\n<video\b', html)
    return found[1] if found else ""


def page_of(made: Card) -> Page:
    return Page(static_card.html(made))
