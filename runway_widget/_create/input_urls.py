"""URLs that are sent: one that the service could not, or would not, fetch is refused before anything is paid for."""

from __future__ import annotations

import re
import time
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from .._service.hosts import is_this_machine
from .._service.link_expiry import link_expiry
from .._service.payload import without_query
from .input_field import InputField

MAX_URL = 2048
CLOCKS_APART = 60.0  # seconds by which this machine's clock may be ahead


def unexpired(url: str, field: InputField) -> str:
    """``url``, where it does not say itself that it opens nothing any more."""
    moment = link_expiry(url)
    if moment is not None and moment + CLOCKS_APART < time.time():
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
        raise field.error(f"the link has expired, at {when}; give the task itself, whose link is renewed, or a file")
    return url


def checked_url(url: str, field: InputField) -> str:
    """``url``, or a ConfigurationError that says why the service could not, or would not, fetch it."""
    if len(url) > MAX_URL:
        raise field.error(f"the URL is {len(url)} characters long; the service takes {MAX_URL} at most")
    printable(url, field)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise field.error("no URL that can be read") from None
    if not host and parts.scheme not in {"http", "https"}:  # "blob:https://…" is a page's own
        raise field.error(f"{without_query(url)!r} is not https, and the service fetches nothing else")
    if not host or "\\" in url:
        raise field.error("the URL names no host")
    if parts.username is not None or parts.password is not None:
        raise field.error("the URL holds a user name or password, which the service would not use")
    if (
        is_this_machine(host)
        and is_this_machine(urlsplit(field.base_url).hostname or "")
        and parts.scheme in {"http", "https"}
    ):
        return url
    if parts.scheme != "https":
        raise field.error(f"{without_query(url)!r} is not https, and the service fetches nothing else")
    if is_this_machine(host) or host.endswith(".localhost"):
        raise field.error(f"{host!r} is this machine, which the service cannot reach; give the file instead")
    if _is_address(host, parts):
        raise field.error(f"the URL's host {host!r} is an IP address; the service takes domain names only")
    return url


def _is_address(host: str, parts: SplitResult) -> bool:
    """Whether ``host`` is an IP address in any spelling: a name whose last label is a number is read as one."""
    last = host.rstrip(".").rpartition(".")[2]
    if "[" in parts.netloc or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        return True
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def printable(uri: str, field: InputField) -> str:
    """``uri``, where it can stand in a line."""
    if not uri.isprintable() or " " in uri:
        raise field.error("the URL holds blanks or control characters")
    return uri
