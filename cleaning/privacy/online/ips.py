"""IP addresses, and whose they may be."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import ipaddress
import re

from cleaning.privacy.kinds import Spans
from cleaning.privacy.patterns.gates import may_hold

# Four numbers are more often a version or a section; behind such words they are, and so are small ones.
_IPV4 = re.compile(
    r"(?:(?<=\b[iI][pP]:)|(?<![\w.,:/-]))(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}"
    r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?!\.?[\w]|,[0-9])"
)
_FOUR = r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:.]*\w)")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_SECTION = re.compile(
    r"(?i)(?:[$€]|\bv|\bver|versi[oó]n|release|art|art[ií]culo|apartado|secci[oó]n|cap[ií]tulo|punto|p[aá]rrafo|anexo|tabla|§|nuev[oa]s? desde|disponibles? desde)"
    r"[ .:]{0,3}\Z"
)
_ADDRESS_WORD = re.compile(
    r"(?i)\b(?:(?:ips?|host|servidor|direcci[oó]n|cliente)\b[^\n]{0,20}|(?:desde|from)\s)\Z"
)
_GLOBAL = ipaddress.IPv6Network("2000::/3")  # RFC 4291; `a[::2]` and `A::B` are of a program
_DOCUMENTED = ipaddress.IPv6Network("3fff::/20")  # RFC 9637, which Python does not know before 3.13

# Resolvers that answer anybody, in half the manuals: they are services, of no person. Published by Google
# (developers.google.com/speed/public-dns), Cloudflare (developers.cloudflare.com/1.1.1.1), Quad9 (quad9.net), OpenDNS (opendns.com).
_RESOLVERS = frozenset(
    map(
        ipaddress.ip_address,
        (
            "8.8.8.8",
            "8.8.4.4",
            "2001:4860:4860::8888",
            "2001:4860:4860::8844",
            "1.1.1.1",
            "1.0.0.1",
            "2606:4700:4700::1111",
            "2606:4700:4700::1001",
            "9.9.9.9",
            "149.112.112.112",
            "2620:fe::fe",
            "208.67.222.222",
            "208.67.220.220",
        ),
    )
)


def ips(text: str) -> Spans:
    """Public IPv4 and IPv6 addresses; four small numbers only behind a word that says so.

    Private, loopback, multicast and reserved ones (RFC 6890), those of documentation (RFC 5737, 3849 and 9637), which
    manuals are full of, those of networks (192.56.76.0), the last ones of these (126.255.255.255) and open resolvers (8.8.8.8) are nobody's.
    """
    for match in _IPV4.finditer(text) if may_hold(text, _FOUR) else ():
        before = text[max(0, match.start() - 32) : match.start()]
        small = all(len(part) < 3 for part in match.group().split("."))
        if not _somebodys(ipaddress.IPv4Address(match.group())) or _SECTION.search(before):
            continue
        if not small or _ADDRESS_WORD.search(before):
            yield match.span()
    if not _COLONS.search(text):
        return
    for match in _IPV6.finditer(text):
        address_text = match.group()
        if address_text.count(":") < 3 and "::" not in address_text:
            continue
        try:
            address = ipaddress.IPv6Address(address_text)
        except ValueError:
            continue
        if _somebodys(address):
            yield match.span()


def _somebodys(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if address in _RESOLVERS:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address in _GLOBAL and address.is_global and address not in _DOCUMENTED
    network = address.packed.endswith((b"\0", b"\xff"))  # the first and the last of one
    return address.is_global and not address.is_multicast and not network


# Of any router.
_HOME = (ipaddress.IPv4Network("192.168.0.0/23"), ipaddress.IPv4Network("10.0.0.0/29"))


def may_be_somebodys(value: str, alone: bool) -> bool:
    """Whether an address may be the one of a person's device: a private one too, where it does not stand alone.

    In a record of who did what, beside a name or an e-mail address, a private one tells as much as a public one.
    """
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    if alone or _somebodys(address):
        return _somebodys(address)
    if isinstance(address, ipaddress.IPv4Address):
        home = any(address in network for network in _HOME)
        if home or address.packed[-1] in (0, 255) or address.packed[0] >= 224:
            return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast) and (
        address not in _RESOLVERS
    )
