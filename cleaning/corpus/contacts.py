"""How to reach a person: e-mail addresses, IP addresses and postal addresses in a text (telephones: telephones.py)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

Spans = Iterator[tuple[int, int]]

# A pattern begins with the characters that it can begin with, and looks behind them only then: so the
# search runs over other text several times faster.
# RFC 5321 allows 64 characters before the @ and 255 after it; labels of at most 63.
_LOCAL = re.compile(r"[\w%+-][\w.%+-]{0,63}\Z")
_DOMAIN = re.compile(r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}([^\W\d_]{2,24})(?![\w@])")
# What domains never end in: `icon@2x.png` and `getty@tty1.service` are files and units.
_NO_DOMAIN = re.compile(
    r"(?i:conf|css|exe|gif|html?|jpe?g|js|json|log|png|service|socket|svg|target|timer|toml|txt|webp|xml|ya?ml)"
)


# Addresses hidden from programs: `ana (at) correo.es`, `ana arroba correo punto es`. Without brackets round its
# sign an address has its points in words too: "alojado at github.com" is none.
_SAID_BRACKETED = re.compile(r"[\[({<]\s?(?i:at|arroba)\s?[\])}>]\s?")
_SAID_BARE = re.compile(r"\s(?i:at|arroba)\s")
_SAID_LOCAL = re.compile(r"[\w%+-][\w.%+-]{0,63}\s?\Z")
_POINT = r"\s?[\[({<]\s?(?i:dot|punto|\.)\s?[\])}>]\s?|\s(?i:dot|punto)\s"
_SAID_DOMAIN = {
    pattern: re.compile(
        rf"(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?(?:{point})){{1,8}}([^\W\d_]{{2,24}})(?![\w@])"
    )
    for pattern, point in ((_SAID_BRACKETED, rf"\.|{_POINT}"), (_SAID_BARE, _POINT))
}


def emails(text: str) -> Spans:
    """E-mail addresses, also those whose signs are words or wide."""
    text = text.replace("\uff20", "@")
    yield from _written(text) if "@" in text else ()
    yield from _said(text, _SAID_BRACKETED)
    if "rroba " in text or " dot " in text:
        yield from _said(text, _SAID_BARE)


def _said(text: str, pattern: re.Pattern[str]) -> Spans:
    for sign in pattern.finditer(text):
        local = _SAID_LOCAL.search(text[max(0, sign.start() - 65) : sign.start()])
        domain = _SAID_DOMAIN[pattern].match(text, sign.end())
        if local and domain and not _NO_DOMAIN.fullmatch(domain[1]):
            yield sign.start() - len(local.group()), domain.end()


def _written(text: str) -> Spans:
    end = 0
    for domain in _DOMAIN.finditer(text):
        at = domain.start()
        if _NO_DOMAIN.fullmatch(domain[1]):
            continue
        local = _LOCAL.search(text[max(end, at - 64) : at])
        if local and local.group() != "git":  # the user of a repository over SSH
            end = domain.end()
            yield at - len(local.group()), end


# Four numbers are more often a version or a section; behind such words they are, and so are small ones.
_IPV4 = re.compile(
    r"(?<![\w.,:/-])(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}"
    r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?!\.?[\w]|,[0-9])"
)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:.]*\w)")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_SECTION = re.compile(
    r"(?i)(?:[$€]|\bv|\bver|versi[oó]n|release|art|art[ií]culo|apartado|secci[oó]n|cap[ií]tulo|punto|p[aá]rrafo|anexo|tabla|§)"
    r"[ .:]{0,3}\Z"
)
_ADDRESS_WORD = re.compile(
    r"(?i)\b(?:(?:ips?|host|servidor|direcci[oó]n|cliente)\b[^\n]{0,20}|(?:desde|from)\s)\Z"
)
_GLOBAL = ipaddress.IPv6Network("2000::/3")  # RFC 4291; `a[::2]` and `A::B` are of a program


def ips(text: str) -> Spans:
    """Public IPv4 and IPv6 addresses; four small numbers only behind a word that says so.

    Private, loopback, multicast and reserved ones (RFC 6890), which manuals are full of, and those of networks
    (192.56.76.0) are nobody's.
    """
    for match in _IPV4.finditer(text):
        before = text[max(0, match.start() - 32) : match.start()]
        small = all(len(part) < 3 for part in match.group().split("."))
        if not _somebodys(ipaddress.IPv4Address(match.group())) or _SECTION.search(before):
            continue
        if not small or _ADDRESS_WORD.search(before):
            yield match.span()
    if not _COLONS.search(text):
        return
    for match in _IPV6.finditer(text):
        said = match.group()
        if said.count(":") < 3 and "::" not in said:
            continue
        try:
            address = ipaddress.IPv6Address(said)
        except ValueError:
            continue
        if _somebodys(address):
            yield match.span()


def _somebodys(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        return address in _GLOBAL and address.is_global
    network = address.packed.endswith(b"\0")
    return address.is_global and not address.is_multicast and not network


_WAY = (
    r"calle|c/|avda\.?|avenida|av\.|paseo|p[º°]\.?|plaza|pza\.?|plza\.?|pl\.|ronda|camino|carretera|ctra\.?|traves[ií]a"
    r"|glorieta|urbanizaci[oó]n|urb\.|pasaje|carrera|cra\.?|diagonal|transversal|jir[oó]n|jr\.|carrer|r[uú]a|rambla"
    r"|pla[cç]a|passeig|avinguda|camí|cam[iñ]o|estrada|praza|rueiro|travessia|polígono|pol\."
    r"|bulevar|boulevard|blvd\.?|bv\.|bvar\.|costanilla|callej[oó]n|alameda|malec[oó]n|calzada|andador|cerrada"
    r"|prolongaci[oó]n|corredera"
)
_NAMED = r"gran\sv[ií]a"  # ways that need no name behind them
_SIDE = r"(?i:izq(?:uierda|da)?|izda|dcha|der(?:echa)?|ctro|centro|esq(?:uerra)?|dta|dreta)\b\.?"
_INSIDE = (  # where in the house
    r"(?:,?\s(?:(?i:piso|planta|esc(?:alera|\.)|portal|bloque|blq\.|puerta|pta\.?|local|oficina|of\.|d(?:e?p|)to\.?"
    r"|apto\.?|int(?:erior|\.)|ext\.|torre|lote)"
)
_TOWN = (  # postal code and town
    r"(?:[,.;]?\s(?:C\.?P\.?:?\s?)?[0-9]{5}(?![\w.])(?:\s[A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s(?:de\s|del\s|la\s)?[A-ZÁÉÍÓÚÑ][\w'’-]+){0,3})?)?"
)
_PLACE = re.compile(
    rf"(?<![\w/.])(?:(?i:{_NAMED})|(?i:{_WAY})\s?"
    r"(?:(?:de|del|la|las|los|el|y|e|en|do|da|dos|das|dels|les|els|san|santa|sant)\s|[dl]['’]){0,3}"
    r"(?:[A-ZÁÉÍÓÚÑÜ0-9][\w'’·-]{0,24}|[A-Z][a-z]{0,4}\.))"
    r"(?:\s(?:(?:de|del|la|las|los|el|y|e|i|do|da|dos|das|dels|les|els)\s|[dl]['’]){0,2}(?:[A-ZÁÉÍÓÚÑÜ][\w'’·-]{0,24}|[A-Z][a-z]{0,4}\.)){0,5}"
    r"(?:,?\s?(?:(?i:n[º°o.]{1,3}|n[uú]m(?:ero|\.)?)|#|parcelas?|naves?)\s?|,\s?|\s)(?:[NSEO](?=[0-9]{1,3}-))?[0-9]{1,4}(?:-[0-9]{1,3})?(?![\w%€])"
    r"(?!\s+de\s+(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre))"
    r"(?:\s?(?:bis|[A-D])\b)?"
    rf"{_INSIDE}"
    rf"\s?[0-9A-Za-zº°ª]{{1,4}}|[0-9]{{1,2}}(?:\.?[º°ª]|(?:r|n|t|è|a)\b)(?:\s?-?\s?(?:{_SIDE}|[A-Za-z0-9]{{1,4}}\b(?:\.?[ºª])?))?"
    rf"|[0-9]{{1,2}}\s?-?\s?[A-F]\b|bajos?(?:\s[A-Z]\b)?)){{0,4}}{_TOWN}"
)
# Without a way: behind a word that says that somebody lives there, a name in capitals and a number, or a plot.
_LIVES = re.compile(
    r"(?i:\bdomiciliad[oa]s?\sen|\bdomicilio\s(?:procesal\s|legal\s|real\s)?en|\bdomicilio(?:\s(?:actual|particular|legal|procesal))?:?"
    r"|\bdirecci[oó]n(?:\sde\sresidencia|\spostal|\sparticular)?:|\breside(?:nte)?\sen)\s(?:(?:la|el)\s)?"
)
_UNNAMED = re.compile(
    r"(?:(?:[A-ZÁÉÍÓÚÑÜ][\w'’-]{1,24}|(?:de|del|la|las|los|y)(?=\s)|[A-Z][a-z]{0,4}\.)[ ]){0,4}"
    r"[A-ZÁÉÍÓÚÑÜ][\w'’-]{1,24},?[ ](?:(?i:n[º°o.]{1,3}|n[uú]m(?:ero|\.)?)\s?|#\s?)?[0-9]{1,5}(?![\w%€]|[.,:/-][0-9])"
    r"(?!\s+de\s)"
    rf"{_INSIDE}\s?[0-9A-Za-zº°ª]{{1,4}})){{0,3}}"
    r"|M(?:anzana|z(?:na)?\.?)\s[A-Z0-9]{1,3},?\s(?:[Ll]ote|[Ll]t\.?)\s[0-9]{1,3}"
)
# In Basque the way stands behind its name, but for Kale Nagusia and the like.
_BASQUE = re.compile(
    r"(?<![\w/.])(?:(?:[A-ZÁÉÍÓÚÑÜ][\w'’-]{1,24}\s){1,4}"
    r"(?:kalea|kaleko|etorbidea|hiribidea|plaza|auzoa|auzunea|pasealekua|ibilbidea|bidea|zumardia|enparantza|parkea|k/)"
    r"|Kale\s(?:[A-ZÁÉÍÓÚÑÜ][\w'’-]{1,24}))"
    rf",?\s(?:[0-9]{{1,3}}(?:\s?(?:bis|[A-D])\b)?|z/g)(?![\w%€])(?!\.\s?(?:urte|mende))"
    rf"(?:(?:,|\s-)?\s[0-9]{{1,2}}\.?\s?(?:º|-)?\s?(?:ezk\.?|esk\.?|erd\.?|[A-H])(?!\w))?{_TOWN}"
)
_WAY_FIRST = re.compile(rf"(?<![\w/.])(?i:{_WAY}|{_NAMED})")


@cache
def _any_way() -> Any:
    """Whether there is any way with a number behind it, asked of RE2, which is many times as fast."""
    import re2

    return re2.compile(rf"(?i)(?:\b(?:{_WAY}|{_NAMED})|[cp][/º°])[^\n]{{1,120}}[0-9]")


@cache
def _any_basque() -> Any:
    import re2

    return re2.compile(
        r"(?:[kp]alea|kaleko|bidea|plaza|auz(?:oa|unea)|lekua|zumardia|enparantza|parkea|k/|Kale \w+),? (?:[0-9]|z/g)"
    )


def addresses(text: str) -> Spans:
    """Postal addresses: a street with its number, and the floor, postal code and town behind it."""
    if _any_basque().search(text):
        yield from (match.span() for match in _BASQUE.finditer(text))
    for lives in _LIVES.finditer(text):
        if (match := _UNNAMED.match(text, lives.end())) and not _PLACE.match(text, lives.end()):
            yield match.span()
    end = 0
    if not _any_way().search(text):
        return
    for way in _WAY_FIRST.finditer(text):
        if way.start() >= end and (match := _PLACE.match(text, way.start())):
            end = match.end()
            yield match.span()
