"""What every static card and grid stands in, and the styles that they share."""

from __future__ import annotations

from . import markup
from .markup import Markup, block, element

LINE = "rgba(128,128,128,.3)"
QUIET = "font-size:12px;line-height:16px;opacity:.72"
SMALL = "font-size:12px;line-height:16px"
MONO = "font-family:monospace;font-size:11px;background-color:transparent"
ROW = "margin:4px 0 0"
CUT = "overflow:hidden;white-space:nowrap;text-overflow:ellipsis"

_FONT = (
    "font-size:13px;font-size:var(--vscode-font-size,var(--jp-ui-font-size1,13px));line-height:20px;"
    "font-family:var(--vscode-font-family,var(--jp-ui-font-family,inherit));font-variant-numeric:tabular-nums"
)
#: What only a selector can say: a prompt is two lines until it is unfolded, a player's controls appear under the
#: pointer and with the focus (see `widget.css`), and JupyterLab's space at the right of HTML, which no widget has, is
#: taken. And what a theme does to such elements is undone: it colours code and links for a dark page where the output's
#: ground is light, frames and darkens pictures (pydata-sphinx-theme 0.24), makes a coloured box with icons of what
#: is folded (Material for MkDocs 9.8), or leaves a stripe beside pictures (reveal.js 4). A live card (``.rw``) that is
#: drawn there is left alone.
_STYLE = markup.Markup(
    ".runway-static :is(a,code,pre,details,summary,img,video):not(.rw *){border:0!important;border-radius:0!important;"
    "box-shadow:none!important;background:none!important;color:inherit!important}"
    ".runway-static :is(summary,img,video):not(.rw *){margin:0!important;padding:0!important;max-width:100%!important;"
    "max-height:100%!important;font-weight:inherit!important}"
    ".runway-static img:not([style*=gray],.rw *){filter:none!important}"
    ".runway-static summary:not(.runway-prompt,.rw *){display:list-item!important}"
    ".runway-static summary:not(.rw *)::before,.runway-static summary:not(.rw *)::after{display:none!important}"
    ".jp-RenderedHTMLCommon>.runway-static{margin-right:-20px!important}"
    "p.runway-prompt,:not([open])>.runway-prompt{display:-webkit-box!important;-webkit-box-orient:vertical;"
    "-webkit-line-clamp:2;overflow:hidden}"
    ".runway-static video:not(:hover,:focus-within)::-webkit-media-controls{opacity:0}"
)


def tinted(colour: str) -> str:
    """The style of a sign in ``colour``. Half of it is the text's, which is light or dark as its ground needs it."""
    return f"color:{colour};color:color-mix(in srgb,{colour} 55%,currentcolor)"


def root(kind: str, twin: str, *inside: Markup) -> Markup:
    """All that one output shows, with the styles that its cards share. ``twin``: see `static_card.html`."""
    style = f"margin:4px 0;{_FONT};overflow-wrap:anywhere"
    name = {"data_runway_card": twin or None}
    return block("div", element("style", _STYLE), *inside, class_=kind, style=style, **name)


def task(framed: Markup, below: Markup, width: int) -> Markup:
    return block("div", framed, below, class_="runway-task", style=f"max-width:{width}px;min-width:0")


def frame(stage: Markup, words: list[Markup]) -> Markup:
    body = block("div", *words, style="padding:12px 16px 8px;padding:12px clamp(12px,4%,16px) 8px")
    ground = "background-color:var(--vscode-editor-background,var(--jp-layout-color1,transparent))"
    style = f"border:1px solid {LINE};border-radius:8px;overflow:hidden;{ground}"
    return block("div", stage, body, class_=markup.IGNORED, style=style)
