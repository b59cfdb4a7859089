"""One request to a host that the service named: never into a private network.

An address that a service gives is checked like anything from outside: it is https, and what a connection really leads
to is a public address, whatever its name resolved to a moment ago. A proxy resolves the name by itself: there the name
must be one of the open internet. Three things are allowed beside that, because the user has named the service: its own
origin, wherever it lies; for one that lies in a private network (a company's gateway), other hosts of private networks,
but not this machine; and for one on loopback (a simulator, a tunnel), this machine and plain http to it. No redirect is
followed here.

A page follows the links that it shows by itself, with what its browser can reach. So a link that by its name alone
leads inside is given to no page: see `leads_inside`.

The query of a signed link opens it to anybody, and both `requests` and `urllib3` write the URLs they know into log
lines and errors. So they get the URL without its query, and the connection puts the query back as it writes the
request's first line.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection

from .._errors import NetworkSetupError, RunwayWidgetError, ServiceError
from .._version import __version__
from .adapter import ReportingAdapter
from .connection import way_to
from .failures import failure_of
from .hosts import Place, place_of, place_of_address
from .limits import ANSWER, Limits
from .network import Proxy, proxy_for
from .payload import web_url, without_query
from .timeouts import CONNECT_TIMEOUT, READ_TIMEOUT, SEND_TIMEOUT, TOTAL_TIMEOUT


@contextmanager
def exchange(
    method: str,
    url: str,
    base_url: str,
    what: str,
    headers: dict[str, str],
    *,
    auth: AuthBase | None = None,
    body: Iterable[bytes] | None = None,
    limits: Limits | None = None,
) -> Iterator[requests.Response]:
    """Send one request to ``url``, which the service at ``base_url`` gave; the answer's body is still to be read.

    ``what`` is what errors call the address: "the link". A ``body`` needs a length (``len``), which is announced; what
    it raises of this package's errors goes through. Raises NoAnswer where no answer came, and ServiceError for an
    address that may not be asked.
    """
    allowed = _allowed(base_url)
    _check(url, allowed, what)
    proxy = proxy_for(url)
    private = f"{what} leads to an address of a private network; it is not followed"
    if proxy is not None and leads_inside(url, base_url):
        raise ServiceError(private)
    anywhere = proxy is not None or _is_own(url, base_url)
    if limits is None and body is not None:  # as long as the last bytes of it may still be on their way
        limits = Limits(ANSWER.most, SEND_TIMEOUT + TOTAL_TIMEOUT)
    adapter = _PublicAdapter(urlsplit(url).query, limits, set(Place) if anywhere else allowed)
    try:
        response = _send(adapter, method, url, proxy, headers, auth, body, private)
        try:
            yield response
        finally:
            response.close()  # without reading what is left of it
    finally:
        adapter.close()


def _send(
    adapter: _PublicAdapter,
    method: str,
    url: str,
    proxy: Proxy | None,
    headers: dict[str, str],
    auth: AuthBase | None,
    body: Iterable[bytes] | None,
    private: str,
) -> requests.Response:
    """Not through a session: it would read a redirect's body to its end, however long that is."""
    sent = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": f"runway-widget/{__version__}", **headers}
    address, failure = without_query(url), ServiceError(private)
    # What was sent last may still be on its way when all of it is handed over, on a line that is slow.
    patience = READ_TIMEOUT if body is None else SEND_TIMEOUT
    try:
        request = requests.Request(method, address, headers=sent, auth=auth, data=body).prepare()
        timeout = (CONNECT_TIMEOUT, patience)
        return adapter.send(request, stream=True, timeout=timeout, **way_to(address, proxy))
    except _PrivateAddress:
        pass
    except NetworkSetupError as error:
        failure = failure_of(error, address, connected=None)
    except RunwayWidgetError:
        raise
    except (requests.RequestException, u3.HTTPError, OSError, ValueError) as error:
        failure = failure_of(error, address, connected=None, patience=patience)
    # Outside the except blocks: the errors above hold the request's headers, and must not become the context of these.
    raise failure


def _check(url: str, allowed: set[Place], what: str) -> None:
    parts = urlsplit(web_url(url))
    if not parts.hostname or parts.username is not None or "\\" in url:
        raise ServiceError(f"{what} is no web address that could be asked")
    here = place_of(parts.hostname) is Place.THIS_MACHINE and Place.THIS_MACHINE in allowed
    if parts.scheme.lower() != "https" and not here:
        raise ServiceError(f"{what} is not https; it is not followed")


def leads_inside(url: str, base_url: str) -> bool:
    """Whether ``url``, given by the service at ``base_url``, leads where no such link may, as far as its name tells."""
    return not _is_own(url, base_url) and _place(url) not in _allowed(base_url)


def _place(url: str) -> Place:
    return place_of(urlsplit(url).hostname or "")


def _allowed(base_url: str) -> set[Place]:
    """Where the service at ``base_url`` may lead: to the open internet, and to where it lies itself by its name."""
    return {Place.PUBLIC, _place(base_url)} - {Place.PRIVATE}


def _is_own(url: str, base_url: str) -> bool:
    """Whether ``url`` is of the service's own origin, which its user has named."""
    one, other = urlsplit(url), urlsplit(base_url)
    return (one.scheme.lower(), one.netloc.lower()) == (other.scheme.lower(), other.netloc.lower())


class _PrivateAddress(Exception):
    """Raised while connecting; requests and urllib3 do not wrap it, so `_send` can catch it."""


class _PublicAdapter(ReportingAdapter):
    """Connections to addresses that lie where it is ``allowed``, whatever name they were found by."""

    def __init__(self, query: str, limits: Limits | None, allowed: set[Place]) -> None:
        self._allowed = allowed
        super().__init__("?" + quote(query, safe="!$%&'()*+,/:;=?@[]~") if query else "", limits)

    def on_connected(self, connection: HTTPConnection) -> None:
        """A body may take longer to be sent than urllib3 would allow it."""
        connection.sock.settimeout(SEND_TIMEOUT)

    def on_socket(self, connected: socket.socket) -> None:
        if place_of_address(connected.getpeername()[0]) not in self._allowed:
            connected.close()
            raise _PrivateAddress
