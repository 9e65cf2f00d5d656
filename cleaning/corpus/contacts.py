"""How to reach a person: e-mail addresses, telephone numbers, IP addresses and postal addresses in a text."""

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
_DOMAIN = re.compile(r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@])")


def emails(text: str) -> Spans:
    """E-mail addresses."""
    end = 0
    for domain in _DOMAIN.finditer(text):
        at = domain.start()
        if local := _LOCAL.search(text[max(end, at - 64) : at]):
            end = domain.end()
            yield at - len(local.group()), end


# E.164: at most 15 digits with the country code, which never begins with 0. After 00 only Spain and Latin
# America, and no dash: numbers of files and proceedings begin so.
_ABROAD = re.compile(
    r"\+(?<![^\W\d].) ?[1-9][0-9]{0,2}(?:[ .-]?\(?[0-9]{1,4}\)?){2,7}(?!\w)"
    r"|0(?<![^\s(:].)0(?:34|5[0-9]{1,2})(?:[ .]?[0-9]{1,4}){2,7}(?![\w/-])"
)
_ROUND = re.compile(r"(?:[ .-]?000){2,}\Z")  # +1 000 000 000 counts something
# 7 to 15 digits in groups, after a word that says what they are and some small words.
_NUMBER = re.compile(r"[(0-9](?:(?<=\()[0-9])?(?:[ .–-]?[()]?[ -]?[0-9]){6,14}(?![\w-])")
_WORDS = (
    r"tel[eéè](?:f[a-zè]{0,7}|nos?|s)?|telf?|tlfn?o?|tfno|tfn|tf|m[oó]vil(?:es)?|celular(?:es)?|cel|fax"
    r"|whats?app|contacto"
)
_SMALL = (
    r"de|del|la|el|su|los|las|es|al|en|y|o|n[uú]meros?|n[º°o]|contacto|fijo|m[oó]vil|celular|gratuito|particular|personal"
    r"|casa|trabajo|oficina|urgencias|atenci[oó]n|cliente|padre|madre|hij[oa]|herman[oa]|marido|mujer|espos[oa]|pareja"
    r"|tutora?|cuidadora?|familiar|paciente|vecin[oa]|abuel[oa]|t[ií][oa]|domicilio|whats?app|directo|centralita|fax"
)
_BEFORE = re.compile(
    rf"(?i)\b(?:(?:{_WORDS})\.?(?:(?:\s*[/(,:]\s*|\s)(?:{_SMALL})\b\)?){{0,5}}"
    r"|ll[aá]m[ae](?:nos|r|me|ndo)?\sal(?:\s(?:n[uú]mero|tel[eé]fono))?)"
    r"[ .:ºª°–-]{0,4}\Z"
)
# Words that say whom one reaches; only a number in the form of a Spanish telephone is one behind them.
_PEOPLE = re.compile(
    r"(?i)\b(?:padre|madre|hij[oa]|herman[oa]|marido|mujer|espos[oa]|pareja|tutora?|cuidadora?|familiar|vecin[oa]|abuel[oa]"
    r"|domicilio|urgencias|centralita|secretar[ií]a)(?: \([^()\n]{1,30}\))?[ .:–-]{1,4}\Z"
)
_SPANISH = re.compile(
    r"(?:\(?\+ ?34\)?[ .-]?)?[6789](?:[0-9]{8}|[0-9]{2}(?:[ .-][0-9]{3}){2}|[0-9]{2}(?:[ .-][0-9]{2}){3}"
    r"|[0-9](?:[ .-][0-9]{3})(?:[ .-][0-9]{2}){2})(?![\w-])"
)
# What parts two numbers of one person.
_AND = re.compile(r"(?: ?[,;/–-] ?| (?:y|o|ó|e|u|i|y/o|fax|y fax|m[oó]vil:?) | ?/ ?)(?=[(+0-9])")
_CONTEXT = 72  # characters before a number in which such words are looked for
_CONTACT = re.compile(r"(?i)[(0-9+]")


def phones(text: str) -> Spans:
    """Telephone numbers: with a prefix of a country, behind a word that says so, or beside another one."""
    end = 0
    for start, stop in sorted((*_abroad(text), *_called(text))):
        if start < end:
            continue
        yield start, stop
        end = stop
        size = _size(text[start:stop])
        while following := _following(text, end, size):
            yield following
            end = following[1]


def _size(number: str) -> int:
    return sum(map(str.isdigit, number))


