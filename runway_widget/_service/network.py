"""The way to a service as the environment names it: the proxy to go through, and the certificates to trust.

Both are read anew for each request, so that a notebook can mend them without a new kernel. What stands there and cannot
be used is a `NetworkSetupError` that names the variable: tried as it is, it would look like trouble of the network.
"""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from requests.utils import get_environ_proxies, select_proxy

from .._environment import START, set_at_start
from .._environment import variable as value_of
from .._errors import ConfigurationError, NetworkSetupError
from .._pasted import unwrapped
from .._paths import absolute
from .hosts import is_this_machine

#: In the order in which they are asked. `requests` heeds the first two, and Python's and OpenSSL's tools the others.
CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_SCHEMES = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"}


class Proxy:
    """A proxy. It shows its host and port; its user name and password are for `requests` alone."""

    __slots__ = ("__url", "place", "source")

    def __init__(self, url: str, place: str, source: str) -> None:
        self.__url = url
        self.place = place  # host:port
        self.source = source  # the variable that names it

    def __repr__(self) -> str:
        return f"Proxy({self})"

    def __str__(self) -> str:
        return f"the proxy {self.place} ({self.source})"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a proxy's password is not pickled")

    def reveal(self) -> str:
        """Its address, with what it holds. For `requests` only."""
        return self.__url


@dataclass(frozen=True, slots=True)
class Certificates:
    """The file or folder of certificates that the environment's ``variable`` names."""

    variable: str
    path: str


def proxy_for(url: str) -> Proxy | None:
    """The proxy for ``url``, as `requests` finds it: in HTTPS_PROXY, ALL_PROXY and NO_PROXY, else the system's setting.

    None where there is none, for this machine itself, and for whatever is not https. Raises NetworkSetupError.
    """
    proxy = _proxy_for(url)
    if proxy is not None and not proxy.place:  # raised here, where no variable of this frame holds a password
        raise NetworkSetupError(
            f"{proxy.source} holds no address of a proxy that can be used; give something like "
            "'http://proxy.example:3128' (in a user name or password, special characters as %40)"
        )
    return proxy


def _proxy_for(url: str) -> Proxy | None:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if (
        parts.scheme != "https"
        or is_this_machine(host)
        or host.endswith(".localhost")
        or _is_excepted(host, parts.port)
    ):
        return None
    named = select_proxy(url, get_environ_proxies(url))
    if not named or not (address := unwrapped(named)):
        return None
    source = next((name for name in PROXY_VARIABLES if os.environ.get(name) == named), "the system's settings")
    return Proxy(address, _place(address), source)


def _is_excepted(host: str, port: int | None) -> bool:
    """Whether NO_PROXY names ``host`` in one of the ways that others understand and `requests` does not.

    The list in quotes; semicolons or blanks between the names; "*.example"; the port of https, which no URL names.
    """
    names = re.split(r"[\s,;]+", value_of("no_proxy") or value_of("NO_PROXY"))
    domains = [name.removeprefix("*").lstrip(".").casefold() for name in names]
    candidates = f".{host.casefold()}", f".{host.casefold()}:{port or 443}"
    return "*" in names or any(each.endswith(f".{domain}") for each in candidates for domain in domains if domain)


def _place(address: str) -> str:
    """Host and port of a proxy; "" where ``address`` names none, or leaves in doubt what of it is the password."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname or "", parts.port
        unquote(f"{parts.username}{parts.password}").encode("latin-1")  # as `requests` sends them
    except ValueError:
        return ""
    clear = address.isprintable() and " " not in address and "@" not in f"{parts.path}{parts.query}{parts.fragment}"
    if parts.scheme.lower() not in _SCHEMES or not host or port == 0 or not clear:
        return ""
    return f"{host}:{port}" if port else host


def certificates() -> Certificates | None:
    """What the environment names to be trusted; None for the certificates that come with ``requests``.

    Of several folders in SSL_CERT_DIR, the first that exists. Raises NetworkSetupError for what cannot be read.
    """
    for variable in CERTIFICATE_VARIABLES:
        if named := value_of(variable):
            break
    else:
        return None
    base = START if set_at_start(variable) else None
    names = named.split(os.pathsep) if variable == "SSL_CERT_DIR" else [named]
    try:
        paths = [absolute(name, variable, wanted="a file of certificates", base=base) for name in names if name.strip()]
    except ConfigurationError as error:
        raise NetworkSetupError(str(error)) from None
    path = next((str(path) for path in paths if path.exists()), "")
    if not path:
        raise NetworkSetupError(f"{variable} names a file that is not there: {named}")
    if fault := _fault(path):
        raise NetworkSetupError(f"{variable} names {path}, {fault}")
    return Certificates(variable, path)


def _fault(path: str) -> str:
    """What is wrong with a file of certificates; "" if nothing is. A folder is for OpenSSL to look into."""
    try:
        status = Path(path).stat()
        return "" if Path(path).is_dir() else _fault_of_file(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        return f"which cannot be read: {error.strerror or type(error).__name__}"


@lru_cache(maxsize=8)
def _fault_of_file(path: str, _modified: int, _size: int) -> str:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "which is no PEM file of certificates (lines like '-----BEGIN CERTIFICATE-----')"
    return ""
