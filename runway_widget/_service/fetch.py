"""One GET of an address that somebody else gave: bounded, without a proxy, and never where it has no business.

Where a finished medium lies is what the service says, so it is checked like anything from outside: every hop is https,
and the address that a connection really leads to is a public one, whatever its name resolved to a moment ago. Only for
a service on loopback (a simulator, a tunnel) are loopback and plain http allowed.

The query of a signed link opens the medium to anybody, and both `requests` and `urllib3` write the URLs they know into
log lines and errors. So they do not know it: they get the URL without its query, and the connection puts the query
back as it writes the request's first line.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3 import exceptions as u3
from urllib3.connection import HTTPConnection, HTTPSConnection

from .._errors import NoAnswer, ServiceError
from .._version import __version__
from .connection import CONNECT_TIMEOUT, READ_TIMEOUT, Response, pooled_session, reason_for
from .payload import web_url, without_query
from .provider import is_loopback
from .service import Service

CHUNK = 2**16
MAX_REDIRECTS = 3

_REDIRECTS = {301, 302, 303, 307, 308}
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
        raise NoAnswer(reason)  # out here: the error above holds the request, and with it the key


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
        adapter = _Adapter(urlsplit(url).query, anywhere=loopback)
        try:
            response = _send(adapter, url, headers or {}, auth)
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


def _send(adapter: _Adapter, url: str, headers: dict[str, str], auth: AuthBase | None) -> requests.Response:
    """Not through a session: it would read a redirect's body to its end, however long that is."""
    told = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": f"runway-widget/{__version__}", **headers}
    refused, reason = False, ""
    try:
        request = requests.Request("GET", without_query(url), headers=told, auth=auth).prepare()
        timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
        return adapter.send(request, stream=True, timeout=timeout, verify=pooled_session().verify or True)
    except _PrivateAddress:
        refused = True
    except (requests.RequestException, u3.HTTPError, OSError, ValueError) as error:
        reason = reason_for(error)
    # Out here: the errors above hold the request's headers, and must not become the context of these.
    if refused:
        raise ServiceError("the link leads to an address of a private network; it is not followed")
    raise NoAnswer(reason)


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
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


class _PrivateAddress(Exception):
    """On its way from a connection to `_send`, through libraries that let it pass."""


class _Adapter(HTTPAdapter):
    """Connections that look at whom they are connected to before they say anything, and that know the query."""

    def __init__(self, query: str, *, anywhere: bool) -> None:
        self._query = "?" + quote(query, safe="!$%&'()*+,/:;=?@[]~") if query else ""
        self._anywhere = anywhere
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        query, looked_at = self._query, self._looked_at

        class Plain(HTTPConnection):
            response_class = Response

            def _new_conn(self) -> socket.socket:
                return looked_at(super()._new_conn())

            def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
                super().putrequest(method, url + query, *args, **kwargs)

        class Secure(HTTPSConnection):
            response_class = Response

            def _new_conn(self) -> socket.socket:
                return looked_at(super()._new_conn())

            def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
                super().putrequest(method, url + query, *args, **kwargs)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def _looked_at(self, connected: socket.socket) -> socket.socket:
        if not self._anywhere and not is_public(connected.getpeername()[0]):
            connected.close()
            raise _PrivateAddress
        return connected
