"""Local media: files, bytes and data URIs. They travel inside the request, or are uploaded before it is sent.

A data URI's type is that of the content, not of the file's name. What is longer than the service takes in a request is
uploaded, where the service has a route for that; elsewhere it is refused, with its size and what would fit.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from copy import copy
from functools import partial
from pathlib import Path

from .._errors import ConfigurationError, ServiceError
from .._media.content import Content, content_of
from .._media.formats import HEAD, identify_bytes
from .._media.images import data_uri
from .._media.shrinking import shrink
from .._numbers import megabytes
from .._paths import absolute, is_file_url, shown
from .._service.payload import with_article
from .._service.provider import MB, PROVIDERS, client_expression
from .._service.upload import MOST_BYTES
from .input_field import InputField
from .medium import Delivery, Medium

ACCEPTED = "an https URL, a path, bytes, a PIL image, a NumPy array or a RunwayTask"
PLACEHOLDER = "upload:sha256:"  # and the digest: what stands in a body for a medium that is to be uploaded

_HEADER = re.compile(r"data:((image|video|audio)/[a-z0-9.+-]+)(;[^,;]*)*?;base64,", re.IGNORECASE)
_REFUSED = {".gif", ".avif", ".heic"}
_MOST_TO_SHRINK = 2**29  # bytes of a file to read for that


def from_data_uri(uri: str, field: InputField) -> Medium:
    """A data URI that somebody else has made; uploaded where it is too long for a request."""
    uri = uri.strip()
    header = _HEADER.match(uri[:200])
    if header is None:
        raise field.error("a data URI must begin like 'data:image/png;base64,', with an image, video or audio type")
    kind = field.fitting(header[2].lower(), "the data URI")
    too_long = len(uri) > field.provider.data_uri_limit(kind)
    if too_long and not _can_shrink(len(uri) * 3 // 4, kind, field):
        _require_uploads(len(uri) * 3 // 4, kind, "the data URI", field)
    try:
        data = base64.b64decode(uri[header.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise field.error("the data URI is not valid base64") from None
    if not data:
        raise field.error("the data URI holds nothing")
    return from_bytes(data, field, "the data URI") if too_long else Medium(uri, kind, "data", kind, len(data))


def from_bytes(data: bytes, field: InputField, what: str = "it") -> Medium:
    """A file's content. Never a file's name: bytes may come from anywhere, and must not choose what is read here."""
    if data[:1] in {b"/", b"~", b"."} and data.isascii() and identify_bytes(data[:HEAD]) is None:
        raise field.error("bytes are the content of a file; give its path as text")
    return _local(data, data[:HEAD], len(data), what, field)


def from_file(text: str, field: InputField) -> Medium:
    """A file by its path. One that is uploaded is read piece by piece, when it is sent."""
    path = absolute(text, field.name, wanted=ACCEPTED)
    try:
        if path.is_file():
            return _local(path, _read(path, HEAD), path.stat().st_size, path.name, field)
        wrong = _wrong_with(path, text)
    except ConfigurationError:
        raise
    except (OSError, ValueError) as error:  # ValueError: half a character in the name
        wrong = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    raise field.error(f"{shown(text)} {wrong}")


def _read(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _wrong_with(path: Path, text: str) -> str:
    """What there is to say of a path at which there is no file."""
    if path.is_dir():
        return "is a folder"
    if path.exists():
        return "is no file with an end, but a device or a pipe"
    if re.match(r"[a-z][a-z0-9+.-]+:", text.strip(), re.IGNORECASE) and not is_file_url(text):
        return f"is no file, and no address that the service could fetch; give {ACCEPTED}"
    return f"is no URL, and no such file is in {path.parent}"


def _local(source: Path | bytes, head: bytes, size: int, what: str, field: InputField) -> Medium:
    """A medium of ``size`` bytes that begins with ``head``; ``what`` is what errors call it."""
    if not size:
        raise field.error(f"{what} is empty")
    form = identify_bytes(head)
    if form is None or form.kind == "file":
        raise field.error(f"{what} is no image (PNG, JPEG, WebP), video (MP4, MOV, WebM) or audio that is known here")
    field.fitting(form.kind, what)
    if form.suffix in _REFUSED:
        raise field.error(f"{what} is {with_article(form.suffix[1:].upper())}; save it as PNG, JPEG or WebP")
    media_type = "video/mp4" if form.suffix == ".m4v" else form.types[0]  # another name for the same container
    name = source.name if isinstance(source, Path) else f"{form.kind}{form.suffix}"
    if len(f"data:{media_type};base64,") + 4 * -(-size // 3) > field.provider.data_uri_limit(form.kind):
        if _can_shrink(size, form.kind, field):
            return _shrunk(source if isinstance(source, bytes) else _read(source, size), name, field)
        _require_uploads(size, form.kind, what, field)
        return _to_be_uploaded(content_of(source, name, media_type, form.suffix), form.kind, field)
    data = source if isinstance(source, bytes) else _read(source, size + 1)
    if len(data) != size:
        raise field.error(f"{what} is being written to; wait until it is complete")
    return Medium(data_uri(media_type, data), form.kind, "data", name, size)


# Pictures that are made smaller


def _can_shrink(size: int, kind: str, field: InputField) -> bool:
    """Whether a medium that is too large for a request is made to fit. What can be uploaded keeps all of its pixels."""
    uploadable = bool(field.provider.uploads_path) and size <= MOST_BYTES
    return field.tasks.shrink and kind == "image" and not uploadable and size <= _MOST_TO_SHRINK


def _shrunk(data: bytes, name: str, field: InputField) -> Medium:
    """A picture with as many of its pixels as fit into the request. The same picture is the same in a fingerprint."""
    room = (field.provider.data_uri_limit("image") - len("data:image/webp;base64,")) // 4 * 3
    small = shrink(data, room, field.name)
    sides = f"{small.before[0]} × {small.before[1]} → {small.after[0]} × {small.after[1]}"
    after = megabytes(len(small.data))
    note = f"picture made smaller: {sides}, {after}"
    if small.before == small.after:
        note = f"picture encoded anew as {small.media_type[6:].upper()}: {megabytes(len(data))} → {after}"
    digest = hashlib.sha256(data).hexdigest()
    uri = data_uri(small.media_type, small.data)
    return Medium(uri, "image", "data", name, len(small.data), note, identity=f"shrunk:sha256:{digest}")


# Uploads


def _to_be_uploaded(content: Content, kind: str, field: InputField) -> Medium:
    """A medium whose URI is known when the request is sent."""

    def uploaded(delivery: Delivery) -> Medium:
        what = f"{field.name}: {content.name} could not be uploaded, and nothing was created"
        progress = partial(delivery.progress, content.name)
        try:
            uri = delivery.uploads.uri_of(content, delivery.service, progress, delivery.stopped, delivery.sleep)
        except ServiceError as error:  # one of the network's set-up is a ConfigurationError as well
            raise _about(error, what) from None
        except ConfigurationError as error:
            raise field.error(str(error)) from None
        return Medium(uri, kind, "uploaded", content.name, content.size)

    return Medium(
        PLACEHOLDER + content.sha256,
        kind,
        "uploaded" if field.tasks.is_uploaded(content) else "upload",
        content.name,
        content.size,
        content=content,
        pending=uploaded,
        stored={"kept": False, "type": content.media_type, "bytes": content.size, "sha256": content.sha256},
    )


def _about(error: ServiceError, what: str) -> ServiceError:
    """``error``, whose message begins with what it was about. Others may hold the same error: it is a copy."""
    said = copy(error)
    if error.summary:
        said.summary = f"{what}: {error.summary}"
    else:
        said.message = f"{what}: {error.message or 'the service gave no reason'}"
    return said


def _require_uploads(size: int, kind: str, what: str, field: InputField) -> None:
    """Raise ConfigurationError where a medium that is too large for a request cannot be uploaded either."""
    provider = field.provider
    if provider.uploads_path and size <= MOST_BYTES:
        return
    measured = f"{what} has {_megabytes(size)}"
    less = f"make the {kind} smaller" + (" or shorter" if kind != "image" else "")
    if kind == "image" and size <= _MOST_TO_SHRINK:
        less += " (shrink=True does that)"
    if provider.uploads_path:
        most = _megabytes(MOST_BYTES)
        raise field.error(f"{measured}, and {provider.name} takes {most} at most; {less}")
    limit = provider.data_uri_limit(kind)
    others = " or ".join(client_expression(other) for other in PROVIDERS if other.uploads_path)
    raise field.error(
        f"{measured}, as a data URI {_megabytes(size / 3 * 4)}, of which {provider.name} takes {_megabytes(limit)} "
        f"({with_article(kind)} of {_megabytes(limit / 4 * 3)}), and it has no route for uploads: {less}, "
        f"host it and give its https URL, or use {others}, which uploads up to {_megabytes(MOST_BYTES)}"
    )


def _megabytes(size: float) -> str:
    return f"{size / MB:.1f} MB".replace(".0 MB", " MB")
