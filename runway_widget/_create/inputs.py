"""Media on their way to the service: whatever names or holds one becomes the URI that travels.

A URL stays a URL, checked against what the service refuses anyway. A file, bytes, a picture in memory become a data
URI, typed by their content: a suffix may lie. A finished task stands for its output.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import SplitResult, parse_qs, urlsplit

from .._errors import ConfigurationError, WatchedTask
from .._media.formats import HEAD, identify, identify_bytes
from .._media.images import data_uri, is_picture, png
from .._media.thumbnails import STILL_BUDGET, thumbnail
from .._service.payload import describe, without_query
from .._service.provider import Provider, is_loopback

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
MAX_URL = 2048
_MAX_IMAGE = 5 * 2**20
_MAX_OTHER = 16 * 2**20
_TAKEN = "an https URL, a path, bytes, a PIL image, a NumPy array or a finished RunwayTask"
_HEADER = re.compile(r"data:((image|video|audio)/[a-z0-9.+-]+)(;[^,;]*)*?;base64,", re.IGNORECASE)

_REFUSED = {".gif", ".avif", ".heic"}


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium as it travels: its URI, and "image", "video", "audio" or, of a URL that does not tell, "unknown"."""

    uri: str
    kind: str


@dataclass(frozen=True, slots=True)
class InputField:
    """Where a medium goes: the argument's name, the kinds that are taken there, and the service."""

    name: str
    kinds: tuple[str, ...]
    provider: Provider
    base_url: str

    def error(self, wrong: str) -> ConfigurationError:
        return ConfigurationError(f"{self.name}: {wrong}")

    def fitting(self, kind: str, what: str) -> str:
        """``kind``, or an error if another one is taken here."""
        if self.kinds and kind not in self.kinds:
            raise self.error(f"takes {' or '.join(self.kinds)}, but {what} is {_a(kind)}")
        return kind


def is_medium(value: Any) -> bool:
    """Whether ``value`` can only be a medium: a file, bytes, pixels or a task. A string may be anything."""
    return isinstance(value, os.PathLike | bytes | bytearray | memoryview) or is_picture(value) or _is_task(value)


def resolve(value: Any, place: InputField) -> Medium:
    """``value`` as it travels. Raises ConfigurationError for what is no medium, does not fit, or would be refused."""
    if isinstance(value, str):
        return _named(value, place)
    if isinstance(value, os.PathLike):
        return _file(Path(os.fsdecode(value)), place)
    if isinstance(value, bytes | bytearray | memoryview):
        return _embedded(bytes(value), "it", place)
    if is_picture(value):
        return _embedded(png(value, place.name), "it", place)
    if _is_task(value):
        return _output(value, place)
    raise place.error(f"must be {_TAKEN}, not {describe(value)}")


def still(uri: str) -> str:
    """What a card may show, and a saved notebook keep, of an image that was sent: its URL or a small copy; else "".

    A URL with a query may be signed, and is not for keeping. Links to outputs of the service (``_jwt``) are on the
    card of the task that made them anyway.
    """
    if _scheme(uri) == "data":
        return thumbnail(base64.b64decode(uri.partition(",")[2]), "image", STILL_BUDGET)
    if _scheme(uri) not in {"https", "http"}:
        return ""
    return uri if set(parse_qs(urlsplit(uri).query, keep_blank_values=True)) <= {"_jwt"} else ""


# Strings


def _named(text: str, place: InputField) -> Medium:
    scheme = _scheme(text)
    if scheme == "data":
        return _ready(text, place)
    if scheme == "runway":
        if not place.provider.takes_uploads:
            raise place.error(f"{place.provider.name} knows no runway:// URIs; give an https URL or a file")
        return Medium(_printable(text, place), "unknown")
    if "://" in text:
        url = checked_url(text.strip(), place)
        named = identify(b"", url=url)
        return Medium(url, named.kind if named else "unknown")
    if not text.strip():
        raise place.error(f"empty; give {_TAKEN}")
    return _file(Path(text), place)


def checked_url(url: str, place: InputField) -> str:
    """``url``, or a ConfigurationError that says why the service could not, or would not, fetch it."""
    if len(url) > MAX_URL:
        raise place.error(f"the URL is {len(url)} characters long; the service takes {MAX_URL} at most")
    _printable(url, place)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise place.error("no URL that can be read") from None
    if not host or "\\" in url:
        raise place.error("the URL names no host")
    if parts.username is not None or parts.password is not None:
        raise place.error("the URL holds a user name or password, which the service would not use")
    if is_loopback(host) and is_loopback(urlsplit(place.base_url).hostname or "") and parts.scheme in {"http", "https"}:
        return url
    if parts.scheme != "https":
        raise place.error(f"{without_query(url)!r} is not https, and the service fetches nothing else")
    if is_loopback(host) or host.endswith(".localhost"):
        raise place.error(f"{host!r} is this machine, which the service cannot reach; give the file instead")
    if _is_address(host, parts):
        raise place.error(f"the URL's host {host!r} is an IP address; the service takes domain names only")
    return url


