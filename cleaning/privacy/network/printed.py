"""Whether a find of the network is print of another sort: a row of a table, a sum, a footnote, the name of a field."""

from __future__ import annotations

import re

_BEFORE = 24  # characters that are read
_YEARS = r"(?:(?:19|20)[0-9]{2} ){2,}(?:19|20)[0-9]{2}"
_AMOUNTS = r"(?:[0-9]{1,3} )?[0-9]{1,3}\.[0-9]{3} [0-9]{1,3}\.[0-9]{3}"
_SMALL_NUMBERS = r"0(?: [0-9]{1,2}){4,}(?: .*)?|.*[−±].*"
_FILE_OF_PARLIAMENT = r"(?:[0-9]{2,3}-)?0[0-9]{3,5}/[0-9]{2}"
_PRIVATE_NET = r"(?:10|172|192)(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?"
_NUMBERS = re.compile(f"{_YEARS}|{_AMOUNTS}")
_NO_TELEPHONE = re.compile(f"{_SMALL_NUMBERS}|{_FILE_OF_PARLIAMENT}|{_PRIVATE_NET}")
_SUM_BEFORE = re.compile(r"[0-9] ?[×=+*] \Z|[−±≈] ?\Z")
_SUM_BEHIND = re.compile(r" ?[×=] ?[0-9]| \+ [0-9]| [−±]")
# Numbers round a word, a town with its footnote, and one with the year of a book.
_NO_HOUSE = re.compile(
    r"(?:[0-9]{1,2} ){2}.*(?: [0-9]{1,2}){2}|\w*[a-zñáéíóú][0-9]{1,3}|[^0-9]*, 1[5-8][0-9]{2}"
)
_ARTICLE = re.compile(r"\b(?:[ls][oa]s|el|la|sus|un[oa]s?) \Z")
_WORD_AND_NOTE = re.compile(r"[a-zñáéíóú]+[0-9]{1,3}")
_LINE_BEGINS = re.compile(r"(?:\A|\n)[ \t]*[\"']?\Z")
_FIELD = re.compile(r"[a-z]+(?:_[a-z]+)+")
_FIELD_BEFORE, _FIELD_BEHIND = re.compile(r"_[a-z]+ \| \Z"), re.compile(r" \| [a-z]+_[a-z]")
_ASSIGNED = re.compile(r"= ?\[\Z")
_IS_KEY = re.compile(r"[\"']: |: (?:[\"'\[{0-9]|true\b|false\b|null\b)")  # not who speaks in a chat


def is_printed(text: str, start: int, end: int, kind: str) -> bool:
    """Whether a find's form, and what stands right before and behind it, are those of such print."""
    value, before = text[start:end], text[max(0, start - _BEFORE) : start]
    if kind == "address":
        return _NO_HOUSE.fullmatch(value) is not None
    if kind == "handle":
        noted = _WORD_AND_NOTE.fullmatch(value) and _ARTICLE.search(before)
        field = _FIELD.fullmatch(value) and (
            (_IS_KEY.match(text, end) and _LINE_BEGINS.search(before))
            or _FIELD_BEFORE.search(before)
            or _FIELD_BEHIND.match(text, end)
        )
        return bool(noted or field or _ASSIGNED.search(before))
    if kind == "phone" and (
        _NO_TELEPHONE.fullmatch(value) or _SUM_BEFORE.search(before) or _SUM_BEHIND.match(text, end)
    ):
        return True
    return _NUMBERS.fullmatch(value) is not None
