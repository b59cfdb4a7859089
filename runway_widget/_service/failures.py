"""Why no answer came: from an error of `requests`, urllib3, ssl or socket to a `NoAnswer` in a few words.

What is looked at are the kinds of the errors and the codes in them, not their texts: those may hold a URL, a password
or whatever a stranger wrote. A fault of this machine's set-up becomes a `NetworkSetupError`, which says what to do.
Seen with requests 2.34.2 and urllib3 2.8.0.
"""

from __future__ import annotations

import ssl
import time
from contextlib import suppress
from http.client import IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as u3

from .._errors import NetworkSetupError, NoAnswer
from .adapter import TunnelRefused
from .limits import AnswerTooLong, AnswerTooSlow
from .network import Certificates, Proxy, certificates, proxy_for
from .retry import TRANSIENT
from .timeouts import CONNECT_TIMEOUT, READ_TIMEOUT

# The reason that says most comes first. `requests` wraps one error in another, up to four deep.
_SILENT = "silent for {:.0f} s"
_TOO_SLOW = f"no connection within {CONNECT_TIMEOUT:.0f} s"
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (AnswerTooLong, "the answer is too long"),
    (AnswerTooSlow, "the answer came too slowly"),
    (u3.NameResolutionError, "the host name is unknown"),
    (ConnectionRefusedError, "the connection was refused"),
    (u3.NewConnectionError, "no connection"),  # first: it is a subclass of the next
    (u3.ConnectTimeoutError, _TOO_SLOW),
    (u3.SSLError, "no secure connection"),
    (u3.ReadTimeoutError, _SILENT),
    (requests.ReadTimeout, _SILENT),
    (IncompleteRead, "an answer cut short"),
    (u3.DecodeError, "an answer that cannot be read"),
)

# OpenSSL's codes of what is wrong with a certificate (X509_V_ERR_…).
_NOT_YET_VALID, _EXPIRED = 9, 10
_UNTRUSTED = {2, 18, 19, 20, 21, 27}  # no issuer that is known here; 18 and 19: signed by itself
_OTHER_HOST = {62, 64}

