"""Personal data in text: e-mail addresses, IBANs, Spanish identity numbers and telephone numbers.

Conservative on purpose: an identifier must have its check digit right (python-stdnum), and a telephone
number its international prefix or a word before it that says what it is, because bare digits are dates,
laws, prices and article numbers far more often than telephones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple


class Personal(NamedTuple):
    """A span of personal data: from `start` up to `end` in code points."""

    start: int
    end: int
    kind: str


# A pattern begins with the characters that it can begin with, and looks behind them only then: so the
# search runs over other text several times faster.
# RFC 5321 allows 64 characters before the @ and 255 after it; labels of at most 63.
_LOCAL = re.compile(r"[\w%+-][\w.%+-]{0,63}\Z")
_DOMAIN = re.compile(r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@])")
# ISO 13616: country, two check digits, 11 to 30 characters, often written in groups of four.
_IBAN = re.compile(r"[A-Z](?<![^\W_].)[A-Z][0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![^\W_])")
_DNI = re.compile(
    r"[0-9](?<![\w.,-].)(?:[0-9]{7}-?|[0-9]?\.[0-9]{3}\.[0-9]{3}[- ]?)[A-Za-z](?![\w-])"
)
_NIE = re.compile(r"[XYZxyz](?<![\w.,-].)[- ]?[0-9]{7}[- ]?[A-Za-z](?![\w-])")
# E.164: at most 15 digits with the country code, which never begins with 0. After 00 only Spain and Latin
# America, and no dash: numbers of files and proceedings begin so.
_ABROAD = re.compile(
    r"\+(?<![^\W\d].)[1-9][0-9]{0,2}(?:[ .-]?\(?[0-9]{1,4}\)?){2,7}(?!\w)"
    r"|0(?<![^\s(:].)0(?:34|5[0-9]{1,2})(?:[ .]?[0-9]{1,4}){2,7}(?![\w/-])"
)
# 7 to 15 digits in groups, after a word that says what they are and at most three small words.
_NUMBER = re.compile(r"[(0-9](?:(?<=\()[0-9])?(?:[ .–-]?[()]?[ -]?[0-9]){6,14}(?![\w-])")
_BEFORE = re.compile(
    r"(?i)\b(?:(?:tel[eé]fonos?|telf|tel[eé]f|tel|tlfn?o?|tfno|tfn|m[oó]vil(?:es)?|celular|fax|whatsapp)"
    r"(?:\s(?:de\scontacto|fijo|m[oó]vil|gratuito|es(?:\sel)?|al|n[uú]mero)){0,3}"
    r"|ll[aá]m[ae](?:nos|r|me)?\sal)"
    r"[ .:ºª°–-]{0,4}\Z"
)
_CONTEXT = 56  # characters before a number in which such words are looked for
_DIGITS = re.compile(r"[0-9]{3}")


def _emails(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for domain in _DOMAIN.finditer(text):
        at = domain.start()
        if local := _LOCAL.search(text[max(end, at - 64) : at]):
            end = domain.end()
            yield at - len(local.group()), end


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    from stdnum import iban

    for match in _IBAN.finditer(text):
        # Words in capitals may follow: the longest beginning that is valid is the number.
        candidate = match.group()
        for length in range(len(candidate), 14, -1):
            if candidate[length - 1].isalnum() and iban.is_valid(candidate[:length]):
                if not candidate[length : length + 1].isalnum():
                    yield match.start(), match.start() + length
                break


def _dnis(text: str) -> Iterator[tuple[int, int]]:
    from stdnum.es import dni

    for match in _DNI.finditer(text):
        if dni.is_valid(match.group().replace(".", "").zfill(9)):
            yield match.span()


def _nies(text: str) -> Iterator[tuple[int, int]]:
    from stdnum.es import nie

    yield from (m.span() for m in _NIE.finditer(text) if nie.is_valid(m.group()))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _ABROAD.finditer(text):
        digits = sum(map(str.isdigit, match.group())) - 2 * match.group().startswith("00")
        if 8 <= digits <= 15:
            yield match.span()


def _called(text: str) -> Iterator[tuple[int, int]]:
    for match in _NUMBER.finditer(text):
        if _BEFORE.search(text[max(0, match.start() - _CONTEXT) : match.start()]):
            yield match.span()


_FINDERS: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("email", _emails),
    ("iban", _ibans),
    ("dni", _dnis),
    ("nie", _nies),
    ("phone", _phones),
    ("phone", _called),
)
KINDS = tuple(dict.fromkeys(kind for kind, _ in _FINDERS))


def placeholder(kind: str) -> str:
    """What stands in a text in place of personal data of a kind."""
    return f"[{kind.upper()}]"


def find_personal(text: str, kinds: Collection[str] = KINDS) -> list[Personal]:
    """The personal data of some kinds in a text: disjoint, in order; of two that overlap, the first kind's.

    With all of it masked, nothing more is found: each find may lay another one bare.
    """
    personal: list[Personal] = []
    if "@" not in text and not _DIGITS.search(text):
        return personal
    more = True
    while more:
        more = False
        for kind, finder in _FINDERS:
            if kind in kinds and (spans := list(finder(text))):
                personal += [Personal(start, end, kind) for start, end in spans]
                text = _blanked(text, spans)
                more = True
    return sorted(personal)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with brackets, which belong to no personal data, in place of spans."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], "[" * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])
