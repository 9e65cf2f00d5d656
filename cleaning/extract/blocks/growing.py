"""The block that grows while the walk goes on: its text, piece by piece, and its end."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.extract.blocks.rows import (
    AT,
    BASE,
    BEGINNING,
    BOLD,
    BROKEN,
    CLOSED,
    COUNTED,
    FIELDS,
    FULL,
    GROWN,
    IMAGES,
    IN_BOLD,
    IN_LINK,
    INLINE,
    KIND,
    LENGTH,
    LEVEL,
    LINKED,
    LINKS,
    PENDING,
    TARGET,
    TARGET_STOP,
    WRITTEN,
)
from cleaning.extract.tree.characters import (
    AMPERSAND,
    BLANK,
    NEWLINE,
    Bytes,
    is_blank,
    referred,
    space,
)
from cleaning.extract.tree.elements import OTHER, Kind
from cleaning.text.batch import Ints
from cleaning.text.superscripts import END
from pipeline.compiled import bare

LEVELS = ord(END)  # written behind what is raised or lowered
_TEXT, _ITEM, _CODE = Kind.TEXT, Kind.ITEM, Kind.CODE


@bare
def add(data: Bytes, begin: int, end: int, code: bool, now: Ints, out: Bytes) -> None:
    """Adds a text to the block that is growing, of code as it is, else with a blank for all white space."""
    blank = is_blank(data, begin, end)
    if blank and not code:
        if now[GROWN] and not now[BROKEN]:
            now[PENDING] = max(now[PENDING], 1)
        return
    at, length, pending, characters = now[WRITTEN], now[LENGTH], now[PENDING], 0
    while begin < end:
        characters += 1
        byte: Any = np.int64(data[begin])
        after, reference = begin + 1, byte == AMPERSAND
        white: Any = 0
        if reference:
            byte, after = referred(data, begin)
            white = byte <= BLANK
        elif byte <= BLANK or byte >= 0x80:
            white = space(data, begin)
            if byte >= 0x80:
                after = begin + (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)
        if white and not code:
            pending = max(pending, 1)
            begin = after
            continue
        if pending and not code:
            if length:
                out[at] = BLANK if pending == 1 else NEWLINE
                at += 1
                length += 1
            pending = 0
        length += 1
        out[at] = byte
        at += 1
        if not reference:
            for i in range(begin + 1, after):
                out[at] = data[i]
                at += 1
        begin = after
    now[WRITTEN], now[LENGTH], now[PENDING] = at, length, pending
    now[GROWN], now[BROKEN], now[CLOSED] = 1, 0, OTHER
    now[FULL] |= not blank
    if now[IN_LINK] > 0:
        now[LINKED] += characters
    if now[IN_BOLD] > 0:
        now[BOLD] += characters


@bare
def add_blank(pending: int, code: bool, now: Ints, out: Bytes) -> None:
    """Adds a blank (1) or a newline (2) that stands in no text."""
    if code:
        out[now[WRITTEN]] = BLANK if pending == 1 else NEWLINE
        now[WRITTEN] += 1
        now[LENGTH] += 1
    else:
        now[PENDING] = max(now[PENDING], pending)
    now[GROWN], now[BROKEN] = 1, pending == 2


@bare
def add_mark(mark: int, code: bool, now: Ints, out: Bytes) -> None:
    """Adds a mark before or behind what is raised or lowered; white space before its end is none of the text."""
    if mark != LEVELS and now[PENDING] and not code:
        if now[LENGTH]:
            out[now[WRITTEN]] = BLANK if now[PENDING] == 1 else NEWLINE
            now[WRITTEN] += 1
            now[LENGTH] += 1
        now[PENDING] = 0
    out[now[WRITTEN]] = mark
    now[WRITTEN] += 1


@bare
def flush(
    at: int, kind: int, level: int, number: int, count: int, now: Ints, out: Bytes, blocks: Ints
) -> int:
    """Ends the block that is growing, in the container `at`; how many blocks there are then.

    `number` is that of the last entry of the innermost list.
    """
    if now[FULL]:
        counted = 0
        if kind == _ITEM:
            if now[BEGINNING]:
                counted = number
            else:
                kind = _TEXT
        now[BEGINNING] = 0
        length = now[LENGTH]
        begin = now[BASE]
        out[now[WRITTEN]] = 0
        blocks[AT, count], blocks[KIND, count] = at, kind
        blocks[LEVEL, count], blocks[COUNTED, count] = level, counted
        limit = 1 << 40 if kind == _CODE else length  # that of code is known later
        blocks[LINKED, count] = min(now[LINKED], limit)
        blocks[BOLD, count] = min(now[BOLD], limit)
        for row in (LINKS, IMAGES, FIELDS, INLINE, TARGET, TARGET_STOP):
            blocks[row, count] = now[row]
        blocks[WRITTEN, count], blocks[LENGTH, count] = begin, length
        for row in (LINKS, IMAGES, FIELDS, TARGET, TARGET_STOP):
            now[row] = 0
        count += 1
        now[BASE] = now[WRITTEN] = now[WRITTEN] + 1
    else:
        now[WRITTEN] = now[BASE]
    for row in (LINKED, BOLD, INLINE, LENGTH, GROWN, BROKEN, FULL, PENDING):
        now[row] = 0
    return count
