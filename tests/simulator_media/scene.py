"""The sky, the hills and the wheat: one frame of the loop at a time.

Everything moves by whole cycles of the loop, so that the last frame leads to the first. Places are shares of the frame,
sizes are shares of its shorter side.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .kite import Flight
from .lights import Light
from .paint import TAU, Colour, mix, noise, rgb, smooth
from .takes import Take


class Scene:
    """A frame's size and light, with everything that does not move already painted."""

    def __init__(self, light: Light, take: Take, width: int, height: int) -> None:
        self.light, self.take, self.w, self.h = light, take, width, height
        self.portrait = height > width
        self.unit = min(width, height)
        self.horizon = round(height * (0.70 if self.portrait else 0.66))
        self.clouds = self._clouds()
        self.sky = self._sky()
        self.flight = Flight(light, take, width, height, self.horizon)
        self.lit_side = 1 if light.sun[0] > 0.5 else -1
        self.hills = self._hills()
        self.field = self._field()
        self.rows = self._rows()

    # What stands still

    def _sky(self) -> np.ndarray:
        y = np.clip(np.arange(self.h) / self.horizon, 0, 1)
        stops = [s for s, _ in self.light.sky]
        column = np.stack([np.interp(y, stops, [rgb(c)[i] for _, c in self.light.sky]) for i in range(3)], 1)
        sky = np.repeat(column[:, None, :], self.w, 1)
        xx, yy = np.meshgrid(np.arange(self.w), np.arange(self.h))
        sx, sy, radius = self._sun()
        distance = np.hypot(xx - sx, (yy - sy) * 1.12) / self.h
        if self.light.stars:
            sky += self._stars()
        strength = self.light.glow_strength
        halo = strength * (0.50 * np.exp(-distance / 0.16) + 0.42 * np.exp(-((distance / 0.5) ** 2)))
        sky = self._screen(sky, self.light.glow, halo)
        disc = smooth(radius / self.h + 1.2 / self.h, radius / self.h - 1.2 / self.h, distance)
        if self.light.stars:  # a moon has its seas
            seas = noise(self.w, self.h, (46, 26), 3, 5)
            disc = disc * (1 - 0.16 * smooth(0.52, 0.7, seas))
        return np.asarray(sky + (np.array(rgb(self.light.disc)) - sky) * disc[..., None])

    def _sun(self) -> tuple[float, float, float]:
        x, y, radius = self.light.sun
        return x * self.w, y * self.horizon, radius * self.unit

    @staticmethod
    def _screen(base: np.ndarray, colour: str, amount: np.ndarray) -> np.ndarray:
        return np.asarray(255 - (255 - base) * (1 - amount[..., None] * np.array(rgb(colour)) / 255))

    def _stars(self) -> np.ndarray:
        source = np.random.default_rng(3)
        layer = np.zeros((self.h, self.w, 3))
        scale = self.unit / 720
        for _ in range(self.light.stars):
            x, y = source.random() * self.w, source.random() ** 1.4 * self.horizon * 0.92
            size, bright = (0.8 + 1.1 * source.random() ** 3) * scale, 60 + 190 * source.random() ** 2
            x0, y0 = int(x), int(y)
            box = np.s_[max(0, y0 - 5) : y0 + 6, max(0, x0 - 5) : x0 + 6]
            yy, xx = np.mgrid[max(0, y0 - 5) : min(self.h, y0 + 6), max(0, x0 - 5) : min(self.w, x0 + 6)]
            spot = np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * size**2)) * bright
            layer[box] += spot[..., None] * np.array([0.9, 0.95, 1.0]) * (1 - 0.8 * y / self.horizon)
        return layer

    def _clouds(self) -> tuple[np.ndarray, np.ndarray]:
        """Density, and how much light falls on it; wider than the frame, for the drift."""
        width, height = self.w * 2, self.horizon
        aspect = width / height
        body = noise(width, height, (max(2, round(aspect * 1.6)), 4), 6, self.light.cloud_seed)
        streak = noise(width, height, (max(2, round(aspect * 0.9)), 7), 3, self.light.cloud_seed + 1)
        density = 0.78 * body + 0.22 * streak
        y = np.linspace(0, 1, height)[:, None]
        cover = 1 - self.light.cloud_cover
        density = smooth(cover + 0.045, cover + 0.17, density - 0.10 * np.abs(y - 0.55))
        density *= smooth(-0.1, 0.25, y) * smooth(1.02, 0.8, y)
        soft = (
            np.asarray(
                Image.fromarray((density * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(self.h / 45))
            ).astype(float)
            / 255
        )
        sy = self.light.sun[1]
        shift = round(self.h * 0.03) * (-1 if sy < 0.5 else 1)
        lit = np.clip(0.55 + 1.5 * (soft - np.roll(soft, -shift, 0)) + 0.25 * (1 - soft), 0, 1)
        return density, lit

    def _hills(self) -> Image.Image:
        layer = Image.new("RGBA", (self.w, self.h))
        x = np.arange(self.w + 1)
        u = x / self.unit
        shapes = (
            (0.062, 0.020, 2.1, 0.8),
            (0.040, 0.018, 3.3, 2.4),
            (0.016, 0.012, 4.6, 4.3),
        )
        for (lift, swing, pace, phase), colour in zip(shapes, self.light.hills, strict=True):
            top = self.horizon - self.unit * (
                lift + swing * (np.sin(u * pace + phase) + 0.45 * np.sin(u * pace * 2.3 + phase * 2))
            )
            mask = Image.new("L", (self.w, self.h))
            points = [*zip(x.tolist(), top.tolist(), strict=True), (self.w, self.h), (0, self.h)]
            ImageDraw.Draw(mask).polygon(points, fill=255)
            shade = np.zeros((self.h, self.w, 3))
            depth = np.clip((np.arange(self.h) - top.min()) / (self.horizon - top.min() + 1), 0, 1)[:, None]
            shade[:] = np.array(rgb(colour)) + (np.array(rgb(self.light.haze)) - np.array(rgb(colour))) * (
                0.55 * depth[..., None] ** 1.5
            )
            layer.paste(Image.fromarray(shade.astype(np.uint8)), (0, 0), mask)
        return layer

    def _field(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The field's colour without wind, and per pixel where it lies: across, and away from the viewer."""
        rows = self.h - self.horizon
        v = (np.arange(rows) + 1)[:, None] / rows  # 0 at the horizon, 1 at the viewer
        away = 1 / (v * 0.9 + 0.10)
        across = (np.arange(self.w)[None, :] - self.w * 0.45) / self.unit * away
        far, near = (np.array(rgb(c), float) for c in (self.light.field_far, self.light.field_near))
        colour = far + (near - far) * (v**0.8)[..., None]
        haze = np.array(rgb(self.light.haze), float)
        colour = colour + (haze - colour) * (0.5 * np.exp(-v / 0.10))[..., None]
        sx = self.light.sun[0] * self.w
        side = np.exp(-(((np.arange(self.w) - sx) / (self.w * 0.33)) ** 2))[None, :] * np.exp(-v / 0.35)
        if self.light.sun[1] > 0:
            colour = (
                colour + (np.array(rgb(self.light.rim)) - colour) * (0.5 * side * self.light.glow_strength)[..., None]
            )
        return np.broadcast_to(colour, (rows, self.w, 3)).copy(), across, np.broadcast_to(away, (rows, self.w))

    def _rows(self) -> list[tuple[float, list[tuple[float, float, float, float]]]]:
        """Rows of stalks from far to near: the depth (0 to 1), and per stalk its x, foot, height and phase."""
        source = np.random.default_rng(11)
        rows = []
        count = 9
        for index in range(count):
            depth = index / (count - 1)
            size = self.unit * (0.030 + 0.225 * depth**1.8)
            base = self.horizon + (self.h - self.horizon) * (0.24 + 1.10 * depth**1.15)
            gap = size * (0.20 - 0.105 * depth**0.7)
            stalks = []
            for place in np.arange(-size, self.w + size, gap):
                x = place + source.normal() * gap * 0.5
                foot = base + source.normal() * size * 0.05
                tall = size * (1 + source.normal() * 0.10)
                stalks.append((x, foot, tall, source.normal() * 0.35))
            source.shuffle(stalks)
            rows.append((depth, stalks))
        return rows

    # What moves; t is the share of the loop, 0 to 1

    def frame(self, t: float) -> Image.Image:
        picture = self._sky_at(t)
        picture.paste(self.hills, (0, 0), self.hills)
        self._paint_field(picture, t)
        self.flight.draw(picture, t)
        self._draw_rows(picture, t)
        return self._graded(self.take.filmed(picture, t))

    def _sky_at(self, t: float) -> Image.Image:
        density, lit = self.clouds
        drift = self.w * 0.016
        share = 0.5 - 0.5 * math.cos(math.pi * t)
        parts = []
        for offset in (drift * t, drift * (t - 1)):
            x = self.w * 0.35 - offset
            left, rest = int(x), x - int(x)
            cut = [
                a[:, left : left + self.w] * (1 - rest) + a[:, left + 1 : left + 1 + self.w] * rest
                for a in (density, lit)
            ]
            parts.append(cut)
        d, light = (a * (1 - share) + b * share for a, b in zip(*parts, strict=True))
        sky = self.sky.copy()
        top = sky[: self.horizon]
        bright, shade = (np.array(rgb(c), float) for c in (self.light.cloud_lit, self.light.cloud_shade))
        colour = shade + (bright - shade) * light[..., None]
        sx, sy, _ = self._sun()
        xx, yy = np.meshgrid(np.arange(self.w), np.arange(self.horizon))
        near_sun = np.exp(-np.hypot(xx - sx, yy - sy) / (0.35 * self.h))
        colour = self._screen(colour, self.light.glow, 0.7 * near_sun * self.light.glow_strength)
        top += (colour - top) * (d * self.light.cloud_alpha)[..., None]
        return Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))

    def _paint_field(self, picture: Image.Image, t: float) -> None:
        colour, across, away = self.field
        wave = np.sin(TAU * (0.55 * across + 0.30 * away - t) + 1.3 * np.sin(1.7 * away + across * 0.8))
        fine = np.sin(TAU * (1.6 * across + 0.9 * away - 2 * t) + 2.0 * np.sin(2.3 * across))
        rim = np.array(rgb(self.light.rim), float)
        gust = np.clip(0.13 + 0.22 * wave + 0.07 * fine, -0.12, 0.4)[..., None]
        lit = colour + np.where(gust > 0, (rim - colour) * gust * 0.75, colour * gust)
        picture.paste(Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)), (0, self.horizon))

    def _wind(self, x: float, depth: float, t: float) -> float:
        """How far stalks bend here and now, -1 to 1: a gust that crosses the field once per loop."""
        u = x / self.unit
        return 0.62 * math.sin(TAU * (0.42 * u - t) - 2.2 * depth) + 0.12 * math.sin(
            TAU * (1.1 * u - 2 * t) + 5 * depth
        )

    def _draw_rows(self, picture: Image.Image, t: float) -> None:
        for depth, stalks in self.rows:
            layer = Image.new("RGBA", picture.size)
            draw = ImageDraw.Draw(layer)
            body = mix(self.light.ears[0], self.light.ears[1], depth**0.9)
            for x, foot, tall, phase in stalks:
                bend = 0.20 + 0.25 * self._wind(x, depth, t + phase * 0.06)
                shade = 0.5 + 0.5 * math.sin(phase * 9)
                lit = 0.12 + max(0.0, bend) * (0.75 - 0.3 * depth) + 0.16 * shade
                ear = mix(mix(body, self.light.rim, 0.20 * shade * (1 - depth)), self.light.rim, lit)
                self._draw_stalk(draw, x, foot, tall, bend + phase * 0.10, mix(body, self.light.field_near, 0.65), ear)
            picture.paste(layer, (0, 0), layer)

    def _draw_stalk(
        self, draw: ImageDraw.ImageDraw, x: float, foot: float, tall: float, bend: float, stem: Colour, ear: Colour
    ) -> None:
        def at(s: float) -> tuple[float, float]:
            return x + bend * tall * s**2.1, foot - tall * s * (1 - 0.16 * bend * bend * s)

        thick = max(1, round(tall * 0.013))
        draw.line([at(s) for s in (0, 0.2, 0.4, 0.55, 0.7)], fill=stem, width=thick)
        (x0, y0), (x1, y1) = at(0.66), at(1.0)
        dx, dy = x1 - x0, y1 - y0
        length = math.hypot(dx, dy) or 1.0
        dx, dy = dx / length, dy / length
        nx, ny = -dy, dx
        wide = length * 0.085
        if tall < self.unit * 0.05:
            draw.line([(x0, y0), (x1, y1)], fill=ear, width=max(1, round(wide * 2.2)))
            return
        awn = mix(ear, self.light.rim, 0.25)
        grains = 8
        for index in range(grains):
            s = index / grains
            cx, cy = x0 + dx * length * s, y0 + dy * length * s
            girth = wide * (1.15 - 0.9 * abs(s - 0.35))
            for side in (-1, 1):
                tip = (
                    cx + dx * length * 0.20 + nx * side * girth * 0.85,
                    cy + dy * length * 0.20 + ny * side * girth * 0.85,
                )
                belly = (
                    cx + dx * length * 0.09 + nx * side * girth * 1.15,
                    cy + dy * length * 0.09 + ny * side * girth * 1.15,
                )
                inner = (cx + dx * length * 0.16, cy + dy * length * 0.16)
                shade = mix(stem, ear, (0.45 + 0.55 * s) if side == self.lit_side else 0.15 + 0.2 * s)
                draw.polygon([(cx, cy), belly, tip, inner], fill=shade)
                if index >= 1:
                    end = (
                        tip[0] + dx * length * 0.42 + nx * side * girth * 1.5,
                        tip[1] + dy * length * 0.42 + ny * side * girth * 1.5,
                    )
                    draw.line([tip, end], fill=(*awn, 130), width=1)
        top = (x1 + dx * length * 0.08, y1 + dy * length * 0.08)
        draw.polygon(
            [(x1 - nx * wide * 0.4, y1 - ny * wide * 0.4), top, (x1 + nx * wide * 0.4, y1 + ny * wide * 0.4)], fill=ear
        )

    def _graded(self, picture: Image.Image) -> Image.Image:
        """A breath of vignette."""
        yy, xx = np.mgrid[0 : self.h, 0 : self.w]
        edge = np.hypot((xx / self.w - 0.5) * 1.15, (yy / self.h - 0.48) * 1.1)
        shade = 1 - 0.20 * smooth(0.42, 0.85, edge)
        return Image.fromarray((np.asarray(picture) * shade[..., None]).astype(np.uint8))
