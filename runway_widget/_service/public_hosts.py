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

import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
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
from .limits import ANSWER, Limits
from .network import Proxy, proxy_for
from .payload import web_url, without_query
from .provider import is_loopback
from .timeouts import CONNECT_TIMEOUT, READ_TIMEOUT, SEND_TIMEOUT, TOTAL_TIMEOUT

_PRIVATE_ENDINGS = {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "test"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_NAT64 = ip_network("64:ff9b::/96")


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
    loopback = is_loopback(urlsplit(base_url).hostname or "")
    _check(url, loopback, what)
    proxy = proxy_for(url)
    private = f"{what} leads to an address of a private network; it is not followed"
    if proxy is not None and leads_inside(url, base_url):
        raise ServiceError(private)
    anywhere = proxy is not None or _is_own(url, base_url)
    if limits is None and body is not None:  # as long as the last bytes of it may still be on their way
        limits = Limits(ANSWER.most, SEND_TIMEOUT + TOTAL_TIMEOUT)
    inside = _lies_inside(base_url)
    adapter = _PublicAdapter(urlsplit(url).query, limits, anywhere=anywhere, loopback=loopback, inside=inside)
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


def _check(url: str, loopback: bool, what: str) -> None:
    parts = urlsplit(web_url(url))
    if not parts.hostname or parts.username is not None or "\\" in url:
        raise ServiceError(f"{what} is no web address that could be asked")
    if parts.scheme.lower() != "https" and not (loopback and is_loopback(parts.hostname)):
        raise ServiceError(f"{what} is not https; it is not followed")


def leads_inside(url: str, base_url: str) -> bool:
    """Whether ``url``, given by the service at ``base_url``, leads where no such link may, as far as its name tells."""
    host = urlsplit(url).hostname or ""
    if _is_own(url, base_url) or is_public_name(host):
        return False
    if _lies_inside(base_url):
        return not _is_neighbour_name(host)
    return not (is_loopback(host) and is_loopback(urlsplit(base_url).hostname or ""))


def _lies_inside(base_url: str) -> bool:
    """Whether the service lies in a private network, as far as its name tells; not on this machine."""
    return _is_neighbour_name(urlsplit(base_url).hostname or "")


def _is_neighbour_name(host: str) -> bool:
    """Whether a host is one of a private network other than this machine, as far as its name tells."""
    try:
        return _is_neighbour(host)
    except ValueError:
        last = host.rstrip(".").lower().rpartition(".")[2]
        return (
            bool(_NAME.fullmatch(host)) and not last[:1].isdigit() and last != "localhost" and not is_public_name(host)
        )


def _is_neighbour(address: str) -> bool:
    """Whether an IP address is one of a private network; addresses of one cable, as clouds' metadata have, are not."""
    ip = ip_address(address)
    return ip.is_private and not (ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_reserved)


def _is_own(url: str, base_url: str) -> bool:
    """Whether ``url`` is of the service's own origin, which its user has named."""
    one, other = urlsplit(url), urlsplit(base_url)
    return (one.scheme.lower(), one.netloc.lower()) == (other.scheme.lower(), other.netloc.lower())


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also where it wraps an IPv4 address in an IPv6 one."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_public_name(host: str) -> bool:
    """Whether a host can be one of the open internet, as far as its name tells: a public IP address or a full name.

    It is read as browsers read it, who know many ways to write an address: "127.1", in wide digits, with signs that
    count for nothing.
    """
    try:
        return is_public(host)
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    first, _, last = name.rstrip(".").lower().rpartition(".")
    full = bool(first) and _NAME.fullmatch(name) is not None
    return full and last not in _PRIVATE_ENDINGS and not last[:1].isdigit()


class _PrivateAddress(Exception):
    """Raised while connecting; requests and urllib3 do not wrap it, so `_send` can catch it."""


class _PublicAdapter(ReportingAdapter):
    """Connections to public addresses; with ``loopback`` to this machine too, with ``inside`` to private networks, with
    ``anywhere`` to any.
    """

    def __init__(self, query: str, limits: Limits | None, *, anywhere: bool, loopback: bool, inside: bool) -> None:
        self._anywhere, self._loopback, self._inside = anywhere, loopback, inside
        super().__init__("?" + quote(query, safe="!$%&'()*+,/:;=?@[]~") if query else "", limits)

    def on_connected(self, connection: HTTPConnection) -> None:
        """A body may take longer to be sent than urllib3 would allow it."""
        connection.sock.settimeout(SEND_TIMEOUT)

    def on_socket(self, connected: socket.socket) -> None:
        if self._anywhere:
            return
        address = connected.getpeername()[0]
        allowed = is_public(address) or (self._loopback and is_loopback(address))
        if not allowed and not (self._inside and _is_neighbour(address)):
            connected.close()
            raise _PrivateAddress
