"""The words, numbers and signs round whatever may be personal data, as hashed features: the loops of `tagger.py`.

A token is a run of letters, a run of digits, or any other character but white space. Runs of digits that signs or a
blank part are one number: how its groups are written says much of what it is.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from cleaning.products import ROWS, add_product
from cleaning.text import LETTER, MARK, SPACE, UPPER, tables
from cleaning.words import mix
from pipeline.compiled import compiled

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]
Tokens = npt.NDArray[np.int32]  # [tokens, START, END, KIND, GAP]

START, END, KIND, GAP = range(4)
BLANK, BREAK, SMALL, TITLE, CAPITALS, DIGITS, SIGN = range(7)  # kinds of characters and of tokens
NONE, ONE, WIDE, LINE = range(
    4
)  # what stands before a token: nothing, a blank, more of them, the end of a line
FEATURES = 18  # of a token
AROUND = 9  # tokens on either side of what may be personal data
PAD = 6  # rows of nothing between two windows
REACH = 8  # rows behind one that a layer reads
_LONG = 5  # digits of a number that may be one by itself
_SHORT = 3  # those of one that letters are joined to
_BACK = 5  # tokens before the number of a house in which its street begins
_GROUPS = 9


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
    found = np.empty((many, 4), np.int32)
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
        found[at, START], found[at, END] = begun, place
        found[at, KIND], found[at, GAP] = kind, gap
        gap = NONE
        at += 1
    return found


@compiled
def numbers(codes: Codes, found: Tokens) -> Tokens:
    """Of each token (the first token of its number, the token behind it, digits of it); -1 where it is in none."""
    of = np.full((len(found), 3), -1, np.int32)
    token = 0
    while token < len(found):
        if found[token, KIND] != DIGITS:
            token += 1
            continue
        first, stop = token, token + 1
        digits = found[token, END] - found[token, START]
        groups = 1
        while groups < _GROUPS:
            ahead = stop
            while ahead < min(stop + 3, len(found)) and found[ahead, KIND] == SIGN:
                if found[ahead, GAP] > ONE or not _parts(codes[found[ahead, START]]):
                    break
                ahead += 1
            if ahead >= len(found) or found[ahead, KIND] != DIGITS or found[ahead, GAP] > ONE:
                break
            stop = ahead + 1
            digits += found[ahead, END] - found[ahead, START]
            groups += 1
        for one in range(first, stop):
            of[one, 0], of[one, 1], of[one, 2] = first, stop, digits
        token = stop
    return of


@compiled
def _parts(code: int) -> bool:
    """Whether a sign parts the groups of a number: . - / ( ) ' * + _ and the dashes."""
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


@compiled
def windows(codes: Codes, found: Tokens, of: Tokens) -> npt.NDArray[np.bool_]:
    """Which tokens are near something that may be personal data."""
    near = np.zeros(len(found), np.bool_)
    reach = 0  # the first token that is not marked yet
    for token in range(len(found)):
        kind = found[token, KIND]
        if kind in (SMALL, TITLE) or not _may_be(codes, found, of, token):
            continue
        for one in range(max(reach, token - AROUND), min(len(found), token + AROUND + 1)):
            near[one] = True
        reach = min(len(found), token + AROUND + 1)
    return near


@compiled
def _may_be(codes: Codes, found: Tokens, of: Tokens, token: int) -> bool:
    kind = found[token, KIND]
    if kind == CAPITALS:
        return _goes_on(codes, found, token)
    if kind == DIGITS:
        first, stop, digits = of[token]
        if digits >= _LONG:
            return not _is_date(codes, found, first, stop)
        if digits >= _SHORT and first > 0:
            before = first - 1
            if found[before, KIND] == SIGN and found[first, GAP] == NONE and before > 0:
                before -= 1
            if found[before, KIND] == CAPITALS and found[before + 1, GAP] == NONE:
                return True
            if stop < len(found) and found[stop, KIND] == CAPITALS and found[stop, GAP] == NONE:
                return True
        return _may_be_house(codes, found, first, stop)
    if kind == SIGN and codes[found[token, START]] == 0x40:  # @, of no e-mail address
        return bool(found[token, GAP] != NONE or token == 0 or found[token - 1, KIND] == SIGN)
    if kind == SIGN and codes[found[token, START]] == 0x2F and token > 1:  # `.com/`, `t.me/`
        before = found[token - 1]
        return bool(
            before[KIND] == SMALL
            and before[END] - before[START] in (2, 3)
            and codes[found[token - 2, START]] == 0x2E
            and found[token, GAP] == NONE
        )
    return False


