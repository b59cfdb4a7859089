"""Images and videos that tests make, and what they look at in the pictures that come out."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, ImageStat


def noise(width: int, height: int) -> Image.Image:
    """The hardest picture to make small."""
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8))


def written(image: Image.Image, name: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def video(
    shade: Callable[[float], int],
    seconds: float = 4.0,
    *,
    form: str = "mp4",
    codec: str = "libx264",
    faststart: bool = True,
    grain: int = 0,
) -> bytes:
    """A video whose frame at each share of its length is of one shade, give or take the grain."""
    random = np.random.default_rng(7)
    count = round(seconds * 12)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"video.{form}"
    with (
        folder,
        av.open(path, "w", options={"movflags": "faststart"} if faststart and form == "mp4" else {}) as container,
    ):
        stream: Any = container.add_stream(codec, rate=12)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for index in range(count):
            level = shade(index / count)
            pixels = random.integers(level - grain, level + grain + 1, (180, 320, 3)).clip(0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        container.close()
        return path.read_bytes()


def opened(uri: str) -> Image.Image:
    assert uri.startswith(("data:image/avif;base64,", "data:image/webp;base64,", "data:image/jpeg;base64,"))
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    image.load()
    return image


def brightness(uri: str) -> float:
    return ImageStat.Stat(opened(uri).convert("L")).mean[0]
