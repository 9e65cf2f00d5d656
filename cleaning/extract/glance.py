"""A look at the bytes of a page: enough of its text to tell its language, without parsing it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

# What stands between two tags and reads like words: letters and spaces mostly, no braces or semicolons of scripts.
_RUN = re.compile(rb">\s*+([^<>{}=;]{25,2000}+)(?=<)")
MOST = 2000  # bytes that are taken
_STRETCHES = 3  # of a page, each looked at from its beginning: menus stand first, in a language of their own at times
_LONGEST, _AT_ONCE = 4000, 1000  # bytes of the longest runs that are looked at again, and together


def glance(content: bytes) -> str:
    """Runs of text from some places of a page, joined by spaces; UTF-8, or else as Latin-1."""
    pieces: list[bytes] = []
    size = len(content)
    for stretch in range(_STRETCHES):
        taken = 0
        for piece in runs(
            content, size * stretch // _STRETCHES, size * (stretch + 1) // _STRETCHES
        ):
            pieces.append(piece)
            taken += len(piece)
            if taken >= MOST // _STRETCHES:
                break
    return text(pieces)


def longest(of_page: Sequence[bytes]) -> Iterator[str]:
    """The longest of the runs of a page, which are its paragraphs, some of them at a time."""
    pieces: list[bytes] = []
    taken = together = 0
    for piece in sorted(of_page, key=len, reverse=True):
        pieces.append(piece)
        together += len(piece)
        if together >= _AT_ONCE:
            yield text(pieces)
            pieces, taken, together = [], taken + together, 0
            if taken >= _LONGEST:
                return
    if pieces:
        yield text(pieces)


def runs(content: bytes, begin: int = 0, end: int = sys.maxsize) -> Iterator[bytes]:
    """The runs of text of a part of a page, without what indents their lines."""
    for match in _RUN.finditer(content, begin, end):
        piece = b" ".join(match[1].split())
        if piece.count(b" ") * 12 >= len(piece):
            yield piece


def text(pieces: Sequence[bytes]) -> str:
    """Runs as text, joined by spaces."""
    data = b" ".join(pieces)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
