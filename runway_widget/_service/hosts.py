"""Where a host lies, as far as its name or its address tells: on this machine, in a private network, on the internet.

One classification for all that depends on it: what may be asked, what goes through a proxy, whether a key may travel
unencrypted. Pure.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_PRIVATE_ENDINGS = {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa", "test"}
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_NAT64 = ip_network("64:ff9b::/96")


class Place(Enum):
    """Where a host lies. Each is in exactly one place."""

    THIS_MACHINE = auto()  # it can be nothing else
    BESIDE = auto()  # in a private network, where a company's gateway has its neighbours
    PRIVATE = auto()  # not to be asked: of one cable, as clouds' metadata; of nobody; or no name that says where it is
    PUBLIC = auto()  # on the open internet


def place_of(host: str) -> Place:
    """Where ``host`` lies: an IP address, or a name, which is judged as it is written and never resolved.

    A name is read as browsers read it, who know many ways to write an address: "127.1", in wide digits, with signs that
    count for nothing.
    """
    try:
        return place_of_address(host)
    except ValueError:
        return _place_of_name(host)


def is_this_machine(host: str) -> bool:
    """Whether ``host`` can only be this machine."""
    return place_of(host) is Place.THIS_MACHINE


def place_of_address(address: str) -> Place:
    """Where an IP address lies. Raises ValueError for what is none.

    One that wraps an IPv4 address lies where that lies; one that leads there through a tunnel is public or not at all.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return place_of_address(str(ip.ipv4_mapped))
        tunnel = ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            tunnel = IPv4Address(int(ip) & 0xFFFFFFFF)
        if tunnel is not None:
            return Place.PUBLIC if place_of_address(str(tunnel)) is Place.PUBLIC else Place.PRIVATE
        if ip.is_site_local:
            return Place.PRIVATE
    if ip.is_loopback:
        return Place.THIS_MACHINE
    if ip.is_link_local or ip.is_unspecified or ip.is_reserved or ip.is_multicast:
        return Place.PRIVATE
    if ip.is_global:
        return Place.PUBLIC
    return Place.BESIDE if ip.is_private else Place.PRIVATE


def _place_of_name(host: str) -> Place:
    if host.lower().rstrip(".") == "localhost":
        return Place.THIS_MACHINE
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    first, _, last = name.rstrip(".").lower().rpartition(".")
    if first and _NAME.fullmatch(name) and last not in _PRIVATE_ENDINGS and not last[:1].isdigit():
        return Place.PUBLIC
    last = host.rstrip(".").lower().rpartition(".")[2]
    beside = _NAME.fullmatch(host) and not last[:1].isdigit() and last != "localhost"
    return Place.BESIDE if beside else Place.PRIVATE
