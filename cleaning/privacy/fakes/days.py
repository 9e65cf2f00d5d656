"""Days that stand for days: another day and month, and a year near enough to leave an age what it was.

`12/03/1956`, `12 de marzo de 1956` and `12 de març de 1956` get the same day.
"""

from __future__ import annotations

import re

from cleaning.privacy.fakes.chance import as_written, chance
from cleaning.privacy.persons.months import CATALAN, month

_SHORTEST = 4  # letters of a month's name in full
_PART = re.compile(r"[0-9]+|[^\W\d_]{3,}")
_CENTURIES = ("18", "19", "20")
_ELIDED = re.compile(r"d(?:e |['’])\Z")  # before a month in Catalan


def day(date: str, seed: int) -> str:
    """The day that stands for another, in its form."""
    if date.isdigit():
        first, second = (4, 6) if date.startswith(_CENTURIES) and date[4] in "01" else (2, 4)
        return day(f"{date[:first]}-{date[first:second]}-{date[second:]}", seed).replace("-", "")
    parts = [part for part in _PART.finditer(date) if _value(part.group()) >= 0]
    values = [_value(part.group()) for part in parts]
    if len(values) != 3:
        return _PART.sub("0", date)
    of_day, of_month, of_year = (2, 1, 0) if len(parts[0].group()) == 4 else (0, 1, 2)
    known = f"{values[of_day]}-{values[of_month]}-{values[of_year] % 100}"
    draw = chance("birth", known, seed)
    other = dict.fromkeys(range(3), 0)
    other[of_day], other[of_month] = draw.randint(1, 28), draw.randint(1, 12)
    other[of_year] = values[of_year] + draw.randint(-2, 2)
    in_digits = parts[of_month].group().isdigit()
    pieces, at = "", 0
    for number, part in enumerate(parts):
        pieces += date[at : part.start()]
        elided = pieces.endswith(("d'", "d’"))
        written = _written(other[number], part.group(), in_digits, elided)
        if elided or part.group() in CATALAN:
            pieces = _ELIDED.sub("d'" if written.startswith(("a", "o", "e")) else "de ", pieces)
        pieces += written
        at = part.end()
    return pieces + date[at:]


def _written(value: int, like: str, in_digits: bool, elided: bool) -> str:
    if known := month(like):
        name = (CATALAN if elided else known[1])[value - 1]
        return as_written(name[: len(like)] if len(like) < _SHORTEST else name, like)
    size = len(like)
    return str(value % 10**size if size != 1 else value).zfill(size if in_digits else 1)


def _value(written: str) -> int:
    """A number, or that of a month; -1 of another word."""
    if written.isdigit():
        return int(written)
    return known[0] if (known := month(written)) else -1
