"""The title of a page among what it says of itself, by what it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.tree.elements import Kind

LONGEST = 500  # code points of a title, at most
_ALPHANUMERIC = re.compile(r"[^\W_]+")


def title_of(blocks: Blocks, titles: Sequence[str]) -> str:
    """Of what may be the title that which a block of the page says, a heading rather, of two the first of `titles`;
    else the first.
    """
    wanted: dict[str, int] = {}
    for rank, title in enumerate(titles):
        wanted.setdefault(plain(title), rank)
    shortest = min(map(len, wanted), default=0)
    firsts = "".join(words[:1] for words in wanted)
    short = (blocks.size >= shortest) & (blocks.size <= LONGEST)
    candidates = [
        (not Kind.H1 <= blocks.kind[index] <= Kind.H2, wanted[words], text)
        for index in short.nonzero()[0].tolist()
        if may_begin(text := blocks.text[index], firsts) and (words := plain(text)) in wanted
    ]
    return min(candidates)[2] if candidates else titles[0] if titles else ""


def may_begin(text: str, firsts: str) -> bool:
    """Whether the plain form of a text may begin with one of these characters: most are told by their first."""
    return not text[0].isalnum() or text[0].lower()[0] in firsts


def plain(text: str) -> str:
    """The letters and digits of a text, to compare it by."""
    return "".join(_ALPHANUMERIC.findall(text.lower()))
