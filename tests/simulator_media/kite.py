"""Draws the figure, the line and the kite."""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .lights import Light
from .paint import TAU, mix, rgb
from .takes import Take


class Flight:
    """Draws figure, line and kite into a picture of that size. ``t`` is the position in the loop, 0 to 1."""

    def __init__(self, light: Light, take: Take, width: int, height: int, horizon: int) -> None:
        self.light, self.take, self.w, self.h, self.horizon = light, take, width, height, horizon
        self.portrait = height > width
        self.unit = min(width, height)

    def draw(self, picture: Image.Image, t: float) -> None:
        layer = Image.new("RGBA", picture.size)
        draw = ImageDraw.Draw(layer)
        u = self.unit
        foot = (self.w * (0.30 if self.portrait else 0.285), self.horizon + u * 0.068)
        hand = self._draw_figure(draw, foot, u * 0.112, t)
        lift = math.sin(TAU * t)
        cx = self.w * (0.62 if self.portrait else 0.60) + u * (
            0.022 * math.sin(TAU * t + 0.9) + 0.006 * math.sin(2 * TAU * t)
        )
        cy = self.h * 0.27 - u * (0.028 * lift + 0.007 * math.sin(2 * TAU * t + 1.0))
        across, down, turn = self.take.flight(t)
        cx, cy = cx + across * self.w, cy + down * self.h
        tilt = math.radians(21 + turn + 5 * math.sin(TAU * t + 0.5) + 2 * math.sin(2 * TAU * t))
        size = u * (0.150 if self.portrait else 0.135) * self.take.size
        bridle = self._draw_kite(draw, (cx, cy), size, tilt, t)
        sag = u * (0.075 - 0.02 * lift)
        points = []
        for index in range(41):
            s = index / 40
            x = hand[0] + (bridle[0] - hand[0]) * s
            y = hand[1] + (bridle[1] - hand[1]) * s + sag * 4 * s * (1 - s) * (0.75 + 0.25 * s)
            points.append((x, y))
        draw.line(points, fill=(*rgb(self.light.line), 215), width=max(1, round(u / 400)), joint="curve")
        if self.light.lanterns:
            glow = Image.new("RGB", picture.size)
            lamp = ImageDraw.Draw(glow)
            for x, y in self._tail(self._tail_root((cx, cy), size, tilt), size, tilt, t)[6::8]:
                r = size * 0.085
                lamp.ellipse((x - r, y - r, x + r, y + r), fill=(255, 178, 92))
            wide = glow.filter(ImageFilter.GaussianBlur(size * 0.17))
            glow = ImageChops.add(wide, glow.filter(ImageFilter.GaussianBlur(size * 0.05)))
            picture.paste(ImageChops.screen(picture, glow))
        picture.paste(layer, (0, 0), layer)

    def _draw_figure(
        self, draw: ImageDraw.ImageDraw, foot: tuple[float, float], tall: float, t: float
    ) -> tuple[float, float]:
        """Draw a small figure that leans back against the pull. Returns the position of the hand with the line."""
        x, y = foot
        lean = -0.10 - 0.025 * math.sin(TAU * t)
        ink = rgb(self.light.figure)

        def p(across: float, up: float) -> tuple[float, float]:
            return x + tall * (across + lean * up), y - tall * up

        draw.polygon(
            [p(-0.10, 0), p(-0.03, 0), p(0.015, 0.30), p(0.08, 0), p(0.15, 0), p(0.10, 0.46), p(-0.09, 0.46)], fill=ink
        )
        flare = 0.03 * math.sin(2 * TAU * t)
        coat = mix(self.light.figure, self.light.kite[1], 0.16)
        draw.polygon([p(-0.15 - flare, 0.32), p(-0.09, 0.80), p(0.09, 0.80), p(0.14, 0.34)], fill=coat)
        hx, hy = p(0.0, 0.92)
        r = tall * 0.088
        draw.ellipse((hx - r, hy - r, hx + r, hy + r), fill=ink)
        hand = p(0.36, 0.98 + 0.02 * math.sin(TAU * t))
        width = max(2, round(tall * 0.065))
        draw.line([p(0.05, 0.74), p(0.22, 0.80), hand], fill=coat, width=width, joint="curve")
        draw.line([p(-0.05, 0.74), p(0.13, 0.66), p(0.30, 0.86)], fill=coat, width=width, joint="curve")
        return hand

    @staticmethod
    def _tail_root(centre: tuple[float, float], size: float, tilt: float) -> tuple[float, float]:
        return centre[0] - size * 0.95 * math.sin(tilt), centre[1] + size * 0.95 * math.cos(tilt)

    def _draw_kite(
        self, draw: ImageDraw.ImageDraw, centre: tuple[float, float], size: float, tilt: float, t: float
    ) -> tuple[float, float]:
        cx, cy = centre
        c, s = math.cos(tilt), math.sin(tilt)

        def p(x: float, y: float) -> tuple[float, float]:
            return cx + size * (x * c - y * s), cy + size * (x * s + y * c)

        tail = self._tail(self._tail_root(centre, size, tilt), size, tilt, t)
        line = rgb(self.light.line)
        draw.line(tail, fill=(*line, 210), width=max(1, round(size * 0.022)), joint="curve")
        for index in range(8, len(tail) - 1, 8):
            (x, y), (x2, y2) = tail[index], tail[index + 1]
            angle = math.atan2(y2 - y, x2 - x)
            flap = 0.35 * math.sin(TAU * (2 * t) - index * 0.5)
            bow = size * (0.18 - 0.0013 * index)
            for side in (-1, 1):
                a = angle + side * (math.pi / 2 + flap * 0.4)
                ends = [(x + bow * math.cos(a + k), y + bow * math.sin(a + k)) for k in (-0.42, 0.42)]
                colour = self.light.kite[1] if (index // 8) % 2 else mix(self.light.rim, "#ffffff", 0.25)
                draw.polygon([(x, y), *ends], fill=colour)
        top, left, right, low, mid = p(0, -0.72), p(-0.58, -0.16), p(0.58, -0.16), p(0, 0.95), p(0.02, -0.16)
        for corners, colour in (
            ((top, left, mid), self.light.kite[0]),
            ((top, right, mid), self.light.kite[1]),
            ((left, low, mid), self.light.kite[2]),
            ((right, low, mid), self.light.kite[3]),
        ):
            draw.polygon(corners, fill=colour)
        width = max(1, round(size * 0.02))
        spar = mix(self.light.kite[2], "#000000", 0.25)
        draw.line([top, mid, low], fill=(*spar, 150), width=width)
        draw.line([left, mid, right], fill=(*spar, 150), width=width)
        draw.line([left, top, right], fill=(*mix(self.light.kite[1], self.light.rim, 0.55), 220), width=width)
        return mid

    def _tail(self, root: tuple[float, float], size: float, tilt: float, t: float) -> list[tuple[float, float]]:
        points = []
        for index in range(58):
            s = index / 57
            sway = s**0.8 * size * 0.33 * math.sin(TAU * (1.35 * s - 2 * t) + 0.4) + size * 0.25 * s * math.sin(TAU * t)
            along = s * size * 2.75
            heading = tilt * 0.9 + 0.55 * s
            x = root[0] - along * math.sin(heading) + sway * math.cos(heading)
            y = root[1] + along * math.cos(heading) + sway * math.sin(heading)
            points.append((x, y))
        return points
