"""Consistent fakes: of equal values the same, of the same form, and of nobody.

Digits and letters are drawn by a keyed hash of the value. An e-mail address and a name come from words of
their own; a telephone begins with a digit that no number does; a check digit is made wrong on purpose, since a
right one would be that of somebody.
"""

from __future__ import annotations

import hashlib
import random
import re
import string

from cleaning.privacy.telephones.spoken import NUMERALS

_WORDS = """Alba Celia Elsa Gala Irene Lara Nora Paula Sonia
Bruno Dario Fabio Hugo Julio Mario Omar
Robles Vega Campos Prado Rivas Montes Arroyo Lago Pinar Valle Encina Olmo Sauce Roca Soto Molino"""
# What people write before a number is no part of it. A closed list: a word that nobody foresaw may be a name.
_LABELS = """tel telf tlf tlfno tfno tfn teléfono telefono teléfonos telefonos fono fax móvil movil cel celular ext
extensión extension int interno anexo wsp whatsapp núm num número numero nº dni nie nif cif cuit cuil rut ruc rfc curp
cédula cedula pasaporte matrícula matricula expte exptes exp expediente historia nhc hc iban ccc cuenta cta tarjeta
colegiado col"""
_AND = re.compile(r" y ")
_LABEL = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(_LABELS.split())})(?![^\W\d_])(?=.*[0-9])", re.IGNORECASE | re.DOTALL
)
_WOMEN, _MEN, _LAST = (line.split() for line in _WORDS.splitlines())
# Names of women that end in no a, and of men that do: behind `D.` stands no `Alba`.
_WOMANS = re.compile(
    r"(?i)(?:m[ªa]|carmen|pilar|isabel|raquel|beatriz|in[eé]s|mercedes|dolores|rosario|consuelo|soledad|es?ther|leonor|nieves|irene|luz|rocío|montserrat|maite|noem[ií]|lourdes|[^\W\d_]*a)\b"
)
_MANS = re.compile(r"(?i)(?:borja|luca|jos[eé] mar[ií]a|josema|garc[ií]a)\b")
_PLAIN = str.maketrans("éó", "eo")
_SIZES = {word.translate(_PLAIN): at for at, words in enumerate(NUMERALS) for word in words}
_NUMERAL = re.compile(rf"(?i)(?<![^\W\d_])(?:{'|'.join(_SIZES)})(?![^\W\d_])")
_FIFTH = (
    "cinco",
    "quince",
    "veinticinco",
    "cincuenta",
    "quinientos",
)  # with which no telephone begins


def fake(kind: str, value: str, seed: int) -> str:
    """What stands in place of a value: the same for the same value, kind and seed, whatever its spaces and case."""
    plain = re.sub(r"[\W_]+", "", value).lower()
    key = hashlib.blake2b(f"{kind}\0{plain}".encode(), key=str(seed).encode()[:64], digest_size=16)
    chance = random.Random(key.digest())
    match kind:
        case "email":
            first, last = chance.choice(_WOMEN + _MEN), chance.choice(_LAST)
            return f"{first}.{last}{chance.randrange(100, 1000)}@example.org".lower()
        case "name":
            return f"{chance.choice(_given_names(value))} {chance.choice(_LAST)} {chance.choice(_LAST)}"
        case "address":
            return f"calle del {chance.choice(_LAST)}, {chance.randrange(1, 100)}"
        case "ip":
            return f"192.0.2.{chance.randrange(1, 255)}"  # RFC 5737: of documents
    if kind == "phone" and _NUMERAL.search(value):
        value = _spoken_telephone(value, chance)
    return _redrawn(kind, value, chance)


def _given_names(name: str) -> list[str]:
    """Given names for a woman or for a man, as a name tells; it may have its family names first."""
    first = name.rpartition(",")[2].strip()
    return _WOMEN if _WOMANS.match(first) and not _MANS.match(first) else _MEN


def _spoken_telephone(value: str, chance: random.Random) -> str:
    """A telephone in words with others in their place, each one's of its own size."""
    first = True

    def other(numeral: re.Match[str]) -> str:
        nonlocal first
        size = _SIZES[numeral.group().lower()]
        word = (_FIFTH[size] if first else chance.choice(NUMERALS[size])).translate(_PLAIN)
        first = False
        return word if numeral.group().islower() else word.capitalize()

    return _NUMERAL.sub(other, value.translate(_PLAIN))


def _redrawn(kind: str, value: str, chance: random.Random) -> str:
    drawn = [
        chance.choice(string.digits)
        if c.isdigit()
        else c
        if kind == "college"  # its letters are the body's
        else chance.choice(string.ascii_uppercase)
        if c.isalpha() and c.isupper()
        else chance.choice(string.ascii_lowercase)
        if c.isalpha()
        else c
        for c in value
    ]
    numerals = [*_NUMERAL.finditer(value)] if kind == "phone" else []
    for label in (*_LABEL.finditer(value), *numerals, *(_AND.finditer(value) if numerals else ())):
        drawn[label.start() : label.end()] = label.group()
    digits = [n for n, c in enumerate(value) if c.isdigit()]
    if kind == "phone" and digits:
        if value.lstrip(" (").startswith(("+", "00")):  # the country stays
            country = 2 + 2 * value.lstrip(" (").startswith("00")
            for n in digits[:country]:
                drawn[n] = value[n]
            digits = digits[country:]
        if digits:
            drawn[digits[0]] = "5"
    elif digits:  # no checked number begins so
        for n in digits[:2]:
            drawn[n] = "0"
    return "".join(drawn)