# OpenSSL's reasons for a handshake that fails each time; any other may be a line that broke.
_NO_TLS = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}
_NO_AGREEMENT = {
    *("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE", "NO_SHARED_CIPHER"),
    *("SSLV3_ALERT_HANDSHAKE_FAILURE", "UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "DH_KEY_TOO_SMALL", "WRONG_SSL_VERSION"),
    *("TLSV1_ALERT_INSUFFICIENT_SECURITY", "TLSV1_UNRECOGNIZED_NAME", "TLSV1_ALERT_UNRECOGNIZED_NAME"),
    *("TLSV13_ALERT_CERTIFICATE_REQUIRED", "EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"),
}


def reason_for(error: BaseException) -> str:
    """A few words on why no answer came."""
    return _reason(_chain(error))


def is_too_long(error: BaseException) -> bool:
    """Whether more came than such an answer may have."""
    return any(isinstance(each, AnswerTooLong) for each in _chain(error))


def failure_of(
    error: BaseException,
    url: str,
    *,
    connected: bool | None,
    reached: bool = False,
    patience: float = READ_TIMEOUT,
) -> NoAnswer:
    """The error for a request to ``url`` that ended with ``error``.

    ``connected``: whether a connection, with its TLS, came about; None where that is not known. ``reached``: whether
    this host was reached earlier by the same session, so that the set-up was right: then the network has changed, and
    may change back. ``patience``: the seconds of silence that the request was given.
    """
    if isinstance(error, NetworkSetupError):
        return NetworkSetupError(error.message)
    if isinstance(error, NoAnswer):
        return NoAnswer(error.message, sent=connected is not False)
    chain = _chain(error)
    if connected is True:
        return NoAnswer(_reason(chain, patience=patience))
    proxy: Proxy | None = None
    trusted: Certificates | None = None
    with suppress(NetworkSetupError):  # what is wrong with them was said before anything was tried
        proxy, trusted = proxy_for(url), certificates()
    refusals = (status for each in chain if (status := _refusal_in(each)))
    if proxy is not None and (status := next(refusals, 0)):
        return _refusal(status, proxy, _host(url), connected)
    if proxy is not None and any(isinstance(each, requests.exceptions.InvalidSchema) for each in chain):
        return NetworkSetupError(
            f"{proxy.source} names a SOCKS proxy, for which PySocks is needed: pip install pysocks, then restart the "
            "kernel"
        )
    at_proxy = proxy if any(isinstance(each, u3.ProxyError) for each in chain) else None
    if fault := _tls_fault(chain, str(at_proxy or _host(url)), trusted, at_proxy):
        return NoAnswer(fault, sent=connected is not False) if reached else NetworkSetupError(fault)
    if _is_no_address(chain):
        return NetworkSetupError(f"{_host(url)!r} is no host name that could exist")
    if at_proxy is not None:
        return NoAnswer(
            f"{at_proxy} cannot be reached: {_reason(chain, connected, patience)}", sent=connected is not False
        )
    through = f" through {proxy}" if proxy is not None else ""
    return NoAnswer(_reason(chain, connected, patience) + through, sent=connected is not False)


def _chain(error: BaseException) -> list[BaseException]:
    """``error`` and all that it wraps."""
    chain: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        cause = todo.pop()
        if isinstance(cause, BaseException) and cause not in chain:
            chain.append(cause)
            todo += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return chain


def _reason(chain: list[BaseException], connected: bool | None = True, patience: float = READ_TIMEOUT) -> str:
    words = (words for kind, words in _REASONS if any(isinstance(each, kind) for each in chain))
    reason = next(words, "the connection broke")
    if reason == _SILENT:
        return _TOO_SLOW if connected is False else reason.format(patience)  # a proxy's silence, or that of TLS
    return reason


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _refusal_in(error: BaseException) -> int:
    """The status by which a proxy refused to connect, 0 for another error; PySocks has a kind of its own for a 407."""
    if type(error).__name__ == "SOCKS5AuthError":
        return 407
    return error.status if isinstance(error, TunnelRefused) else 0


def _refusal(status: int, proxy: Proxy, host: str, connected: bool | None) -> NoAnswer:
    """What a proxy's own answer to "connect me with this host" amounts to: the service was not spoken to."""
    if status == 407:
        return NetworkSetupError(
            f"{proxy} wants other credentials (407): put a user name and password into {proxy.source}, before the "
            f"host, as in user:password@{proxy.place}"
        )
    if status in TRANSIENT:
        return NoAnswer(f"{proxy} could not reach {host} ({status})", sent=connected is not False)
    return NetworkSetupError(
        f"{proxy} does not let {host} through ({status}); ask who runs it, or name the host in NO_PROXY if it can be "
        "reached without one"
    )


def _tls_fault(chain: list[BaseException], who: str, trusted: Certificates | None, proxy: Proxy | None) -> str:
    """What is wrong with a secure connection that will not come about by itself; "" for anything else."""
    for each in chain:
        if isinstance(each, ssl.SSLCertVerificationError):
            return _certificate_fault(each, who, trusted)
        if isinstance(each, ssl.SSLError) and each.reason in _NO_TLS:
            if proxy is not None:
                return f"{who} does not speak TLS: begin {proxy.source} with http://, not https://"
            return f"no secure connection: {who} does not speak TLS there; is it the right port, or an http address?"
        if isinstance(each, ssl.SSLError) and each.reason in _NO_AGREEMENT:
            words = each.reason.lower().replace("_", " ")
            return (
                f"no secure connection that {who} and this machine agree on ({words}); an old server, or a device of "
                "your network between the two"
            )
    return ""


def _certificate_fault(error: ssl.SSLCertVerificationError, who: str, trusted: Certificates | None) -> str:
    code = getattr(error, "verify_code", 0)
    today = time.strftime("%Y-%m-%d")
    if code == _EXPIRED:
        return f"the certificate of {who} has expired, or this machine's clock is wrong: it says {today}"
    if code == _NOT_YET_VALID:
        return f"the certificate of {who} is not valid yet, or this machine's clock is wrong: it says {today}"
    if code in _OTHER_HOST:
        return (
            f"{who} shows the certificate of another host; check the address, and whether a login page of your network "
            "stands in between"
        )
    if code in _UNTRUSTED:
        other = f" ({trusted.variable} names {trusted.path}, which does not)" if trusted is not None else ""
        return (
            f"the certificate of {who} is not trusted: set REQUESTS_CA_BUNDLE to a PEM file that holds your network's "
            f"certificate authority{other}"
        )
    if not code:
        return ""
    words = error.verify_message  # OpenSSL's own
    return f"the certificate of {who} is not accepted ({words}); your network's certificate authority has to renew it"


def _is_no_address(chain: list[BaseException]) -> bool:
    return any(isinstance(each, requests.exceptions.InvalidURL | u3.LocationParseError) for each in chain)
