"""The card as plain HTML and as one line of text: what a saved notebook shows when there is no kernel.

Sites that show notebooks remove scripts, `<style>`, `var()` and ARIA, some of them all CSS, and they are light or dark.
So the card sets no text colour (it takes the page's), its greys are transparent, everything is said in words, and the
order is right without any style. All text goes through `markup`, and only the player and its link carry a signed query.

Where its styles are kept, it has the size of the live card to the pixel row: a page that draws the one in the other's
place moves nothing. So its rows are those of `js/src/card.tsx`, and its sizes and spaces those of the live card's style
sheet. Where the live card has its buttons, it has the line of code and the links.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._journal.row import Request, empty_request
from .._service.outputs import Output
from .._service.payload import map_strings, without_queries
from .._service.state import TaskState
from .._service.text import one_line
from . import markup
from .markup import Markup, block, element
from .static_frame import CUT, MONO, QUIET, ROW, SMALL, frame, root, task, tinted
from .static_stage import MAX_FACTS, NOTHING, Picture, carried, shortened, size, stage
from .view import Face

#: Bytes of a card without its pictures, so that nbdime compares it (see `thumbnails.BUDGET`); more only where words
#: and links take more. The least of the data is there in any case, since the live card has a line for it.
MAX_CARD = 6_300
MAX_DATA = 2_500  # bytes of JSON, less where the rest is long
LEAST_DATA = 40
MAX_WORDS = 1_000  # bytes of a prompt or of a reason
MAX_LINE = 240  # characters of the text

# Middle tones, with a contrast of 3 to 1 against white and against a dark editor's grey; the words need no colour.
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
    ``after`` how long what did not succeed took, "after 0:48"; ``link_end`` says of the links to the outputs "until
    26 Nov 2026, 14:05".
    """

    task_id: str
    face: Face
    state: TaskState = field(default_factory=TaskState)
    reattach: str = ""
    request: Request = field(default_factory=empty_request)
    pictures: tuple[Picture, ...] = ()
    when: str = ""
    after: str = ""
    link_end: str = ""

    @property
    def plays_files(self) -> bool:
        """Whether it plays saved files that the live card cannot play: it would need links to them."""
        return any(picture.local and not picture.output.has_link for picture in self.pictures)


def text(card: Card, *, links: bool = True) -> str:
    """One line: "Image to video: Done in 1:18 · link until 24 Nov 2026, 22:08 (3d957031-…)", "…: Failed: No faces (…)".

    ``links``: with what there is to say of the links.
    """
    word = f"{card.face['word']}, picked" if card.face["picked"] else card.face["word"]
    why = ": " if card.face["tone"] == "danger" else " · "
    said = why.join(filter(None, [word, card.face["note"] or (link_words(card) if links else "")]))
    line = one_line(": ".join(filter(None, [card.face["title"], said])))
    line = line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…"
    return f"{line} ({card.task_id})" if card.task_id else line


def html(card: Card, twin: str = "") -> Markup:
    """The card as HTML for any page: in the same order, and with all its words, without any style.

    ``twin``: the name by which a page that knows the live card draws that in its place; of a card that plays more than
    the live one, nobody does.
    """
    twin = "" if card.plays_files else twin
    head = _row(_title(card), status(card))
    words = [head, *_request(card), *_notes(card), *_foot(card)]
    framed = frame(stage(card.pictures, card.request, card.face), words)
    width, _ = size(card.pictures, card.request, card.face)
    without_data = root("runway-static", twin, task(framed, NOTHING, width))
    taken = len(without_data.encode()) - sum(map(len, carried(card.pictures, card.request)))
    return root("runway-static", twin, task(framed, _data(card.state.data, taken), width))


# The words


def _title(card: Card) -> Markup:
    return element("strong", shortened(card.face["title"]), style="font-weight:600")


def _row(*inside: Markup) -> Markup:
    style = "display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:0 6px"
    return block("div", *inside, style=style)


def status(card: Card, *, starred: bool = True) -> Markup:
    """A sign and a word, so that colour is never the only sign; ``starred``: and the star, if it is picked."""
    icon, colour = _TONES[card.face["tone"]]
    if card.state.status == "CANCELLED":
        icon = "⊘"
    ring = "border:1px solid;border-radius:50%;font-size:10px" if icon in "✓!" else "font-size:13px"
    place = "display:inline-block;width:14px;height:14px;line-height:13px;text-align:center;font-weight:700"
    sign = element("span", icon, style=f"{place};box-sizing:border-box;{ring};{tinted(colour)};margin:0 1px")
    word = markup.isolated(shortened(card.face["word"]))
    after = star(card) if starred else NOTHING
    return element("span", sign, " ", word, after, style="display:flex;align-items:center;gap:6px")


def star(card: Card) -> Markup:
    """A star, and for whoever does not see it the word; nothing where the take is not picked."""
    if not card.face["picked"]:
        return NOTHING
    word = element("span", " picked", style="font-size:0")
    # The height, because a font that has the star may be a higher one.
    return element("span", " ★", word, title="picked", style=f"height:20px;{tinted(_TONES['accent'][1])}")


def _request(card: Card) -> list[Markup]:
    return [_prompt(card.request["prompt"]), line(fact["text"] for fact in card.request["facts"])]


def _prompt(text: str) -> Markup:
    """Two lines of it; one that may be longer unfolds where it stands."""
    words = shortened(text, MAX_WORDS)
    if len(text) <= 60:
        return element("p", words, dir="auto", class_="runway-prompt", style=ROW) if text else NOTHING
    summary = element("summary", words, dir="auto", class_="runway-prompt", style="display:block;cursor:pointer")
    return element("details", summary, style=f"{ROW};padding:0")


