"""A look at the bytes of a page: enough of its text to tell its language, without parsing it."""

from __future__ import annotations

import re

# What stands between two tags and reads like words: letters and spaces mostly, no braces or semicolons of scripts.
_RUN = re.compile(rb">\s*([^<>{}=;]{25,600})(?=<)")
MOST = 2000  # bytes that are taken
_PARTS = 3  # of a page, each looked at from its beginning: menus stand first, in a language of their own at times


def glance(content: bytes) -> str:
    """Runs of text from some places of a page, joined by spaces; UTF-8, or else as Latin-1."""
    pieces: list[bytes] = []
    size = len(content)
    for part in range(_PARTS):
        taken = 0
        for match in _RUN.finditer(content, size * part // _PARTS, size * (part + 1) // _PARTS):
            piece = match[1]
            if piece.count(b" ") * 12 >= len(piece):
                pieces.append(piece)
                taken += len(piece)
                if taken >= MOST // _PARTS:
                    break
    data = b" ".join(pieces)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
