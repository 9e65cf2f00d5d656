"""A text as its reader sees it, for the finders: what looks alike is alike, and what nobody sees isn't there.

Blanks of every width are blanks, hyphens of every kind are hyphens, wide characters (U+FF01 to U+FF5E) are plain,
an arrow says what a colon says; zero-width characters, soft hyphens and marks of direction are left out. Where
recognised print holds a letter for a digit (`4l3`, `O8`), it is the digit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from itertools import count, starmap
from operator import sub

from cleaning.privacy.patterns.gates import may_hold

_UNSEEN = "\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff"
_BLANKS = "\xa0\u2000-\u200a\u202f\u205f\u3000"
_HYPHENS = "\u2010-\u2012\u2212"
_ARROWS = "\u2192\u21d2\u2794\u27a1"
_WIDE = "\uff01-\uff5e"
_ODD = re.compile(f"[{_UNSEEN}{_BLANKS}{_HYPHENS}{_ARROWS}{_WIDE}]")
_NOTHING = re.compile(f"[{_UNSEEN}]")
_ALIKE = re.compile(
    f"(?P<blank>[{_BLANKS}])|(?P<hyphen>[{_HYPHENS}])|(?P<arrow>[{_ARROWS}])|[{_WIDE}]"
)
_FOR = {"blank": " ", "hyphen": "-", "arrow": ":"}
# Within a number, not between two whose groups blanks separate.
_DASH = re.compile(
    r"(?<![0-9] [0-9]{2})(?<![0-9] [0-9]{3})(?<![0-9] [0-9]{4})(?<=[0-9A-Za-z])[–—](?=[0-9A-Za-z])"
)
# A token of digits in which letters stand for some; `1o`, `2o` are ordinals.
_MISREAD = re.compile(
    r"(?:(?<![\w.,])(?:[0-9]{1,8}[lIO][0-9lIO]{0,8}|[0-9]{1,8}o[0-9][0-9lIOo]{0,8})"
    r"|(?<=[0-9][ .-])O[0-9][0-9lIO]{0,8}(?=[ .-][0-9]))(?![\w.,]\w|\w)"
)
# Groups of a long number, each with a digit of its own: `95O 24 l8 2O`, `O9-4557O7-3`.
_MISREAD_GROUPS = re.compile(
    r"[0-9lIO](?<![\w.,].)[0-9lIO]{0,7}[ .-](?:[0-9lIO]{1,8}[ .-]){0,5}[0-9lIO]{1,8}(?![\w,]\w|\w)"
)
_SEPARATOR = re.compile("[ .-]")
_LONG = 7  # digits of such a number
# A digit for the letter that looks like it, within a word: `teléfon0`, `cal1e`; and the letter in `CaIle`.
_MISREAD_WORD = re.compile(
    r"[01](?<=[a-zñáéíóú]{2}.)(?=[a-zñáéíóú]{2})|0(?<=[a-zñáéíóú]{6}.)(?!\w)|I(?<=[Cc]aI)(?=le\b)"
)
_MISREAD_HOUSE = re.compile(r"(?:(?<=[nN][.º°] )|(?<=[nN]\.[º°] ))[lI][0-9]{1,3}(?!\w)")
_ANY_MISREAD = (
    r"[0-9][lIOo]|[ .º°-][lIO][0-9]|[a-zñáéíóú]{2}[01][a-zñáéíóú]{2}|[a-zñáéíóú]{6}0|aIle"
)
_READ = str.maketrans("lIOo", "1100")
_READ_WORD = str.maketrans("01I", "oll")


@lru_cache(maxsize=1)  # the network and the patterns ask for the same one in turn
def normalised(text: str) -> tuple[str, Callable[[int], int] | None]:
    """The text, and where in what was given each of its places lies; None where all lie as they were."""
    places = None
    if _ODD.search(text):
        if gone := [match.start() for match in _NOTHING.finditer(text)]:
            text = _NOTHING.sub("", text)
            shifted = list(starmap(sub, zip(gone, count(), strict=False)))
            places = lambda place: place + bisect_right(shifted, place)  # noqa: E731
        text = _ALIKE.sub(_plain, text)
    if "–" in text or "—" in text:
        text = _DASH.sub("-", text)
    if may_hold(text, _ANY_MISREAD):
        text = _MISREAD_WORD.sub(_word, text)
        text = _MISREAD_GROUPS.sub(_groups, text)
        for misread in (_MISREAD, _MISREAD_HOUSE):
            text = misread.sub(_digits, text)
    return text, places


def _word(misread: re.Match[str]) -> str:
    return misread.group().translate(_READ_WORD)


def _digits(misread: re.Match[str]) -> str:
    return misread.group().translate(_READ)


def _groups(misread: re.Match[str]) -> str:
    groups = _SEPARATOR.split(written := misread.group())
    each = all(any(map(str.isdigit, group)) for group in groups)
    return written.translate(_READ) if each and sum(map(len, groups)) >= _LONG else written


def _plain(odd: re.Match[str]) -> str:
    return _FOR[odd.lastgroup] if odd.lastgroup else chr(ord(odd.group()) - 0xFEE0)
