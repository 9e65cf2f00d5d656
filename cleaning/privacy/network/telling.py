"""Where in a text the network reads though nothing is masked there: loops of `tagger.py` over its characters."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cleaning.privacy.network.tokens import (
    BLANK,
    BREAK,
    CAPITALS,
    DIGITS,
    NAMED,
    NUMBERED,
    SIGN,
    SMALL,
    Codes,
    Cues,
    Plain,
    cue_of,
    is_inner,
)
from cleaning.privacy.network.windows import looks_named
from pipeline.compiled import bare, compiled
from pipeline.plain_loops import total

_GROUPS = 9  # of a number
_LONG = 5  # digits of one that may stand by itself
_LONGEST = 24
_SHORT = 3  # those of one that letters are joined to, or that a word stands before
_SAID_BEFORE = 40  # characters from such a word to a name
_BEFORE, _BEHIND = 160, 100  # characters on either side that are read


@compiled
def telling(
    codes: Codes, kinds: npt.NDArray[np.uint8], plain: Plain, cues: Cues
) -> npt.NDArray[np.int64]:
    """[from, to) of what lies round each number or name on the net that may be personal data wherever it stands."""
    out = np.empty((len(codes) // _BEHIND + 2, 2), np.int64)
    many = place = 0
    groups = np.empty(_GROUPS, np.int64)
    named = numbered = -_SAID_BEFORE - 1  # where the last words end that stand before such
    while place < len(codes):
        begin = place
        code = codes[place]
        kind = kinds[code] if code < 0x10000 else SIGN
        tells = False
        if kind == DIGITS:
            place, count = _number(codes, begin, groups)
            tells = _tells(codes, kinds, begin, place, groups[:count]) or (
                begin - numbered <= _SAID_BEFORE // 2 and total(groups[:count]) >= _SHORT
            )
            if not tells and begin - named <= _SAID_BEFORE and begin:
                tells = _is_letter(codes[begin - 1], kinds)
        elif kind in (SMALL, CAPITALS):
            inner = False
            while place < len(codes) and _is_letter(codes[place], kinds):
                inner |= place > begin and kinds[codes[place]] > kinds[codes[place - 1]]
                place += 1
            cue = cue_of(codes, plain, cues, begin, place)
            named = place if cue & NAMED else named
            numbered = place if cue & NUMBERED else numbered
            behind = codes[place] if place < len(codes) else np.uint32(0x20)
            goes_on = behind == 0x5F or behind == 0x2E or 0x30 <= behind < 0x3A
            said = begin - named <= _SAID_BEFORE
            tells = (goes_on or (inner and said)) and looks_named(codes, kinds, begin, said)
        else:
            place += 1
            if code == 0x40:
                tells = _is_named(codes, kinds, begin)
            elif code == 0x5F or code == 0x2E:
                tells = (
                    0 < begin < len(codes) - 1
                    and begin - named <= _SAID_BEFORE
                    and _is_letter(codes[begin - 1], kinds)
                    and _is_letter(codes[begin + 1], kinds)
                )
        if not tells:
            continue
        low, high = max(0, begin - _BEFORE), min(len(codes), place + _BEHIND)
        if many and low <= out[many - 1, 1]:
            out[many - 1, 1] = high
        else:
            out[many, 0], out[many, 1] = low, high
            many += 1
    return out[:many]


@bare
def _is_letter(code: int, kinds: npt.NDArray[np.uint8]) -> bool:
    return code < 0x10000 and (kinds[code] == SMALL or kinds[code] == CAPITALS)


@bare
def _number(codes: Codes, begin: int, groups: npt.NDArray[np.int64]) -> tuple[int, int]:
    """The end of groups of digits that signs or blanks separate, and how many; `groups` takes their sizes."""
    place = begin
    count = 0
    while True:
        first = place
        while place < len(codes) and 0x30 <= codes[place] < 0x3A:
            place += 1
        groups[count] = place - first
        count += 1
        ahead = place
        while ahead < min(place + 2, len(codes)) and (
            codes[ahead] == 0x20 or is_inner(codes[ahead])
        ):
            ahead += 1
        if ahead == place or ahead >= len(codes) or not 0x30 <= codes[ahead] < 0x3A:
            return place, count
        if count == len(groups):
            return place, count
        place = ahead


@bare
def _tells(
    codes: Codes,
    kinds: npt.NDArray[np.uint8],
    begin: int,
    end: int,
    groups: npt.NDArray[np.int64],
) -> bool:
    """Whether a number is long, or letters are joined to it, and it is no date, law, amount or decimal."""
    digits = total(groups)
    if digits < _SHORT or digits > _LONGEST:
        return False
    before = codes[begin - 1] if begin else np.uint32(0x20)
    if digits < _LONG:
        joined = begin > 1 and (before == 0x2D or before == 0x2F or before == 0x2E)
        letter = codes[begin - 2] if joined else before
        behind = codes[end] if end < len(codes) else np.uint32(0x20)
        return _is_capital(letter, kinds) or _is_capital(behind, kinds)
    if (before == 0x2C or before == 0x2E) and begin > 1 and 0x30 <= codes[begin - 2] < 0x3A:
        return False  # of a decimal
    sign = codes[begin + groups[0]] if len(groups) > 1 else np.uint32(0)
    if len(groups) == 2:
        year = groups[1] == 4 and _is_century(codes, end - 4)
        if year and (sign == 0x2F or (groups[0] == 4 and _is_century(codes, begin))):
            return False  # 39/2015, 1998-2005
        if sign == 0x2E and (groups[1] == 3 or groups[0] == 1):
            return False  # 25.000, 0.98765
    if len(groups) == 3 and (sign == 0x2F or sign == 0x2D or sign == 0x2E):
        year = groups[0] == 4 or groups[2] == 4 or groups[2] == 2
        if year and groups[1] <= 2 and groups[0] + groups[2] <= 6:
            return False  # 12/05/1988
    return True


@bare
def _is_century(codes: Codes, place: int) -> bool:
    one, two = codes[place], codes[place + 1]
    return bool((one == 0x31 and two >= 0x35) or (one == 0x32 and two == 0x30))


@bare
def _is_capital(code: Any, kinds: npt.NDArray[np.uint8]) -> bool:
    return code < 0x10000 and kinds[code] == CAPITALS


@bare
def _is_named(codes: Codes, kinds: npt.NDArray[np.uint8], place: int) -> bool:
    """Whether an @ has a name behind it, and none before it."""
    if place + 2 >= len(codes):
        return False
    before = codes[place - 1] if place else np.uint32(0x20)
    behind = codes[place + 1]
    if before >= 0x10000 or behind >= 0x10000:
        return False
    sign = before == 0x2E or before == 0x5F or before == 0x2D or before == 0x40
    return (
        not sign
        and kinds[before] in (BLANK, BREAK, SIGN)
        and kinds[behind] not in (BLANK, BREAK, SIGN)
    )
