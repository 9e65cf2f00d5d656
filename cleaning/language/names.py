"""What stands between the names of a text that is made of them for the most part: the names of a place where another
language is spoken (Lucía Soler i Prats) do not say what is told of their bearers, and in few words they outweigh it.
"""

from __future__ import annotations

import re

SHARE = 0.3  # of the words that are in names
LEAST = 5  # words that must be left
SURE = 0.9  # how likely these must be Spanish
_NAME = re.compile(  # and what joins its words
    r"\b[A-ZÀ-Ý][\wÀ-ÿ·'’]*(?:(?:\s+(?:i|de|la|del))?\s+(?:d['’])?[A-ZÀ-Ý][\wÀ-ÿ·'’]*)*"
)


def without_names(text: str) -> str | None:
    """The text without names, of one that is made of them for the most part; None of any other, or of names alone."""
    left = _NAME.sub(" ", text)
    words, remain = len(text.split()), len(left.split())
    return left if LEAST <= remain <= (1 - SHARE) * words else None
