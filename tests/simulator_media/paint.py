"""Colours, ramps and noise."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

TAU = 2 * math.pi
Colour = tuple[int, int, int]


def rgb(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(a: str | Colour, b: str | Colour, share: float) -> Colour:
    one, two = (rgb(c) if isinstance(c, str) else c for c in (a, b))
    return tuple(round(x + (y - x) * share) for x, y in zip(one, two, strict=True))  # type: ignore[return-value]


def smooth(low: float, high: float, x: np.ndarray) -> np.ndarray:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


@cache
def noise(width: int, height: int, cells: tuple[int, int], octaves: int, seed: int) -> np.ndarray:
    """Periodic value noise, 0 to 1."""
    source = np.random.default_rng(seed)
    total, weight, gain = np.zeros((height, width)), 0.0, 1.0
    for octave in range(octaves):
        nx, ny = cells[0] * 2**octave, cells[1] * 2**octave
        grid = source.random((ny, nx))
        x, y = np.arange(width) * nx / width, np.arange(height) * ny / height
        ix, iy = x.astype(int), y.astype(int)
        fx, fy = (x - ix)[None, :], (y - iy)[:, None]
        fx, fy = fx**3 * (fx * (6 * fx - 15) + 10), fy**3 * (fy * (6 * fy - 15) + 10)
        ix1, iy1 = (ix + 1) % nx, (iy + 1) % ny
        top = grid[np.ix_(iy, ix)] * (1 - fx) + grid[np.ix_(iy, ix1)] * fx
        low = grid[np.ix_(iy1, ix)] * (1 - fx) + grid[np.ix_(iy1, ix1)] * fx
        total += gain * (top * (1 - fy) + low * fy)
        weight += gain
        gain *= 0.5
    return total / weight