@compiled
def _goes_on(codes: Codes, found: Tokens, token: int) -> bool:
    """Whether a token is that of [ADDRESS], and something stands behind it that may be the rest."""
    start = found[token, START]
    if found[token, END] - start != 7 or token + 2 >= len(found) or found[token + 1, GAP] != NONE:
        return False
    if codes[start] != 0x41 or codes[start + 2] != 0x44 or codes[found[token + 1, START]] != 0x5D:
        return False
    behind = codes[found[token + 2, START]]
    goes_on = found[token + 2, KIND] != SIGN or behind in (0x2C, 0x28, 0x2D, 0x2F, 0x22)
    return bool(goes_on and found[token + 2, GAP] != LINE)


@compiled
def _is_date(codes: Codes, found: Tokens, first: int, stop: int) -> bool:
    """Whether a number is 12/05/2023, 12-5-23, 2023-05-12 or 12/2023."""
    if stop - first not in (3, 5):
        return False
    years = days = 0
    for one in range(first, stop, 2):
        size = found[one, END] - found[one, START]
        start = found[one, START]
        if found[one, KIND] != DIGITS:
            return False
        if size == 4 and codes[start] in (0x31, 0x32) and codes[start + 1] in (0x39, 0x30):
            years += 1
        elif size <= 2 and codes[start] <= 0x33:
            days += 1
        elif size == 2 and one == stop - 1 and stop - first == 5:
            years += 1
        else:
            return False
    sign = codes[found[first + 1, START]]
    same = stop - first == 3 or codes[found[first + 3, START]] == sign
    return same and sign in (0x2F, 0x2D, 0x2E) and years <= 1 and days >= 1


@compiled
def _may_be_house(codes: Codes, found: Tokens, first: int, stop: int) -> bool:
    """Whether a number of few digits has a name before it, and nothing behind it that says what is counted."""
    if stop < len(found):
        behind = codes[found[stop, START]]
        if behind in (0x25, 0x20AC, 0x24):  # % \u20ac $
            return False
        parted = behind == 0x2C and found[stop, GAP] == NONE and stop + 1 < len(found)
        if parted and found[stop + 1, KIND] == DIGITS and found[stop + 1, GAP] == NONE:  # 4,5
            return False
        size = found[stop, END] - found[stop, START]
        if behind == 0x61 and size == 4 and codes[found[stop, START] + 1] == 0xF1:  # años
            return False
    if first > 1 and codes[found[first - 1, START]] == 0x2C and found[first, GAP] == NONE:
        return False
    size = found[first, END] - found[first, START]
    start = found[first, START]
    if (
        size == 4
        and stop == first + 1
        and codes[start] in (0x31, 0x32)
        and codes[start + 1] in (0x39, 0x30)
    ):
        before = found[first - 1] if first > 0 else found[first]
        if before[KIND] == SMALL and before[END] - before[START] == 2:  # de 2019, en 1998
            return False
    for before in range(first - 1, max(-1, first - _BACK - 1), -1):
        named = found[before, KIND] == TITLE or found[before, KIND] == CAPITALS
        if named and found[before, END] - found[before, START] > 1:
            return True
        if found[before + 1, GAP] == LINE:
            break
    return False


