"""Several static cards side by side, of the size of the live grid to the pixel row (`js/src/grid.tsx`).

A card has no room there for its line of code and its links: those of all takes are folded away under the grid, with
what else a reader may want to know of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

from .._service.state import Status
from . import markup, static_card
from .even_columns import GAP, least_width
from .markup import Markup, block, element
from .static_card import Card, code, line, link_words, links, links_end, live_hint, note, star, status
from .static_frame import CUT, QUIET, ROW, SMALL, frame, root, task
from .static_stage import NOTHING, WIDTH, shortened, stage


def text(cards: Sequence[Card]) -> str:
    """A line for each take: how it stands, and its id."""
    return "\n".join(f"[{number}] {static_card.text(card, links=False)}" for number, card in enumerate(cards))


def html(words: str, cards: Sequence[Card], columns: int | None, twin: str = "") -> Markup:
    """Cards side by side under the line that sums them up. ``columns``: so many, as long as each is wide enough.

    ``twin``: as in `static_card.html`.
    """
    least = least_width(len(cards), columns)
    layout = f"display:grid;grid:auto/repeat(auto-fill,minmax({least},1fr));align-items:start;gap:{GAP}px"
    return root(
        "runway-static runway-grid",
        twin,
        _head(words, steps=any(card.face["kind"] == "video" for card in cards)),
        block("div", *starmap(_compact, enumerate(cards)), style=f"margin:8px 0;{layout}"),
        _folded(cards),
    )


def _head(words: str, *, steps: bool) -> Markup:
    """The line that sums up; ``steps``: and beside or under it the place that the live grid has for its bar."""
    said = element("p", shortened(words), style=f"margin:0;flex:1 1 220px;min-height:28px;align-content:center;{QUIET}")
    place = element("span", style="flex:1 1 300px;max-width:420px;min-height:28px") if steps else NOTHING
    return block("div", said, place, style="display:flex;flex-wrap:wrap;align-items:center;gap:0 12px")


def _compact(number: int, card: Card) -> Markup:
    """Stage, number and state, a line of prompt or of what went wrong, and what tells the takes apart."""
    counted = element("span", f"[{number}] ", style=QUIET)
    one_line = f"margin:0;padding:4px 0 0;min-height:20px;{CUT}"  # also without a prompt: cards of a row are as high
    prompt = element("p", shortened(card.request["prompt"]), dir="auto", style=one_line)
    row = "display:flex;flex-wrap:wrap;align-items:center;gap:0 6px"
    told = element("span", counted, status(card, starred=False), style=row)
    head = block("div", told, _star(card), style=f"{row};justify-content:space-between")
    words = [head, note(card) if card.face["tone"] == "danger" else prompt, _facts(card)]
    return task(frame(stage(card.pictures, card.request, card.face, compact=True), words), NOTHING, WIDTH)


def _star(card: Card) -> Markup:
    """The star, or its place: in a narrow card the live one's button has a row of its own."""
    if card.state.status is not Status.SUCCESS and not card.face["picked"]:
        return NOTHING
    style = "display:inline-block;width:20px;height:20px;margin-left:auto;text-align:right"
    return element("span", star(card), style=style)


def _facts(card: Card) -> Markup:
    """In the row where the live card has its buttons."""
    save = card.face["save"]
    facts = [fact["text"] for fact in card.request["facts"] if fact["name"] == "seed"]
    said = line([*facts, "" if save == "armed" else save], f"margin:0;{CUT}")
    return element("div", said, style=f"{ROW};display:flex;align-items:center;height:28px")


def _folded(cards: Sequence[Card]) -> Markup:
    """What kind of tasks they are, their lines of code and links, and what no compact card says."""
    titles = {card.face["title"] for card in cards}
    common = f"{titles.pop()} · " if len(titles) == 1 else ""
    words = shortened(f"{common}code and links")
    summary = element("summary", words, title=live_hint("grid"), style=f"opacity:.72;cursor:pointer;{CUT}")
    each = [_line(number, card, named=not common) for number, card in enumerate(cards)]
    style = f"margin:0;padding:4px 16px;{SMALL}"
    return block("details", summary, *each, style=style)


def _line(number: int, card: Card, *, named: bool) -> Markup:
    face = card.face
    reason = "" if face["tone"] == "danger" else face["note"]
    said = [links_end(card), card.when, card.after, card.state.failure_code, reason, link_words(card)]
    parts = [
        _words(face["title"]) if named else NOTHING,
        code(card),
        *links(card),
        *map(_words, [*said, face["advice"], face["wrapper"]]),
    ]
    return element("p", f"[{number}] ", markup.lines(parts, " ·"), dir="auto", style=ROW)


def _words(text: str) -> Markup:
    return element("span", shortened(text)) if text else NOTHING
