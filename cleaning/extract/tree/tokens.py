"""The tokens of a written tree: where its elements begin and end, and its texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.extract.tree.attributes import attribute, holds
from cleaning.extract.tree.characters import BLANK, GT, LT, SLASH, Bytes
from cleaning.extract.tree.elements import (
    CONTAINER,
    DROPPED,
    ENTRY,
    HYPHEN,
    IMAGE,
    MENDED,
    NUMBERED,
    OTHER,
    ROW,
    TABLE,
    TELLS,
)
from cleaning.extract.tree.names import hash_of, hashed, looked_up, name_at
from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import bare

# The rows of the tokens: what one is (the number of an element, TEXT or END), where its name or text begins, where it
# ends, the token that ends or begins the same element, and of a table whether it lays the page out (of a row of a
# table its table, -1 without one).
WHAT, BEGIN, STOP, MATCH, LAID = range(5)
TEXT, END = -3, -4
OF_TOKENS = 5
# The attribute of a table that lays the page out, and its two values.
LAYING = np.array([hash_of(name) for name in ("role", "presentation", "none")], np.uint64)
# The attributes that tell whether an element is shown otherwise than the tree says it.
_OF_CLASS, _OF_TYPE, _OF_VALUE, _OF_START, _OF_STYLE, _REVERSED, _COLUMNS, _ROWS, _SHADOW = range(9)
TELLING = np.array(
    [
        hash_of(name)
        for name in (
            "class",
            "type",
            "value",
            "start",
            "style",
            "reversed",
            "colspan",
            "rowspan",
            "shadowrootmode",
        )
    ],
    np.uint64,
)
# In them: classes of pictures of formulas, of numbers of lines; styles of lists; types of scripts.
_PICTURE, _OF_WIKI, _GUTTER, _LINE_NUMBERS, _LINE_DASH, _LINES, _MARKS, _FORMULA = (
    np.frombuffer(words, np.uint8)
    for words in (
        b"tex",
        b"mwe-math",
        b"gutter",
        b"linen",
        b"line-n",
        b"lines",
        b"list-style",
        b"math/",
    )
)


@bare
def tokenised(
    data: Bytes,
    hashes: Hashes,
    numbers: Ints,
    does: Ints,
    laying: Hashes,
    telling: Hashes,
    out: Ints,
) -> tuple[int, int]:
    """Fills the tokens, [5, as many as twice the signs `<` in the tree]; how many there are, and the bits of what the
    elements do, MENDED where one is shown otherwise than the tree says it (`shown.py`).

    `hashes` and `numbers` know elements by name, `does` what each does; `laying` are the hashes of the name of the
    attribute, and of its two values, by which a table lays a page out; `telling` those of TELLING.
    """
    count, at, open_, table, seen = 0, 0, -1, -1, 0
    while at < len(data):
        out[BEGIN, count] = at
        out[LAID, count] = 0
        if data[at] != LT:
            while data[at] != LT:
                at += 1
            out[WHAT, count], out[STOP, count], out[MATCH, count] = TEXT, at, -1
            count += 1
            continue
        closed = data[at + 1] == SLASH
        if closed:
            while data[at] != GT:
                at += 1
        else:
            begin = at + 1
            at, value, hyphen = name_at(data, begin, GT)
            number = looked_up(hashes, numbers, value, HYPHEN if hyphen else OTHER)
            out[WHAT, count], out[BEGIN, count] = number, begin
            # An element that is open keeps the one around it where it will keep its end, a table the one around it.
            out[MATCH, count], open_ = open_, count
            doing = does[number]
            seen |= doing
            if doing & TABLE:
                if table >= 0:
                    out[LAID, table] = 1
                out[STOP, count], table = table, count
            elif doing & ROW:
                out[LAID, count] = table
            while data[at] == BLANK:
                begin, end, called = attribute(data, at)
                if doing & TABLE and called == laying[0]:
                    value = hashed(data, begin, end)
                    if value == laying[1] or value == laying[2]:
                        out[LAID, count] = 1
                if doing & TELLS and _tells(data, begin, end, called, doing, telling):
                    seen |= MENDED
                at = end + 1
            count += 1
            closed = data[at] == SLASH
            if closed:
                at += 1
        at += 1
        if closed:
            out[WHAT, count], out[BEGIN, count], out[STOP, count] = END, at, at
            out[LAID, count] = 0
            begun = open_
            open_ = out[MATCH, begun]
            if does[out[WHAT, begun]] & TABLE:
                table = out[STOP, begun]
            out[MATCH, begun], out[MATCH, count] = count, begun
            count += 1
    return count, seen


@bare
def _tells(data: Bytes, begin: int, end: int, name: Any, doing: int, telling: Hashes) -> bool:
    """Whether an attribute of an element tells that this is shown otherwise than the tree says it."""
    if name == telling[_OF_CLASS]:
        if doing & IMAGE:
            return holds(data, begin, end, _PICTURE) or holds(data, begin, end, _OF_WIKI)
        if doing & CONTAINER and holds(data, begin, end, _LINES):
            return True
        return (
            holds(data, begin, end, _GUTTER)
            or holds(data, begin, end, _LINE_NUMBERS)
            or holds(data, begin, end, _LINE_DASH)
        )
    if doing & DROPPED:
        if name == telling[_SHADOW]:
            return True
        return name == telling[_OF_TYPE] and holds(data, begin, end, _FORMULA)
    if name == telling[_COLUMNS] or name == telling[_ROWS]:
        return doing & CONTAINER != 0 and not (end == begin + 1 and data[begin] == ord("1"))
    if doing & ENTRY:
        return name == telling[_OF_VALUE]
    if not doing & NUMBERED:
        return False
    if name == telling[_OF_START]:
        return end == begin + 1 and data[begin] == ord("0")
    if name == telling[_OF_STYLE]:
        return holds(data, begin, end, _MARKS)
    return name == telling[_OF_TYPE] or name == telling[_REVERSED]