@compiled
def features(
    codes: Codes,
    found: Tokens,
    of: Tokens,
    chosen: npt.NDArray[np.int64],
    plain: npt.NDArray[np.uint16],
    bits: int,
) -> npt.NDArray[np.uint32]:
    """The buckets [tokens chosen, FEATURES] of their features; 0 is none."""
    out = np.zeros((len(chosen), FEATURES), np.uint32)
    shift = np.uint64(64 - bits)
    for row in range(len(chosen)):
        token = chosen[row]
        start, end, kind, gap = found[token]
        size = end - start
        ahead = found[token + 1, GAP] if token + 1 < len(found) else LINE
        at = 0
        out[row, at] = _bucket(1, np.uint64(kind * 16 + gap * 4 + ahead), shift)
        at += 1
        if kind == SIGN:
            out[row, at] = _bucket(2, np.uint64(codes[start]), shift)
            continue
        if kind == DIGITS:
            first, stop, digits = of[token]
            lead = np.uint64(codes[start] - 0x30)
            begun = found[first, START]
            head = np.uint64(codes[begun] - 0x30)
            two: Any = head
            if found[first, END] - begun > 1:
                two = head * np.uint64(10) + np.uint64(codes[begun + 1] - 0x30) + np.uint64(10)
            wide = np.uint64(min(size, 24))
            out[row, at] = _bucket(3, wide, shift)
            out[row, at + 1] = _bucket(4, wide * np.uint64(10) + lead, shift)
            at += 2
            if size <= 2:
                out[row, at] = _bucket(5, _plain(codes, plain, start, end), shift)
                at += 1
            elif size == 4:  # 19, 20: mostly a year
                out[row, at] = _bucket(6, _plain(codes, plain, start, start + 2), shift)
                at += 1
            written: Any = np.uint64(7)
            for one in range(first, stop):
                if found[one, KIND] == DIGITS:
                    written = written * np.uint64(31) + np.uint64(
                        found[one, END] - found[one, START]
                    )
                else:
                    written = written * np.uint64(31) + np.uint64(codes[found[one, START]] + 32)
                if one > first:
                    written = written * np.uint64(3) + np.uint64(found[one, GAP])
            many = np.uint64(min(digits, 24))
            out[row, at] = _bucket(7, written, shift)
            out[row, at + 1] = _bucket(8, many, shift)
            out[row, at + 2] = _bucket(9, many * np.uint64(10) + head, shift)
            out[row, at + 3] = _bucket(10, many * np.uint64(256) + two, shift)
            out[row, at + 4] = _bucket(11, written * np.uint64(10) + head, shift)
            at += 5
            if first > 0 and found[first, GAP] == NONE and found[first - 1, KIND] != SIGN:
                out[row, at] = _bucket(
                    12, _plain(codes, plain, found[first - 1, START], found[first - 1, END]), shift
                )
                at += 1
            if stop < len(found) and found[stop, GAP] == NONE:
                behind = found[stop, KIND] * 64 + min(found[stop, END] - found[stop, START], 9)
                out[row, at] = _bucket(13, np.uint64(behind), shift)
                at += 1
            out[row, at] = _bucket(14, many * np.uint64(8) + np.uint64(min(stop - first, 7)), shift)
            continue
        out[row, at] = _bucket(15, _plain(codes, plain, start, end), shift)
        out[row, at + 1] = _bucket(16, np.uint64(kind * 32 + min(size, 10)), shift)
        at += 2
        for length in range(1, 5):
            if size > length:
                out[row, at] = _bucket(
                    16 + length, _plain(codes, plain, start, start + length), shift
                )
                at += 1
        for length in range(2, 5):
            if size > length:
                out[row, at] = _bucket(20 + length, _plain(codes, plain, end - length, end), shift)
                at += 1
        inner = start + 1
        while at < FEATURES and inner + 3 < end:
            out[row, at] = _bucket(26, _plain(codes, plain, inner, inner + 3), shift)
            at += 1
            inner += 1
    return out


