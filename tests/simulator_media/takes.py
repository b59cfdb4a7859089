"""The takes of one scene: how the kite flies, what the camera does, and how the picture is graded.

Each is a loop: whatever moves does so by whole cycles. The first one has no name and is the scene as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .paint import TAU

Array = np.ndarray


@dataclass(frozen=True)
class Take:
    """One way to fly, to film and to grade.

    ``place`` moves the kite by shares of the frame's width and height, ``swing`` by how much it swings about there,
    ``cycles`` how many times; ``size`` multiplies the kite, ``turn`` is its swing in degrees. ``zoom`` is the camera's,
    at its narrowest and its widest, towards ``target``, in shares of the frame. ``tint`` multiplies red, green and
    blue, ``saturation`` the colours, ``lift`` brightens the shadows. ``quality`` is added to that of the light.
    """

    place: tuple[float, float] = (0.0, 0.0)
    swing: tuple[float, float] = (0.0, 0.0)
    cycles: tuple[int, int] = (1, 1)
    size: float = 1.0
    turn: float = 0.0
    zoom: tuple[float, float] = (1.0, 1.0)
    target: tuple[float, float] = (0.5, 0.5)
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.0
    lift: float = 0.0
    quality: int = 0

    def flight(self, t: float) -> tuple[float, float, float]:
        """How far the kite is from its usual place, in shares of the frame, and by how many degrees it is turned."""
        across = self.place[0] + self.swing[0] * math.sin(TAU * self.cycles[0] * t)
        down = self.place[1] + self.swing[1] * math.cos(TAU * self.cycles[1] * t)
        return across, down, self.turn * math.cos(TAU * self.cycles[0] * t)

    def filmed(self, picture: Image.Image, t: float) -> Image.Image:
        """What the camera sees of a frame, graded."""
        return self._graded(self._cropped(picture, t))

    def _cropped(self, picture: Image.Image, t: float) -> Image.Image:
        near, far = self.zoom
        zoom = near + (far - near) * (0.5 - 0.5 * math.cos(TAU * t))
        if zoom == 1.0:
            return picture
        width, height = picture.width / zoom, picture.height / zoom
        left, top = (picture.width - width) * self.target[0], (picture.height - height) * self.target[1]
        return picture.resize(picture.size, Image.Resampling.BICUBIC, (left, top, left + width, top + height))

    def _graded(self, picture: Image.Image) -> Image.Image:
        if (self.tint, self.saturation, self.lift) == ((1.0, 1.0, 1.0), 1.0, 0.0):
            return picture
        pixels = np.asarray(picture).astype(float)
        grey = pixels @ np.array([0.2126, 0.7152, 0.0722])
        pixels = grey[..., None] + (pixels - grey[..., None]) * self.saturation
        pixels = (pixels + (255 - pixels) * self.lift) * np.array(self.tint)
        return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


TAKES: dict[str, Take] = {
    "": Take(),
    "near": Take(
        place=(0.01, 0.10),
        swing=(0.055, 0.06),
        cycles=(1, 2),
        size=1.25,
        turn=16,
        zoom=(1.75, 1.5),
        target=(0.72, 0.30),
        tint=(1.06, 1.0, 0.90),
        saturation=1.18,
        quality=5,
    ),
    "dive": Take(
        place=(-0.02, 0.10),
        swing=(0.19, 0.15),
        size=0.9,
        turn=55,
        zoom=(1.12, 1.12),
        target=(0.7, 0.6),
        tint=(0.90, 0.99, 1.10),
        quality=5,
    ),
    "haze": Take(
        place=(0.20, -0.10),
        swing=(0.08, 0.035),
        cycles=(1, 2),
        size=0.62,
        turn=9,
        tint=(1.0, 0.99, 0.96),
        saturation=0.62,
        lift=0.22,
        quality=5,
    ),
}
