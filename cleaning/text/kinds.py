"""Of what kind each code point is, and its lower case."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

LETTER, MARK, NUMBER, UPPER, SPACE, PUNCTUATION, SYMBOL, DIGIT = (1 << i for i in range(8))
WORD = LETTER | MARK | NUMBER

CLASS = 24  # the bit of an entry from which on a class stands; a code point needs 21
LOWER = np.uint32((1 << CLASS) - 1)

Codes = npt.NDArray[np.uint32]

_CATEGORY = {"L": LETTER, "M": MARK, "N": NUMBER, "Z": SPACE, "P": PUNCTUATION, "S": SYMBOL}


def _class_of(code: int) -> int:
    character = chr(code)
    category = unicodedata.category(character)
    bits = _CATEGORY.get(category[0], 0)
    if category in {"Lu", "Lt"}:
        bits |= UPPER
    if category == "Nd":
        bits |= DIGIT
    return bits | SPACE if character.isspace() else bits


def lower_of(code: int) -> int:
    """The lower case of a code point, itself where that is more than one."""
    lower = chr(code).lower()
    return ord(lower) if len(lower) == 1 else code


@cache
def tables() -> tuple[npt.NDArray[np.uint8], Codes]:
    """Character class and lower case of the 65,536 code points of the basic plane."""
    return letters(range(0x10000))


def letters(codes: Sequence[int]) -> tuple[npt.NDArray[np.uint8], Codes]:
    """The class bits and the lower case of each of some code points."""
    return (
        np.fromiter(map(_class_of, codes), np.uint8, len(codes)),
        np.fromiter(map(lower_of, codes), np.uint32, len(codes)),
    )


@cache
def entries() -> Codes:
    """Both of the basic plane, the class from bit CLASS on."""
    return together(*tables())


def places_in(codes: Any, table: Codes) -> tuple[Codes, Codes]:
    """Where each code point stands in a table of entries of the basic plane, and that table, which grows by those
    beyond.
    """
    codes = codes.astype(np.uint32, copy=False)
    if not len(codes) or codes.max() < len(table):
        return codes, table
    beyond = codes >= len(table)
    rare, place = np.unique(codes[beyond], return_inverse=True)
    at = codes.copy()
    at[beyond] = place + len(table)
    return at, np.concatenate([table, together(*letters(rare.tolist()))])


def together(classes: npt.NDArray[np.uint8], lower: Codes) -> Codes:
    """The entries of some code points: the class of each from bit CLASS on, its lower case below."""
    return (classes.astype(np.uint32) << CLASS | lower).astype(np.uint32)
