"""Renders the simulator's media: a red kite over a wheat field, at dawn, noon, dusk and night, in several takes each.

    python -m tests.simulator_media.make_media [--only dusk] [--take near] [--frame 20 --to frame.png]

Needs numpy, Pillow and PyAV, and half an hour.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from .lights import LIGHTS
from .paint import TAU
from .scene import Scene
from .takes import TAKES

MEDIA = Path(__file__).resolve().parents[2] / "runway_widget" / "simulator" / "media"
SECONDS, RATE = 4, 24
FRAMES = SECONDS * RATE
SHAPES = {"": (640, 360), "portrait": (288, 512)}
_BT709, _LIMITED = 1, 1  # by their numbers in ITU-T H.273 and in FFmpeg


def render(name: str, take: str, width: int, height: int, t: float, *, oversample: int = 3) -> Image.Image:
    scene = _scene(name, take, width * oversample, height * oversample)
    return scene.frame(t).resize((width, height), Image.Resampling.LANCZOS)


@cache
def _scene(name: str, take: str, width: int, height: int) -> Scene:
    return Scene(LIGHTS[name], TAKES[take], width, height)


def video(name: str, take: str, size: tuple[int, int], path: Path, *, oversample: int) -> None:
    quality = LIGHTS[name].quality + TAKES[take].quality
    options = {"preset": "veryslow", "crf": str(quality), "profile": "high", "tune": "animation"}
    options |= {"x264-params": "keyint=96:aq-mode=3"}
    with av.open(path, "w", options={"movflags": "faststart", "fflags": "bitexact"}) as container:
        stream: Any = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = _BT709
        for index in range(FRAMES):
            picture = np.asarray(render(name, take, *size, index / FRAMES, oversample=oversample))
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=_BT709, dst_color_range=_LIMITED
            )
            frame.colorspace = _BT709
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def sound(path: Path) -> None:
    """Wind in the wheat, four seconds."""
    rate, length = 22050, 22050 * SECONDS
    source = np.random.default_rng(7)
    spectrum = np.fft.rfft(source.normal(size=length))
    hertz = np.fft.rfftfreq(length, 1 / rate)
    spectrum *= np.exp(-((np.log(np.maximum(hertz, 1) / 420) / 0.9) ** 2))
    wind = np.fft.irfft(spectrum, length)
    t = np.arange(length) / length
    wind *= 0.55 + 0.3 * np.sin(TAU * t - 1) + 0.15 * np.sin(3 * TAU * t)
    samples = (wind / np.abs(wind).max() * 0.6).astype("<f4")
    with av.open(path, "w", options={"movflags": "faststart", "fflags": "bitexact"}, format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=rate, layout="mono")
        stream.bit_rate = 20_000
        for start in range(0, length, 1024):
            piece = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
            piece.sample_rate, piece.pts = rate, start
            container.mux(stream.encode(piece))
        container.mux(stream.encode())


def still(name: str, take: str, size: tuple[int, int], path: Path, *, oversample: int) -> None:
    picture = render(name, take, size[0] * 4 // 3, size[1] * 4 // 3, 0.2, oversample=oversample)
    picture.save(path, quality=50 if take else 66, optimize=True, progressive=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(LIGHTS))
    parser.add_argument("--take", choices=list(TAKES), help="only this one; '' is the first")
    parser.add_argument("--frame", type=int, help="render only this frame of each, as a preview")
    parser.add_argument("--portrait", action="store_true", help="with --frame")
    parser.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()) / "frame.png")
    options = parser.parse_args()
    names = [options.only] if options.only else list(LIGHTS)
    takes = list(TAKES) if options.take is None else [options.take]
    if options.frame is not None:
        size = (360, 640) if options.portrait else (640, 360)
        sheet = Image.new("RGB", (size[0] * len(takes), size[1] * len(names)))
        for row, name in enumerate(names):
            for column, take in enumerate(takes):
                picture = render(name, take, *size, options.frame / FRAMES)
                sheet.paste(picture, (column * size[0], row * size[1]))
        sheet.save(options.to)
        return
    MEDIA.mkdir(parents=True, exist_ok=True)
    if "" in takes:
        sound(MEDIA / "wind.m4a")
    for name in names:
        for take in takes:
            for shape, size in SHAPES.items():
                path = MEDIA / "-".join(filter(None, [name, take, shape]))
                oversample = 2 if take else 3
                video(name, take, size, path.with_suffix(".mp4"), oversample=oversample)
                still(name, take, size, path.with_suffix(".jpg"), oversample=oversample)
                _scene.cache_clear()
            sys.stderr.write(f"{name} {take} done\n")


if __name__ == "__main__":
    main()
