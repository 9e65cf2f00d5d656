"""Links to places of a page: the sign behind a heading, the mark of a note."""

from __future__ import annotations

from typing import Any

from cleaning.extract.blocks.rows import IN_LINK, TARGET, TARGET_STOP
from cleaning.extract.tree.characters import (
    AMPERSAND,
    BLANK,
    HASH,
    Bytes,
    code_point,
    referred,
    space,
)
from cleaning.extract.tree.elements import LINK
from cleaning.extract.tree.tokens import BEGIN, END, MATCH, STOP, TEXT, WHAT
from cleaning.text.batch import Bools, Ints
from pipeline.compiled import bare

_OF_MARK = 8  # tokens of what is raised, in which the link of a note begins, and of a link that is but a sign
_SIGN = 2  # characters of a link that is but a sign


@bare
def is_permalink(
    data: Bytes, tokens: Ints, i: int, begin: int, end: int, alphanumeric: Bools
) -> bool:
    """Whether a link is but a sign that leads to a place: ¶ or # behind a heading, ↩ behind a note."""
    stop, texts = tokens[MATCH, i], 0
    if stop - i > _OF_MARK:
        return False
    for token in range(i + 1, stop):
        if tokens[WHAT, token] == TEXT:
            texts += 1
            if not _is_sign(data, tokens[BEGIN, token], tokens[STOP, token], alphanumeric):
                return False
    if not texts:
        return False
    at = begin
    while at < end and (data[at] != HASH or (at > begin and data[at - 1] == AMPERSAND)):
        at += 1
    return 0 <= at < end


@bare
def _is_sign(data: Bytes, begin: int, end: int, alphanumeric: Bools) -> bool:
    """Whether a text is at most two characters between white space, no letter or digit among them."""
    at, size, blanks = begin, 0, 0
    while at < end:
        blank: Any = space(data, at)
        if data[at] == AMPERSAND:
            blank = referred(data, at)[0] <= BLANK
        code, at = code_point(data, at)
        if blank:
            blanks += size > 0
            continue
        size += 1 + blanks
        blanks = 0
        if size > _SIGN or alphanumeric[min(code, len(alphanumeric) - 1)]:
            return False
    return True


@bare
def is_note(data: Bytes, tokens: Ints, i: int, does: Ints, now: Ints) -> bool:
    """Whether what is raised is a link, or in one that leads to a place of a page."""
    if now[IN_LINK] > 0:
        at, end = now[TARGET], now[TARGET_STOP]
        while at < end and (data[at] != HASH or data[at - 1] == AMPERSAND):
            at += 1
        return at < end
    for token in range(i + 1, min(tokens[MATCH, i], i + _OF_MARK)):
        what = tokens[WHAT, token]
        if what != TEXT and what != END and does[what] & LINK:
            return True
    return False
