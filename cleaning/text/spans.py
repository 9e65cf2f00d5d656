"""The loops of `cleaning/text/batch.py`: in one pass over code points their words, signs and lines; hashes of spans."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.kinds import (
    CLASS,
    DIGIT,
    LETTER,
    LOWER,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    UPPER,
    WORD,
    Codes,
)
from pipeline.compiled import bare

Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]

BASE = np.uint64(0x9E3779B97F4A7C15)  # as in cleaning/text/batch.py
_CLASS = np.uint32(CLASS)
_NEWLINE, _DOT, _POINT, _COMMA = 0x0A, 0xB7, 0x2E, 0x2C


@bare
def mix(h: Any) -> Any:
    """The finaliser of splitmix64 (Steele et al. 2014), as `cleaning.text.batch.mixed`."""
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


# Loops go over slices and not over places: of a place numba would look whether it counts from the end.


@bare
def hash_of(codes: Codes) -> Any:
    """The hash of code points."""
    value, power = np.uint64(0), np.uint64(1)
    for code in codes:
        value += np.uint64(code) * power
        power *= BASE
    return mix(value)


@bare
def hashed(codes: Codes, starts: Ints, ends: Ints, hashes: Hashes) -> None:
    """Fills the hashes of spans of code points."""
    for span in range(len(starts)):
        hashes[span] = hash_of(codes[starts[span] : ends[span]])


@bare
def summed(values: Any, first: Ints, sums: Ints) -> None:
    """Fills the sums of values, those of sum i at [first[i], first[i + 1])."""
    for span in range(len(sums)):
        total = 0
        for value in values[first[span] : first[span + 1]]:
            total += value
        sums[span] = total


@bare
def sought(
    hashes: Hashes,
    ordered: Hashes,
    begins: NDArray[np.uint32],
    shift: np.uint64,
    known: Bools,
    place: NDArray[np.uint32],
) -> None:
    """Fills `known`, which hashes are among ordered ones, and the `place` of each of these there; `begins` says where
    those are that have the same bits above `shift`. Nothing is written for known ones alone: the processor would have
    to guess which these are.
    """
    if not len(ordered):
        known[:] = False
        place[:] = 0
        return
    last = np.uint32(len(ordered) - 1)
    for i in range(len(hashes)):
        at = min(begins[hashes[i] >> shift], last)
        while ordered[at] < hashes[i] and at < last:
            at += np.uint32(1)
        known[i] = ordered[at] == hashes[i]
        place[i] = at


@bare
def segment(
    codes: Codes,
    places: Codes,
    entries: Codes,
    offset: int,
    state: Ints,
    classes: NDArray[np.uint8],
    lower: Codes,
    starts: Ints,
    ends: Ints,
    letters: Places,
    capitals: Places,
    signs: Ints,
    line_starts: Ints,
    line_ends: Ints,
    line_numbers: Ints,
) -> tuple[int, int, int, int]:
    """Fills what is known of a block of code points, which stands at `offset`, and has one more behind it where it is
    not the last: of each its class and lower case by the `entries` at their `places`; start, end, letters and capitals
    of words; where signs stand; start, end and number (empty lines counted) of lines that are not empty. Gives how many
    starts and ends of words, signs and lines it filled. `state` is what the next block has to know.
    """
    inside, of_letters, of_capitals = state[0], state[1], state[2]
    first, last, number, before = state[3], state[4], state[5], state[6]
    opened = closed = marks = lines = 0
    for i in range(len(classes)):
        entry = entries[places[i]]
        kind = np.int64(entry >> _CLASS)
        classes[i], lower[i] = kind, entry & LOWER
        member = np.int64((kind & WORD) != 0)
        if kind & (PUNCTUATION | SYMBOL):
            signs[marks] = offset + i
            marks += 1
            code = codes[i]
            if code in (_POINT, _COMMA, _DOT) and i + 1 < len(codes):
                around = before & np.int64(entries[places[i + 1]] >> _CLASS)
                member = np.int64((around & (LETTER if code == _DOT else DIGIT)) != 0)
        # Written at each code point, and kept where a word begins or ends: no branch that the processor has to guess.
        starts[opened] = ends[closed] = offset + i
        letters[closed], capitals[closed] = of_letters, of_capitals
        opened += member & (inside ^ 1)
        closed += inside & (member ^ 1)
        of_letters = (of_letters + np.int64((kind & LETTER) != 0)) * member
        of_capitals = (of_capitals + np.int64((kind & UPPER) != 0)) * member
        inside, before = member, kind
        ink = (kind & SPACE) == 0
        last = offset + i if ink else last
        first = offset + i if ink and first < 0 else first
        if codes[i] == _NEWLINE:
            if first >= 0:
                line_starts[lines], line_ends[lines] = first, last + 1
                line_numbers[lines] = number
                lines += 1
                first = -1
            number += 1
    state[0], state[1], state[2], state[3] = inside, of_letters, of_capitals, first
    state[4], state[5], state[6] = last, number, before
    return opened, closed, marks, lines
