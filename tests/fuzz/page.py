"""Whether HTML is what this package means to write, and nothing that somebody else wrote into it.

It is read twice: by a parser of the HTML standard, which refuses what the standard calls an error, and by a plain
reader of tags. Both must come to the same tree: so each element is closed where it is written, and none was moved,
added or dropped. In that tree there is no element, attribute or address but those that are listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import turbohtml

_BEFORE, _AFTER = "<!doctype html><html><head><title>x</title></head><body>", "</body></html>"
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9-]*(?:="[^"<>]*")?)*)\s*>')
_ATTRIBUTE = re.compile(r'([a-z][a-z0-9-]*)(?:="([^"]*)")?')
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|#[0-9]{1,7}|#x[0-9a-f]{1,6});")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

_ANYWHERE = {"class", "style", "title", "dir", "data-runway-card", "hidden", "lang"}
_ATTRIBUTES: dict[str, set[str]] = {
    **{name: set() for name in ("div", "p", "span", "strong", "em", "b", "code", "pre", "br", "style", "summary")},
    **{name: set() for name in ("table", "thead", "tbody", "tr", "th", "td", "ol", "ul", "li")},
    "details": {"open"},
    "a": {"href", "target", "rel"},
    "img": {"src", "alt", "width", "height", "loading", "decoding"},
    "video": {"src", "poster", "controls", "muted", "loop", "playsinline", "preload", "width", "height"},
    "audio": {"src", "controls", "preload"},
}
_VOID = {"br", "img"}
_BLOCKS = {"div", "p", "pre", "details", "table", "ol", "ul", "li", "figure"}
_WORDS_ONLY = {"p", "span", "strong", "em", "b", "code", "pre", "summary"}
_STYLE = re.compile(r"[\w\s:;(),.%#/+*'-]*")
_CLASS = re.compile(r"[\w -]+")
_CARRIED = re.compile(r"data:(?:image/(?:webp|jpeg|png|gif|avif)|video/[\w-]+|audio/[\w-]+);base64,[A-Za-z0-9+/=]+")
_LOCAL = re.compile(r"[\w./% -]+")

Event = tuple[Any, ...]


def check(html: str, names: set[str], *, neighbours: bool = False) -> None:
    """Raises AssertionError for HTML that is not valid, or holds what nobody here wrote. ``names`` are its cards'.

    ``neighbours``: the service lies in a private network, and may name other hosts there, though not this machine.
    """
    assert not (found := _FORBIDDEN.search(html)), f"a character that means something: {found[0]!r}"
    document: Any = turbohtml.parse(_BEFORE + html + _AFTER, strict=True, positions=False)
    written = list(_written(html))
    read = list(_read(document.find("body")))
    assert read == written, "a browser reads another tree than the one that is written"
    open_elements: list[str] = []
    for kind, name, *more in written:
        if kind == "start":
            _check_element(name, more[0], open_elements, names, neighbours)
            if name not in _VOID:
                open_elements.append(name)
        elif kind == "end":
            assert open_elements.pop() == name
    assert open_elements == []


def _check_element(name: str, attributes: dict[str, str], above: list[str], names: set[str], neighbours: bool) -> None:
    assert name in _ATTRIBUTES, f"an element <{name}>"
    assert set(attributes) <= _ATTRIBUTES[name] | _ANYWHERE, f"attributes of <{name}>: {sorted(attributes)}"
    assert not (name in _BLOCKS and _WORDS_ONLY & set(above)), f"<{name}> in {above}"
    assert not (name == "a" and "a" in above), "a link in a link"
    for attribute in ("src", "poster", "href"):
        if attribute in attributes:
            _check_address(attributes[attribute], carried=attribute != "href", neighbours=neighbours)
    style = attributes.get("style", "")
    assert _STYLE.fullmatch(style), f"a style {style!r}"
    assert not re.search(r"url\(|expression|import|//|/\*|script", style, re.IGNORECASE), f"a style {style!r}"
    assert _CLASS.fullmatch(attributes.get("class", "x")), attributes
    assert attributes.get("dir", "auto") in {"auto", "ltr"}
    assert attributes.get("data-runway-card", "") in {"", *names}
    if name == "a":
        assert (attributes["target"], attributes["rel"]) == ("_blank", "noopener noreferrer")


def _check_address(address: str, *, carried: bool, neighbours: bool) -> None:
    if carried and _CARRIED.fullmatch(address):
        return
    parts = urlsplit(address)
    if not parts.scheme and not parts.netloc:
        assert _LOCAL.fullmatch(address), f"an address {address!r}"
        assert ":" not in address
        return
    assert parts.scheme.lower() in {"http", "https"}, f"an address {address!r}"
    assert "\\" not in address, f"an address that is read in two ways: {address!r}"
    assert not _is_inside(parts.hostname or "", neighbours), f"an address that leads inside: {address!r}"


def _is_inside(host: str, neighbours: bool) -> bool:
    """Whether a browser would go where no link may lead, told in another way than the package tells it: to this machine
    or, but for ``neighbours``, into its network.
    """
    plain = unescape(host).encode("idna").decode().lower().rstrip(".")
    try:
        address = ip_address(plain.strip("[]"))
    except ValueError:
        if plain.endswith("localhost") or "%" in plain or plain[-1:].isdigit():
            return True
        return not neighbours and ("." not in plain or plain.endswith((".local", ".corp")))
    here = address.is_loopback or address.is_link_local or address.is_unspecified
    return here or not (address.is_global or (neighbours and address.is_private))


def _written(html: str) -> Iterator[Event]:
    """The tree as it is written; AssertionError for what is not plainly written."""
    at = 0
    text = ""
    while at < len(html):
        if html[at] != "<":
            end = html.find("<", at)
            end = len(html) if end < 0 else end
            text += _text(html[at:end])
            at = end
            continue
        tag = _TAG.match(html, at)
        assert tag, f"no plain tag: {html[at : at + 80]!r}"
        if text:
            yield "text", text
            text = ""
        at = tag.end()
        closes, name, attributes = tag.groups()
        if closes:
            assert not attributes
            yield "end", name
            continue
        found = _ATTRIBUTE.findall(attributes)
        values = {each: _text(quoted) for each, quoted in found}
        assert len(values) == len(found), f"an attribute twice: {tag[0]!r}"
        yield "start", name, values
        if name == "style":
            end = html.index("</style>", at)
            yield "text", html[at:end]
            at = end
    if text:
        yield "text", text


def _text(quoted: str) -> str:
    bare = _REFERENCE.sub("", quoted)
    assert "&" not in bare, f"an ampersand that begins no reference: {quoted[:80]!r}"
    assert ">" not in bare, f"a bracket in a text: {quoted[:80]!r}"
    return unescape(quoted)


def _read(element: Any) -> Iterator[Event]:
    """The tree as a browser reads it."""
    text = ""
    for child in element.children:
        if isinstance(child, turbohtml.Text):
            text += child.data
            continue
        if text:
            yield "text", text
            text = ""
        assert isinstance(child, turbohtml.Element), f"{child!r} between the elements"
        yield "start", child.tag, {name: _one(value) for name, value in child.attrs.items()}
        yield from _read(child)
        if child.tag not in _VOID:
            yield "end", child.tag
    if text:
        yield "text", text


def _one(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else " ".join(value)
