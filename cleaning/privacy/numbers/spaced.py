"""Numbers behind the word that says what they are, whatever signs separate them: `X.1.928.374.P`, `E S 9 3 2 1 0 0`.

The forms of `kinds.py` know the signs that are usual. Where a check digit proves the number, or its letters do, any
sign may stand anywhere, as recognised print and forms with a box for each character have it.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cleaning.privacy.numbers.checks import is_affiliation, is_placeholder, is_valid, is_weighed
from cleaning.privacy.numbers.checks import plain as joined
from cleaning.privacy.patterns.gates import folded, view
from cleaning.privacy.patterns.late import late

_FAR = 56  # characters from the word to its number
_LONGEST = 64
_D = "[0-9]"
_SIGN = r"[ .,/·'’_–|-]{0,3}"
_ONE_SIGN = re.compile(r"(?<=[0-9])[^0-9A-Za-z]+(?=[0-9])")


class _Form(NamedTuple):
    """How the characters of a kind follow each other, and what proves them."""

    kind: str
    form: re.Pattern[str]
    check: Callable[[str], bool]
    even: bool  # one and the same sign separates the groups: its check digit alone proves little


def _form(kind: str, pattern: str, check: Callable[[str], bool], *, even: bool = False) -> _Form:
    """`pattern`: a class for each character with how often it stands, separated by blanks."""
    characters = []
    for one in pattern.split():
        of, _, many = one.partition("*")
        characters += [of] * int(many or 1)
    first = r"(?<!\w[–-])" if characters[0] in {_D, "[1-6]", "[3-6]", "[23]"} else ""
    last = "(?! ?[0-9])" if characters[-1] == _D else ""
    form = late(
        rf"(?i){first}(?:(?<!\w)|(?<=DNI)|(?<=N[IE][EF])|(?<=CIF))(?<![0-9][ .,/-]){_SIGN.join(characters)}{last}(?:(?![^\W_]|[.,-][0-9])|(?=T(?:EL|LF|FN)|M[OÓ]V|E?MAIL))"
    )
    return _Form(kind, form, check, even)


def _stdnum(module: str, size: int = 0) -> Callable[[str], bool]:
    return lambda value: is_valid(
        module, joined(value).removeprefix("ES").replace("LETRA", "").zfill(size)
    )


_DNI = _form("dni", f"{_D}*8 (?:letra\\s)?[A-Z]", _stdnum("es.dni", 9))
_NIE = _form("nie", f"[XYZ] {_D}*7 [A-Z]", _stdnum("es.nie"))
_CIF = _form("cif", f"(?:ES-?)?[A-HJNP-SUVW] {_D}*7 [0-9A-J]", _stdnum("es.cif"))
_RUT = (
    _form("rut", f"{_D}*8 [0-9K]", _stdnum("cl.rut"), even=True),
    _form("rut", f"{_D}*7 [0-9K]", _stdnum("cl.rut"), even=True),
)
_IDENTITY = (
    _form("cedula", f"{_D}*11", _stdnum("do.cedula"), even=True),
    _form("cedula", f"{_D}*10", _stdnum("ec.ci"), even=True),
    _form("cedula", f"[1-6] {_D}*7", lambda value: is_weighed(value, "2987634"), even=True),
)
_IBAN = tuple(
    _form(
        "iban", f"{land[:1]} {land[1:]} {_D}*{many}", lambda value: is_valid("iban", joined(value))
    )
    for land, many in (("ES", 22), ("PT", 23), ("DE", 20), ("AD", 22))
)
_CCC = _form("account", f"{_D}*20", _stdnum("es.ccc"))
_CARDS = tuple(_form("card", f"[3-6] {_D}*{many}", _stdnum("luhn"), even=True) for many in (15, 14))
_NASS = _form("nass", f"{_D}*12", is_affiliation)
_CURP = _form(
    "curp",
    f"[A-Z]*4 {_D}*6 [HMX] [A-Z]*5 [0-9A-Z] {_D}",
    lambda value: is_valid("mx.curp", joined(value)),
)
_CUIT = _form("cuit", f"[23] [03467] {_D}*9", _stdnum("ar.cuit"), even=True)
_WORDS: tuple[tuple[str, tuple[_Form, ...]], ...] = (
    (
        r"\bD\.?\s?[NM]\.?\s?[Il1]|\bN\.?\s?I\.?\s?[EF](?:\b|[0-9XYZ])|\bTIE\b|identidad|documento|identificaci[oó]n|residencia|extranjer[ií]a",
        (_NIE, _DNI),
    ),
    (
        r"\b[CN]\.?\s?I\.?\s?F\b|\bVAT\b|\bIVA\b|\bS\.?\s?[AL]\b|\bS\.?L\.?U\b|\bR\.?\s?M\b|raz[oó]n social|registro mercantil",
        (_CIF,),
    ),
    (
        r"\bI\.?\s?B\.?\s?A\.?\s?N\b|\bcuentas?\b|\bcta\b|\bc/c\b|\bingres|domicilia|\bC\.?C\.?C\b|\babon[aeo]|bancari",
        (*_IBAN, _CCC),
    ),
    (
        r"\btarjetas?\b|\bvisa\b|\bPAN\b|\bmaster|\bT\.?D\.?C\b|d[eé]bito|cr[eé]dito|\bcard\b|\bAMEX\b|american express",
        _CARDS,
    ),
    (
        r"\bN\.?[AU]\.?S\.?S\b|\bN\.?S\.?S\b|\bN\.?A\.?F\b|\bseguridad social|\bseg\. soc|\bS\.\s?S\b|\bSS\b|\bafiliaci",
        (_NASS,),
    ),
    (r"\bC\.?U\.?R\.?P\b|\bclave [uú]nica", (_CURP, _CUIT)),
    (
        r"\bR\.?\s?U\.?\s?[TN]\b|\bC\.?N\.?I\b|\bC\.?\s?I\b|\bc[eé]d|identidad|documento|\brol [uú]nico",
        (*_IDENTITY, *_RUT),
    ),
    (r"\bC\.?U\.?I\.?[TL]\b", (_CUIT,)),
)
_ANY_WORD = f"(?i){'|'.join(word for word, _ in _WORDS)}"
_EACH_WORD = tuple((late(rf"(?i)(?:{word})"), forms) for word, forms in _WORDS)
_ANY_NUMBER = late(r"[0-9](?:[ .,/·'’_–-]{0,3}[0-9]){5}")


# The roll of a bar, in which each has a volume and a leaf: `T° 84 F° 211`; not that of a register of firms.
_LEAF = late(
    r"(?<!\w)T(?:omo|[°º.])?\s?[0-9]{1,3},?\s(?:-\s)?F(?:olio|[°º.])?\s?[0-9]{1,4}(?!\w|[.,][0-9])"
)
_ANY_LEAF = r"\bT(?:omo|[°º.])? ?[0-9]{1,3},? (?:- )?F"
_BAR = late(
    r"(?i)\b(?:C\.?P\.?A\.?C\.?F|CASI|CALP|CFALP|CSJN|abogad|letrad|dr[a.]|mat\.|matr[ií]cula|apoderad|patrocinante|colegio)"
)
_REGISTER = late(r"(?i)mercantil|hoja|libro|\bR\.\s?M\b|inscri|escritura|protocolo|finca")
_CONTEXT = 60


def _leaves(text: str) -> Iterator[tuple[int, int, str]]:
    """(from, to, kind) of the places on the roll of a bar."""
    for match in _LEAF.finditer(text) if folded(_ANY_LEAF).search(view(text)) else ():
        near = text[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT // 2]
        if _BAR.search(near) and not _REGISTER.search(near):
            yield *match.span(), "college"


def spaced(text: str) -> Iterator[tuple[int, int, str]]:
    """(from, to, kind) of the numbers behind a word of theirs, whatever separates their characters."""
    yield from _leaves(text)
    end = 0
    for match in folded(_ANY_WORD).finditer(view(text)):
        start, at = match.span()
        # A placeholder, behind which each pass would find one more; a folder.
        if text.startswith(("[", "/run/"), start - 1):
            continue
        if not _ANY_NUMBER.search(text, max(at, end), at + _FAR):
            continue
        for word, forms in _EACH_WORD:
            if not word.match(text, start):
                continue
            if number := _first(text, max(at, end), forms):
                yield number
                end = number[1]
                break


def _first(text: str, at: int, forms: tuple[_Form, ...]) -> tuple[int, int, str] | None:
    """The first number of some forms that its check digit proves."""
    limit = min(len(text), at + _FAR + _LONGEST)
    for kind, form, check, even in forms:
        for match in form.finditer(text, at, limit):
            if match.start() > at + _FAR:
                break
            value = match.group()
            signs = _ONE_SIGN.findall(value)
            columns = any("  " in sign for sign in signs)
            if even and (columns or len({sign.strip() for sign in signs[:-1]}) > 1):
                continue
            if check(value) and not is_placeholder(value):
                return *match.span(), kind
    return None
