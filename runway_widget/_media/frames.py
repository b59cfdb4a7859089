"""One picture of a medium: an image itself, or a frame of a video that shows something.

Pillow and PyAV decode where they are installed (the extra `thumbnails`); see `can_decode`. A medium is a file from
outside, so only formats that its first bytes show are decoded, each by the one decoder of that format, and from an open
file. Without that, a playlist that is named like a video could make a decoder open other files or addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from .formats import HEAD, identify_bytes

if TYPE_CHECKING:
    from PIL import Image

MAX_SIZE = (320, 400)  # pixels of a picture: width, height
MAX_PIXELS = 50_000_000  # of a medium's own picture; a larger one is not decoded

_IMAGE_DECODERS = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP", ".gif": "GIF", ".avif": "AVIF"}
_VIDEO_DEMUXERS = {".mp4": "mov", ".mov": "mov", ".m4v": "mov", ".webm": "matroska", ".mkv": "matroska"}
_MOMENTS = (0.1, 0.0, 0.5)  # shares of the duration at which to look for a frame, in this order
_FRAMES = 48  # to decode at each moment
_DARK_MEAN, _FLAT_DEVIATION = 24, 10  # brightness 0 to 255; a frame below both shows nothing


class Frame(NamedTuple):
    """``image`` is None where nothing can be decoded; ``final`` if more of the file could give no better one."""

    image: Image.Image | None
    final: bool


def can_decode(kind: str) -> bool:
    """Whether the packages for a picture of this kind of medium are installed."""
    packages = {"image": ["PIL"], "video": ["PIL", "av"], "unknown": ["PIL"]}.get(kind, [])
    return bool(packages) and all(find_spec(name) is not None for name in packages)


def read_frame(file: IO[bytes]) -> Frame:
    """A picture of the medium in ``file``, at most `MAX_SIZE`, in RGB or RGBA, without metadata.

    Raises whatever the decoder raises over a file that is damaged or lacks its end.
    """
    file.seek(0)
    media_format = identify_bytes(file.read(HEAD))
    file.seek(0)
    if media_format is not None and media_format.suffix in _IMAGE_DECODERS:
        return Frame(_read_image(file, _IMAGE_DECODERS[media_format.suffix]), True)
    if media_format is not None and media_format.suffix in _VIDEO_DEMUXERS:
        return _read_video(file, _VIDEO_DEMUXERS[media_format.suffix])
    return Frame(None, True)


def _read_image(file: IO[bytes], decoder: str) -> Image.Image | None:
    from PIL import Image, ImageOps

    with Image.open(file, formats=[decoder]) as image:
        if image.width * image.height > MAX_PIXELS:
            return None
        image.draft("RGB", (MAX_SIZE[0] * 2, MAX_SIZE[1] * 2))  # a JPEG decodes faster at a fraction of its size
        return _small_copy(ImageOps.exif_transpose(image))


def _read_video(file: IO[bytes], demuxer: str) -> Frame:
    """A frame about a tenth into the video; where that is nearly black, the first one elsewhere that is not."""
    import av

    dark: Image.Image | None = None
    with av.open(file, "r", format=demuxer) as container:
        if not container.streams.video:
            return Frame(None, True)
        stream = container.streams.video[0]
        if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
            return Frame(None, True)
        seconds = (container.duration or 0) / 1e6
        for moment in _MOMENTS if seconds else (0.0,):
            for frame in _decode(container, stream, moment * seconds):
                image = _small_copy(_to_image(frame))
                if _shows_something(image):
                    return Frame(image, True)
                dark = dark or image
    return Frame(dark, False)


def _decode(container: Any, stream: Any, start: float) -> Iterator[Any]:
    """Up to `_FRAMES` frames from ``start`` (in seconds) on; none where the file is damaged or ends before."""
    import av

    try:
        container.seek(int(start * 1e6))
        for frame in islice(container.decode(stream), _FRAMES):
            if frame.width * frame.height > MAX_PIXELS:
                return
            if frame.time is None or frame.time >= start:
                yield frame
    except av.FFmpegError:
        return


def _to_image(frame: Any) -> Image.Image:
    """A video frame as an upright image, scaled down while its colours are converted."""
    scale = min(1.0, MAX_SIZE[0] * 2 / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    image: Image.Image = frame.to_image(width=width, height=height)
    degrees = getattr(frame, "rotation", 0)
    return image.rotate(degrees, expand=True) if degrees else image


def _shows_something(image: Image.Image) -> bool:
    from PIL import ImageStat

    brightness = ImageStat.Stat(image.convert("L"))
    return brightness.mean[0] > _DARK_MEAN or brightness.stddev[0] > _FLAT_DEVIATION


def _small_copy(image: Image.Image) -> Image.Image:
    """At most `MAX_SIZE`, in RGB or RGBA, without the file's metadata (place, camera, colour profile)."""
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    small = image.convert("RGBA" if has_alpha else "RGB")
    small.thumbnail(MAX_SIZE)
    small.info.clear()
    return small
