"""The card as plain HTML and as one line of text: what a saved notebook shows when there is no kernel.

Sites that show notebooks remove scripts, `<style>`, `var()` and ARIA, some of them all CSS, and they are light or dark.
So the card sets no text colour (it takes the page's), its greys are transparent, everything is said in words, and the
order is right without any style. All text is escaped, and only the player and its link carry a signed query. Sizes and
spaces are those of the live card's style sheet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._journal.row import Request, empty_request
from .._media.dimensions import TALLEST, WIDEST, ratio_from_image
from .._service.outputs import Output
from .._service.payload import map_strings, web_url, without_queries
from .._service.state import TaskState
from .view import Face

WIDTH = 560
MAX_CARD = 7_800  # bytes of a card without its pictures; more only where the links alone are longer
MAX_DATA = 2_500  # bytes of JSON, less where the rest is long
MAX_WORDS = 1_400  # bytes of a prompt or of a reason
MAX_FACTS = 400
MAX_LINE = 240  # characters of the text

_LINE = "rgba(128,128,128,0.3)"
_WASH = "rgba(128,128,128,0.1)"
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
class Picture:
    """One output as the static card shows it; each field but the first may be "".

    ``thumbnail`` and ``embedded`` are data URIs, ``local`` a saved file's path from the notebook.
    """

    output: Output
    thumbnail: str = ""
    embedded: str = ""
    local: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a static card shows. ``face`` and ``request`` are the live card's.

    ``reattach`` is the line of code that watches the task again, ``when`` the date of the end, or of the last answer.
    """

    task_id: str
    face: Face
    state: TaskState = field(default_factory=TaskState)
    reattach: str = ""
    request: Request = field(default_factory=empty_request)
    pictures: tuple[Picture, ...] = ()
    when: str = ""


def text(card: Card) -> str:
    """One line: "Image to video: Failed: the prompt was moderated (3d957031-…)"."""
    line = f"{card.face['title']}: {card.face['word']}"
    if card.face["note"]:
        line += f": {card.face['note']}"
    line = " ".join(line.split())
    line = line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"
    return f"{line} ({card.task_id})" if card.task_id else line


def html(card: Card) -> str:
    """The card as HTML for any page: with inline styles only, and in the same order without them."""
    title = f"<strong>{_escaped(card.face['title'], MAX_FACTS)}</strong> "
    words = [_row(title + _status(card)), *_request(card), *_notes(card), _links(card), _foot(card)]
    width, shape = _size(card)
    framed = _framed(_stage(card, width, shape), words)
    room = MAX_CARD - len(framed.encode()) + sum(len(part) for part in _pictures(card))
    place = f"max-width:{width}px;margin:4px 0"
    return _task(place, framed + _data(card.state.data, room))


def grid(words: str, cards: list[Card], columns: int | None) -> str:
    """Several cards side by side under the line that sums them up."""
    fit = f"repeat({columns},minmax(0,1fr))" if columns else "repeat(auto-fill,minmax(220px,1fr))"
    titles = {card.face["title"] for card in cards}
    alike = f"{titles.pop()} · " if len(titles) == 1 else ""
    each = "".join(_compact(card, named=not alike) for card in cards)
    return (
        f'<div class="runway-grid"><p style="margin:4px 0;{_QUIET}">{escape(alike + words)}</p>'
        f'<div style="display:grid;grid-template-columns:{fit};gap:12px;align-items:start">{each}</div></div>'
    )


def _compact(card: Card, *, named: bool) -> str:
    """A card in a grid: stage, state, a line of prompt, the seed, and how to get at it. ``named``: with its title."""
    title = f"<strong>{_escaped(card.face['title'], MAX_FACTS)}</strong> " if named else ""
    seed = [fact["text"] for fact in card.request["facts"] if fact["name"] == "seed"]
    prompt = _paragraph(card.request["prompt"], "overflow:hidden;white-space:nowrap;text-overflow:ellipsis")
    quiet = _paragraph(" · ".join(seed), _QUIET, MAX_FACTS)
    words = [_row(title + _status(card)), prompt, quiet, *_notes(card), _links(card), _foot(card)]
    return _task("min-width:0", _framed(_stage(card, *_size(card)), words))


