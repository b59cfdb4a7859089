"""The card as plain HTML and as one line of text: what is left of it when there is no kernel.

It is read in places that take away scripts, `<style>`, `var()`, ARIA and in the end all CSS, in light and in dark. So
it names no text colour (it takes its host's), paints with greys that are see-through, says everything in words, and is
in the right order without any style at all. Everything of the service's is escaped, and only the player and its link
carry a signed query.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape
from typing import Any

from ._payload import unsigned, web_url
from ._state import Output, TaskState

WIDTH = 560
MAX_DATA = 3_000  # characters of JSON; a card without pictures stays under 8 kB

_LINE = "rgba(128,128,128,0.35)"
_WASH = "rgba(128,128,128,0.12)"
_SMALL = "font-size:12px;line-height:16px"
_QUIET = f"{_SMALL};opacity:0.75"
_MONO = "font-family:monospace;font-size:11px"

# Mid tones: each stands out 3 to 1 from white and from a dark editor's grey alike. The words need no colour.
_TONES = {
    "success": ("✓", "#2e9e5b"),
    "danger": ("✕", "#e5484d"),
    "accent": ("●", "#3b82f6"),
    "neutral": ("○", "#888888"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One output as the frozen card shows it; each but the first may be "".

    ``thumbnail`` and ``embedded`` are data URIs, ``local`` a saved file's path from the notebook.
    """

    output: Output
    thumbnail: str = ""
    embedded: str = ""
    local: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a frozen card says. ``face`` and ``request`` are the live card's; ``reattach`` is a line of code."""

    task_id: str
    face: dict[str, Any]
    state: TaskState = field(default_factory=TaskState)
    reattach: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    when: str = ""


def text(card: Card) -> str:
    """One telling line: "Image to video: Failed: the prompt was moderated (3d957031-…)"."""
    line = f"{card.face['title']}: {card.face['word']}"
    if card.face["note"]:
        line += f": {card.face['note']}"
    return f"{line} ({card.task_id})" if card.task_id else line


def html(card: Card) -> str:
    """The card, for a page of which nothing is known. Inline styles only; reads the same without them."""
    return _framed(card, f"max-width:{WIDTH}px;margin:4px 0", _data(card.state.data))


def grid(words: str, cards: list[Card], columns: int | None) -> str:
    """Several cards side by side under the line that sums them up."""
    width = f"calc({100 / columns:.4g}% - 12px)" if columns else "240px"
    each = "".join(_framed(card, f"flex:1 1 {width};min-width:200px;max-width:{WIDTH}px") for card in cards)
    return (
        f'<div class="runway-grid"><p style="margin:4px 0;{_QUIET}">{escape(words)}</p>'
        f'<div style="display:flex;flex-wrap:wrap;align-items:flex-start;gap:12px">{each}</div></div>'
    )


def _framed(card: Card, place: str, below: str = "") -> str:
    body = "".join([_head(card), _facts(card), _said(card), _links(card), _foot(card)])
    frame = f"{place};border:1px solid {_LINE};border-radius:8px;font-size:13px;line-height:20px"
    return f'<div class="runway-task" style="{frame}">{_stage(card)}<div style="padding:12px 16px">{body}</div>{below}</div>'


def _stage(card: Card) -> str:
    still = web_url(card.request.get("still")) or _data_image(card.request.get("still"))
    if card.pictures:
        return "".join(_player(picture) for picture in card.pictures)
    if still:
        return f'<img src="{escape(still)}" alt="The picture that was sent" width="{WIDTH}" style="{_BOX};opacity:0.5">'
    return ""


_BOX = f"display:block;width:100%;max-height:560px;height:auto;border-radius:7px 7px 0 0;background-color:{_WASH}"


def _player(picture: Picture) -> str:
    """The medium itself, and inside it, for pages that know no video, its thumbnail."""
    source = escape(picture.embedded or picture.local or picture.output.url)
    image = _data_image(picture.thumbnail)
    kind = picture.output.kind
    if kind == "image":
        lasting = source if picture.embedded or picture.local or not image else image
        return f'<img src="{lasting}" alt="The output" width="{WIDTH}" style="{_BOX}">'
    if kind == "audio":
        return f'<audio src="{source}" controls preload="none" style="width:100%"></audio>'
    if kind == "video":
        poster = f' poster="{image}"' if image else ""
        inside = f'<img src="{image}" alt="A frame of the video" width="{WIDTH}">' if image else ""
        attributes = f'controls muted loop preload="metadata" width="{WIDTH}"'
        return f'<video src="{source}"{poster} {attributes} style="{_BOX}">{inside}</video>'
    return ""


def _head(card: Card) -> str:
    icon, colour = _TONES[card.face["tone"]]
    return (
        '<div style="display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px">'
        f"<strong>{escape(card.face['title'])}</strong> "
        f'<span><span style="color:{colour}">{icon}</span> {escape(card.face["word"])}</span></div>'
    )


def _facts(card: Card) -> str:
    prompt = card.request.get("prompt") or ""
    facts = " · ".join(card.request.get("facts") or [])
    return _paragraph(prompt) + _paragraph(facts, _QUIET)


def _said(card: Card) -> str:
    face, state = card.face, card.state
    code = state.failure_code
    wrapper = "" if state.code in (None, "", "success", "200") else f"code {state.code}"
    message = state.message if state.message not in ("", face["note"], state.code) else ""
    if face["tone"] == "danger":
        said = _paragraph(face["note"]) + _paragraph(face["advice"], _QUIET) + _paragraph(code, f"{_MONO};opacity:0.75")
    else:
        said = _paragraph(" · ".join(part for part in (card.when, face["note"]) if part), _QUIET)
    return said + _paragraph(" · ".join(part for part in (wrapper, message) if part), _QUIET)


def _links(card: Card) -> str:
    links = []
    for number, picture in enumerate(card.pictures, 1):
        which = f" {number}" if len(card.pictures) > 1 else ""
        name = picture.output.kind if picture.output.kind != "unknown" else "output"
        if picture.local:
            links.append(_link(picture.local, f"saved {name}{which}"))
        links.append(_link(picture.output.url, f"{'original' if picture.local else 'open the'} {name}{which}"))
    return f'<p style="margin:4px 0 0;{_SMALL}">{" · ".join(links)}</p>' if links else ""


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>'


def _foot(card: Card) -> str:
    if not card.reattach:
        return ""
    style = f"{_MONO};background-color:transparent;padding:0;opacity:0.75"
    return f'<p style="margin:8px 0 0;{_SMALL}"><code style="{style}">{escape(card.reattach)}</code></p>'


def _paragraph(words: str, style: str = "") -> str:
    return f'<p dir="auto" style="margin:4px 0 0;{style}">{escape(words)}</p>' if words else ""


def _data_image(url: Any) -> str:
    return escape(url) if isinstance(url, str) and url.startswith("data:image/") else ""


def _data(data: dict[str, Any]) -> str:
    if not data:
        return ""
    shown = json.dumps(_without_queries(data), ensure_ascii=False, indent=2)
    if len(shown) > MAX_DATA:
        shown = f"{shown[:MAX_DATA]}\n… ({len(shown)} characters)"
    pre = f"{_MONO};line-height:16px;white-space:pre-wrap;margin:4px 0 0;max-height:320px;overflow:auto"
    return (
        f'<details style="padding:0 16px 12px;{_SMALL}"><summary style="opacity:0.75">data</summary>'
        f'<pre style="{pre}">{escape(shown)}</pre></details>'
    )


def _without_queries(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_queries(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_queries(item) for item in value]
    return unsigned(value) if web_url(value) else value
