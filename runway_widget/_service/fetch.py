"""One GET of an address that the service gave, such as the link of a finished medium. Every hop is checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import requests
from urllib3 import exceptions as u3

from .._errors import NoAnswer, ServiceError
from .body import CHUNK as CHUNK
from .body import Body, packing
from .failures import is_too_long, reason_for
from .limits import Limits
from .public_hosts import exchange
from .service import Service
from .timeouts import READ_TIMEOUT

MAX_REDIRECTS = 3
MAX_MEDIUM = 2**33  # bytes; a minute in 4K, hardly compressed, has half as many
#: Of a medium that is wanted as a whole. 1 kB/s is slower than any line on which one would wait for it.
MEDIUM = Limits(MAX_MEDIUM, 60.0, 2**16)
#: Of the few bytes that show what a link leads to, and whether it still does. A host may be silent first for as long as
#: any may: a store that makes its file ready when it is first asked for needs that. Who drips is left soon after.
LOOK = Limits(2**20, READ_TIMEOUT + 10.0)

_REDIRECTS = {301, 302, 303, 307, 308}


class MediaResponse:
    """An answer whose body is still to be read.

    Attributes: ``status``, ``headers``, ``url`` (after redirects), ``encoded`` (the server compressed the body, though
    it was asked not to), ``length`` (bytes to come; None if unknown).
    """

    def __init__(self, response: requests.Response, url: str) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.url = url
        self.encoded = bool(packing(response))
        self.length: int | None = None if self.encoded else response.raw.length_remaining
        self._body = Body(response)
        self._read = 0

    def read(self) -> bytes:
        """Some more bytes, at most `CHUNK`; b"" at the end.

        Raises NoAnswer where the body breaks off, and ServiceError where it is longer than any medium.
        """
        try:
            chunk = self._body.read()
            self._read += len(chunk)
            if self._read <= MAX_MEDIUM:
                return chunk
            too_long = True
        except (u3.HTTPError, OSError, ValueError) as error:
            reason, too_long = reason_for(error), is_too_long(error)
        # Outside the except block: the error above holds the request, and with it the key.
        if too_long:
            raise ServiceError(f"the server sends more than the {MAX_MEDIUM // 2**30} GB that a medium can have")
        raise NoAnswer(reason)


@contextmanager
def open_url(
    service: Service, url: str, headers: dict[str, str] | None = None, limits: Limits | None = None
) -> Iterator[MediaResponse]:
    """GET ``url``, following up to three redirects. The key goes along to the service's own origin, until the first
    redirect that leads elsewhere. ``limits`` are those of each answer; None takes those of a medium.

    Raises NoAnswer where no answer came, and ServiceError for an address that may not be asked.
    """
    own, limits = True, limits or MEDIUM
    for _ in range(MAX_REDIRECTS + 1):
        auth = service.auth_for(url) if own else None
        own = auth is not None
        with exchange("GET", url, service.base_url, "the link", headers or {}, auth=auth, limits=limits) as response:
            if response.status_code not in _REDIRECTS:
                yield MediaResponse(response, url)
                return
            url = _target(url, response.headers.get("Location", ""))
    raise ServiceError(f"the link leads from one address to the next, more than {MAX_REDIRECTS} times")


def _target(url: str, location: str) -> str:
    try:
        text = location.encode("latin-1").decode("utf-8")
        return urljoin(url, text) if text.strip() else ""
    except ValueError:
        return ""
