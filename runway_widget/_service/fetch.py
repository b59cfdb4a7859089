"""One GET of an address that the service gave, such as the link of a finished medium. Every hop is checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import requests
from urllib3 import exceptions as u3

from .._errors import NoAnswer, ServiceError
from .failures import reason_for
from .public_hosts import exchange
from .service import Service

CHUNK = 2**16
MAX_REDIRECTS = 3

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
        self.encoded = response.headers.get("Content-Encoding", "").strip().lower() not in {"", "identity"}
        self._raw = response.raw
        self.length: int | None = None if self.encoded else self._raw.length_remaining

    def read(self) -> bytes:
        """Some more bytes, at most `CHUNK`; b"" at the end. Raises NoAnswer where the body breaks off."""
        try:
            return self._raw.read1(CHUNK, decode_content=True) or b""
        except (u3.HTTPError, OSError, ValueError) as error:
            reason = reason_for(error)
        raise NoAnswer(reason)  # outside the except block: the error above holds the request, and with it the key


@contextmanager
def open_url(service: Service, url: str, headers: dict[str, str] | None = None) -> Iterator[MediaResponse]:
    """GET ``url``, following up to three redirects. The key goes along to the service's own origin, until the first
    redirect that leads elsewhere.

    Raises NoAnswer where no answer came, and ServiceError for an address that may not be asked.
    """
    own = True
    for _ in range(MAX_REDIRECTS + 1):
        auth = service.auth_for(url) if own else None
        own = auth is not None
        with exchange("GET", url, service.base_url, "the link", headers or {}, auth=auth) as response:
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
