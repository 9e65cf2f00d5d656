"""Telephones and numbers of identity said in words: `seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho`."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from cleaning.privacy.patterns.gates import gate, view

_ONES = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
_TEENS = (
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
)
_TWENTIES = (
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
)
_TENS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_HUNDREDS = (
    "cien",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
)
NUMERALS = (_ONES, _TEENS, _TWENTIES, _TENS, _HUNDREDS)
_PLAIN = str.maketrans("éó", "eo")
SIZES: Mapping[
    str, int
] = {  # in which row of NUMERALS a numeral stands, with its accent or without
    written: at
    for at, words in enumerate(NUMERALS)
    for word in words
    for written in (word, word.translate(_PLAIN))
}
_VALUES: Mapping[str, int] = {
    **{word.translate(_PLAIN): value for value, word in enumerate((*_ONES, *_TEENS, *_TWENTIES))},
    **{word: 30 + 10 * at for at, word in enumerate(_TENS)},
    **{word: 100 + 100 * at for at, word in enumerate(_HUNDREDS)},
    "ciento": 100,
}
_WORD = "|".join(
    sorted(
        (*_VALUES, "diecis[eé]is", "veintid[oó]s", "veintitr[eé]s", "veintis[eé]is"),
        key=len,
        reverse=True,
    )
)
_BETWEEN = r"(?: y |[ ,.;…–-]{1,3})"
_SAID = rf"(?i)(?:[0-9]{{1,3}}{_BETWEEN})?(?:{_WORD})(?:{_BETWEEN}(?:{_WORD}|[0-9]{{1,3}})){{2,14}}"
_NUMERAL = re.compile(rf"(?i){_WORD}|[0-9]{{1,3}}| y ")
_CALLED = re.compile(
    r"(?i)\b(?:tel[eé]fono|tel|tlf|tfno|m[oó]vil|celular|cel|fijo|contacto|wh?as+ap|whatsapp|bizum|ll[aá]m\w{1,6}|m[aá]rc\w{1,6}|apunt\w{1,4}|anot\w{1,4}"
    r"|n[uú]mero|escr[ií]b\w{1,5}|avis\w{1,4}|localiz\w{1,6}|fax|fono|hablar|dict\w{1,4}|prefijo)\b[^\n]{0,40}\Z"
)
_IDENTITY = re.compile(
    r"(?i)\b(?:D\.?N\.?I|N\.?I\.?[FE]|documento|c[eé]dula|carn[eé]t?)\b[^\n]{0,40}\Z"
)
LETTERS = "be|ce|efe|ge|hache|jota|ka|ele|eme|ene|pe|cu|erre|ese|te|uve doble|uve|doble uve|equis|ye|i griega|zeta|de|a|be|[A-Z]"
_LETTER = re.compile(rf"(?i)[ ,.…–-]{{1,4}}(?:(?:y |con )?(?:la )?letra )?(?:{LETTERS})(?!\w)")
_BEFORE = 60
_SIZES = {9, 10}  # digits of a telephone of Spain and of most of America
_DIGITS = {7, 8}  # and of a number of identity of Spain
_COUNTED = 3  # numbers in a row that are each one more


def spoken(text: str) -> Iterator[tuple[int, int]]:
    """Numbers in words of as many digits as a telephone has, behind a word of calling."""
    for match in gate(_SAID).finditer(view(text)):
        start, end = match.span()
        if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
            continue
        called = _CALLED.search(text, max(0, start - _BEFORE), start)
        if called and _is_long(text[start:end], _SIZES):
            yield start, end


def identities(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of identity in words behind what they are, with their letter."""
    for match in gate(_SAID).finditer(view(text)):
        start, end = match.span()
        if _IDENTITY.search(text, max(0, start - _BEFORE), start) and _is_long(
            text[start:end], _DIGITS
        ):
            letter = _LETTER.match(text, end)
            yield start, letter.end() if letter else end


def _is_long(said: str, sizes: Collection[int]) -> bool:
    """Whether that many digits are said, and no counting."""
    numbers = _numbers(said)
    counted = sum(second - first == 1 for first, second in pairwise(numbers))
    return len("".join(map(str, numbers))) in sizes and counted < _COUNTED


def _numbers(said: str) -> Sequence[int]:
    """What is said, number by number: `seiscientos doce, treinta y cuatro` is 612 and 34."""
    numbers: list[int] = []
    open_to = 0  # below which the next word is added to the last number
    for numeral in _NUMERAL.finditer(said):
        word = numeral.group().lower().translate(_PLAIN)
        if word == " y ":
            continue
        joined = not said[: numeral.start()].rstrip(" ").endswith((",", ".", ";", "-", "–"))
        value = int(word) if word.isdecimal() else _VALUES[word]
        linked = said[: numeral.start()].endswith(" y ")
        if joined and numbers and 0 < value < open_to and (linked or open_to == 100):
            numbers[-1] += value
        else:
            numbers.append(value)
        open_to = (
            0
            if word.isdecimal()
            else 100
            if value >= 100
            else 10
            if value >= 30 and value % 10 == 0
            else 0
        )
    return numbers
