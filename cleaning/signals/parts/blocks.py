"""Where blocks of source stand in texts in Org and AsciiDoc, which have words for what Markdown fences."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A row of hyphens alone is a rule in other texts: of AsciiDoc's blocks those are known that say what they hold.
_MARK = re.compile(
    r"^[ \t]*(?:(?P<begin>#\+begin_(?:src|example)\b)|(?P<end>#\+end_(?:src|example)\b)"
    r"|(?P<source>\[(?:source|listing)\b[^\n\]]*\]\s*\n(?:\.[^\n]*\n)?-{4,}[ \t]*$)|(?P<hyphens>-{4,}[ \t]*$))",
    re.IGNORECASE | re.MULTILINE,
)


def source_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each block of source of a text, with the lines that open and close it."""
    start, closing = 0, ""
    for mark in _MARK.finditer(text):
        if closing and mark[closing]:
            yield start, mark.end()
            closing = ""
        elif not closing and (mark["begin"] or mark["source"]):
            start, closing = mark.start(), "end" if mark["begin"] else "hyphens"
