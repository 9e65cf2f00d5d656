"""Which network addresses a crawl may connect to, checked at the one place where names become addresses."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping
from functools import cache

from cleaning.web.urls import ascii_host

DNS_SECONDS = 300.0  # how long a checked answer is used again
DNS_NAMES = 100_000  # answers that are remembered

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What `is_global` of Python 3.11 lets through. IANA special-purpose registries; RFC 8215 for 64:ff9b:1::.
_NOT_PUBLIC: tuple[_Network, ...] = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("100:0:0:1::/64"),
    ipaddress.ip_network("5f00::/16"),
    ipaddress.ip_network("fec0::/10"),
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, 2.5.5.1; deprecated, and still spoken
_LOW = 0xFFFFFFFF
# Interface identifiers that hold an IPv4 address: ISATAP (RFC 5214, 6.1), with and without its u bit.
_ISATAP = {0x00005EFE, 0x02005EFE}


class Refused(Exception):
    """The address is none that a crawl may connect to."""


def is_public(address: str) -> bool:
    """Whether an IP address (v4 or v6, as text) is one of the public Internet.

    An IPv6 address that stands for an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo, ISATAP) is
    judged by that one too.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & _LOW)))
        if ip in _COMPATIBLE:
            return False
        inner = [ip.sixtofour, *(ip.teredo or ())]
        if (int(ip) >> 32) & _LOW in _ISATAP:
            inner.append(ipaddress.IPv4Address(int(ip) & _LOW))
        if any(v4 is not None and not is_public(str(v4)) for v4 in inner):
            return False
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _NOT_PUBLIC)
    # Python before 3.11.4 takes 6to4 for private; what it stands for was judged above.
    spoken = ip.is_global or (ip.version == 6 and ip.sixtofour is not None)
    return spoken and not special


@cache  # each source is told of all mapped hosts
def split_address(text: str) -> tuple[str, int]:
    """("127.0.0.1", 8080) from "127.0.0.1:8080", ("::1", 80) from "[::1]:80"; ValueError otherwise."""
    host, _, port = text.rpartition(":")
    address = ipaddress.ip_address(host.strip("[]"))
    if not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} has no port")
    return str(address), int(port)


class Resolver:
    """Gives the addresses that a host may be connected at, and no others.

    A connection is made to the very addresses that were checked here, also where the host is an address
    already, in whatever notation: nothing can change between the check and the connection. `mapped` holds
    hosts with the address that the recipe gives them, which may be private.
    """

    def __init__(self, mapped: Mapping[str, str], allow_private: bool) -> None:
        self.mapped = {ascii_host(h): split_address(a) for h, a in mapped.items()}
        self.allow_private = allow_private
        self._known: dict[str, tuple[float, list[str]]] = {}

    async def of(self, host: str, port: int) -> list[tuple[str, int]]:
        """(address, port) in the order of the DNS. Refused where none is public, OSError where there is none."""
        host = ascii_host(host)
        if host in self.mapped:
            return [self.mapped[host]]
        until, addresses = self._known.get(host, (0.0, []))
        if until < time.monotonic():
            addresses = await self._look_up(host)
            if len(self._known) >= DNS_NAMES:
                self._known.clear()
            self._known[host] = time.monotonic() + DNS_SECONDS, addresses
        good = [a for a in addresses if self.allow_private or is_public(a)]
        if not good:
            raise Refused(f"{addresses[0]} is not a public address")
        return [(address, port) for address in good]

    async def _look_up(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except UnicodeError:  # a label that is empty or too long
            raise OSError("its name is none that the DNS knows") from None
        return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
