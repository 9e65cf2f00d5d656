"""Which tokens of a text stand near what may be personal data, and are read: loops of `tagger.py`."""

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
    NAMED,
    NONE,
    NUMBERED,
    SIGN,
    SMALL,
    START,
    TITLE,
    Codes,
    Cues,
    Plain,
    Tokens,
    cue_of,
)
from pipeline.compiled import bare, compiled

_LONG = 5  # digits of a number that may be one by itself
_SHORT = 3  # those of one that letters are joined to
_BACK = 5  # tokens before the number of a house in which its street begins
_SHORTEST_NAME, _LONGEST_NAME = 5, 30  # characters of a name on the net
_SMALL_LETTERS = 3  # of one, at least
_NAMED_DIGITS = 4  # of one, at most
_SAID = 6  # tokens from such a word to what it is of
AROUND = 9  # tokens on either side of what may be personal data


@compiled
def windows(
    codes: Codes,
    kinds: npt.NDArray[np.uint8],
    tokens: Tokens,
    of: Tokens,
    plain: Plain,
    cues: Cues,
) -> npt.NDArray[np.bool_]:
    """Which tokens are near something that may be personal data."""
    near = np.zeros(len(tokens), np.bool_)
    reach = 0  # the first token that is not marked yet
    named = numbered = -_SAID - 1  # the last words that stand before such
    for token in range(len(tokens)):
        kind = tokens[token, KIND]
        start: Any = np.int64(tokens[token, START])
        end: Any = np.int64(tokens[token, END])
        if SMALL <= kind <= CAPITALS:
            cue = cue_of(codes, plain, cues, start, end)
            named = token if cue & NAMED else named
            numbered = token if cue & NUMBERED else numbered
        named_or_cued = (
            (token - named <= _SAID and _is_name_sign(codes, tokens, token))
            or looks_named(codes, kinds, start, token - named <= _SAID)
            or (kind == DIGITS and of[token, 2] >= _SHORT and of[token, 0] - numbered <= _SAID)
        )
        if not named_or_cued and (kind in (SMALL, TITLE) or not _may_be(codes, tokens, of, token)):
            continue
        for one in range(max(reach, token - AROUND), min(len(tokens), token + AROUND + 1)):
            near[one] = True
        reach = min(len(tokens), token + AROUND + 1)
    return near


@bare
def looks_named(codes: Codes, kinds: npt.NDArray[np.uint8], begin: int, said: bool) -> bool:
    """Whether a name on the net begins here by its look, between blanks or signs: luna_92, chema53.

    Where words before it have `said` so, also LobitoGris and sol.luna: such are brands and files, too.
    """
    if begin and not _separates(codes[begin - 1], kinds):
        return False
    place = begin
    small = joined = changes = digits = 0
    while place < len(codes) and place - begin <= _LONGEST_NAME and codes[place] < 0x10000:
        code = codes[place]
        kind = kinds[code]
        if kind == SMALL:
            small += 1
        elif kind == CAPITALS:
            before = kinds[codes[place - 1]] if place > begin else CAPITALS
            changes += said and before == SMALL
        elif kind == DIGITS:
            digits += 1
        elif (code == 0x5F or code == 0x2E) and place > begin and place + 1 < len(codes):
            behind = kinds[codes[place + 1]] if codes[place + 1] < 0x10000 else SIGN
            if code == 0x2E and behind not in (SMALL, CAPITALS, DIGITS):
                break
            joined += code == 0x5F or (said and behind != DIGITS and small > 2)
        else:
            break
        place += 1
    if place < len(codes) and not _separates(codes[place], kinds):
        return False
    size = place - begin
    if size < _SHORTEST_NAME or size > _LONGEST_NAME or small < _SMALL_LETTERS:
        return False
    return bool(joined > 0 or changes > 0 or 0 < digits <= _NAMED_DIGITS)


@bare
def _separates(code: int, kinds: npt.NDArray[np.uint8]) -> bool:
    """Whether a character may stand before or behind a name on the net: a blank, a comma, a quotation mark."""
    if code >= 0x10000 or kinds[code] <= BREAK:
        return True
    return code in (
        0x22,
        0x27,
        0x28,
        0x29,
        0x2C,
        0x2E,
        0x3A,
        0x3B,
        0x3C,
        0x3D,
        0x3E,
        0x3F,
        0x21,
        0x5B,
        0x5D,
        0xAB,
        0xBB,
        0x201C,
        0x201D,
    )


@bare
def _is_name_sign(codes: Codes, tokens: Tokens, token: int) -> bool:
    """Whether a token is a sign within a name on the net, or the digits behind its letters."""
    if tokens[token, GAP] != NONE or token == 0 or tokens[token - 1, KIND] not in (SMALL, TITLE):
        return False
    if tokens[token, KIND] == DIGITS:
        return True
    if token + 1 >= len(tokens) or tokens[token + 1, GAP] != NONE:
        return False
    sign = codes[tokens[token, START]]
    named = tokens[token + 1, KIND] in (SMALL, TITLE, DIGITS)
    return named and (sign == 0x5F or sign == 0x2E or sign == 0x2D)


