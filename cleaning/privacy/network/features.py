"""The tokens of a text near what may be personal data, as hashed features: loops of `tagger.py`.

Of a word its letters, their beginnings and ends; of a number how its groups are written, and which words stand
before it; of both how all that no blank separates from them looks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cleaning.privacy.network.tokens import (
    BREAK,
    CAPITALS,
    DIGITS,
    END,
    GAP,
    KIND,
    LINE,
    NONE,
    SIGN,
    SMALL,
    START,
    Codes,
    Tokens,
    numbers,
    tokens,
    word_code,
)
from cleaning.privacy.network.windows import windows
from cleaning.text.spans import mix
from pipeline.compiled import bare, compiled

FEATURES = 20  # of a token
_LETTERS = 20  # of a word, at most
_BACK = 10  # tokens before a number in which words are looked for
_WORDS = 4
_CHUNK = 16  # characters on either side of a token


@compiled
def stretches(
    codes: Codes,
    spans: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.uint8],
    plain: npt.NDArray[np.uint16],
    cues: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]],
) -> tuple[Tokens, Tokens, npt.NDArray[np.int64]]:
    """The tokens of stretches [stretches, from and to] of a text, each read by itself, with one of nothing behind each.

    With them of what numbers they are, and which are near what may be personal data.
    """
    size = len(spans)
    for begin, end in spans:
        size += end - begin
    joined = np.empty((size, 4), np.int32)
    of = np.empty((size, 3), np.int32)
    near = np.empty(size, np.int64)
    many = chosen = 0
    for begin, end in spans:
        here = tokens(codes[begin:end], kinds)
        theirs = numbers(codes[begin:end], here)
        marked = windows(codes[begin:end], kinds, here, theirs, plain, cues)
        for token in range(len(here)):
            joined[many + token, START] = here[token, START] + begin
            joined[many + token, END] = here[token, END] + begin
            joined[many + token, KIND], joined[many + token, GAP] = (
                here[token, KIND],
                here[token, GAP],
            )
            inside = theirs[token, 0] >= 0
            of[many + token, 0] = theirs[token, 0] + many if inside else -1
            of[many + token, 1] = theirs[token, 1] + many if inside else -1
            of[many + token, 2] = theirs[token, 2]
            if marked[token]:
                near[chosen] = many + token
                chosen += 1
        many += len(here)
        joined[many, START], joined[many, END] = end, end
        joined[many, KIND], joined[many, GAP] = SIGN, LINE
        of[many, 0] = of[many, 1] = of[many, 2] = -1
        many += 1
    return joined[:many], of[:many], near[:chosen]


@compiled
def features(
    codes: Codes,
    tokens: Tokens,
    of: Tokens,
    chosen: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.uint8],
    plain: npt.NDArray[np.uint16],
    bits: int,
) -> npt.NDArray[np.uint32]:
    """The buckets [tokens chosen, FEATURES] of their features; 0 is none."""
    out = np.zeros((len(chosen), FEATURES), np.uint32)
    shift = np.uint64(64 - bits)
    for row in range(len(chosen)):
        token = chosen[row]
        start: Any = np.int64(tokens[token, START])
        end: Any = np.int64(tokens[token, END])
        kind, gap = tokens[token, KIND], tokens[token, GAP]
        size = end - start
        ahead = tokens[token + 1, GAP] if token + 1 < len(tokens) else LINE
        buckets = out[row]
        buckets[0] = _bucket(1, np.uint64(kind * 16 + gap * 4 + ahead), shift)
        at = 1
        if gap == NONE or ahead == NONE or kind == DIGITS:
            shape = _shape(codes, kinds, start, end)
            if shape:
                buckets[at] = _bucket(27, shape, shift)
                at += 1
        if kind == SIGN:
            buckets[at] = _bucket(2, np.uint64(codes[start]), shift)
            if codes[start] == 0x40:
                _before(buckets, at + 1, codes, plain, tokens, token, np.uint64(40), shift)
            continue
        if kind == DIGITS:
            at = _number(buckets, at, codes, plain, tokens, of, token, shift)
            many = np.uint64(min(of[token, 2], 24))
            first: Any = np.int64(of[token, 0])
            _before(buckets, at, codes, plain, tokens, first, many, shift)
            continue
        buckets[at] = _bucket(15, word_code(codes, plain, start, end), shift)
        buckets[at + 1] = _bucket(16, np.uint64(kind * 32 + min(size, 10)), shift)
        at += 2
        if (
            token + 1 < len(tokens)
            and SMALL <= tokens[token + 1, KIND] <= CAPITALS
            and ahead != LINE
        ):
            pair = word_code(codes, plain, start, end) * np.uint64(31) + _word(
                codes, plain, tokens, token + 1
            )
            buckets[at] = _bucket(28, pair, shift)
            at += 1
        for length in range(1, 5):
            if size > length:
                buckets[at] = _bucket(
                    16 + length, word_code(codes, plain, start, start + length), shift
                )
                at += 1
        for length in range(2, 5):
            if size > length:
                buckets[at] = _bucket(
                    20 + length, word_code(codes, plain, end - length, end), shift
                )
                at += 1
        inner = start + 1
        while at < _LETTERS and inner + 3 < end:
            buckets[at] = _bucket(26, word_code(codes, plain, inner, inner + 3), shift)
            at += 1
            inner += 1
    return out


@bare
def _number(
    buckets: npt.NDArray[np.uint32],
    at: int,
    codes: Codes,
    plain: npt.NDArray[np.uint16],
    tokens: Tokens,
    of: Tokens,
    token: int,
    shift: Any,
) -> int:
    """The features of a run of digits and of the number that it is part of, from a place on; the place behind them."""
    start: Any = np.int64(tokens[token, START])
    end: Any = np.int64(tokens[token, END])
    size = end - start
    first, stop, digits = of[token]
    lead = np.uint64(codes[start] - 0x30)
    begun = tokens[first, START]
    head = np.uint64(codes[begun] - 0x30)
    two: Any = head
    if tokens[first, END] - begun > 1:
        two = head * np.uint64(10) + np.uint64(codes[begun + 1] - 0x30) + np.uint64(10)
    wide: Any = np.uint64(min(size, 24))
    buckets[at] = _bucket(3, wide, shift)
    buckets[at + 1] = _bucket(4, wide * np.uint64(10) + lead, shift)
    at += 2
    if size <= 2:
        buckets[at] = _bucket(5, word_code(codes, plain, start, end), shift)
        at += 1
    elif size == 4:  # 19, 20: mostly a year
        buckets[at] = _bucket(6, word_code(codes, plain, start, start + 2), shift)
        at += 1
    written: Any = np.uint64(7)
    for one in range(first, stop):
        if tokens[one, KIND] == DIGITS:
            written = written * np.uint64(31) + np.uint64(tokens[one, END] - tokens[one, START])
        else:
            written = written * np.uint64(31) + np.uint64(codes[tokens[one, START]] + 32)
        if one > first:
            written = written * np.uint64(3) + np.uint64(tokens[one, GAP])
    many = np.uint64(min(digits, 24))
    buckets[at] = _bucket(7, written, shift)
    buckets[at + 1] = _bucket(8, many, shift)
    buckets[at + 2] = _bucket(9, many * np.uint64(10) + head, shift)
    buckets[at + 3] = _bucket(10, many * np.uint64(256) + two, shift)
    buckets[at + 4] = _bucket(11, written * np.uint64(10) + head, shift)
    at += 5
    if first > 0 and tokens[first, GAP] == NONE and tokens[first - 1, KIND] != SIGN:
        buckets[at] = _bucket(12, _word(codes, plain, tokens, first - 1), shift)
        at += 1
    if stop < len(tokens) and tokens[stop, GAP] == NONE:
        behind = tokens[stop, KIND] * 64 + min(tokens[stop, END] - tokens[stop, START], 9)
        buckets[at] = _bucket(13, np.uint64(behind), shift)
        at += 1
    buckets[at] = _bucket(14, many * np.uint64(8) + np.uint64(min(stop - first, 7)), shift)
    return at + 1


@bare
def _before(
    buckets: npt.NDArray[np.uint32],
    at: int,
    codes: Codes,
    plain: npt.NDArray[np.uint16],
    tokens: Tokens,
    first: int,
    many: Any,
    shift: Any,
) -> int:
    """The words before a token: each, the last two together, and the last with how many digits follow."""
    words = 0
    last: Any = np.uint64(0)
    token = first
    while token > max(0, first - _BACK) and words < _WORDS:
        token -= 1
        if tokens[token, START] == tokens[token, END]:  # between two stretches
            break
        if not SMALL <= tokens[token, KIND] <= CAPITALS:
            continue
        word = _word(codes, plain, tokens, token)
        buckets[at] = _bucket(29, word, shift)
        at += 1
        if words == 0:
            buckets[at] = _bucket(30, word * np.uint64(32) + many, shift)
            at += 1
        elif words == 1:
            buckets[at] = _bucket(31, word * np.uint64(31) + last, shift)
            at += 1
        last = word
        words += 1
    return at


@bare
def _word(codes: Codes, plain: npt.NDArray[np.uint16], tokens: Tokens, token: int) -> Any:
    """The number for the word that a token is."""
    start: Any = np.int64(tokens[token, START])
    end: Any = np.int64(tokens[token, END])
    return word_code(codes, plain, start, end)


@bare
def _shape(codes: Codes, kinds: npt.NDArray[np.uint8], start: int, end: int) -> Any:
    """How all looks that no blank separates from a token: its signs, and the sort of each letter; 0 without digits."""
    low, high = start, end
    while low > 0 and start - low < _CHUNK and not _is_blank(codes[low - 1], kinds):
        low -= 1
    while high < len(codes) and high - end < _CHUNK and not _is_blank(codes[high], kinds):
        high += 1
    while low < start and _kind(codes[low], kinds) == SIGN:
        low += 1
    while high > end and _kind(codes[high - 1], kinds) == SIGN:
        high -= 1
    value: Any = np.uint64(1)
    digits = others = 0
    for place in range(low, high):
        kind = _kind(codes[place], kinds)
        digits += kind == DIGITS
        others += kind != DIGITS
        sort = np.uint64(codes[place] + 8 if kind == SIGN else kind)
        value = value * np.uint64(0x100000001B3) + sort
    return value if digits and others else np.uint64(0)


@bare
def _is_blank(code: int, kinds: npt.NDArray[np.uint8]) -> bool:
    return bool(_kind(code, kinds) <= BREAK)


@bare
def _kind(code: int, kinds: npt.NDArray[np.uint8]) -> int:
    return kinds[code] if code < 0x10000 else SIGN


@bare
def _bucket(kind: int, value: Any, shift: Any) -> Any:
    hashed = np.uint32(mix(value * np.uint64(64) + np.uint64(kind)) >> shift)
    return hashed if hashed else np.uint32(1)
