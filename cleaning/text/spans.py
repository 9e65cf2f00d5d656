"""The loops of `cleaning/text/batch.py`: in one pass over code points their words, signs and lines; hashes of spans."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text import vectors
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
from cleaning.text.vectors import BITS, LETTERS, equal, having, highest, lowest, ones, weighed
from pipeline.compiled import bare, inner

Bits = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Hashes = NDArray[np.uint64]
Ints = NDArray[np.int64]
Places = NDArray[np.int32]

BASE = np.uint64(vectors.BASE)
_STRIDE = np.uint64(pow(vectors.BASE, LETTERS, 1 << 64))
_CLASS = np.uint32(CLASS)
_ONE, _ALL = np.uint64(1), np.uint64((1 << BITS) - 1)
ROOM = 2 * BITS  # numbers behind those of a block that are read, or one more
_NEWLINE, _DOT, _POINT, _COMMA = 0x0A, 0xB7, 0x2E, 0x2C


@bare
def mix(h: Any) -> Any:
    """The finaliser of splitmix64 (Steele et al. 2014), as `cleaning.text.batch.mixed`."""
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


# Loops go over slices and not over places: of a place numba would look whether it counts from the end.


@bare
def hash_of(codes: Codes, start: int, end: int) -> Any:
    """The hash of the code points [start, end), before its bits are mixed."""
    value, power = weighed(codes, start, end - start), _STRIDE
    for first in range(start + LETTERS, end, LETTERS):
        value += weighed(codes, first, end - first) * power
        power *= _STRIDE
    return value


@bare
def hashed(codes: Codes, starts: Ints, ends: Ints, hashes: Hashes) -> None:
    """Fills the hashes of spans of code points."""
    for span in range(len(starts)):
        hashes[span] = hash_of(codes, starts[span], ends[span])
    for span in range(len(starts)):  # many at once
        hashes[span] = mix(hashes[span])


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
    places: Codes,
    entries: Codes,
    size: int,
    offset: int,
    state: Ints,
    classes: Bits,
    lower: Codes,
    starts: Ints,
    ends: Ints,
    letters: Places,
    capitals: Places,
    signs: Ints,
    line_starts: Ints,
    line_ends: Ints,
    line_numbers: Places,
    line_words: Places,
    line_signs: Places,
) -> tuple[int, int, int, int]:
    """Fills what is known of a block of `size` code points, which stands at `offset`, and has one more behind it where
    it is not the last: of each its class and lower case by the `entries` at their `places`, with room for ROOM more;
    start, end, letters and capitals of words; where signs stand; of lines that are not empty start, end, number (empty
    lines counted), and how many words and signs there are up to their end. Gives how many starts and ends of words,
    signs and lines it filled. `state` is what the next block has to know.

    Where what is looked for stands is asked of 64 code points at once, and not at each, of which it is in few.
    """
    for i in range(len(places)):
        entry = entries[places[i]]
        classes[i], lower[i] = entry >> _CLASS, entry & LOWER
    classes[len(places) :] = SPACE
    lower[len(places) :] = 0
    inside, of_letters, of_capitals = np.uint64(state[0]), state[1], state[2]
    first, last, number, before = state[3], state[4], state[5], state[6]
    opened = closed = marks = lines = 0
    for at in range(0, size, BITS):
        here = offset + at
        valid = _ALL if size - at >= BITS else (_ONE << np.uint64(size - at)) - _ONE
        letter, upper = having(classes, at, LETTER) & valid, having(classes, at, UPPER) & valid
        sign = having(classes, at, PUNCTUATION | SYMBOL) & valid
        word = _joined(lower, classes, at, before) | having(classes, at, WORD)
        before = classes[min(at + BITS, size) - 1]
        edges = (word ^ (word << _ONE | inside)) & valid
        opens, words_before, signs_before = edges & word, state[7] + opened, state[8] + marks
        rest = _ALL  # of a word, behind its begin
        while edges:
            place = lowest(edges)
            behind = _ALL << np.uint64(place)
            if inside:
                ends[closed] = here + place
                letters[closed] = of_letters + ones(letter & rest & ~behind)
                capitals[closed] = of_capitals + ones(upper & rest & ~behind)
                of_letters = of_capitals = 0
                closed += 1
            else:
                starts[opened] = here + place
                opened += 1
            rest = behind
            inside ^= _ONE
            edges &= edges - _ONE
        if inside:
            of_letters += ones(letter & rest)
            of_capitals += ones(upper & rest)
        ink, newlines = ~having(classes, at, SPACE) & valid, equal(lower, at, _NEWLINE) & valid
        at_sign = sign
        while at_sign:
            signs[marks] = here + lowest(at_sign)
            marks += 1
            at_sign &= at_sign - _ONE
        while True:
            upto = newlines ^ (newlines - _ONE)  # the first newline; all where there is none
            if ink & upto:
                first = here + lowest(ink & upto) if first < 0 else first
                last = here + highest(ink & upto)
            if newlines == 0:
                break
            if first >= 0:
                line_starts[lines], line_ends[lines] = first, last + 1
                line_numbers[lines] = number
                line_words[lines] = words_before + ones(opens & upto)
                line_signs[lines] = signs_before + ones(sign & upto)
                lines += 1
                first = -1
            number += 1
            ink &= ~upto
            newlines &= ~upto
    state[0], state[1], state[2], state[3] = inside, of_letters, of_capitals, first
    state[4], state[5], state[6] = last, number, before
    state[7] += opened
    state[8] += marks
    return opened, closed, marks, lines


@inner
def _joined(lower: Codes, classes: Bits, at: int, before: int) -> Any:
    """Which of 64 code points are signs within a word: a middle dot between letters, a point or comma between digits.
    `before` is the class of what stands before them.
    """
    dots = equal(lower, at, _DOT)
    points = equal(lower, at, _POINT) | equal(lower, at, _COMMA)
    letter, digit = having(classes, at, LETTER), having(classes, at, DIGIT)
    after: Any = np.int64(classes[at + BITS])
    return (dots & _between(letter, before & LETTER, after & LETTER)) | (
        points & _between(digit, before & DIGIT, after & DIGIT)
    )


@inner
def _between(those: Any, before: int, after: int) -> Any:
    """Which bits have some of those on either side; `before` and `after` say whether one stands beyond the ends."""
    first, last = np.uint64(before != 0), np.uint64(after != 0) << np.uint64(BITS - 1)
    return (those << _ONE | first) & (those >> _ONE | last)