def _notes(card: Card) -> list[Markup]:
    """What it came to, in the live card's order: the reason or where it went, until when the links last, what to do."""
    face = card.face
    when = [card.after, card.state.failure_code] if face["ended"] else [card.when, card.state.failure_code]
    return [
        note(card),
        _paragraph(link_words(card), QUIET),
        _paragraph(face["advice"], QUIET),
        _paragraph(face["wrapper"], QUIET, MAX_FACTS),
        line(when),
    ]


def note(card: Card) -> Markup:
    """The reason of a failure, which scrolls where it is long; else what there is to say of the outputs."""
    if card.face["tone"] == "danger":
        return _paragraph(card.face["note"], "max-height:160px;overflow:auto")
    return _paragraph(card.face["note"], QUIET, MAX_FACTS)


def link_words(card: Card) -> str:
    """Until when the links last, where something depends on them. Absolute: without a script nothing can expire."""
    return f"link {card.link_end}" if card.face["link"] else ""


def links(card: Card) -> list[Markup]:
    """The ways to the outputs: the saved files, and the originals."""
    made: list[Markup] = []
    numbered = list(enumerate(card.pictures, 1))
    saved = [(number, picture) for number, picture in numbered if picture.local]
    linked = [(number, picture) for number, picture in numbered if picture.output.has_link]
    for verb, some in (
        ("saved", saved),
        ("original", [each for each in linked if each[1].local]),
        ("open", [each for each in linked if not each[1].local]),
    ):
        before = ""
        for number, picture in some:
            name = _output_name(picture.output)
            words = [verb if not before else "", name if name != before else "", str(number) if numbered[1:] else ""]
            url, title = (picture.local, "beside this notebook") if verb == "saved" else (picture.output.url, "")
            made.append(markup.link(url, " ".join(filter(None, words)), title))
            before = name
    return made


def _output_name(output: Output) -> str:
    if output.kind == "file":
        return output.name or "file"
    return "output" if output.kind == "unknown" else output.kind


def links_end(card: Card) -> str:
    """When the links end, where no line above says it."""
    return f"({card.link_end})" if card.link_end and not card.face["link"] else ""


def code(card: Card, style: str = "", hint: str = "") -> Markup:
    """The line of code that watches the task again. One click selects all of it, also where it is cut."""
    look = f"{MONO};padding:0;user-select:all{style}"
    line = markup.verbatim(card.reattach)
    return element("code", line, title=hint or None, style=look) if card.reattach else NOTHING


def _foot(card: Card) -> list[Markup]:
    """Where the live card has its buttons. Before the end, when nothing takes its place, there is room for words."""
    if not card.face["ended"]:
        line = element("p", "Take it up again: ", code(card), style=f"margin:8px 0 0;{QUIET}")
        return [line] if card.reattach else []
    parts = [
        code(card, f";min-width:0;opacity:.72;{CUT}", live_hint("task")),
        _part(shortened(card.when), "flex:none;opacity:.72"),
        _part(markup.lines(links(card), " ·"), "flex:none;margin-left:auto"),
        _part(shortened(links_end(card)), f"flex:0 9999 auto;min-width:0;{CUT}"),
    ]
    style = f"{ROW};display:flex;align-items:center;gap:12px;height:28px;overflow:hidden;white-space:nowrap;{SMALL}"
    return [block("div", *parts, style=style)]


def live_hint(variable: str) -> str:
    """What its user can do where no page draws the live card in its place; true of a file without a kernel too."""
    return f"While its kernel runs, {variable}.show(live=True) shows it with its buttons."


def _part(inside: Markup, style: str) -> Markup:
    return element("span", inside, style=style) if inside else NOTHING


def _paragraph(words: str, style: str = "", limit: int = MAX_WORDS) -> Markup:
    """``words`` in their own direction."""
    return element("p", shortened(words, limit), dir="auto", style=f"{ROW};{style}") if words else NOTHING


def line(parts: Iterable[str], place: str = ROW) -> Markup:
    """Small items with dots between, each whole where it fits, in its own direction; at most `MAX_FACTS` bytes."""
    items: list[Markup] = []
    room = MAX_FACTS
    for part in parts:
        if part and room > 0:
            items.append(markup.isolated(shortened(part, room)))
            room -= len(items[-1].encode())
    last = len(items) - 1
    whole = [
        element("span", item, "" if number == last else " ·", style="display:inline-block")
        for number, item in enumerate(items)
    ]
    return element("p", markup.join(whole, " "), style=f"{place};{QUIET}") if items else NOTHING


def _data(data: Mapping[str, Any], taken: int) -> Markup:
    """The nested object, folded away: as much of it as fits beside the ``taken`` bytes."""
    public = map_strings(dict(data), without_queries, keys=True)
    written = json.dumps(public, ensure_ascii=False, indent=1)

    def folded(inside: Markup) -> Markup:
        pre = f"{MONO};line-height:16px;white-space:pre-wrap;margin:0;padding:8px 0;max-height:320px;overflow:auto"
        summary = element("summary", "data", style="opacity:.72")
        style = f"margin:0;padding:4px 16px;{SMALL}"
        return block("details", summary, element("pre", inside, style=pre), style=style)

    taken += len(folded(NOTHING))
    limit = min(MAX_DATA, max(LEAST_DATA, MAX_CARD - taken))
    return folded(markup.shorten(written, limit, markup.listing)) if data else NOTHING
