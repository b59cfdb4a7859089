"""The four times of day, as colours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Light:
    """One time of day. Sky stops go from the zenith (0) to the horizon (1)."""

    sky: tuple[tuple[float, str], ...]
    sun: tuple[float, float, float]  # x (share of width), y (share of the sky's height), radius (share of height)
    disc: str
    glow: str
    glow_strength: float
    cloud_lit: str
    cloud_shade: str
    cloud_cover: float
    cloud_alpha: float
    hills: tuple[str, str, str]
    haze: str
    field_far: str
    field_near: str
    ears: tuple[str, str]  # of the far and the near rows
    rim: str  # the light on top of the ears
    kite: tuple[str, str, str, str]
    line: str
    figure: str
    cloud_seed: int = 21
    stars: int = 0
    lanterns: bool = False
    quality: int = 31  # of the video, as x264 counts: less is better and larger


LIGHTS: dict[str, Light] = {
    "dawn": Light(
        sky=((0, "#6f93c4"), (0.35, "#a9b5d8"), (0.62, "#e3c3cf"), (0.85, "#fbd3b4"), (1, "#ffe6bd")),
        sun=(0.76, 0.80, 0.046),
        disc="#fff6dc",
        glow="#ffd9a0",
        glow_strength=0.85,
        cloud_lit="#fff0e2",
        cloud_shade="#c3aecb",
        cloud_cover=0.50,
        cloud_alpha=0.85,
        cloud_seed=14,
        hills=("#b9aecb", "#9a99bb", "#7d8a9f"),
        haze="#ffe0bf",
        field_far="#e9c491",
        field_near="#a9773f",
        ears=("#dcb377", "#9a6a38"),
        rim="#ffe9bd",
        kite=("#e0483e", "#f2695a", "#c23434", "#dc4a42"),
        line="#6e5f6d",
        figure="#4c4a5c",
    ),
    "noon": Light(
        sky=((0, "#2676c8"), (0.4, "#5ba3e0"), (0.75, "#a5d0ef"), (1, "#e0f0f6")),
        sun=(0.86, -0.18, 0.05),
        disc="#ffffff",
        glow="#ffffff",
        glow_strength=0.55,
        cloud_lit="#ffffff",
        cloud_shade="#b3cbe2",
        cloud_cover=0.53,
        cloud_alpha=0.96,
        cloud_seed=24,
        hills=("#9dbfd3", "#7ea9a5", "#6f9a6c"),
        haze="#e6f1ee",
        field_far="#efd27d",
        field_near="#cf952e",
        ears=("#e6bd57", "#bf8426"),
        rim="#fff0b3",
        kite=("#d92b2b", "#f04a42", "#b51f28", "#d8332f"),
        line="#5d6b7a",
        figure="#3c4550",
    ),
    "dusk": Light(
        sky=((0, "#2c2b60"), (0.3, "#6b3f7c"), (0.55, "#c25474"), (0.78, "#f5855f"), (0.93, "#ffb968"), (1, "#ffd88a")),
        sun=(0.70, 0.86, 0.070),
        disc="#fff0bf",
        glow="#ffb057",
        glow_strength=1.0,
        cloud_lit="#ff9d78",
        cloud_shade="#5d3a6f",
        cloud_cover=0.52,
        cloud_alpha=0.85,
        quality=32,
        cloud_seed=4,
        hills=("#a0567a", "#75446f", "#4d3360"),
        haze="#ffb677",
        field_far="#d98a4e",
        field_near="#4e2a35",
        ears=("#b06a44", "#46243a"),
        rim="#ffc67c",
        kite=("#e23a3c", "#ff6a55", "#b3263a", "#d43a40"),
        line="#45284b",
        figure="#2c1b38",
    ),
    "night": Light(
        sky=((0, "#070d28"), (0.35, "#10204c"), (0.7, "#264374"), (0.9, "#4a6b94"), (1, "#6f8cab")),
        sun=(0.77, 0.24, 0.045),
        disc="#f6f3e3",
        glow="#a9c3e6",
        glow_strength=0.5,
        cloud_lit="#7e9cc4",
        cloud_shade="#1d3259",
        cloud_cover=0.50,
        cloud_alpha=0.6,
        quality=32,
        cloud_seed=20,
        hills=("#3a5780", "#27416a", "#1b2f53"),
        haze="#6584a8",
        field_far="#54698a",
        field_near="#141f3b",
        ears=("#4a6087", "#16244a"),
        rim="#a8c0de",
        kite=("#c23a44", "#e0565a", "#92283a", "#b8363f"),
        line="#8ea3c4",
        figure="#0b1430",
        stars=150,
        lanterns=True,
    ),
}