def _is_address(host: str, parts: SplitResult) -> bool:
    """Whether ``host`` is an IP address in any spelling: a name whose last label is a number is read as one."""
    last = host.rstrip(".").rpartition(".")[2]
    if "[" in parts.netloc or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        return True
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _printable(uri: str, place: InputField) -> str:
    if not uri.isprintable() or " " in uri:
        raise place.error("the URL holds blanks or control characters")
    return uri


def _scheme(text: str) -> str:
    return text[:16].lstrip().partition(":")[0].lower()


def _ready(uri: str, place: InputField) -> Medium:
    """A data URI that somebody else has made."""
    uri = uri.strip()
    header = _HEADER.match(uri[:200])
    if header is None:
        raise place.error("a data URI must begin like 'data:image/png;base64,', with an image, video or audio type")
    kind = place.fitting(header[2].lower(), "the data URI")
    _within(len(uri), kind, "the data URI", place)
    try:
        data = base64.b64decode(uri[header.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise place.error("the data URI is not valid base64") from None
    if not data:
        raise place.error("the data URI holds nothing")
    return Medium(uri, kind)


# Local media


def _file(path: Path, place: InputField) -> Medium:
    try:
        path = path.expanduser()
        size = path.stat().st_size if path.is_file() else None
        data = path.read_bytes() if size is not None and size <= _MAX_OTHER else b""
        missing = "is a folder" if path.is_dir() else f"is no URL, and no such file is in {Path.cwd()}"
    except (OSError, ValueError, RuntimeError) as error:  # ValueError: a NUL in the name; RuntimeError: no home folder
        raise place.error(
            f"{describe(str(path))} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    if size is None:
        raise place.error(f"{describe(str(path))} {missing}")
    if size > _MAX_OTHER:  # of any kind, so that nobody waits while it is read
        raise place.error(_too_large(f"{path.name} has {_megabytes(size)}", _MAX_OTHER))
    return _embedded(data, path.name, place)


def _embedded(data: bytes, what: str, place: InputField) -> Medium:
    """``data`` as a data URI of its own type."""
    if not data:
        raise place.error(f"{what} is empty")
    found = identify_bytes(data[:HEAD])
    if found is None:
        raise place.error(f"{what} is no image (PNG, JPEG, WebP), video (MP4, MOV, WebM) or audio that is known here")
    place.fitting(found.kind, what)
    if found.suffix in _REFUSED:
        raise place.error(f"{what} is {_a(found.suffix[1:].upper())}; save it as PNG, JPEG or WebP")
    media_type = "video/mp4" if found.suffix == ".m4v" else found.types[0]  # another name for the same container
    _within(len(f"data:{media_type};base64,") + 4 * -(-len(data) // 3), found.kind, what, place)
    return Medium(data_uri(media_type, data), found.kind)


def _within(length: int, kind: str, what: str, place: InputField) -> None:
    limit = _MAX_IMAGE if kind == "image" else _MAX_OTHER
    if length > limit:
        raise place.error(_too_large(f"{what} has {_megabytes(length)} as a data URI", limit, kind))


def _too_large(measured: str, limit: int, kind: str = "file") -> str:
    return (
        f"{measured}, and the service takes {_megabytes(limit)} (base64 adds a third). "
        f"Make the {kind} smaller, or host it and give its https URL"
    )


# Tasks


def _is_task(value: Any) -> bool:
    return all(isinstance(getattr(value, name, None), kind) for name, kind in (("task_id", str), ("outputs", list)))


def _output(task: Any, place: InputField) -> Medium:
    """The task's first output of a kind that is taken here; one of an unknown kind where there is none."""
    if not task.outputs:
        word = str(getattr(task, "status", "")) or "UNKNOWN"
        hint = "and has no output" if word == "SUCCESS" else "so it has no output yet; wait() for its success first"
        raise place.error(f"task {task.task_id} is {word}, {hint}")
    wanted = (*(place.kinds or ("image", "video", "audio")), "unknown")
    fitting = [output for output in task.outputs if output.get("kind", "unknown") in wanted]
    if not fitting:
        place.fitting(task.outputs[0]["kind"], f"the output of task {task.task_id}")
    best = min(fitting, key=lambda output: output.get("kind") not in place.kinds)
    return Medium(checked_url(best["url"], place), best.get("kind", "unknown"))


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aiAI' else 'a'} {kind}"


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
