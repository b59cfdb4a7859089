"""A moving picture of a page: frames taken one by one, each with the time that it is shown, joined to an animated WebP.

Nothing is filmed: the test brings about each state, waits for it, and takes it. So the picture is as smooth on a slow
machine, and the same each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page

QUALITY = 82

POINTER = """() => {
  const pointer = document.createElement('div');
  pointer.id = 'pointer';
  pointer.style.cssText = 'position:fixed;z-index:99999;left:0;top:0;pointer-events:none;display:none';
  pointer.innerHTML = '<svg width="20" height="28" viewBox="0 0 20 28"><path d="M3 2v19l4.6-4.2 3 7.2 3.2-1.4-3-7H17z" '
    + 'fill="#111" stroke="#fff" stroke-width="1.6" stroke-linejoin="round"/></svg>';
  document.body.append(pointer);
}"""
POINT = """([x, y]) => {
  const { style } = document.getElementById('pointer');
  style.display = 'block';
  style.transform = `translate(${x - 3}px, ${y - 2}px)`;
}"""


@dataclass
class Recording:
    """The frames of one part of a page, and a pointer that stands in for the mouse: a screenshot shows none.

    ``coarse``: take one frame of several where something glides, which shows the same states in a tenth of the time.
    """

    page: Page
    clip: FloatRect
    coarse: int = 1
    frames: list[Image.Image] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)  # milliseconds, one for each frame
    pointer: tuple[float, float] = (0.0, 0.0)

    def take(self, milliseconds: int) -> None:
        """Add the page as it is, to be shown so long."""
        shot = self.page.screenshot(clip=self.clip, animations="disabled", caret="hide")
        self.frames.append(Image.open(BytesIO(shot)).convert("RGB"))
        self.durations.append(milliseconds)

    def place_pointer(self, x: float, y: float) -> None:
        if not self.page.locator("#pointer").count():
            self.page.evaluate(POINTER)
        self.page.evaluate(POINT, [x, y])
        self.pointer = (x, y)

    def move_to(self, x: float, y: float, steps: int, milliseconds: int = 40) -> None:
        """Move the pointer there, slower at both ends."""
        begin = self.pointer
        for step in range(self.coarse, steps + self.coarse, self.coarse):
            share = min(step / steps, 1.0)
            share = share * share * (3 - 2 * share)
            self.place_pointer(*(a + (b - a) * share for a, b in zip(begin, (x, y), strict=True)))
            self.take(milliseconds)

    def save(self, path: Path) -> None:
        first, *rest = self.frames
        first.save(
            path,
            save_all=True,
            append_images=rest,
            duration=self.durations,
            loop=0,
            quality=QUALITY,
            method=4,
            minimize_size=True,
        )


def middle(element: Locator) -> tuple[float, float]:
    """The point of the page that is in the middle of an element."""
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
