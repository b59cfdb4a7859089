"""HTML: the one place where text becomes a part of a page. Pure.

A host reads on in what it shows, and a notebook goes through several. So escaping is not all that a text needs:

- **Formulas.** JupyterLab, nbconvert, Sphinx and GitHub look for TeX between dollars and in ``\\(…\\)``. They look at
  the text of one element at a time, so each sign that could begin or end a formula stands in an element of its own.
  MathJax also heeds the classes of `IGNORED`: version 2 the one, versions 3 and 4 the other.
- **Markdown.** A notebook that is exported to Markdown carries its HTML along, and there a blank line ends an HTML
  block. So there is no line end in any text, only ``<br>`` or a character reference, and never a blank line.
- **Markdown inside HTML.** pandoc, and others where asked to, read it there as well. So its marks are character
  references, which never are marks. The same holds for the braces of templates (Jekyll, Vue, Quarto). Each line begins
  with a tag, or is within one.

A notebook's file keeps HTML line by line, and so does a diff of two runs. So the parts of an element stand on lines of
their own (`block`, `lines`), and so does each address: a link with a new signature changes no other line. There is such
a line end only where no page shows it: between blocks, where there would be a blank anyway, and within a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: Classes of an element in which no formulas are looked for.
IGNORED = "mathjax_ignore tex2jax_ignore"

Attribute = str | int | bool | None

_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
_LINE_END = r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]"
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_EDGE = r"(?<![^\W_])_|_(?![^\W_])"  # an underscore within a word is no mark: "gen4_turbo"
_RUNNING_TEXT = re.compile(rf"[&<>\"'$\\`*\[\]~^|{{}}]|{_EDGE}|{_LINE_END}")
_VERBATIM = re.compile(rf"[&<>$`{{}}]|{_LINE_END}")
_VALUE = re.compile(rf"[&<>\"'$\\`{{}}]|{_LINE_END}")
_VOID = {"br", "img", "meta"}
_ADDRESSES = {"href", "poster", "src"}


class Markup(str):
    """HTML that is finished: every text in it has been escaped."""

    __slots__ = ()


def element(name: str, /, *inside: str, **attributes: Attribute) -> Markup:
    """An element. Of what is ``inside``, a `Markup` stays as it is, and any other string is escaped.

    An attribute that is None or False is left out, of True only the name is written. ``class_`` is written "class", and
    ``data_name`` "data-name". What is ``inside`` begins where the tag ends: there it may be words.
    """
    written = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    tag = f"<{name}{_attributes(written)}>"
    return Markup(tag if name in _VOID else f"{tag}{join(inside)}</{name}>")


def block(name: str, /, *parts: str, **attributes: Attribute) -> Markup:
    """An element whose ``parts`` stand on lines of their own: blocks, or the items of a flex or grid layout."""
    inside = lines(parts)
    return element(name, Markup(f"\n{inside}\n" if inside else ""), **attributes)


def lines(parts: Iterable[str], between: str = "") -> Markup:
    """``parts`` without the empty ones, each on a line of its own, with ``between`` at the ends of the lines."""
    return Markup(f"{escape(between)}\n".join(filter(None, map(_finished, parts))))


def join(parts: Iterable[str], between: str = "") -> Markup:
    """``parts`` after each other; what is no `Markup` is escaped."""
    return Markup(escape(between).join(map(_finished, parts)))


def _finished(part: str) -> Markup:
    return part if isinstance(part, Markup) else escape(part)


def escape(text: str) -> Markup:
    """``text`` for the inside of an element. A line end becomes ``<br>``, and more than two in a row become two."""
    return Markup(_RUNNING_TEXT.sub(_text_sign, _BLANK_LINES.sub("\n\n", text)))


def verbatim(text: str) -> Markup:
    """``text`` for the inside of a ``<pre>`` or ``<code>``, in which no host looks for formulas or Markdown."""
    return Markup(_VERBATIM.sub(_sign, text))


def listing(text: str) -> Markup:
    """The same, whose lines are lines of the HTML too, but for blank ones."""
    return lines(map(verbatim, filter(str.strip, text.split("\n"))))


def shorten(text: str, limit: int, written: Callable[[str], Markup] = escape) -> Markup:
    """``text`` as HTML of at most ``limit`` bytes, and the sign that there was more."""
    return written(cut(text, limit, written))


def cut(text: str, limit: int, written: Callable[[str], Markup] = verbatim) -> str:
    """As much of ``text`` as takes ``limit`` bytes of HTML, and the sign that there was more."""
    if len(written(text).encode()) <= limit:
        return text
    start = text[:limit]
    while len(written(start).encode()) > limit:
        start = start[: len(start) * 9 // 10]
    return f"{start}…"


def isolated(text: Markup) -> Markup:
    """``text`` in a line of other words, whose order its direction does not change. ASCII has only one direction."""
    return text if text.isascii() else element("span", text, dir="auto")


def link(url: str, words: str, title: str = "") -> Markup:
    """A link that opens elsewhere, and tells nobody where it was. Its line says that it is one, and no colour."""
    look = "text-decoration:underline"
    return element("a", words, href=url, target="_blank", rel="noopener noreferrer", title=title or None, style=look)


def document(title: str, style: str, *inside: str, generator: str) -> Markup:
    """A whole page of its own, with a style sheet: no script runs in it, and nothing comes from elsewhere."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="generator", content=generator),
        element("meta", **{"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", verbatim(title)),
        element("style", Markup(style)),
    )
    return Markup(f"<!doctype html>\n{element('html', head, element('body', *inside), lang='en')}\n")


def _attributes(attributes: dict[str, Attribute]) -> str:
    written, after = "", " "
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        before, after = ("\n", "\n") if name in _ADDRESSES else (after, " ")
        written += before + (name if value is True else f'{name}="{_value(value)}"')
    return written


def _value(value: str | int) -> str:
    text = _BLANK_LINES.sub("\n", str(value))  # also where somebody writes the references as characters again
    return _VALUE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    sign = match[0]
    return _NAMED.get(sign) or ("&#10;" if sign.isspace() else f"&#{ord(sign)};")


def _text_sign(match: re.Match[str]) -> str:
    sign = match[0]
    if sign.isspace():
        return "<br>"
    return f"<span>{_sign(match)}</span>" if sign in "$\\`" else _sign(match)
