"""Clips whose frames carry their number, so that whoever gets a frame can tell which one it is."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

_MILLISECOND = Fraction(1, 1000)
WIDTH, HEIGHT = 128, 64
_BITS, _BLOCK = 8, 16  # a block of pixels for each bit, the lowest at the left; below it is dark but for a corner


def clip(
    count: int = 50,
    *,
    times: Sequence[int] = (),
    form: str = "mp4",
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    sound: float = 0.0,
    turned: int = 0,
) -> bytes:
    """A clip of ``count`` frames, 25 a second, or at ``times`` in milliseconds.

    ``sound`` is how many seconds of it there are; ``turned`` by how many degrees a player is to turn it, clockwise.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clip.{form}"
        with av.open(path, "w") as container:
            stream: Any = container.add_stream(codec, rate=25, options=options or {})
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            if times:
                stream.time_base = stream.codec_context.time_base = _MILLISECOND
            voice: Any = container.add_stream("aac" if form == "mp4" else "libopus", rate=48_000) if sound else None
            for number in range(count):
                frame = av.VideoFrame.from_ndarray(_pixels(number), format="rgb24")
                if times:
                    frame.pts, frame.time_base = times[number], _MILLISECOND
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
            if voice is not None:
                _add_silence(container, voice, sound)
        return _turned(path.read_bytes(), turned)


def number_of(image: Image.Image) -> int:
    """The number that a frame carries."""
    assert image.size == (WIDTH, HEIGHT), "it is upright and whole"
    grey = np.asarray(image.convert("L"), dtype=float)
    assert grey[-10:, :10].mean() > 128, "the corner that is bright is below at the left"
    assert grey[-10:, -10:].mean() < 64
    bits = [grey[4:28, at * _BLOCK + 3 : (at + 1) * _BLOCK - 3].mean() > 128 for at in range(_BITS)]
    return sum(bit << at for at, bit in enumerate(bits))


def _pixels(number: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for at in range(_BITS):
        pixels[:32, at * _BLOCK : (at + 1) * _BLOCK] = 235 if number >> at & 1 else 16
    pixels[-16:, :16] = 235
    return pixels


def silence(samples: int) -> av.AudioFrame:
    """A frame of sound at 48 kHz in which all is still."""
    sound = av.AudioFrame(format="fltp", layout="stereo", samples=samples)
    for plane in sound.planes:
        plane.update(bytes(plane.buffer_size))  # else it is what the memory held, and no encoder takes all of that
    sound.sample_rate = 48_000
    return sound


def _add_silence(container: Any, stream: Any, seconds: float) -> None:
    at = 0
    while at < seconds * 48_000:
        sound = silence(960)
        sound.pts = at
        container.mux(stream.encode(sound))
        at += 960
    container.mux(stream.encode())


def _turned(data: bytes, degrees: int) -> bytes:
    """An MP4 whose track's matrix turns it; Runway makes none, phones do."""
    if not degrees:
        return data
    across, down = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    matrix = struct.pack(">9i", across << 16, down << 16, 0, -down << 16, across << 16, 0, 0, 0, 1 << 30)
    at = data.index(b"tkhd") + 44
    return data[:at] + matrix + data[at + 36 :]