def _task(place: str, inside: str) -> str:
    return f'<div class="runway-task" style="{place};font-size:13px;line-height:20px">{inside}</div>'


def _framed(stage: str, words: list[str]) -> str:
    body = f'<div style="padding:12px 16px">{"".join(words)}</div>'
    return f'<div style="border:1px solid {_LINE};border-radius:8px;overflow:hidden">{stage}{body}</div>'


# The stage


def _size(card: Card) -> tuple[int, float]:
    """The card's width, which follows from the ratio of its picture as the live card's does; and that ratio."""
    known = card.pictures[0].thumbnail if card.pictures else card.request["still"]
    shape = ratio_from_image(known) or min(WIDEST, max(TALLEST, card.request["ratio"] or 16 / 9))
    beside = 2 if len(card.pictures) == 2 else 1
    return round(min(WIDTH, max(320.0, 520 * shape * beside))), shape


def _pictures(card: Card) -> list[str]:
    """The pictures that are in a card's bytes, each as often as it is in there."""
    carried = [uri for each in card.pictures for uri in (*[each.thumbnail] * 2, each.embedded)]
    return [uri for uri in carried if uri] if card.pictures else [card.request["still"]]


def _stage(card: Card, width: int, shape: float) -> str:
    prompt = _escaped(card.request["prompt"] or f"Output of {card.face['title']}", MAX_FACTS)
    if len(card.pictures) > 1:
        tile = "flex:1 1 40%;min-width:0"
        tiles = "".join(
            f'<div style="{tile}">{_player(picture, prompt, width // 2, shape)}</div>' for picture in card.pictures
        )
        return f'<div style="display:flex;flex-wrap:wrap;gap:2px">{tiles}</div>'
    if card.pictures:
        return _player(card.pictures[0], prompt, width, shape)
    still = escape(web_url(card.request["still"])) or _data_image(card.request["still"])
    if not still:
        return ""
    grey = ";filter:grayscale(1)" if card.face["stage"] == "grey" else ""
    return f'<img src="{still}" alt="The still that was sent" {_box(width, shape)};opacity:0.5{grey}">'


def _box(width: int, shape: float) -> str:
    """Attributes, up to a style that is still open. Width and height keep the place of what has not loaded."""
    style = f"display:block;width:100%;height:auto;margin:0;background-color:{_WASH}"
    return f'width="{width}" height="{round(width / shape)}" style="{style}'


def _player(picture: Picture, name: str, width: int, shape: float) -> str:
    """The medium itself; inside a video its thumbnail, for pages that show no videos."""
    source = escape(picture.embedded or picture.local or picture.output.url)
    image = _data_image(picture.thumbnail)
    kind = picture.output.kind
    box = _box(width, shape)
    if kind == "image":
        lasting = source if picture.embedded or picture.local or not image else image
        return f'<img src="{lasting}" alt="{name}" {box}">'
    if kind == "audio":
        return f'<audio src="{source}" controls preload="none" style="display:block;width:100%"></audio>'
    if kind == "video":
        poster = f' poster="{image}"' if image else ""
        inside = f'<img src="{image}" alt="{name}" width="{width}">' if image else ""
        return f'<video src="{source}"{poster} controls muted loop preload="metadata" {box}">{inside}</video>'
    return ""


# The words


def _row(inside: str) -> str:
    return f'<div style="display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px">{inside}</div>'


