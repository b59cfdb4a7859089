"""The stage of a static card: the outputs, or the still that was sent. What a page cannot show stands there in words.

Of an SVG only the address becomes a part of a page, in an ``<img>``, where no program in it runs; and of what the
service gives to the key alone not even that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .._journal.row import Request
from .._media.dimensions import TALLEST, WIDEST, ratio_from_image
from .._service.outputs import Output
from .._service.payload import without_queries
from .._service.text import one_line
from . import markup
from .markup import Attribute, Markup, element
from .view import Face

WIDTH = 560
MAX_FACTS = 400  # bytes

NOTHING = Markup()

_WASH = "rgba(128,128,128,0.1)"


@dataclass(frozen=True, slots=True)
class Picture:
    """One output as the static card shows it; each field but the first may be "".

    ``thumbnail`` and ``embedded`` are data URIs, ``local`` a saved file's path from the notebook.
    """

    output: Output
    thumbnail: str = ""
    embedded: str = ""
    local: str = ""


def size(pictures: Sequence[Picture], request: Request) -> tuple[int, float]:
    """The card's width, which follows from the ratio of its picture as the live card's does; and that ratio."""
    known = pictures[0].thumbnail if pictures else request["still"]
    shape = ratio_from_image(known) or min(WIDEST, max(TALLEST, request["ratio"] or 16 / 9))
    beside = 2 if len(pictures) == 2 else 1
    return round(min(WIDTH, max(320.0, 520 * shape * beside))), shape


def carried(pictures: Sequence[Picture], request: Request) -> Iterator[str]:
    """The pictures that are in a card's bytes, each as often as it is in there."""
    for each in pictures:
        yield from (each.thumbnail, each.thumbnail, each.embedded)
    if not pictures:
        yield _data_image(request["still"])


def stage(pictures: Sequence[Picture], request: Request, face: Face) -> Markup:
    """The outputs side by side; before there are any, the still, dimmed; nothing where there is none."""
    width, shape = size(pictures, request)
    prompt = one_line(without_queries(request["prompt"]))
    name = markup.cut(prompt or f"Output of {face['title']}", MAX_FACTS)
    instead = [each["words"] for each in face["instead"]] or [""] * len(pictures)
    if len(pictures) > 1:
        tiles = [
            element(
                "div",
                _output(picture, words, name, width // 2, shape),
                # A player in half a narrow card would have no button.
                style=f"flex:1 1 {'100%' if picture.output.kind == 'audio' else '40%'};min-width:0",
            )
            for picture, words in zip(pictures, instead, strict=False)
        ]
        return element("div", *tiles, style="display:flex;flex-wrap:wrap;gap:2px")
    if pictures:
        return _output(pictures[0], instead[0], name, width, shape)
    still = _data_image(request["still"])  # an address would be a broken picture when its link has ended
    if not still:
        return NOTHING
    grey = ";filter:grayscale(1)" if face["stage"] == "grey" else ""
    return element("img", src=still, alt="The still that was sent", **_box(width, shape, f";opacity:0.5{grey}"))


def _box(width: int, shape: float, style: str = "") -> dict[str, Attribute]:
    """Attributes of a medium. Width and height keep the place of what has not loaded."""
    style = f"display:block;width:100%;height:auto;margin:0;background-color:{_WASH}{style}"
    return {"width": width, "height": round(width / shape), "style": style}


def _output(picture: Picture, words: str, name: str, width: int, shape: float) -> Markup:
    """One output; where a page cannot show it, ``words`` in its place, under its picture if there is one."""
    if not words or (not picture.output.has_link and (picture.embedded or picture.local)):
        return _player(picture, name, width, shape)
    image = _data_image(picture.thumbnail)
    seen = element("img", src=image, alt=name, **_box(width, shape)) if image else NOTHING
    style = f"margin:0;padding:16px;text-align:center;background-color:{_WASH}"
    return markup.join([seen, element("p", shortened(words), style=style)])


def _player(picture: Picture, name: str, width: int, shape: float) -> Markup:
    """The medium itself; inside a video its thumbnail, for pages that show no videos.

    A saved file may not travel with the notebook. Then a video shows its poster, but an image would be a broken one, so
    that is its thumbnail, and the file is a link. An SVG has no thumbnail; one that was saved as text is no picture.
    """
    local = "" if picture.local.endswith(".txt") else picture.local
    source = picture.embedded or local or picture.output.url
    image = _data_image(picture.thumbnail)
    kind = picture.output.kind
    box = _box(width, shape)
    if kind == "image":
        return element("img", src=picture.embedded or image or source, alt=name, **box)
    if kind == "audio":
        return element("audio", src=source, controls=True, preload="none", style="display:block;width:100%")
    if kind == "video":
        inside = element("img", src=image, alt=name, width=width) if image else NOTHING
        played: dict[str, Attribute] = {"controls": True, "muted": True, "loop": True, "preload": "metadata"}
        return element("video", inside, src=source, poster=image or None, **played, **box)
    return NOTHING


def _data_image(url: str) -> str:
    return url if url.startswith("data:image/") and not url.startswith("data:image/svg") else ""


def shortened(words: str, limit: int = MAX_FACTS) -> Markup:
    """``words`` as HTML of at most ``limit`` bytes. A signature may be in any query, and any text may hold a link."""
    return markup.shorten(without_queries(words), limit)
