"""Renders the simulator's media: a red kite over a wheat field, at dawn, noon, dusk and night.

    python -m tests.simulator_media.make_media [--only dusk] [--frame 20 --to frame.png]

Needs numpy, Pillow and ffmpeg, and some minutes.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from .lights import LIGHTS
from .paint import TAU
from .scene import Scene

MEDIA = Path(__file__).resolve().parents[2] / "runway_widget" / "simulator" / "media"
SECONDS, RATE = 4, 24
FRAMES = SECONDS * RATE


def render(name: str, width: int, height: int, t: float, *, oversample: int = 3) -> Image.Image:
    scene = _scene(name, width * oversample, height * oversample)
    return scene.frame(t).resize((width, height), Image.Resampling.LANCZOS)


@cache
def _scene(name: str, width: int, height: int) -> Scene:
    return Scene(LIGHTS[name], width, height)


def video(name: str, width: int, height: int, path: Path, quality: int) -> None:
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
    command += ["-r", str(RATE), "-i", "-", "-an", "-vf", "scale=out_color_matrix=bt709:out_range=tv"]
    command += [
        "-c:v",
        "libx264",
        "-pix_fmt",
        "yuv420p",
        "-preset",
        "veryslow",
        "-crf",
        str(quality),
        "-profile:v",
        "high",
    ]
    command += [
        "-tune",
        "animation",
        "-x264-params",
        "keyint=96:aq-mode=3",
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
    ]
    command += [
        "-color_trc",
        "bt709",
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-movflags",
        "+faststart",
        str(path),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin
        for index in range(FRAMES):
            process.stdin.write(render(name, width, height, index / FRAMES).tobytes())
        process.stdin.close()
        if process.wait():
            raise SystemExit("ffmpeg failed")


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
    samples = (wind / np.abs(wind).max() * 0.6 * 32767).astype("<i2")
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-"]
    command += ["-c:a", "aac", "-b:a", "20k", "-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart"]
    subprocess.run([*command, str(path)], input=samples.tobytes(), check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(LIGHTS))
    parser.add_argument("--frame", type=int, help="render only this frame, as a preview")
    parser.add_argument("--portrait", action="store_true", help="with --frame")
    parser.add_argument("--to", type=Path, default=Path(tempfile.gettempdir()) / "frame.png")
    options = parser.parse_args()
    names = [options.only] if options.only else list(LIGHTS)
    if options.frame is not None:
        size = (360, 640) if options.portrait else (640, 360)
        sheet = Image.new("RGB", (size[0] * min(2, len(names)), size[1] * math.ceil(len(names) / 2)))
        for index, name in enumerate(names):
            picture = render(name, *size, options.frame / FRAMES)
            sheet.paste(picture, (index % 2 * size[0], index // 2 * size[1]))
        sheet.save(options.to)
        return
    MEDIA.mkdir(parents=True, exist_ok=True)
    sound(MEDIA / "wind.m4a")
    for name in names:
        light = LIGHTS[name]
        for suffix, size, quality in (("", (640, 360), light.quality), ("-portrait", (288, 512), light.quality)):
            video(name, *size, MEDIA / f"{name}{suffix}.mp4", quality)
            still = render(name, size[0] * 4 // 3, size[1] * 4 // 3, 0.2)
            still.save(MEDIA / f"{name}{suffix}.jpg", quality=66, optimize=True, progressive=True)
        sys.stderr.write(f"{name} done\n")


if __name__ == "__main__":
    main()