@compiled
def stretches(
    codes: Codes,
    spans: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.uint8],
    plain: npt.NDArray[np.uint16],
    bits: int,
) -> tuple[Tokens, npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """The tokens of stretches [stretches, from and to] of a text, each read by itself, with one of nothing behind each.

    With them which are near what may be personal data, and the features of these.
    """
    size = len(spans)
    for begin, end in spans:
        size += end - begin
    found = np.empty((size, 4), np.int32)
    of = np.empty((size, 3), np.int32)
    near = np.empty(size, np.int64)
    many = chosen = 0
    for begin, end in spans:
        here = tokens(codes[begin:end], kinds)
        theirs = numbers(codes[begin:end], here)
        marked = windows(codes[begin:end], here, theirs)
        for token in range(len(here)):
            found[many + token, START] = here[token, START] + begin
            found[many + token, END] = here[token, END] + begin
            found[many + token, KIND], found[many + token, GAP] = (
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
        found[many, START], found[many, END] = end, end
        found[many, KIND], found[many, GAP] = SIGN, LINE
        of[many] = -1
        many += 1
    near = near[:chosen].copy()
    return found[:many].copy(), near, features(codes, found[:many], of[:many], near, plain, bits)


@compiled
def _plain(codes: Codes, plain: npt.NDArray[np.uint16], start: int, end: int) -> Any:
    value: Any = np.uint64(1)
    for place in range(start, end):
        code = codes[place]
        value = value * np.uint64(0x100000001B3) + np.uint64(
            plain[code] if code < 0x10000 else code
        )
    return value


@compiled
def _bucket(kind: int, value: Any, shift: Any) -> Any:
    hashed = np.uint32(mix(value * np.uint64(64) + np.uint64(kind)) >> shift)
    return hashed if hashed else np.uint32(1)


@compiled
def embedded(
    features: npt.NDArray[np.uint32],
    near: npt.NDArray[np.int64],
    table: npt.NDArray[np.int8],
    scale: Floats,
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The vectors [rows + REACH, width] of tokens, and the row of each.

    Nothing stands before the first, between two windows, and behind the last. Rows are a multiple of ROWS.
    """
    rows = np.empty(len(near), np.int64)
    row = PAD
    for token in range(len(near)):
        if token and near[token] - near[token - 1] > 1:
            row += PAD
        rows[token] = row
        row += 1
    out = np.zeros(((row + ROWS - 1) // ROWS * ROWS + REACH, table.shape[1]), np.float32)
    for token in range(len(near)):
        vector = out[rows[token]]
        for bucket in features[token]:
            if bucket == 0:
                break
            for j in range(table.shape[1]):
                vector[j] += table[bucket, j]
        for j in range(table.shape[1]):
            vector[j] *= scale[j]
    return out, rows


@compiled
def judged(answers: Floats, rows: npt.NDArray[np.int64], kinds: int) -> Floats:
    """The logit of each row to be any of the kinds and not the first answer, which is none."""
    logits = np.empty(len(rows), np.float32)
    for at in range(len(rows)):
        answer = answers[rows[at] - PAD]
        most = answer[1]
        for kind in range(2, kinds + 1):
            most = max(most, answer[kind])
        total = np.float32(0)
        for kind in range(1, kinds + 1):
            total += np.exp(answer[kind] - most)
        logits[at] = most + np.log(total) - answer[0]
    return logits


@compiled
def layer(x: Floats, weight: Floats, bias: Floats, step: int, rows: int) -> Floats:
    """A convolution of rows with a weight [taps * in, out] whose taps lie `step` rows apart, and a bias.

    `rows` of it, a multiple of ROWS, and as many of nothing behind them as another layer reads.
    """
    out = np.zeros((rows + REACH, len(bias)), np.float32)
    out[:rows] = bias
    deep = x.shape[1]
    for tap in range(len(weight) // deep):
        add_product(x, tap * step, weight, tap * deep, out[:rows])
    return out


@compiled
def read(
    features: npt.NDArray[np.uint32],
    near: npt.NDArray[np.int64],
    table: npt.NDArray[np.int8],
    scale: Floats,
    layers: tuple[tuple[Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]],
    dilation: int,
    kinds: int,
) -> tuple[Floats, Floats]:
    """The answers [tokens, kinds + 1 or more] of the layers for tokens, and the logit of each."""
    vectors, rows = embedded(features, near, table, scale)
    answers = answered(vectors, layers, dilation)
    return answers[rows - PAD], judged(answers, rows, kinds)


@compiled
def answered(
    vectors: Floats,
    layers: tuple[tuple[Floats, Floats], tuple[Floats, Floats], tuple[Floats, Floats]],
    dilation: int,
) -> Floats:
    """The logits [rows + REACH, columns] of rows, of which the first PAD and the last REACH are nothing."""
    rows = len(vectors) - REACH
    hidden = layer(vectors, layers[0][0], layers[0][1], 1, rows)
    _cut(hidden)
    hidden = layer(hidden, layers[1][0], layers[1][1], dilation, rows)
    _cut(hidden)
    return layer(hidden, layers[2][0], layers[2][1], 1, rows)


@compiled
def _cut(hidden: Floats) -> None:
    for row in range(hidden.shape[0]):
        for column in range(hidden.shape[1]):
            hidden[row, column] = max(hidden[row, column], np.float32(0))


@compiled
def runs(
    found: Tokens,
    near: npt.NDArray[np.int64],
    logits: Floats,
    limits: tuple[float, float, float],
) -> npt.NDArray[np.int64]:
    """[first, last) of the runs of tokens near one another, within a line: each reaches the first of three limits.

    A token reaches the second limit, or the third between two that reach the second.
    """
    least, taken, between = limits
    out = np.empty((len(near), 2), np.int64)
    many = at = 0
    while at < len(near):
        begin, most = at, np.float32(-np.inf)
        while at < len(near):
            if at > begin and (near[at] != near[at - 1] + 1 or found[near[at], GAP] == LINE):
                break
            if not logits[at] >= taken and not (
                0 < at < len(near) - 1
                and logits[at] >= between
                and logits[at - 1] >= taken
                and logits[at + 1] >= taken
            ):
                break
            most = max(most, logits[at])
            at += 1
        if at == begin:
            at += 1
        elif most >= least:
            out[many, 0], out[many, 1] = begin, at
            many += 1
    return out[:many]
