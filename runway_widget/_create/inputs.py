"""Media that are sent to the service: whatever names or holds one becomes a URI.

A URL stays a URL, and is refused here if the service would refuse it. A file, bytes or a picture in memory become a
data URI, whose type is that of their content, not of the file's name. A finished task stands for its output.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from .._errors import WatchedTask
from .._media.formats import HEAD, identify, identify_bytes
from .._media.image_files import MAX_OWN_PIXELS
from .._media.images import data_uri, is_picture, png
from .._media.thumbnails import STILL_BUDGET, thumbnail
from .._pasted import unwrapped
from .._paths import absolute, is_file_url, path_text, shown
from .._service.payload import describe, with_article
from .input_field import InputField
from .input_urls import checked_url, printable, unexpired
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

# Source: Runway's page on inputs: the length of the encoded data URI, of an image and of a video or audio.
_MAX_IMAGE = 5 * 2**20
_MAX_OTHER = 16 * 2**20
_ACCEPTED = "an https URL, a path, bytes, a PIL image, a NumPy array or a finished RunwayTask"
_HEADER = re.compile(r"data:((image|video|audio)/[a-z0-9.+-]+)(;[^,;]*)*?;base64,", re.IGNORECASE)

_REFUSED = {".gif", ".avif", ".heic"}


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
    if isinstance(value, Medium):  # of a request that is made again, or looked at before
        if value.kind != "unknown":
            field.fitting(value.kind, value.name)
        return value
    if isinstance(value, str):
        return _from_text(value, field)
    if isinstance(value, os.PathLike):
        text = path_text(value, field.name, _ACCEPTED)
        return _from_text(text, field) if "://" in text else _from_file(text, field)
    if isinstance(value, bytes | bytearray | memoryview):
        return _from_bytes(bytes(value), field)
    if is_picture(value):
        return _as_data_uri(png(value, field.name), "", field)
    if _is_task(value):
        return _from_task(value, field)
    raise field.error(f"must be {_ACCEPTED}, not {describe(value)}")


def still(uri: str) -> str:
    """An image that was sent, as a card shows it and a saved notebook holds it: its URL or a small copy, else "".

    A URL with a query may be signed, and is not saved. Links to outputs of the service (``_jwt``) are an exception:
    the card of the task that made them shows them too.
    """
    if _scheme(uri) == "data":
        return thumbnail(base64.b64decode(uri.partition(",")[2]), "image", STILL_BUDGET, MAX_OWN_PIXELS)
    if _scheme(uri) not in {"https", "http"}:
        return ""
    return uri if set(parse_qs(urlsplit(uri).query, keep_blank_values=True)) <= {"_jwt"} else ""


# Text


def _from_text(text: str, field: InputField) -> Medium:
    scheme = _scheme(text)
    if scheme == "data":
        return _from_data_uri(text, field)
    if scheme == "runway":
        if not field.provider.takes_uploads:
            raise field.error(f"{field.provider.name} knows no runway:// URIs; give an https URL or a file")
        return Medium(printable(text, field), "unknown", "uploaded", text)
    bare = unwrapped(text, brackets=True)
    if is_file_url(bare):
        return _from_file(bare, field)
    if "://" in text:
        url = unexpired(checked_url(bare, field), field)
        form = identify(b"", url=url)
        return Medium(url, form.kind if form else "unknown", name=_last_part(url))
    return _from_file(text, field)


def _scheme(text: str) -> str:
    return text[:16].lstrip().partition(":")[0].lower()


def _from_data_uri(uri: str, field: InputField) -> Medium:
    """A data URI that somebody else has made."""
    uri = uri.strip()
    header = _HEADER.match(uri[:200])
    if header is None:
        raise field.error("a data URI must begin like 'data:image/png;base64,', with an image, video or audio type")
    kind = field.fitting(header[2].lower(), "the data URI")
    _check_length(len(uri), kind, "the data URI", field)
    try:
        data = base64.b64decode(uri[header.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise field.error("the data URI is not valid base64") from None
    if not data:
        raise field.error("the data URI holds nothing")
    return Medium(uri, kind, "data", kind, len(data))


# Local media


def _from_bytes(data: bytes, field: InputField) -> Medium:
    """A file's content. Never a file's name: bytes may come from anywhere, and must not choose what is read here."""
    if data[:1] in {b"/", b"~", b"."} and data.isascii() and identify_bytes(data[:HEAD]) is None:
        raise field.error("bytes are the content of a file; give its path as text")
    return _as_data_uri(data, "", field)


def _from_file(text: str, field: InputField) -> Medium:
    path = absolute(text, field.name, wanted=_ACCEPTED)
    try:
        size = path.stat().st_size if path.is_file() else None
        data = path.read_bytes() if size is not None and size <= _MAX_OTHER else b""
        wrong = _wrong_with(path, text) if size is None else ""
    except (OSError, ValueError) as error:  # ValueError: half a character in the name
        raise field.error(f"{shown(text)} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if size is None:
        raise field.error(f"{shown(text)} {wrong}")
    if size > _MAX_OTHER:  # of any kind, so that nobody waits while it is read
        raise field.error(_too_large(f"{path.name} has {_megabytes(size)}", _MAX_OTHER))
    return _as_data_uri(data, path.name, field)


def _wrong_with(path: Path, text: str) -> str:
    """What there is to say of a path at which there is no file."""
    if path.is_dir():
        return "is a folder"
    if path.exists():
        return "is no file with an end, but a device or a pipe"
    if re.match(r"[a-z][a-z0-9+.-]+:", text.strip(), re.IGNORECASE) and not is_file_url(text):
        return f"is no file, and no address that the service could fetch; give {_ACCEPTED}"
    return f"is no URL, and no such file is in {path.parent}"


def _as_data_uri(data: bytes, name: str, field: InputField) -> Medium:
    """``data`` as a data URI of its own type; ``name`` is the file's, "" where there is none."""
    what = name or "it"
    if not data:
        raise field.error(f"{what} is empty")
    form = identify_bytes(data[:HEAD])
    if form is None or form.kind == "file":
        raise field.error(f"{what} is no image (PNG, JPEG, WebP), video (MP4, MOV, WebM) or audio that is known here")
    field.fitting(form.kind, what)
    if form.suffix in _REFUSED:
        raise field.error(f"{what} is {with_article(form.suffix[1:].upper())}; save it as PNG, JPEG or WebP")
    media_type = "video/mp4" if form.suffix == ".m4v" else form.types[0]  # another name for the same container
    _check_length(len(f"data:{media_type};base64,") + 4 * -(-len(data) // 3), form.kind, what, field)
    return Medium(data_uri(media_type, data), form.kind, "data", name or f"{form.kind}{form.suffix}", len(data))


def _check_length(length: int, kind: str, what: str, field: InputField) -> None:
    limit = _MAX_IMAGE if kind == "image" else _MAX_OTHER
    if length > limit:
        raise field.error(_too_large(f"{what} has {_megabytes(length)} as a data URI", limit, kind))


def _too_large(measured: str, limit: int, kind: str = "file") -> str:
    return (
        f"{measured}, and the service takes {_megabytes(limit)} (base64 adds a third). "
        f"Make the {kind} smaller, or host it and give its https URL"
    )


# Tasks


def _is_task(value: Any) -> bool:
    return all(isinstance(getattr(value, name, None), kind) for name, kind in (("task_id", str), ("outputs", list)))


def _from_task(task: Any, field: InputField) -> Medium:
    """The task's first output of a kind that the field takes, else its first one of an unknown kind.

    The task is looked at first: its link may have expired since somebody saw it.
    """
    sources = field.tasks.sources(task)
    if not sources:
        word = str(getattr(task, "status", "")) or "UNKNOWN"
        hint = "and has no output" if word == "SUCCESS" else "so it has no output yet; wait() for its success first"
        raise field.error(f"task {task.task_id} is {word}, {hint}")
    wanted = (*(field.kinds or ("image", "video", "audio")), "unknown")
    fitting = [source for source in sources if source.kind in wanted]
    if not fitting:
        field.fitting(sources[0].kind, f"the output of task {task.task_id}")
    best = min(fitting, key=lambda source: source.kind not in field.kinds)
    if best.fault:
        raise field.error(f"task {task.task_id}: {best.fault}, and no file of it was saved here; give a file or a URL")
    if best.file:
        medium = _from_file(str(best.file), field)
    else:
        medium = Medium(checked_url(best.url, field), best.kind, name=f"task {task.task_id}")
    field.tasks.remember(medium.uri, task, best.url)
    return medium


def _last_part(url: str) -> str:
    """What a URL calls the medium: the last part of its path, else its host."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").rpartition("/")[2] or parts.netloc


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
