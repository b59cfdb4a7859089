"""One small picture of a medium: an image itself, or a frame of a video that shows something. See also `clip_frames`.

Pillow and PyAV decode where they are installed (the extra `thumbnails`); see `can_decode`. A medium is a file from
outside, so only formats that its first bytes show are decoded, each by the one decoder of that format, and from an open
file. Without that, a playlist that is named like a video could make a decoder open other files or addresses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from .dimensions import declared_size
from .formats import HEAD, identify_bytes
from .image_files import DECODERS, MAX_PIXELS, MAX_SIZE, is_too_large, read_image, small_copy
from .modes import opaque

if TYPE_CHECKING:
    from PIL import Image

VIDEO_DEMUXERS = {".mp4": "mov", ".mov": "mov", ".m4v": "mov", ".webm": "matroska", ".mkv": "matroska"}
_ALPHA_DECODERS = {"vp9": "libvpx-vp9"}  # FFmpeg's own (up to 8) leaves the alpha of a WebM out
_MOMENTS = (0.1, 0.0, 0.5)  # shares of the duration at which to look for a frame, in this order
_FRAMES = 48  # to decode at each moment
_BOUND = MAX_SIZE[0] * 2  # pixels of a side, from which a small copy is made
# Colours that a page cannot show, by their numbers in ITU-T H.273: PQ and HLG; the primaries of BT.2020 and P3.
_HIGH_RANGE, _WIDE = {16, 18}, {9, 11, 12}
_SRGB_RANGE, _SRGB_PRIMARIES = 13, 1
_DARK_MEAN, _FLAT_DEVIATION = 24, 10  # brightness 0 to 255; a frame below both shows nothing


class Frame(NamedTuple):
    """``image`` is None where nothing can be decoded; ``final`` if more of the file could give no better one."""

    image: Image.Image | None
    final: bool


def can_decode(kind: str) -> bool:
    """Whether the packages for a picture of this kind of medium are installed."""
    packages = {"image": ["PIL"], "video": ["PIL", "av"], "unknown": ["PIL"]}.get(kind, [])
    return bool(packages) and all(find_spec(name) is not None for name in packages)


def read_frame(file: IO[bytes], max_pixels: int | None = None) -> Frame:
    """A picture of the medium in ``file``, at most `MAX_SIZE`, in RGB or RGBA, without metadata.

    ``max_pixels`` are decoded of an image; without it `MAX_PIXELS`, as of a video. Raises whatever the decoder raises
    over a file that is damaged or lacks its end.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    media_format = identify_bytes(head)
    suffix = media_format.suffix if media_format else ""
    most = MAX_PIXELS if max_pixels is None else max_pixels
    if suffix == ".webp" and most > MAX_PIXELS:
        if MAX_PIXELS < math.prod(declared_size(head)) <= most and can_decode("video"):
            return _read_video(file, "webp_pipe", most)  # FFmpeg takes 5 bytes a pixel for it, Pillow (13) takes 17
        most = MAX_PIXELS
    if suffix in DECODERS:
        return Frame(read_image(file, suffix, most), True)
    if suffix in VIDEO_DEMUXERS:
        return _read_video(file, VIDEO_DEMUXERS[suffix], MAX_PIXELS)
    return Frame(None, True)


def coded_size(file: IO[bytes], suffix: str) -> tuple[int, int]:
    """Width and height of the pictures in the video in ``file``, before any rotation. Raises as `read_frame` does."""
    import av

    file.seek(0)
    with av.open(file, "r", format=VIDEO_DEMUXERS[suffix]) as container:
        coded = container.streams.video[0].codec_context
        return coded.width, coded.height


