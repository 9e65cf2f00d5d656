"""Letters of names: which are capitals, and names in small letters without accents."""

from __future__ import annotations

import unicodedata

_LATIN = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
# For classes of patterns, behind `A-Z` and `a-z`: `re` has no class of capitals.
CAPITALS = "".join(letter for letter in _LATIN if letter.isupper())
SMALL = "".join(letter for letter in _LATIN if letter.islower())
_PLAIN = {
    ord(letter): base
    for letter in _LATIN
    if len(base := unicodedata.normalize("NFD", letter)[0]) == 1 and base.isascii()
} | str.maketrans("øłđıæœ", "oldiao")


def folded(text: str) -> str:
    """Small letters without accents, each in its place."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(_PLAIN)
