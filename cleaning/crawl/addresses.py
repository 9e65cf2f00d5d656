"""Which network addresses a crawl may connect to, checked at the one place where names become addresses."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.threads import deferToThread
from zope.interface import implementer

from cleaning.urls import ascii_host

DNS_SECONDS = 300.0  # how long a checked answer is used again

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What `is_global` of Python 3.11 lets through. IANA special-purpose registries; RFC 8215 for 64:ff9b:1::.
_NOT_PUBLIC: tuple[_Network, ...] = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("fec0::/10"),
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address (v4 or v6, as text) is one of the public Internet.

    An IPv6 address that stands for an IPv4 address (mapped, NAT64, 6to4, Teredo) is
    judged by that one too.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = [ip.sixtofour, *(ip.teredo or ())]
        if any(v4 is not None and not is_public(str(v4)) for v4 in inner):
            return False
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _NOT_PUBLIC)
    return ip.is_global and not special


def split_address(text: str) -> tuple[str, int]:
    """("127.0.0.1", 8080) from "127.0.0.1:8080", ("::1", 80) from "[::1]:80"; ValueError otherwise."""
    host, _, port = text.rpartition(":")
    address = ipaddress.ip_address(host.strip("[]"))
    if not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} has no port")
    return str(address), int(port)


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        raise NotImplementedError


@implementer(IHostnameResolver)
class PublicResolver:
    """The name resolver of the crawling process: gives checked addresses only.

    Twisted connects to the very addresses that it is given here, also for a host that is an address
    already in whatever notation, so nothing can change between the check and the connection.
    `refused` holds the hosts that were refused, each with its address.
    """

    def __init__(self, mapped: Mapping[str, str], allow_private: bool) -> None:
        self.mapped = {ascii_host(h): split_address(a) for h, a in mapped.items()}
        self.allow_private = allow_private
        self.refused: dict[str, str] = {}
        self._known: dict[str, tuple[float, list[str]]] = {}

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Twisted's interface: calls `resolutionReceiver` with the addresses to connect to."""
        host = ascii_host(hostName)
        resolution = _Resolution(host)
        resolutionReceiver.resolutionBegan(resolution)

        def deliver(addresses: Any, port: int = portNumber) -> None:
            for address in addresses if isinstance(addresses, list) else []:
                kind = IPv6Address if ":" in address else IPv4Address
                resolutionReceiver.addressResolved(kind("TCP", address, port))
            resolutionReceiver.resolutionComplete()

        if host in self.mapped:
            address, port = self.mapped[host]
            deliver([address], port)
        elif host in self._known and self._known[host][0] > time.monotonic():
            deliver(self._known[host][1])
        else:
            asked = deferToThread(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
            asked.addCallback(lambda answers: self._checked(host, [str(x[4][0]) for x in answers]))
            asked.addBoth(deliver)  # a failed look-up gives no address, which Twisted reports
        return resolution

    def _checked(self, host: str, addresses: list[str]) -> list[str]:
        """The addresses, in the order of the DNS, that may be connected to."""
        good = [a for a in dict.fromkeys(addresses) if self.allow_private or is_public(a)]
        if addresses and not good:
            self.refused[host] = addresses[0]
        self._known[host] = (time.monotonic() + DNS_SECONDS, good)
        return good
