"""The stage of a static card: the outputs, or the still that was sent. What a page cannot show stands there in words.

It is a box of the live card's shape (`js/src/stage.tsx`), whatever is in it. Where a host drops that style, the media
have their own heights.

Of an SVG only the address becomes a part of a page, in an ``<img>``, where no program in it runs; and of what the
service gives to the key alone not even that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .._journal.row import Request
from .._media.dimensions import TALLEST, WIDEST, ratio_from_image
from .._service.outputs import Output
from .._service.payload import without_queries
from .._service.text import one_line
from . import markup
from .markup import Attribute, Markup, block, element
from .view import Face

WIDTH = 560
MAX_FACTS = 340  # bytes
MAX_NAME = 125  # bytes of what a picture is called: the whole prompt stands below it

NOTHING = Markup()

_FILLING = "display:block;width:100%;height:100%;object-fit:contain"
#: A pixel through which one sees what lies below: without a `poster` Chromium gives a player a dark ground.
_CLEAR = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
_OVER = "position:absolute;top:0;left:0;width:100%;height:100%"
_WASH = "rgba(128,128,128,.1)"


@dataclass(frozen=True, slots=True)
class Picture:
    """One output as the static card shows it; each field but the first may be "".

    ``thumbnail`` and ``embedded`` are data URIs, ``local`` a saved file's path from the notebook.
    """

    output: Output
    thumbnail: str = ""
    embedded: str = ""
    local: str = ""


def size(pictures: Sequence[Picture], request: Request, face: Face) -> tuple[int, float]:
    """The card's width, and its stage's width over height, as the live card has them (`stageRatio`).

    The shape is what was asked for, else the medium's own, else what is usual. Two outputs are side by side.
    """
    known = ratio_from_image(pictures[0].thumbnail if pictures else request["still"])
    asked = request["ratio"]
    one = min(WIDEST, max(TALLEST, asked)) if asked else known or (3.2 if face["kind"] == "audio" else 16 / 9)
    shape = one * 2 if len(pictures) == 2 else one
    return round(min(WIDTH, max(320.0, 520 * shape))), shape


def carried(pictures: Sequence[Picture], request: Request) -> Iterator[str]:
    """The pictures that are in a card's bytes."""
    for each in pictures:
        if each.output.kind != "image" or not each.embedded:
            yield _data_image(each.thumbnail)
        yield each.embedded
    if not pictures:
        yield _data_image(request["still"])


def stage(pictures: Sequence[Picture], request: Request, face: Face, *, compact: bool = False) -> Markup:
    """The outputs side by side; before there are any, the still, dimmed; where there is none, nothing.

    ``compact``: in a grid, where a card keeps its stage, to stay in line.
    """
    width, shape = size(pictures, request, face)
    if pictures:
        return _outputs(pictures, request, face, width, shape)
    still = _data_image(request["still"])  # an address would be a broken picture when its link has ended
    if still and face["stage"] == "kept":
        return _box(shape, element("img", src=still, alt=_name(request, face), **_medium(width, shape)))
    if still:
        grey = ";filter:grayscale(1)" if face["stage"] == "grey" else ""
        dimmed = _medium(width, shape, f";opacity:0.5{grey}")
        return _box(shape, element("img", src=still, alt="The still that was sent", **dimmed))
    if face["stage"] == "clear":
        return _box(shape, _tile(element("p", "No output", style="margin:0;opacity:.72")))
    return _box(shape, NOTHING) if compact or face["stage"] == "kept" else NOTHING


