"""Consistent fakes: of equal values the same, of the same form, and of nobody.

Digits and letters are drawn by a keyed hash of what the value is, without signs, accents, leading zeros and the prefix
of the country. An e-mail address, a name and a street come from words of their own; a telephone begins with a digit
that no number does; a check digit is made wrong on purpose, since a right one would be that of somebody.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Mapping
from functools import partial

from cleaning.privacy.fakes.addresses import place
from cleaning.privacy.fakes.chance import chance
from cleaning.privacy.fakes.days import day
from cleaning.privacy.fakes.persons import LAST, MEN, WOMEN, person
from cleaning.privacy.numbers.checks import is_valid, plain
from cleaning.privacy.persons.letters import folded
from cleaning.privacy.persons.persons import Persons
from cleaning.privacy.telephones.spoken import LETTERS, NUMERALS, SIZES

# What people write before a number is no part of it. A closed list: a word that nobody foresaw may be a name.
_LABELS = """tel telf tlf tlfno tfno tfn teléfono telefono teléfonos telefonos fono fax móvil movil cel celular ext
extensión extension int interno anexo wsp whatsapp núm num número numero nº dni nie nif cif cuit cuil rut ruc rfc curp
cédula cedula pasaporte matrícula matricula expte exptes exp expediente historia nhc hc iban ccc cuenta cta tarjeta
colegiado col"""
_AND = re.compile(r" y ")
_LABEL = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(_LABELS.split())})(?![^\W\d_])(?=.*[0-9])", re.IGNORECASE | re.DOTALL
)
_NUMERAL = re.compile(rf"(?i)(?<![^\W\d_])(?:{'|'.join(SIZES)})(?![^\W\d_])")
_LAST_LETTER = re.compile(rf"(?i)(?<!\w)(?:{LETTERS})\Z")
# With which no telephone begins.
_FIFTH = ("cinco", "quince", "veinticinco", "cincuenta", "quinientos")
# What says of a number its country (of telephones: ITU-T E.164) or its kind, and stays.
_STAYS: Mapping[str, re.Pattern[str]] = {
    "phone": re.compile(
        r"[( ]*(?:\+|00) ?(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})|\(34\)"
    ),
    "iban": re.compile("[A-Za-z]{2}"),
    "nie": re.compile("[A-Za-z]"),
    "cif": re.compile("[A-Za-z]"),
}
_LINE = re.compile(r"(?i)\W*(?:ext(?:ensi[oó]n)?|anexo|int(?:erno)?)\W*[0-9]{1,5}\)?\Z")
_CHECKS = {
    "dni": "es.dni",
    "nie": "es.nie",
    "cif": "es.cif",
    "rut": "cl.rut",
    "cuit": "ar.cuit",
    "card": "luhn",
}
_NETWORK_CARD = re.compile(r"(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}")
_OF_CHECKS = "TRWAGMYFPDXBNJZSQVHLCKE"  # letters of a DNI


def fake(kind: str, value: str, seed: int, before: str = "", persons: Persons | None = None) -> str:
    """What stands in place of a value, the same for what the same value is.

    `before`: the text in front of it; `persons`: whom the text names.
    """
    draw = chance(kind, re.sub(r"[\W_]+", "", value).lower(), seed)
    match kind:
        case "email":
            name = folded(f"{draw.choice(WOMEN + MEN)}.{draw.choice(LAST)}")
            return f"{name}{draw.randrange(100, 1000)}@example.org"
        case "name":
            return person(*(persons or Persons()).of(value, before), seed)
        case "birth":
            return day(value, seed)
        case "address":
            return place(value, seed)
        case "ip":
            return _of_documents(value, draw)
    if kind == "dni" and not any(map(str.isdigit, value)):
        said = _NUMERAL.sub(partial(_other_numeral, draw), value)
        return _LAST_LETTER.sub("eñe", said)  # with which no number ends
    if kind == "phone" and _NUMERAL.search(value):
        value = _spoken_telephone(value, draw)
    return _redrawn(kind, value, seed)


def _of_documents(address: str, draw: random.Random) -> str:
    """An address of the net (RFC 5737, RFC 3849) or of a network card (RFC 7042) that documents have as an example."""
    last = draw.randrange(1, 255)
    if sign := _NETWORK_CARD.fullmatch(address):
        return sign[1].join(("00", "00", "5E", "00", "53", f"{last:02X}"))
    return f"2001:db8::{last:x}" if ":" in address else f"192.0.2.{last}"


def _spoken_telephone(value: str, draw: random.Random) -> str:
    """A telephone in words with others in their place, each one's of its own size."""
    first = _NUMERAL.search(value)
    assert first
    fifth = _FIFTH[SIZES[first.group().lower()]]
    fifth = fifth if first.group().islower() else fifth.capitalize()
    return (
        value[: first.start()]
        + fifth
        + _NUMERAL.sub(partial(_other_numeral, draw), value[first.end() :])
    )


def _other_numeral(draw: random.Random, numeral: re.Match[str]) -> str:
    word = draw.choice(NUMERALS[SIZES[numeral.group().lower()]])
    return word if numeral.group().islower() else word.capitalize()


def _redrawn(kind: str, value: str, seed: int) -> str:
    """A number with other digits and letters in the places of its own, of which no check is right."""
    kept = _kept(kind, value)
    line = _LINE.search(value) if kind == "phone" else None
    last = line.start() if line else len(value)
    own = [n for n, c in enumerate(value) if c.isalnum() and n not in kept]
    if kind != "phone":  # `00482917` is 482917
        own = own[next((at for at, n in enumerate(own) if value[n] != "0"), len(own)) :]
    draw = chance(kind, folded("".join(value[n] for n in own if n < last)), seed)
    digits = [n for n in own if value[n].isdigit()]
    while True:
        drawn = list(value)
        for n in own:
            drawn[n] = _drawn(kind, value[n], draw)
        for n in digits[:1] if kind == "phone" else digits[:2]:  # no checked number begins so
            drawn[n] = "5" if kind == "phone" else "0"
        result = "".join(drawn)
        if kind not in _CHECKS or not is_valid(_CHECKS[kind], plain(result)):
            return result


def _kept(kind: str, value: str) -> frozenset[int]:
    """The places that stay as they are: words before a number, its country, the letters of a body, numerals."""
    labels = [*_LABEL.finditer(value)]
    if kind == "phone" and (numerals := [*_NUMERAL.finditer(value)]):
        labels += [*numerals, *_AND.finditer(value)]
    kept = {n for label in labels for n in range(*label.span())}
    begin = next(
        (n for n, c in enumerate(value) if n not in kept and (c.isalnum() or c in "+(")), 0
    )
    if kind in _STAYS and (country := _STAYS[kind].match(value, begin)):
        kept.update(range(*country.span()))
    if kind == "college":
        kept.update(n for n, c in enumerate(value) if c.isalpha())
    return frozenset(kept)


def _drawn(kind: str, character: str, draw: random.Random) -> str:
    if character.isdigit():
        return draw.choice(string.digits)
    letters = _OF_CHECKS if kind in {"dni", "nie"} else string.ascii_uppercase
    letter = draw.choice(letters)
    return letter if character.isupper() else letter.lower()
