"""Media that are sent to the service: whatever names or holds one becomes a URI.

A URL stays a URL, and is refused here if the service would refuse it. A file, bytes or a picture in memory become a
data URI, whose type is that of their content, not of the file's name. A finished task stands for its output.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from .._errors import WatchedTask
from .._media.content import Content
from .._media.formats import identify
from .._media.image_files import MAX_OWN_PIXELS
from .._media.images import is_picture, png
from .._media.thumbnails import STILL_BUDGET, thumbnail
from .._pasted import unwrapped
from .._paths import is_file_url, path_text
from .._service.payload import describe
from .input_field import InputField
from .input_urls import checked_url, printable, unexpired
from .inputs_to_come import output_to_come
from .last_frames import has_last_frame, last_frame
from .local_media import ACCEPTED, from_bytes, from_data_uri, from_file
from .medium import Medium

if TYPE_CHECKING:
    import numpy
    import PIL.Image

    Media: TypeAlias = (
        str
        | os.PathLike[str]
        | bytes
        | bytearray
        | memoryview
        | PIL.Image.Image
        | numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.generic]]
        | WatchedTask
    )


def is_medium(value: Any) -> bool:
    """Whether ``value`` can only be a medium: a file, bytes, pixels or a task. A string may be anything."""
    return (
        isinstance(value, os.PathLike | bytes | bytearray | memoryview | Medium) or is_picture(value) or _is_task(value)
    )


def resolve(value: Any, field: InputField) -> Medium:
    """``value`` as it is sent, noted among the media of its request. Raises ConfigurationError as `medium_of` does."""
    medium = medium_of(value, field)
    field.media[field.name] = medium
    return medium


def medium_of(value: Any, field: InputField) -> Medium:
    """``value`` as it is sent. Raises ConfigurationError for what is no medium, does not fit, or would be refused."""
    if _is_task(value):
        return _from_task(value, field)
    medium = field.tasks.medium(value, lambda: _read(value, field))
    if medium.kind != "unknown":  # it was read for another field, or for a request that is made again
        field.fitting(medium.kind, medium.name)
    return medium


def _read(value: Any, field: InputField) -> Medium:
    if isinstance(value, Medium):
        return value
    if isinstance(value, str):
        return _from_text(value, field)
    if isinstance(value, os.PathLike):
        text = path_text(value, field.name, ACCEPTED)
        return _from_text(text, field) if "://" in text else from_file(text, field)
    if isinstance(value, bytes | bytearray | memoryview):
        return from_bytes(bytes(value), field)
    if is_picture(value):
        return from_bytes(png(value, field.name), field)
    raise field.error(f"must be {ACCEPTED}, not {describe(value)}")


def still(uri: str, content: Content | None = None) -> str:
    """A picture that was sent, as a card shows it and a saved notebook holds it: its URL or a small copy, else "".

    Of a clip it is a small copy of a frame, but not of one behind a URL. ``content`` is that of what is uploaded. A URL
    with a query may be signed, and is not saved. Links to outputs of the service (``_jwt``) are an exception: the card
    of the task that made them shows them too.
    """
    if content is not None:
        return thumbnail(content.source, content.media_type.partition("/")[0], STILL_BUDGET, MAX_OWN_PIXELS)
    if _scheme(uri) == "data":
        head, _, data = uri.partition(",")
        kind = head.partition(":")[2].strip().partition("/")[0].lower()
        return thumbnail(base64.b64decode(data), kind, STILL_BUDGET, MAX_OWN_PIXELS)
    if _scheme(uri) not in {"https", "http"}:
        return ""
    return uri if set(parse_qs(urlsplit(uri).query, keep_blank_values=True)) <= {"_jwt"} else ""


# Text


def _from_text(text: str, field: InputField) -> Medium:
    scheme = _scheme(text)
    if scheme == "data":
        return from_data_uri(text, field)
    if scheme == "runway":
        if not field.provider.takes_uploads:
            raise field.error(f"{field.provider.name} knows no runway:// URIs; give an https URL or a file")
        return Medium(printable(text, field), "unknown", "uploaded", text)
    bare = unwrapped(text, brackets=True)
    if is_file_url(bare):
        return from_file(bare, field)
    if "://" in text:
        url = unexpired(checked_url(bare, field), field)
        form = identify(b"", url=url)
        return Medium(url, form.kind if form else "unknown", name=_last_part(url))
    return from_file(text, field)


def _scheme(text: str) -> str:
    return text[:16].lstrip().partition(":")[0].lower()


# Tasks


def _is_task(value: Any) -> bool:
    return all(isinstance(getattr(value, name, None), kind) for name, kind in (("task_id", str), ("outputs", list)))


def _from_task(task: Any, field: InputField) -> Medium:
    """The task's first output of a kind that the field takes, else its first one of an unknown kind.

    Where it has none of these but a clip, and the field takes a picture, it is the clip's last frame.
    The task is looked at first: its link may have expired since somebody saw it. Of one that has not ended it is what
    will be that output.
    """
    if getattr(task, "_is_to_come", False):
        return output_to_come(task, field, lambda: _from_task(task, field))
    sources = field.tasks.sources(task)
    if not sources:
        word = str(getattr(task, "status", "")) or "UNKNOWN"
        hint = "and has no output" if word == "SUCCESS" else "so it has no output yet; wait() for its success first"
        raise field.error(f"task {task.task_id} is {word}, {hint}")
    wanted = (*(field.kinds or ("image", "video", "audio")), "unknown")
    fitting = [source for source in sources if source.kind in wanted]
    fitting = fitting or [source for source in sources if has_last_frame(task, source, field)]
    if not fitting:
        field.fitting(sources[0].kind, f"the output of task {task.task_id}")
    best = min(fitting, key=lambda source: source.kind not in field.kinds)
    if best.fault:
        raise field.error(f"task {task.task_id}: {best.fault}, and no file of it was saved here; give a file or a URL")
    if has_last_frame(task, best, field):
        return last_frame(task, sources, best, field)
    if best.file:
        medium = from_file(str(best.file), field)
    else:
        medium = Medium(checked_url(best.url, field), best.kind, name=f"task {task.task_id}")
    field.tasks.remember(medium.uri, task, best.url)
    return medium


def _last_part(url: str) -> str:
    """What a URL calls the medium: the last part of its path, else its host."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").rpartition("/")[2] or parts.netloc
