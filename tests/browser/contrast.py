"""The contrast of every text on a page's cards with what it stands on, as a reader sees it."""

from __future__ import annotations

from typing import Any, cast

from playwright.sync_api import Page

# Opacity and half transparent grounds are mixed in, through shadow roots and slots. What nobody can press is exempt
# (WCAG 2.2, 1.4.3), and what stands over a picture has a ground of its own.
_MEASURE = """\
() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (...colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const [colour, opacity] of colours) {
      pen.globalAlpha = opacity;
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (pixel) =>
    pixel
      .map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const up = (node) => node.assignedSlot ?? node.parentNode ?? node.host;
  const inside = (root) => [...(root?.querySelectorAll("*") ?? [])].flatMap((el) => [el, ...inside(el.shadowRoot)]);
  const found = [];
  for (const el of inside(document)) {
    if (!el.closest(".rw, .runway-static") || el.closest(".rw-spoken, [aria-disabled=true], video, style")) continue;
    const text = [...el.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("");
    const shown = el.getClientRects().length && el.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!text || !shown || getComputedStyle(el).fontSize === "0px") continue;
    let opacity = 1;
    const grounds = [];
    for (let at = el; at; at = up(at)) {
      if (!at.style) continue;
      const { backgroundColor, opacity: own } = getComputedStyle(at);
      grounds.unshift([backgroundColor, 1]);
      opacity *= own;
    }
    const ground = [["#fff", 1], ...grounds];
    const [dark, light] = [pixel(...ground), pixel(...ground, [getComputedStyle(el).color, opacity])]
      .map(luminance)
      .sort((a, b) => a - b);
    found.push([text, (light + 0.05) / (dark + 0.05)]);
  }
  return found;
}
"""


def texts(page: Page) -> dict[str, float]:
    """Each text that can be seen on the page's cards, with its contrast: the least, where it stands there twice."""
    least: dict[str, float] = {}
    for text, ratio in cast(list[list[Any]], page.evaluate(_MEASURE)):
        least[text] = min(ratio, least.get(text, ratio))
    return least


def too_faint(page: Page, least: float = 4.5) -> dict[str, float]:
    """The texts with less contrast than ``least``; an AssertionError where there is no text at all."""
    seen = texts(page)
    assert seen, "no card has any text"
    return {text: round(ratio, 2) for text, ratio in seen.items() if ratio < least}
