"""Letters that number the parts of a text, which stand before headings as `D.` and `C.` before whoever is named."""

from __future__ import annotations

import re

from cleaning.privacy.patterns.late import late
from cleaning.privacy.persons.forms import UP
from cleaning.privacy.persons.given_names import (
    SURNAMES_TOO,
    WORDS_TOO,
    is_first,
    is_initial,
    plain,
)
from cleaning.privacy.persons.parts import words

_BEGINS_LINE = re.compile(r"(?:\A|\n)[ \t>#*|_-]*\Z")
_WIDEST = 16  # characters before a letter, with which its line begins or an author is named
_SENTENCE_ENDS = re.compile(r"[^\s,]*[.;)!?»”*|]\s+\Z")
_AUTHOR = late(rf"[,.;&] {UP}[\w'’-]+ \Z")  # `Soto A, Vera D. Title of a work`
_BEFORE_LETTERS = ("\n", "# ", "*", "- ", "| ", "\t", "> ")
_PART = 50_000  # characters in which the letter before it numbers another part
# Given names with which a heading begins, too: `Marco Internacional Aplicable`.
_HEADINGS = WORDS_TOO | {"domingo", "flora", "jesus", "julio", "marco", "marina"}
_WHOLE = 3  # words of a given name and both family names


def numbers_a_part(text: str, start: int, name: str) -> bool:
    """Whether the letter at `start`, before what may be a name, numbers a part of the text.

    So does one that the letter before it precedes, but before the whole name of a person, and one that begins a line
    or a sentence or stands behind an author, before no known name.
    """
    begins_line = _BEGINS_LINE.search(text, max(0, start - _WIDEST), start) is not None
    every = words(name) or [name]
    first, last = plain(every[0]), plain(every[-1])
    is_surname = last in SURNAMES_TOO or last.endswith("ez")
    is_given = is_first(first) and not is_initial(first)
    if begins_line and _follows(text, start):
        is_whole = is_given and len(every) >= _WHOLE
        return not is_whole or (first in _HEADINGS and not is_surname)
    if is_given or is_surname:
        return False
    low = max(0, start - _WIDEST)
    return begins_line or any(
        before.search(text, low, start) for before in (_SENTENCE_ENDS, _AUTHOR)
    )


def _follows(text: str, start: int) -> bool:
    letter = chr(ord(text[start]) - 1)
    low = max(0, start - _PART)
    number = f"{letter}. "
    return text.startswith(number) or any(
        text.rfind(sign + number, low, start) >= 0 for sign in _BEFORE_LETTERS
    )