def _abroad(text: str) -> Spans:
    for match in _ABROAD.finditer(text):
        said = match.group()
        digits = _size(said) - 2 * said.startswith("00")
        if 8 <= digits <= 15 and not _ROUND.search(said):
            yield match.span()


def _called(text: str) -> Spans:
    for match in _NUMBER.finditer(text):
        before = text[max(0, match.start() - _CONTEXT) : match.start()]
        if _BEFORE.search(before):
            yield match.span()
        elif (spanish := _SPANISH.match(text, match.start())) and _PEOPLE.search(before):
            yield spanish.span()


def _following(text: str, end: int, size: int) -> tuple[int, int] | None:
    """The second of two numbers, behind a sign or a word that parts two: of as many digits, or of a sure form."""
    if between := _AND.match(text, end):
        for pattern in (_SPANISH, _ABROAD, _NUMBER):
            match = pattern.match(text, between.end())
            if match and (pattern is not _NUMBER or _size(match.group()) == size):
                return match.span()
    return None


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
    r"(?i)\b(?:ips?|host|servidor|direcci[oó]n|cliente|desde|from)\b[^\n]{0,20}\Z"
)


def ips(text: str) -> Spans:
    """Public IPv4 and IPv6 addresses; four small numbers only behind a word that says so.

    Private, loopback and reserved ones, which manuals are full of, are nobody's.
    """
    for match in _IPV4.finditer(text):
        before = text[max(0, match.start() - 32) : match.start()]
        small = all(len(part) < 3 for part in match.group().split("."))
        if not ipaddress.IPv4Address(match.group()).is_global or _SECTION.search(before):
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
        if address.is_global:
            yield match.span()


_WAY = (
    r"calle|c/|avda\.?|avenida|av\.|paseo|p[º°]\.?|plaza|pza\.?|plza\.?|pl\.|ronda|camino|carretera|ctra\.?|traves[ií]a"
    r"|glorieta|urbanizaci[oó]n|urb\.|pasaje|carrera|cra\.?|diagonal|transversal|jir[oó]n|jr\.|carrer|r[uú]a|rambla"
)
_PLACE = re.compile(
    rf"(?<![\w/.])(?i:{_WAY})\s?"
    r"(?:(?:de|del|la|las|los|el|y|e|en|d'|san|santa)\s){0,3}"
    r"(?:[A-ZÁÉÍÓÚÑÜ0-9][\w'’·-]{0,24}|[A-Z][a-z]{0,2}\.)"
    r"(?:\s(?:(?:de|del|la|las|los|el|y|e|i)\s){0,2}(?:[A-ZÁÉÍÓÚÑÜ][\w'’·-]{0,24}|[A-Z][a-z]{0,2}\.)){0,5}"
    r"(?:,?\s?(?:n[º°o.]{1,3}|n[uú]m(?:ero|\.)?|#)\s?|,\s?|\s)[0-9]{1,4}(?:-[0-9]{1,3})?(?![\w%€])"
    r"(?!\s+de\s+(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre))"
    r"(?:\s?(?:bis|[A-D])\b)?"
    r"(?:,?\s(?:(?:piso|planta|esc(?:alera|\.)|portal|bloque|blq\.|puerta|pta\.?|local|oficina|of\.|dpto\.?|apto\.?)"
    r"\s?[0-9A-Za-zº°ª]{1,4}|[0-9]{1,2}[º°ª](?:\s?-?\s?[A-Za-z0-9]{1,4}\b[ºª]?)?|[0-9]{1,2}\s?-?\s?[A-F]\b|bajo(?:\s[A-Z]\b)?)){0,4}"
    r"(?:[,.;]?\s(?:C\.?P\.?:?\s?)?[0-9]{5}(?![\w.])(?:\s[A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s(?:de\s|del\s|la\s)?[A-ZÁÉÍÓÚÑ][\w'’-]+){0,3})?)?"
)
_WAY_FIRST = re.compile(rf"(?<![\w/.])(?i:{_WAY})")


@cache
def _any_way() -> Any:
    """Whether there is any way with a number behind it, asked of RE2, which is many times as fast."""
    import re2

    return re2.compile(rf"(?i)(?:\b(?:{_WAY})|[cp][/º°])[^\n]{{1,120}}[0-9]")


def addresses(text: str) -> Spans:
    """Postal addresses: a street with its number, and the floor, postal code and town behind it."""
    end = 0
    if not _any_way().search(text):
        return
    for way in _WAY_FIRST.finditer(text):
        if way.start() >= end and (match := _PLACE.match(text, way.start())):
            end = match.end()
            yield match.span()
