"""When the links to outputs end, in words: a date, so that nobody has to reckon from when a card was made. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from .._service.link_expiry import first_expiry

_DAY = 24 * 3600.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date(at: float, now: float | None = None) -> str:
    """The day of ``at`` as read at ``now`` (unix seconds), in this machine's time zone.

    "26 Nov"; with the year where that is another one; with the time where it is less than a day away: "26 Nov, 14:05".
    Without ``now``, for whoever reads it at any time, with both: "26 Nov 2026, 14:05".
    """
    day = time.localtime(at)
    other_year = now is None or day.tm_year != time.localtime(now).tm_year
    near = now is None or abs(at - now) < _DAY
    year = f" {day.tm_year}" if other_year else ""
    return f"{day.tm_mday} {_MONTHS[day.tm_mon - 1]}{year}" + (f", {day.tm_hour:02}:{day.tm_min:02}" if near else "")


@dataclass(frozen=True, slots=True)
class LinkEnd:
    """When links to outputs end: at ``at`` (unix seconds), or, if ``guessed``, from then on at some time."""

    at: float
    guessed: bool = False

    def words(self, now: float) -> str:
        """ "until 26 Nov, 14:05", as read at ``now``."""
        return f"until about {self._day(now)}" if self.guessed else f"until {date(self.at, now)}"

    def lasting_words(self, now: float) -> str:
        """The same for what is read at any time; of links that have ended at ``now``: "expired 24 Nov 2026, 14:05"."""
        if self.guessed:
            return f"until about {self._day(None)}"
        return f"{'until' if now < self.at else 'expired'} {date(self.at)}"

    @property
    def expired_words(self) -> str:
        return "link may have expired" if self.guessed else "link expired"

    def _day(self, now: float | None) -> str:
        """Without the time, which nobody knows."""
        return date(self.at, now).partition(",")[0]


def link_end(urls: Iterable[str], given: float) -> LinkEnd:
    """When the first of ``urls`` ends, which the service gave at ``given`` (unix seconds): as it tells, else a guess.

    Source of the guess: Runway's page on outputs, by which links end within 24 to 48 hours. CometAPI says that they
    end, not when.
    """
    told = first_expiry(urls)
    return LinkEnd(given + _DAY, guessed=True) if told is None else LinkEnd(told)