@bare
def _may_be(codes: Codes, tokens: Tokens, of: Tokens, token: int) -> bool:
    kind = tokens[token, KIND]
    if kind == CAPITALS:
        return _goes_on(codes, tokens, token)
    if kind == DIGITS:
        first, stop, digits = of[token]
        if digits >= _LONG:
            return not _is_date(codes, tokens, first, stop)
        if digits >= _SHORT and first > 0:
            before = first - 1
            if tokens[before, KIND] == SIGN and tokens[first, GAP] == NONE and before > 0:
                before -= 1
            if tokens[before, KIND] == CAPITALS and tokens[before + 1, GAP] == NONE:
                return True
            if stop < len(tokens) and tokens[stop, KIND] == CAPITALS and tokens[stop, GAP] == NONE:
                return True
        return _may_be_house(codes, tokens, first, stop)
    if kind == SIGN and codes[tokens[token, START]] == 0x40:  # @, of no e-mail address
        return bool(tokens[token, GAP] != NONE or token == 0 or tokens[token - 1, KIND] == SIGN)
    if kind == SIGN and codes[tokens[token, START]] == 0x2F and token > 1:  # `.com/`, `t.me/`
        before = tokens[token - 1]
        return bool(
            before[KIND] == SMALL
            and before[END] - before[START] in (2, 3)
            and codes[tokens[token - 2, START]] == 0x2E
            and tokens[token, GAP] == NONE
        )
    return False


@bare
def _goes_on(codes: Codes, tokens: Tokens, token: int) -> bool:
    """Whether a token is that of [ADDRESS], and something stands behind it that may be the rest."""
    start = tokens[token, START]
    if (
        tokens[token, END] - start != 7
        or token + 2 >= len(tokens)
        or tokens[token + 1, GAP] != NONE
    ):
        return False
    if codes[start] != 0x41 or codes[start + 2] != 0x44 or codes[tokens[token + 1, START]] != 0x5D:
        return False
    behind = codes[tokens[token + 2, START]]
    goes_on = tokens[token + 2, KIND] != SIGN or behind in (0x2C, 0x28, 0x2D, 0x2F, 0x22)
    return bool(goes_on and tokens[token + 2, GAP] != LINE)


@bare
def _is_date(codes: Codes, tokens: Tokens, first: int, stop: int) -> bool:
    """Whether a number is 12/05/2023, 12-5-23, 2023-05-12 or 12/2023."""
    if stop - first not in (3, 5):
        return False
    years = days = 0
    for one in range(first, stop, 2):
        size = tokens[one, END] - tokens[one, START]
        start = tokens[one, START]
        if tokens[one, KIND] != DIGITS:
            return False
        if size == 4 and codes[start] in (0x31, 0x32) and codes[start + 1] in (0x39, 0x30):
            years += 1
        elif size <= 2 and codes[start] <= 0x33:
            days += 1
        elif size == 2 and one == stop - 1 and stop - first == 5:
            years += 1
        else:
            return False
    sign = codes[tokens[first + 1, START]]
    same = stop - first == 3 or codes[tokens[first + 3, START]] == sign
    return same and sign in (0x2F, 0x2D, 0x2E) and years <= 1 and days >= 1


@bare
def _may_be_house(codes: Codes, tokens: Tokens, first: int, stop: int) -> bool:
    """Whether a number of few digits has a name before it, and nothing behind it that says what is counted."""
    if stop < len(tokens):
        behind = codes[tokens[stop, START]]
        if behind in (0x25, 0x20AC, 0x24):  # % \u20ac $
            return False
        parted = behind == 0x2C and tokens[stop, GAP] == NONE and stop + 1 < len(tokens)
        if parted and tokens[stop + 1, KIND] == DIGITS and tokens[stop + 1, GAP] == NONE:  # 4,5
            return False
        size = tokens[stop, END] - tokens[stop, START]
        if behind == 0x61 and size == 4 and codes[tokens[stop, START] + 1] == 0xF1:  # años
            return False
    if first > 1 and codes[tokens[first - 1, START]] == 0x2C and tokens[first, GAP] == NONE:
        return False
    size = tokens[first, END] - tokens[first, START]
    start = tokens[first, START]
    if (
        size == 4
        and stop == first + 1
        and codes[start] in (0x31, 0x32)
        and codes[start + 1] in (0x39, 0x30)
    ):
        before = tokens[first - 1] if first > 0 else tokens[first]
        if before[KIND] == SMALL and before[END] - before[START] == 2:  # de 2019, en 1998
            return False
    for before in range(first - 1, max(-1, first - _BACK - 1), -1):
        named = tokens[before, KIND] == TITLE or tokens[before, KIND] == CAPITALS
        if named and tokens[before, END] - tokens[before, START] > 1:
            return True
        if tokens[before + 1, GAP] == LINE:
            break
    return False
