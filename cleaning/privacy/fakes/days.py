"""Days that stand for days: another day and month, and a year near enough to leave an age what it was.

`12/03/1956` and `12 de marzo de 1956` get the same day.
"""

from __future__ import annotations

import re

from cleaning.privacy.fakes.chance import as_written, chance

_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905
_SHORTEST = 4  # letters of a month's name in full
_PART = re.compile(r"[0-9]+|[^\W\d_]{3,}")


def day(date: str, seed: int) -> str:
    """The day that stands for another, in its form."""
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
        pieces += date[at : part.start()] + _written(other[number], part.group(), in_digits)
        at = part.end()
    return pieces + date[at:]


def _written(value: int, like: str, in_digits: bool) -> str:
    if not like.isdigit():
        month = _MONTHS[value - 1]
        return as_written(month[: len(like)] if len(like) < _SHORTEST else month, like)
    size = len(like)
    return str(value % 10**size if size != 1 else value).zfill(size if in_digits else 1)


def _value(written: str) -> int:
    """A number, or that of a month by its first letters; -1 of another word."""
    if written.isdigit():
        return int(written)
    plain = written.lower().replace("set", "sep", 1)
    return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(plain[:3])), -1)
