"""The headers of an answer that this package reads, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .payload import clean_text, http_date
from .retry import parse_retry_after

MAX_ID = 200  # characters of a request id


@dataclass(frozen=True, slots=True)
class AnswerHeaders:
    """What the headers of an answer say; None where they do not.

    ``retry_after`` is the seconds that the service asks to wait, ``date`` its clock in unix seconds, ``request_id``
    what its support asks for.
    """

    retry_after: float | None = None
    date: float | None = None
    request_id: str | None = None

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> AnswerHeaders:
        """From headers by their names in any case, as `requests` gives them."""
        return cls(
            retry_after=parse_retry_after(headers.get("Retry-After")),
            date=http_date(headers.get("Date")),
            request_id=clean_text(headers.get("X-Request-Id") or headers.get("X-Oneapi-Request-Id"), MAX_ID) or None,
        )


NO_HEADERS = AnswerHeaders()
