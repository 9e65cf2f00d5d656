"""Paragraphs that a program of mail wrapped at a width become one line; verse, lists, tables and code stay as set."""

from __future__ import annotations

import re
from itertools import pairwise

SHORTEST, LONGEST = 55, 78  # characters of a line that is wrapped (RFC 5322 says 78 at most)
NARROWEST = 64  # the longest of them in a message, at least
_PROSE = re.compile(r"\S+(?: {1,2}\S+){3,}\s?")  # from the margin, four words or more, no columns
# Entries, code, addresses.
_SET = re.compile(r"[-*+•·–—|#>]|\(?\w{1,3}[.)] |.*(?:[{}\\|=]|://|[;(]\Z)")


def unwrapped(lines: list[str]) -> list[str]:
    """The lines, those of a wrapped paragraph as one.

    A paragraph is wrapped where all its lines but the last are 55 to 78 characters long, none has room left for the
    first word of the next one within the longest of the message, and most go on in small letters.
    """
    long = [len(line.rstrip()) for line in lines if SHORTEST <= len(line.rstrip()) <= LONGEST]
    if len(long) < 3 or max(long) < NARROWEST:
        return lines
    joined: list[str] = []
    start = 0
    for end in range(len(lines) + 1):
        if end == len(lines) or not lines[end].strip():
            paragraph = [line.rstrip() for line in lines[start:end]]
            joined += [" ".join(paragraph)] if _wrapped(paragraph, max(long)) else lines[start:end]
            joined += lines[end : end + 1]
            start = end + 1
    return joined


def _wrapped(paragraph: list[str], width: int) -> bool:
    if len(paragraph) < 2:
        return False
    for line, below in pairwise(paragraph):
        if not SHORTEST <= len(line) <= LONGEST or not _PROSE.fullmatch(line):
            return False
        if below[0].isspace() or len(line) + 1 + len(below.split(maxsplit=1)[0]) <= width:
            return False
    if any(map(_SET.match, paragraph)):
        return False
    return 2 * sum(line[0].islower() for line in paragraph[1:]) >= len(paragraph) - 1
