"""One frame of a clip, exactly: by its number or by its moment, in all its pixels.

A frame can be decoded only after the key frame before it, and what lies between the two. Where a seek comes out is the
container's affair: by the order of decoding, which is another one than that of showing where there are B-frames. So it
is begun ever earlier until what is looked for has certainly come by, and a number from the end is counted by decoding
to the end: no container's word is taken for how many frames there are, or how long they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from .._errors import ConfigurationError, RunwayWidgetError
from .._numbers import plain
from .._service.payload import describe
from .formats import HEAD, identify_bytes
from .frames import VIDEO_DEMUXERS, all_frames, can_decode, whole_picture
from .image_files import DECODERS, MAX_OWN_PIXELS, read_whole
from .modes import rgb
from .profiles import to_srgb

if TYPE_CHECKING:
    from PIL import Image

WANTED = "the number of a frame (an int; -1 is the last one) or a moment in seconds (a float)"
EMPTY = "there are no frames in the output"
MISSING = "frames need Pillow and PyAV: pip install pillow av"

_ROUNDED = 0.0005  # seconds by which a moment may lie before its frame: players round it
_ATTACHED_PICTURE = 0x400  # FFmpeg's AV_DISPOSITION_ATTACHED_PIC
_MARGINS = (0.0, 1.0, 4.0, 16.0)  # seconds before what is looked for, from which to begin, one after the other


class Still(NamedTuple):
    """A frame: the picture, in RGB or RGBA, and the moment from which it is shown, in seconds."""

    image: Image.Image
    seconds: float


def checked_moment(at: object) -> int | float:
    """``at`` as an int, the number of a frame, or a float, seconds. Raises ConfigurationError."""
    value = plain(at)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"at: must be {WANTED}, not {describe(at)}")
    if isinstance(value, float) and not 0 <= value < float("inf"):
        raise ConfigurationError(f"at: seconds count from the start, so {value} is none; -1, an int, is the last frame")
    return value


def frame_of(file: IO[bytes], at: int | float) -> Still:
    """The frame ``at`` of the medium in ``file``. An image is a clip of one frame.

    Args:
        at: an int counts frames: 0 is the first one, -1 the last one. A float is a moment in seconds, from 0.0 to the
            end of the clip: the frame that is in view then.

    Raises ConfigurationError where there is no such frame; RunwayWidgetError for what has no frames or cannot be
    decoded, and where a package for that is missing.
    """
    file.seek(0)
    form = identify_bytes(file.read(HEAD))
    file.seek(0)
    suffix = form.suffix if form else ""
    if suffix not in DECODERS and suffix not in VIDEO_DEMUXERS:
        raise RunwayWidgetError(
            f"there are no frames in {f'a file like {suffix}' if suffix else 'a file of no medium'}"
        )
    if not can_decode("image" if suffix in DECODERS else "video"):
        raise RunwayWidgetError(MISSING)
    try:
        return _of_image(file, suffix, at) if suffix in DECODERS else _of_video(file, suffix, at)
    except RunwayWidgetError:
        raise
    except Exception as error:  # the decoders have no common class of errors
        raise RunwayWidgetError(f"the output cannot be decoded: {type(error).__name__}: {error}") from None


def _of_image(file: IO[bytes], suffix: str, at: int | float) -> Still:
    if at not in (0, -1):
        raise ConfigurationError(f"at: there is no frame {_named(at)}: the output is an image; 0 or -1 gives it")
    image = read_whole(file.read(), suffix, MAX_OWN_PIXELS)
    if image is None:
        raise RunwayWidgetError(f"the output is an image of more than {MAX_OWN_PIXELS} pixels, which are too many")
    picture = rgb(image)
    picture = to_srgb(picture) or picture
    picture.info.clear()
    return Still(picture, 0.0)


def _of_video(file: IO[bytes], suffix: str, at: int | float) -> Still:
    import av

    with av.open(file, "r", format=VIDEO_DEMUXERS[suffix]) as container:
        clip = _Clip(container)
        frame = clip.at(at) if isinstance(at, float) else clip.number(at) if at >= 0 else clip.from_end(-at)
        return Still(whole_picture(frame), max(0.0, frame.time or 0.0))


class _Clip:
    """The frames of an open container."""

    def __init__(self, container: Any) -> None:
        streams = [each for each in container.streams.video if not _is_cover(each)]
        if not streams:
            raise RunwayWidgetError("there are no frames in the output: it is sound alone")
        self._container, self._stream = container, streams[0]
        self._stream.thread_type = "AUTO"
        self._end = ((container.start_time or 0) + (container.duration or 0)) / 1e6  # of the sound as well; 0: unknown

    def number(self, number: int) -> Any:
        """The frame of that number from the start."""
        count = 0
        for frame in self._frames(0.0):
            if count == number:
                return frame
            count += 1
        raise _outside(number, count)

    def from_end(self, number: int) -> Any:
        """The frame of that number from the end, of which 1 is the last one."""
        rate = float(self._stream.average_rate or 24)
        count = 0
        for start in _starts(self._end - number / rate):
            count, last = 0, None
            for frame in self._frames(start):
                count, last = count + 1, frame
            if number == 1 and last is not None:
                return last
            if number <= count:  # once more: all of them at once would take too much memory
                return next(frame for index, frame in enumerate(self._frames(start)) if index == count - number)
        raise _outside(-number, count)

    def at(self, seconds: float) -> Any:
        """The frame in view at that moment; the first or the last one where the picture begins late or ends early."""
        first = shown = None
        for start in _starts(seconds):
            first = shown = None
            end = 0.0
            for frame in self._frames(start):
                first = first or frame
                if (frame.time or 0.0) > seconds + _ROUNDED:
                    break
                shown, end = frame, self._end_of(frame)
            else:
                end = max(end, self._end)
                if shown is not None and seconds > end + _ROUNDED:
                    raise _too_late(seconds, end)
            if shown is not None:
                return shown
        if first is None:
            raise RunwayWidgetError(EMPTY)
        return first

    def _end_of(self, frame: Any) -> float:
        """Until when a frame is shown, where its file says so; else the moment from which it is.

        PyAV 14 knows that of no frame: there it is as long as one is on the average.
        """
        begin = float(frame.time or 0.0)
        if not hasattr(frame, "duration"):
            return begin + 1 / float(self._stream.average_rate or 24)
        return begin + float((frame.duration or 0) * (frame.time_base or 0))

    def _frames(self, start: float) -> Iterator[Any]:
        """All frames from a key frame on that lies before ``start``, if the container finds one there."""
        base: Fraction = self._stream.time_base
        self._container.seek(int(start / base), stream=self._stream)
        return all_frames(self._container, self._stream)


def _outside(number: int, count: int) -> RunwayWidgetError:
    if not count:
        return RunwayWidgetError(EMPTY)
    return ConfigurationError(
        f"at: there is no frame {number}: the clip has {count}, from 0 to {count - 1}, or from -1 back to -{count}; "
        "a float is a moment in seconds"
    )


def _too_late(seconds: float, end: float) -> ConfigurationError:
    return ConfigurationError(
        f"at: the clip is over after {end:.2f} s, so there is no frame at {seconds:g} s; -1 is its last one"
    )


def _starts(seconds: float) -> Iterator[float]:
    """Moments from which to decode to what is shown at ``seconds``: ever earlier ones, and in the end the start."""
    for margin in _MARGINS:
        if seconds - margin > 0:
            yield seconds - margin
    yield 0.0


def _is_cover(stream: Any) -> bool:
    """Whether it is no film, but the one picture of an album."""
    disposition = getattr(stream, "disposition", 0) or 0
    return bool(getattr(disposition, "value", disposition) & _ATTACHED_PICTURE)  # it is a number itself since PyAV 17.1


def _named(at: int | float) -> str:
    return f"at {at:g} s" if isinstance(at, float) else str(at)