def _read_video(file: IO[bytes], demuxer: str, max_pixels: int) -> Frame:
    """A frame about a tenth into the video; where that is nearly black, the first one elsewhere that is not."""
    import av

    dark: Image.Image | None = None
    with av.open(file, "r", format=demuxer) as container:
        if not container.streams.video:
            return Frame(None, True)
        stream = container.streams.video[0]
        if is_too_large((stream.codec_context.width, stream.codec_context.height), max_pixels):
            return Frame(None, True)
        seconds = (container.duration or 0) / 1e6
        for moment in _MOMENTS if seconds else (0.0,):
            for frame in _decode(container, stream, moment * seconds, max_pixels):
                image = small_copy(_to_image(frame, _BOUND))
                if _shows_something(image):
                    exact = _in_colours_of_a_page(frame, _BOUND)
                    return Frame(small_copy(exact) if exact else image, True)
                dark = dark or image
    return Frame(dark, False)


def _decode(container: Any, stream: Any, start: float, max_pixels: int) -> Iterator[Any]:
    """Up to `_FRAMES` frames from ``start`` (in seconds) on; none where the file is damaged or ends before."""
    import av

    try:
        container.seek(int(start * 1e6))
        for frame in islice(all_frames(container, stream), _FRAMES):
            if frame.width * frame.height > max_pixels:
                return
            if frame.time is None or frame.time >= start:
                yield frame
    except av.FFmpegError:
        return


def all_frames(container: Any, stream: Any) -> Iterator[Any]:
    """The frames of ``stream`` from where ``container`` stands, in the order in which they are shown."""
    import av

    decoder = _ALPHA_DECODERS.get(stream.codec_context.name) if stream.metadata.get("alpha_mode") == "1" else None
    if decoder not in av.codecs_available:
        yield from container.decode(stream)
        return
    context: Any = av.CodecContext.create(decoder, "r")
    for packet in container.demux(stream):
        yield from context.decode(packet)


def whole_picture(frame: Any) -> Image.Image:
    """A video frame as it is shown: upright, in all its pixels, in RGB or, where it has alpha, in RGBA."""
    return _in_colours_of_a_page(frame, None) or _to_image(frame, None)


def _in_colours_of_a_page(frame: Any, bound: int | None) -> Image.Image | None:
    """A frame whose range or gamut exceeds that of a page, converted by FFmpeg; None for any other.

    That takes seconds, however small the frame is. PyAV can do it since version 17; before, such frames look pale.
    """
    import av

    if not hasattr(frame, "color_trc"):
        return None
    high = frame.color_trc in _HIGH_RANGE
    if not high and frame.color_primaries not in _WIDE:
        return None
    transfer = {"dst_color_trc": _SRGB_RANGE} if high else {}
    try:
        return _to_image(frame, bound, dst_color_primaries=_SRGB_PRIMARIES, **transfer)
    except av.FFmpegError:  # a combination that it cannot convert
        return None


def _to_image(frame: Any, bound: int | None, **colours: int) -> Image.Image:
    """A video frame as an upright image, with its alpha, if it has one.

    Neither side is longer than ``bound`` pixels: it is scaled down while its colours are converted.
    """
    scale = min(1.0, bound / max(frame.width, frame.height)) if bound else 1.0
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    if any(component.is_alpha for component in frame.format.components):
        image = _image_with_alpha(frame.reformat(width=width, height=height, format="rgba", **colours))
    else:
        image = frame.to_image(width=width, height=height, **colours)
    turns = round(getattr(frame, "rotation", 0) / 90) % 4  # players turn by quarters too, whatever the file says
    return image.rotate(90 * turns, expand=True) if turns else image


def _image_with_alpha(frame: Any) -> Image.Image:
    from PIL import Image

    plane = frame.planes[0]
    return Image.frombytes("RGBA", (frame.width, frame.height), bytes(plane), "raw", "RGBA", plane.line_size)


def _shows_something(image: Image.Image) -> bool:
    from PIL import ImageStat

    brightness = ImageStat.Stat(opaque(image, ground=(0, 0, 0)).convert("L"))
    return brightness.mean[0] > _DARK_MEAN or brightness.stddev[0] > _FLAT_DEVIATION
