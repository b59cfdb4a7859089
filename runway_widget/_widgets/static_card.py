"""The card as plain HTML and as one line of text: what a saved notebook shows when there is no kernel.

Sites that show notebooks remove scripts, `<style>`, `var()` and ARIA, some of them all CSS, and they are light or dark.
So the card sets no text colour (it takes the page's), its greys are transparent, everything is said in words, and the
order is right without any style. All text goes through `markup`, and only the player and its link carry a signed query.
Sizes and spaces are those of the live card's style sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._journal.row import Request, empty_request
from .._service.payload import map_strings, without_queries
from .._service.state import TaskState
from .._service.text import one_line
from . import markup
from .markup import Markup, element
from .static_stage import MAX_FACTS, NOTHING, Picture, carried, shortened, size, stage
from .view import Face

MAX_CARD = 7_800  # bytes of a card without its pictures; more only where the links alone are longer
MAX_DATA = 2_500  # bytes of JSON, less where the rest is long
MAX_WORDS = 1_400  # bytes of a prompt or of a reason
MAX_LINE = 240  # characters of the text

_LINE = "rgba(128,128,128,0.3)"
_QUIET = "font-size:12px;line-height:16px;opacity:0.72"
_MONO = "font-family:monospace;font-size:11px"

# Middle tones, with a contrast of 3 to 1 against white and against a dark editor's grey. The words need no colour.
_TONES = {
    "success": ("✓", "#2e9e5b"),
    "danger": ("!", "#e5484d"),
    "accent": ("●", "#3b82f6"),
    "neutral": ("○", "#888888"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """All that a static card shows. ``face`` and ``request`` are the live card's.

    ``reattach`` is the line of code that watches the task again, ``when`` the date of the end, or of the last answer,
    ``link_end`` says of the links to the outputs "until 26 Nov 2026, 14:05".
    """

    task_id: str
    face: Face
    state: TaskState = field(default_factory=TaskState)
    reattach: str = ""
    request: Request = field(default_factory=empty_request)
    pictures: tuple[Picture, ...] = ()
    when: str = ""
    link_end: str = ""


def text(card: Card) -> str:
    """One line: "Image to video: Failed: the prompt was moderated (3d957031-…)"."""
    word = f"{card.face['word']}, picked" if card.face["picked"] else card.face["word"]
    parts = [card.face["title"], word, card.face["note"] or _link_words(card)]
    line = one_line(": ".join(part for part in parts if part))
    line = line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"
    return f"{line} ({card.task_id})" if card.task_id else line


def html(card: Card) -> Markup:
    """The card as HTML for any page: with inline styles only, and in the same order without them."""
    words = [
        _row(_title(card), markup.join([_status(card), _star(card)])),
        *_request(card),
        *_notes(card),
        _links(card),
        _foot(card),
    ]
    framed = _framed(_stage(card), words)
    room = MAX_CARD - len(framed.encode()) + sum(map(len, carried(card.pictures, card.request)))
    width, _ = size(card.pictures, card.request)
    return _task(f"max-width:{width}px;margin:4px 0", framed, _data(card.state.data, room))


def grid(words: str, cards: list[Card], columns: int | None) -> Markup:
    """Several cards side by side under the line that sums them up."""
    fit = f"repeat({columns},minmax(0,1fr))" if columns else "repeat(auto-fill,minmax(220px,1fr))"
    titles = {card.face["title"] for card in cards}
    alike = f"{titles.pop()} · " if len(titles) == 1 else ""
    each = [_compact(card, number, named=not alike) for number, card in enumerate(cards)]
    return element(
        "div",
        element("p", alike + words, style=f"margin:4px 0;{_QUIET}"),
        element("div", *each, style=f"display:grid;grid-template-columns:{fit};gap:12px;align-items:start"),
        class_="runway-grid",
    )


def _compact(card: Card, number: int, *, named: bool) -> Markup:
    """A card in a grid: stage, state, a line of prompt, the seed, and how to get at it. ``named``: with its title."""
    counted = element("span", Markup(f"[{number}] "), style="opacity:0.72")
    prompt = _paragraph(one_line(card.request["prompt"]), "overflow:hidden;white-space:nowrap;text-overflow:ellipsis")
    seed = _line(fact["text"] for fact in card.request["facts"] if fact["name"] == "seed")
    status = markup.join([counted, _status(card)])
    head = _row(markup.join([_title(card), status]) if named else status, _star(card))
    words = [head, prompt, seed, *_notes(card), _links(card), _foot(card)]
    return _task("min-width:0", _framed(_stage(card), words))


def _task(place: str, *inside: Markup) -> Markup:
    style = f"{place};font-size:13px;line-height:20px;overflow-wrap:anywhere"
    return element("div", *inside, class_="runway-task", style=style)


def _framed(stage: Markup, words: list[Markup]) -> Markup:
    body = element("div", *words, style="padding:12px 16px")
    style = f"border:1px solid {_LINE};border-radius:8px;overflow:hidden"
    return element("div", stage, body, class_=markup.IGNORED, style=style)


def _stage(card: Card) -> Markup:
    return stage(card.pictures, card.request, card.face)


# The words


def _title(card: Card) -> Markup:
    return markup.join([element("strong", shortened(card.face["title"])), " "])


def _row(*inside: Markup) -> Markup:
    style = "display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px"
    return element("div", *inside, style=style)


def _status(card: Card) -> Markup:
    """A sign and a word, so that colour is never the only sign."""
    icon, colour = _TONES[card.face["tone"]]
    if card.state.status == "CANCELLED":
        icon = "⊘"
    ring = f"border:1px solid {colour};border-radius:50%;font-size:10px" if icon in "✓!" else "font-size:13px"
    place = "display:inline-block;width:13px;height:13px;line-height:13px;text-align:center;font-weight:700"
    sign = element("span", icon, style=f"{place};{ring};color:{colour};margin:0 2px 0 0")
    return element("span", sign, " ", markup.isolated(shortened(card.face["word"])))


def _star(card: Card) -> Markup:
    """A star, and for whoever does not see it the word; nothing where the take is not picked."""
    if not card.face["picked"]:
        return NOTHING
    word = element("span", " picked", style="font-size:0")
    return element("span", " ★", word, title="picked", style=f"color:{_TONES['accent'][1]}")


def _request(card: Card) -> list[Markup]:
    return [_paragraph(card.request["prompt"]), _line(fact["text"] for fact in card.request["facts"])]


def _notes(card: Card) -> list[Markup]:
    """What it came to, in the live card's order: the reason, what to do about it, the wrapper's words, when."""
    face = card.face
    failed = face["tone"] == "danger"
    return [
        _paragraph(face["note"]) if failed else NOTHING,
        _paragraph(face["advice"], _QUIET),
        _paragraph(face["wrapper"], _QUIET, MAX_FACTS),
        _line([card.when, "" if failed else face["note"], _link_words(card), card.state.failure_code]),
    ]


def _link_words(card: Card) -> str:
    """Until when the links last, where something depends on them. Absolute: without a script nothing can expire."""
    return f"link {card.link_end}" if card.face["link"] else ""


def _links(card: Card) -> Markup:
    links = []
    end = f" ({card.link_end})" if card.link_end and not card.face["link"] else ""  # or a line above says it
    for number, picture in enumerate(card.pictures, 1):
        kind = picture.output.kind
        name = "output" if kind == "unknown" else str(kind)
        if len(card.pictures) > 1:
            name = f"{name} {number}"
        if kind == "file":
            name = picture.output.name or name
        if picture.local:
            links.append(markup.link(picture.local, f"saved {name} (beside this notebook)"))
        if picture.output.has_link:
            links.append(markup.link(picture.output.url, f"original {name}" if picture.local else f"open {name}"))
    style = "margin:4px 0 0;font-size:12px;line-height:16px"
    return element("p", markup.join(links, " · "), end, style=style) if links else NOTHING


def _foot(card: Card) -> Markup:
    """The line of code that watches the task again; before the end it says what it is for."""
    if not card.reattach:
        return NOTHING
    to = "" if card.face["ended"] else "Take it up again: "
    code = element("code", markup.verbatim(card.reattach), style=f"{_MONO};background-color:transparent;padding:0")
    return element("p", to, code, style=f"margin:8px 0 0;{_QUIET}")


def _paragraph(words: str, style: str = "", limit: int = MAX_WORDS) -> Markup:
    """``words`` in their own direction."""
    return element("p", shortened(words, limit), dir="auto", style=f"margin:4px 0 0;{style}") if words else NOTHING


def _line(parts: Iterable[str]) -> Markup:
    """Small items with dots between, each in its own direction; `MAX_FACTS` bytes of them in all."""
    items: list[Markup] = []
    room = MAX_FACTS
    for part in parts:
        if part and room > 0:
            items.append(shortened(part, room))
            room -= len(items[-1].encode())
    shown = markup.join([markup.isolated(item) for item in items], " · ")
    return element("p", shown, style=f"margin:4px 0 0;{_QUIET}") if items else NOTHING


def _data(data: Mapping[str, Any], room: int) -> Markup:
    """The nested object, folded away: as much of it as fits into ``room`` bytes; nothing where that is next to none."""
    public = map_strings(dict(data), without_queries, keys=True)
    written = json.dumps(public, ensure_ascii=False, indent=1)

    def folded(inside: Markup) -> Markup:
        pre = f"{_MONO};line-height:16px;white-space:pre-wrap;margin:0;padding:8px 0;max-height:320px;overflow:auto"
        summary = element("summary", "data", style="opacity:0.72")
        style = "padding:4px 16px;font-size:12px;line-height:16px"
        return element("details", summary, element("pre", inside, style=pre), style=style)

    limit = min(MAX_DATA, room - len(folded(NOTHING)))
    return folded(markup.shorten(written, limit, markup.verbatim)) if data and limit >= 200 else NOTHING