def _status(card: Card) -> str:
    """A sign and a word, so that colour is never the only sign."""
    icon, colour = _TONES[card.face["tone"]]
    if card.state.status == "CANCELLED":
        icon = "⊘"
    ring = f"border:1px solid {colour};border-radius:50%;font-size:10px" if icon in "✓!" else "font-size:13px"
    place = "display:inline-block;width:13px;height:13px;line-height:13px;text-align:center;font-weight:700"
    sign = f'<span style="{place};{ring};color:{colour};margin:0 2px 0 0">{icon}</span>'
    return f"<span>{sign} {_escaped(card.face['word'], MAX_FACTS)}</span>"


def _request(card: Card) -> list[str]:
    facts = " · ".join(fact["text"] for fact in card.request["facts"])
    return [_paragraph(card.request["prompt"]), _paragraph(facts, _QUIET, MAX_FACTS)]


def _notes(card: Card) -> list[str]:
    """What it came to, in the live card's order: the reason, what to do about it, the wrapper's words, when."""
    face = card.face
    failed = face["tone"] == "danger"
    times = [card.when, "" if failed else face["note"], card.state.failure_code]
    return [
        _paragraph(face["note"]) if failed else "",
        _paragraph(face["advice"], _QUIET),
        _paragraph(face["wrapper"], _QUIET, MAX_FACTS),
        _paragraph(" · ".join(part for part in times if part), _QUIET, MAX_FACTS),
    ]


def _links(card: Card) -> str:
    links = []
    for number, picture in enumerate(card.pictures, 1):
        kind = picture.output.kind
        name = "output" if kind == "unknown" else str(kind)
        if len(card.pictures) > 1:
            name = f"{name} {number}"
        if picture.local:
            links.append(_link(picture.local, f"saved {name}"))
        links.append(_link(picture.output.url, f"original {name}" if picture.local else f"open {name}"))
    style = "margin:4px 0 0;font-size:12px;line-height:16px"
    return f'<p style="{style}">{" · ".join(links)}</p>' if links else ""


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>'


def _foot(card: Card) -> str:
    """The line of code that watches the task again; before the end it says what it is for."""
    if not card.reattach:
        return ""
    to = "" if card.face["ended"] else "Take it up again: "
    code = f'<code style="{_MONO};background-color:transparent;padding:0">{escape(card.reattach)}</code>'
    return f'<p style="margin:8px 0 0;{_QUIET}">{to}{code}</p>'


def _paragraph(words: str, style: str = "", limit: int = MAX_WORDS) -> str:
    return f'<p dir="auto" style="margin:4px 0 0;{style}">{_escaped(words, limit)}</p>' if words else ""


def escape(text: str) -> str:
    """`html.escape`, which is imported on use: with it comes a large table of entities."""
    import html

    return html.escape(text)


def _escaped(words: str, limit: int) -> str:
    """``words`` as HTML of at most ``limit`` bytes. A signature may be in any query, and any text may hold a link."""
    return _shortened(without_queries(words), limit)


def _shortened(words: str, limit: int) -> str:
    """``words`` as HTML of at most ``limit`` bytes, and the sign that there was more."""
    if len(whole := escape(words).encode()) <= limit:
        return whole.decode()
    start = words[:limit]
    while len(escape(start).encode()) > limit:
        start = start[: len(start) * 9 // 10]
    return f"{escape(start)}…"


def _data_image(url: str) -> str:
    return escape(url) if url.startswith("data:image/") else ""


def _data(data: Mapping[str, Any], room: int) -> str:
    """The nested object, folded away: as much of it as fits into ``room`` bytes; "" where that is next to nothing."""
    pre = f"{_MONO};line-height:16px;white-space:pre-wrap;margin:0;padding:8px 0;max-height:320px;overflow:auto"
    before = (
        '<details style="padding:4px 16px;font-size:12px;line-height:16px">'
        f'<summary style="opacity:0.72">data</summary><pre style="{pre}">'
    )
    after = "</pre></details>"
    limit = min(MAX_DATA, room - len(before) - len(after))
    if not data or limit < 200:
        return ""
    public = map_strings(dict(data), without_queries, keys=True)
    return before + _shortened(json.dumps(public, ensure_ascii=False, indent=1), limit) + after