def _outputs(pictures: Sequence[Picture], request: Request, face: Face, width: int, shape: float) -> Markup:
    name = _name(request, face)
    instead = [each["words"] for each in face["instead"]] or [""] * len(pictures)
    part = (width // 2, shape / 2 if len(pictures) == 2 else shape) if len(pictures) > 1 else (width, shape)
    made = [_output(picture, words, name, *part) for picture, words in zip(pictures, instead, strict=False)]
    inside = markup.lines(made)
    tiles = [not isinstance(each, _Medium) for each in made]
    low = ";min-height:124px;max-width:100%" if "audio" in {each.output.kind for each in pictures} else ""
    if any(one and other for one, other in pairwise(tiles)):
        return _box(None, inside, low)  # a list: a player in half a narrow card would have no button
    columns = ";display:grid;grid:auto-flow 1fr/repeat(auto-fit,minmax(34%,1fr));gap:2px" if len(pictures) > 1 else ""
    return _box(shape, inside, low + columns)


def _name(request: Request, face: Face) -> str:
    """What the outputs are called, to who does not see them."""
    prompt = one_line(without_queries(request["prompt"]))
    return markup.cut(prompt or f"Output of {face['title']}", MAX_NAME)


def _box(shape: float | None, inside: Markup, style: str = "") -> Markup:
    ratio = "" if shape is None else f"aspect-ratio:{shape:.6g};"
    return block("div", inside, style=f"{ratio}overflow:hidden;background-color:{_WASH}{style}")


class _Medium(Markup):
    """A picture or a player that fills its part of the stage, where a tile of words has a height of its own."""

    __slots__ = ()


def _medium(width: int, shape: float, style: str = "") -> dict[str, Attribute]:
    """Attributes of a medium. Width and height keep the place of what has not loaded, where the box has no shape."""
    return {"width": width, "height": round(width / shape), "style": f"{_FILLING}{style}"}


def _tile(*inside: Markup) -> Markup:
    style = (
        "display:flex;flex-direction:column;align-items:center;justify-content:center;gap:8px;height:100%;min-width:0;"
        "box-sizing:border-box;padding:16px;overflow:auto;text-align:center"
    )
    return block("div", *inside, style=style)


def _output(picture: Picture, words: str, name: str, width: int, shape: float) -> Markup:
    """One output; where a page cannot show it, ``words`` in its place, under its picture if there is one."""
    if not words or (not picture.output.has_link and (picture.embedded or picture.local)):
        return _player(picture, name, width, shape)
    image = _data_image(picture.thumbnail)
    seen = element("img", src=image, alt=name, **_medium(width, shape, ";flex:1 1 0")) if image else NOTHING
    # As high as with the live card's link under it.
    lines = 48 if picture.output.has_link and not image else 20
    return _tile(seen, element("p", shortened(words), style=f"margin:0;min-height:{lines}px;opacity:.72"))


def _player(picture: Picture, name: str, width: int, shape: float) -> Markup:
    """The medium itself, a video over its thumbnail: nothing of it is seen, or fetched, before it plays.

    So the thumbnail is there once, and no `poster`, which is lost with the player on pages that show none (GitHub).
    A saved file may not travel with the notebook. Then a video shows its thumbnail, but an image would be a broken one,
    so that is its thumbnail, and the file is a link. An SVG has no thumbnail; one that was saved as text is no picture.
    """
    local = "" if picture.local.endswith(".txt") else picture.local
    source = picture.embedded or local or picture.output.url
    image = _data_image(picture.thumbnail)
    kind = picture.output.kind
    place = _medium(width, shape, ";min-width:0;min-height:0")
    if kind == "image":
        return _Medium(element("img", src=picture.embedded or image or source, alt=name, **place))
    if kind == "audio":
        note = element("span", "♪", style="font-size:24px;line-height:28px;opacity:0.6")
        wide = "display:block;flex:none;width:100%;max-width:440px"
        return _tile(note, element("audio", src=source, controls=True, preload="none", style=wide))
    if kind == "video":
        played: dict[str, Attribute] = {"controls": True, "muted": True, "loop": True}
        if not image:
            return _Medium(element("video", src=source, **played, preload="metadata", **place))
        under = element("img", src=image, alt=name, width=width, style=_FILLING)
        place = {"width": width, "height": round(width / shape), "style": _OVER}
        over = element("video", src=source, poster=_CLEAR, **played, preload="none", **place)
        return _Medium(block("div", under, over, style="position:relative;height:100%;min-height:0"))
    return NOTHING


def _data_image(url: str) -> str:
    return url if url.startswith("data:image/") and not url.startswith("data:image/svg") else ""


def shortened(words: str, limit: int = MAX_FACTS) -> Markup:
    """``words`` as HTML of at most ``limit`` bytes. A signature may be in any query, and any text may hold a link."""
    return markup.shorten(without_queries(words), limit)
