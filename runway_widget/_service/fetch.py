"""One GET of an address that the service gave: bounded, and never into a private network.

The link of a finished medium is checked like anything from outside: every hop is https, and the address that a
connection really leads to is a public one, whatever its name resolved to a moment ago. A proxy resolves the name by
itself: there the name must be one of the open internet. Only for a service on loopback (a simulator, a tunnel) are
loopback and plain http allowed.

The query of a signed link opens the medium to anybody, and both `requests` and `urllib3` write the URLs they know into
log lines and errors. So they get the URL without its query, and the connection puts the query back as it writes the
request's first line.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3 import exceptions as u3

from .._errors import NetworkSetupError, NoAnswer, ServiceError
from .._version import __version__
from .adapter import ReportingAdapter
from .connection import way_to
from .failures import failure_of, reason_for
from .network import Proxy, proxy_for
from .payload import web_url, without_query
from .provider import is_loopback
from .service import Service
from .timeouts import CONNECT_TIMEOUT, READ_TIMEOUT

CHUNK = 2**16
MAX_REDIRECTS = 3

_REDIRECTS = {301, 302, 303, 307, 308}
_PRIVATE = "the link leads to an address of a private network; it is not followed"
_PRIVATE_ENDINGS = {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "test"}
_NAT64 = ip_network("64:ff9b::/96")


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
    loopback = is_loopback(urlsplit(service.base_url).hostname or "")
    own = True
    for _ in range(MAX_REDIRECTS + 1):
        _check(url, loopback)
        auth = service.auth_for(url) if own else None
        own = auth is not None
        proxy = proxy_for(url)
        if proxy is not None and not loopback and not is_public_name(urlsplit(url).hostname or ""):
            raise ServiceError(_PRIVATE)
        adapter = _PublicAdapter(urlsplit(url).query, anywhere=loopback or proxy is not None)
        try:
            response = _send(adapter, url, proxy, headers or {}, auth)
            try:
                if response.status_code not in _REDIRECTS:
                    yield MediaResponse(response, url)
                    return
                url = _target(url, response.headers.get("Location", ""))
            finally:
                response.close()  # without reading what is left of it
        finally:
            adapter.close()
    raise ServiceError(f"the link leads from one address to the next, more than {MAX_REDIRECTS} times")


def _send(
    adapter: _PublicAdapter, url: str, proxy: Proxy | None, headers: dict[str, str], auth: AuthBase | None
) -> requests.Response:
    """Not through a session: it would read a redirect's body to its end, however long that is."""
    sent = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": f"runway-widget/{__version__}", **headers}
    address, failure = without_query(url), ServiceError(_PRIVATE)
    try:
        request = requests.Request("GET", address, headers=sent, auth=auth).prepare()
        timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
        return adapter.send(request, stream=True, timeout=timeout, **way_to(address, proxy))
    except _PrivateAddress:
        pass
    except (requests.RequestException, u3.HTTPError, OSError, ValueError, NetworkSetupError) as error:
        failure = failure_of(error, address, connected=None)
    # Outside the except blocks: the errors above hold the request's headers, and must not become the context of these.
    raise failure


def _check(url: str, loopback: bool) -> None:
    parts = urlsplit(web_url(url))
    if not parts.hostname or parts.username is not None or "\\" in url:
        raise ServiceError("the link is no web address that could be fetched")
    if parts.scheme.lower() != "https" and not (loopback and is_loopback(parts.hostname)):
        raise ServiceError("the link is not https; it is not followed")


def _target(url: str, location: str) -> str:
    try:
        text = location.encode("latin-1").decode("utf-8")
        return urljoin(url, text) if text.strip() else ""
    except ValueError:
        return ""


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
    """Whether a host can be one of the open internet, as far as its name tells: a public IP address or a full name."""
    try:
        return is_public(host)
    except ValueError:
        first, _, last = host.rstrip(".").lower().rpartition(".")
        return bool(first) and last not in _PRIVATE_ENDINGS and not last[:1].isdigit()


class _PrivateAddress(Exception):
    """Raised while connecting; requests and urllib3 do not wrap it, so `_send` can catch it."""


class _PublicAdapter(ReportingAdapter):
    """Connections that lead to public addresses only, and to any with ``anywhere``."""

    def __init__(self, query: str, *, anywhere: bool) -> None:
        self._anywhere = anywhere
        super().__init__("?" + quote(query, safe="!$%&'()*+,/:;=?@[]~") if query else "")

    def on_socket(self, connected: socket.socket) -> None:
        if not self._anywhere and not is_public(connected.getpeername()[0]):
            connected.close()
            raise _PrivateAddress
