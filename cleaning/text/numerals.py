"""Numbers as lists count: figures, letters, Roman numerals."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST = 9999  # what is beyond has its plain number


def numeral(number: int, style: str) -> str:
    """A number in a style that is called as by HTML: 1, a, A, i, I; in plain figures where the style has none."""
    if style not in {"a", "A", "i", "I"} or not 1 <= number <= _MOST:
        return str(number)
    letters = ""
    if style in "aA":
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord("a") + letter) + letters
    else:
        for value, letters_of in _ROMAN:
            letters += letters_of * (number // value)
            number %= value
    return letters.upper() if style.isupper() else letters
