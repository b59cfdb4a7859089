"""How a plan shows itself: as HTML for any page, and as lines of text. Both say the same.

The HTML is made as the static card is: inline styles only, no text colour, transparent greys, everything in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._media.dimensions import ratio_from_image
from .._numbers import megabytes
from .._service.cost import in_words
from .._service.text import one_line
from . import markup
from .markup import Markup, block, element
from .static_frame import MONO
from .static_stage import NOTHING, WIDTH, shortened
from .words import cost_words

if TYPE_CHECKING:
    from .planned import PlannedMedium, PlannedRequest

MOST = 8  # prompts, seeds, or media that are named
MOST_PICTURES = 4
MAX_WORDS = 1_400  # bytes of a prompt

_LINE = "rgba(128,128,128,0.5)"
_WASH = "rgba(128,128,128,0.1)"
_QUIET = "font-size:12px;line-height:16px;opacity:0.72"
_TRAVELS = {
    "url": "as a link",
    "data": "in the request",
    "upload": "uploaded before the request",
    "uploaded": "uploaded already, not sent again",
    "task": "when that task has ended",
}


@dataclass(frozen=True, slots=True)
class PlanCard:
    """All that is shown of a plan.

    ``without_figures`` is the service's name where it says nothing of cost, else "". ``pictures`` are a small data URI,
    an address, or "", for each of the media. ``sent``: it was sent, and the card says what was.
    """

    title: str
    without_figures: str
    requests: Sequence[PlannedRequest]
    media: Sequence[PlannedMedium]
    notes: Sequence[str]
    pictures: Sequence[str]
    sent: bool


def text(card: PlanCard) -> str:
    """Some lines: what it is, the prompt, the facts, the price, the media, and what else there is to know."""
    lines = [
        f"{card.title}: {_word(card).lower()}",
        *map(one_line, _prompts(card)),
        " · ".join(_facts(card)),
        _price(card),
    ]
    lines += [*(f"{each.field}: {_medium(each)}" for each in card.media[:MOST]), _rest(card)]
    return "\n".join(line for line in [*lines, *_travels(card), *card.notes, _foot(card)] if line)


def html(card: PlanCard) -> Markup:
    """The same as a card with the pictures."""
    status = element("span", _sign(card), " ", _word(card))
    row = "display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px"
    words = [
        block("div", element("span", element("strong", shortened(card.title)), " "), status, style=row),
        *(_paragraph(prompt) for prompt in _prompts(card)),
        _quiet(_facts(card)),
        element("p", _price(card), style="margin:8px 0 0"),
        *(_row_of(each) for each in card.media[:MOST]),
        _quiet([_rest(card)]),
        *(_quiet([line]) for line in (*_travels(card), *card.notes)),
        _code_line(*_foot_parts(card)),
    ]
    body = block("div", *words, style="padding:12px 16px")
    style = f"border:1px dashed {_LINE};border-radius:8px;overflow:hidden"
    framed = block("div", _stage(card), body, class_=markup.IGNORED, style=style)
    outside = f"max-width:{_width(card)}px;margin:4px 0;font-size:13px;line-height:20px;overflow-wrap:anywhere"
    return block("div", framed, class_="runway-plan", style=outside)


# The words, of both


def _word(card: PlanCard) -> str:
    return "Sent" if card.sent else "Not sent"


def _foot(card: PlanCard) -> str:
    return "".join(_foot_parts(card))


def _foot_parts(card: PlanCard) -> tuple[str, str, str]:
    """The sentence in three parts, of which the middle one is code."""
    if card.sent:
        return "This was sent: ", "send()", " gives the same again."
    return "Nothing was sent. ", "send()", " sends exactly this."


def _prompts(card: PlanCard) -> list[str]:
    """The prompt; of several the first ones, each once."""
    prompts = list(dict.fromkeys(each.request["prompt"] for each in card.requests))
    if len(prompts) < 2:
        return [prompt for prompt in prompts if prompt]
    more = len(prompts) - MOST
    named = [f"{number}. {one_line(prompt)}" for number, prompt in enumerate(prompts[:MOST], 1)]
    return [*named, f"… and {more} more prompts" if more > 0 else ""]


def _facts(card: PlanCard) -> list[str]:
    """The facts of the requests; where there are several, how many, and their seeds in the place of one."""
    facts = [fact for fact in card.requests[0].request["facts"] if fact["name"]]  # the others are notes
    if len(card.requests) == 1:
        return [fact["text"] for fact in facts]
    seeds = [str(each.seed) for each in card.requests if each.seed is not None]
    shown = ", ".join(seeds[:MOST]) + (", …" if len(seeds) > MOST else "")
    same = [fact["text"] for fact in facts if fact["name"] != "seed"]
    several = len({each.request["prompt"] for each in card.requests}) > 1
    return [f"{len(card.requests)} {'tasks' if several else 'takes'}", *same, *([f"seeds {shown}"] if seeds else [])]


def _price(card: PlanCard) -> str:
    paid = [each.price for each in card.requests if not each.earlier]
    if not paid:
        return "Nothing to pay"
    known = [price for price in paid if price is not None]
    if not known:
        why = f": {card.without_figures} says none" if card.without_figures else ""
        return f"Price not known before it is sent{why}"
    total = cost_words(round(sum(known), 2), estimate=True)
    if len(known) < len(paid):
        return f"{total} · price of {len(paid) - len(known)} not known"
    if len(paid) > 1 and len(set(known)) == 1:
        return f"{total}: {len(paid)} × {in_words(known[0])}"
    return total


def _rest(card: PlanCard) -> str:
    """How many media are not named."""
    more = len(card.media) - MOST
    return f"… and {more} more media" if more > 0 else ""


def _medium(medium: PlannedMedium) -> str:
    return " · ".join(_details(medium))


def _details(medium: PlannedMedium) -> Iterator[str]:
    pixels = "" if medium.pixels is None else f"{medium.pixels[0]} × {medium.pixels[1]}"
    size = "" if medium.size is None else megabytes(medium.size)
    yield medium.name
    yield from (words for words in (pixels, size) if words and words not in medium.note)
    yield _TRAVELS[medium.travels]
    yield from (words for words in (medium.note, medium.fit) if words and words not in medium.name)


def _travels(card: PlanCard) -> list[str]:
    """How large the requests are, where that says anything."""
    sizes = [each.size for each in card.requests if not each.earlier]
    if not sizes or max(sizes) < 100_000:
        return []
    if len(sizes) == 1:
        return [f"The request has {megabytes(sizes[0])}."]
    return [f"{len(sizes)} requests of {megabytes(max(sizes))} each."]


# The HTML alone


def _sign(card: PlanCard) -> Markup:
    sign, colour = ("✓", "#2e9e5b") if card.sent else ("○", "#888888")
    return element(
        "span", sign, style=f"display:inline-block;width:13px;text-align:center;font-weight:700;color:{colour}"
    )


def _paragraph(words: str) -> Markup:
    return element("p", shortened(words, MAX_WORDS), dir="auto", style="margin:4px 0 0") if words else NOTHING


def _quiet(parts: Iterable[str], place: str = "margin:4px 0 0") -> Markup:
    items = [markup.isolated(shortened(part)) for part in parts if part]
    return element("p", markup.join(items, " · "), style=f"{place};{_QUIET}") if items else NOTHING


def _code_line(before: str, code: str, after: str) -> Markup:
    written = element("code", code, style=f"{MONO};color:inherit;font-size:inherit;padding:0")
    return element("p", before, written, after, style=f"margin:8px 0 0;{_QUIET}")


def _row_of(medium: PlannedMedium) -> Markup:
    details = markup.join([markup.isolated(shortened(part)) for part in _details(medium)], " · ")
    return element("p", element("strong", shortened(medium.field)), " ", details, style=f"margin:4px 0 0;{_QUIET}")


def _shown(card: PlanCard) -> list[tuple[PlannedMedium, str]]:
    """The media that have a picture, with it."""
    return [each for each in zip(card.media, card.pictures, strict=True) if each[1]][:MOST_PICTURES]


def _width(card: PlanCard) -> int:
    """The card's width: less where one tall picture would not fit on a screen, as of every card."""
    seen = _shown(card)
    shape = ratio_from_image(seen[0][1]) if len(seen) == 1 else None
    return WIDTH if shape is None else round(min(WIDTH, max(320.0, 520 * shape)))


def _stage(card: PlanCard) -> Markup:
    """The pictures that are sent, side by side."""
    images = [_image(*each) for each in _shown(card)]
    if len(images) < 2:
        return markup.lines(images)
    tiles = [element("div", image, style="flex:1 1 40%;min-width:0") for image in images]
    return block("div", *tiles, style="display:flex;flex-wrap:wrap;gap:2px;align-items:center")


def _image(medium: PlannedMedium, picture: str) -> Markup:
    """A copy fills its place. Of what is at an address only the words are left when it is not there any more."""
    place = f"width:100%;background-color:{_WASH}" if picture.startswith("data:") else "max-width:100%;max-height:400px"
    style = f"display:block;height:auto;margin:0 auto;{place}"
    return element("img", src=picture, alt=f"{medium.field}: {_medium(medium)}", style=style)
