"""The words, numbers and signs of a text: loops of `tagger.py`.

A token is a run of letters, a run of digits, or any other character but white space. Runs of digits that signs or a
blank part are one number: how its groups are written says much of what it is.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cleaning.text.kinds import LETTER, MARK, SPACE, UPPER, tables
from pipeline.compiled import bare, compiled
from pipeline.plain_loops import place_of

Codes = npt.NDArray[np.uint32]
Plain = npt.NDArray[np.uint16]
Cues = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]
Tokens = npt.NDArray[np.int32]  # [tokens, START, END, KIND, GAP]

START, END, KIND, GAP = range(4)
BLANK, BREAK, SMALL, TITLE, CAPITALS, DIGITS, SIGN = range(7)  # kinds of characters and of tokens
# What stands before a token: nothing, a blank, more of them, the end of a line.
NONE, ONE, WIDE, LINE = range(4)
NAMED, NUMBERED = 1, 2  # what a word stands before (`cues.py`)
_GROUPS = 9
_LONGEST_WORD = 14


@lru_cache(maxsize=1)
def alphabet() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
    """Of each of the 65,536 code points of the basic plane its kind, and the small letter without accents it is."""
    classes, lower = tables()
    kinds = np.full(len(classes), SIGN, np.uint8)
    kinds[(classes & (LETTER | MARK)) != 0] = SMALL
    kinds[(classes & UPPER) != 0] = CAPITALS
    kinds[(classes & SPACE) != 0] = BLANK
    kinds[[0x0A, 0x0D, 0x2028, 0x2029]] = BREAK
    kinds[0x30:0x3A] = DIGITS
    kinds[[0xAA, 0xBA]] = SIGN  # ª and º
    plain = lower.astype(np.uint16)
    for code in range(0xC0, 0x180):
        plain[code] = ord(unicodedata.normalize("NFD", chr(int(lower[code])))[0])
    return kinds, plain


@compiled
def tokens(codes: Codes, kinds: npt.NDArray[np.uint8]) -> Tokens:
    """The tokens of a text."""
    many = 0
    last = BLANK
    for code in codes:
        kind = kinds[code] if code < 0x10000 else SIGN
        kind = SMALL if kind == CAPITALS else kind
        many += kind == SIGN or (kind > BREAK and kind != last)
        last = kind
    tokens = np.empty((many, 4), np.int32)
    at = 0
    gap = LINE
    place = 0
    while place < len(codes):
        code = codes[place]
        kind = kinds[code] if code < 0x10000 else SIGN
        if kind <= BREAK:
            gap = (
                LINE if kind == BREAK or gap == LINE else ONE if gap == NONE and code != 9 else WIDE
            )
            place += 1
            continue
        begun = place
        place += 1
        if kind == DIGITS:
            while place < len(codes) and 0x30 <= codes[place] < 0x3A:
                place += 1
        elif kind != SIGN:
            capitals = int(kind == CAPITALS)
            while place < len(codes) and codes[place] < 0x10000:
                other = kinds[codes[place]]
                if other != SMALL and other != CAPITALS:
                    break
                capitals += other == CAPITALS
                place += 1
            if kind == CAPITALS:
                kind = CAPITALS if capitals == place - begun else TITLE
        tokens[at, START], tokens[at, END] = begun, place
        tokens[at, KIND], tokens[at, GAP] = kind, gap
        gap = NONE
        at += 1
    return tokens


@compiled
def numbers(codes: Codes, tokens: Tokens) -> Tokens:
    """Of each token (the first token of its number, the token behind it, digits of it); -1 where it is in none."""
    of = np.full((len(tokens), 3), -1, np.int32)
    token = 0
    while token < len(tokens):
        if tokens[token, KIND] != DIGITS:
            token += 1
            continue
        first, stop = token, token + 1
        digits = tokens[token, END] - tokens[token, START]
        groups = 1
        while groups < _GROUPS:
            ahead = stop
            while ahead < min(stop + 3, len(tokens)) and tokens[ahead, KIND] == SIGN:
                if tokens[ahead, GAP] > ONE or not is_inner(codes[tokens[ahead, START]]):
                    break
                ahead += 1
            if ahead >= len(tokens) or tokens[ahead, KIND] != DIGITS or tokens[ahead, GAP] > ONE:
                break
            stop = ahead + 1
            digits += tokens[ahead, END] - tokens[ahead, START]
            groups += 1
        for one in range(first, stop):
            of[one, 0], of[one, 1], of[one, 2] = first, stop, digits
        token = stop
    return of


@bare
def is_inner(code: int) -> bool:
    """Whether a sign separates the groups of a number: . - / ( ) ' * + _ and the dashes."""
    return code in (
        0x2E,
        0x2D,
        0x2F,
        0x28,
        0x29,
        0x27,
        0x2A,
        0x2B,
        0x5F,
        0x2013,
        0x2014,
        0x2019,
        0xB7,
    )


@bare
def word_code(codes: Codes, plain: npt.NDArray[np.uint16], start: int, end: int) -> Any:
    """A number for a word, whatever its case and accents."""
    value: Any = np.uint64(1)
    for place in range(start, end):
        code = codes[place]
        value = value * np.uint64(0x100000001B3) + np.uint64(
            plain[code] if code < 0x10000 else code
        )
    return value


@bare
def cue_of(codes: Codes, plain: Plain, cues: Cues, start: int, end: int) -> int:
    """What a word stands before: NAMED, NUMBERED, both or nothing."""
    if not 2 <= end - start <= _LONGEST_WORD:
        return 0
    code = word_code(codes, plain, start, end)
    at = place_of(code, cues[0])
    return cues[1][at] if at < len(cues[0]) and cues[0][at] == code else 0
