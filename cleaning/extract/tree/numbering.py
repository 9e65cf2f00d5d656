"""The marks of numbered lists as a browser shows them: numbers, letters, Roman numerals, in any order."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from cleaning.extract.tree.characters import Bytes
from cleaning.text.numerals import numeral
from pipeline.compiled import bare

STYLES = "naAiI"  # of marks: plain numbers, letters, Roman numerals
MARK = 20  # bits of a number in such a list, below those of its style
_STYLES = np.frombuffer(STYLES.encode(), np.uint8)

_BY_NAME = {
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I",
}  # fmt: skip
_STYLE = re.compile(
    r"list-style(?:-type)?\s*:[^;]*?\b((?:lower|upper)-(?:alpha|latin|roman))", re.IGNORECASE
)
_MOST = 9999  # what is counted beyond has its plain number


def number_lists(ol: Any) -> None:
    """Gives each entry of a list its mark where plain counting from its first number would tell another one.

    It stands as `start` of the entry: the style and the number, as the walk reads it (`mark` says it).
    """
    named = _STYLE.search(ol.get("style") or "")
    style = _BY_NAME[named[1].lower()] if named else ol.get("type") or "n"
    style = style if style in STYLES else "n"
    entries = [entry for entry in ol if entry.tag == "li"]
    back = ol.get("reversed") is not None
    start = _number(ol.get("start"))
    valued = any(entry.get("value") for entry in entries)
    if style == "n" and not back and not valued and start != 0:
        return
    number = start if start is not None else len(entries) if back else 1
    for entry in entries:
        value = _number(entry.get("value"))
        number = value if value is not None else number
        if 0 <= number <= _MOST:
            entry.set("start", f"{style}{number}")
        number += -1 if back else 1


def _number(digits: str | None) -> int | None:
    digits = (digits or "").strip()
    return int(digits) if re.fullmatch(r"-?[0-9]{1,5}", digits) else None


def mark(number: int) -> str:
    """The mark of an entry by the number of its block."""
    style = STYLES[(number >> MARK) - 1] if number >> MARK else "n"
    return f"{numeral(number & ((1 << MARK) - 1), style)}."


@bare
def first_number(data: Bytes, begin: int, end: int) -> int:
    """The number before the first of a list, 0 where it says none."""
    value = 0
    for i in range(begin, end):
        if not 48 <= data[i] <= 57:
            return 0
        value = value * 10 + data[i] - 48
    size = end - begin
    return value - 1 if 0 < size < 7 and not (size == 1 and not value) else 0


@bare
def marked(data: Bytes, begin: int, end: int) -> int:
    """The style of an entry's mark, in the bits above MARK, and its number, from what `number_lists` wrote; else 0."""
    style = 0
    if begin >= 0 and end - begin > 1:
        for i in range(len(_STYLES)):
            if _STYLES[i] == data[begin]:
                style = i + 1
    value = 0
    for i in range(begin + 1, end if style else begin):
        if not 48 <= data[i] <= 57:
            return 0
        value = value * 10 + data[i] - 48
    return style << MARK | value if style and value < 1 << MARK else 0
