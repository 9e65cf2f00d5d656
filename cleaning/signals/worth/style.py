"""In what style a text is written: runs of up to three of its words, signs and ends of lines, without what they mean.

A frequent word stands for itself. Any other is known by its last two letters, its capitals and whether it is short or
long, a number by being one: so endings of verbs, of infinitives and of nouns, and what stands between them, are seen,
and no subject and no site. Of a long text its beginning, its middle and its end are looked at.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Batch, Floats, Hashes, Ints
from cleaning.text.kinds import DIGIT, PUNCTUATION, SYMBOL, UPPER
from cleaning.text.spans import mix
from cleaning.text.words import STEP
from pipeline.compiled import bare, inner
from pipeline.plain_loops import place_of

BITS = 16  # of the number of buckets
STRETCH = 4000  # code points of a long text that are looked at, at its beginning, in its middle and at its end
RUN = 3  # pieces of a run, at most
SHORT, LONG = 3, 9  # letters of a word that is short, at most; that is long, at least

Buckets = NDArray[np.uint32]

_SIGN, _LINE, _BLANK, _NUMBER, _OTHER = (1 << 32, 2 << 32, 3 << 32, 4 << 32, 5 << 32)
_SHOWN = PUNCTUATION | SYMBOL


def runs(batch: Batch, frequent: Hashes) -> tuple[Buckets, Ints]:
    """The buckets of the runs of each text, those of text i at [first[i], first[i + 1]).

    `frequent`: the hashes (`word_hashes`) of the words that stand for themselves, in a table of a power of two places
    where each lies at its lowest bits or behind, 0 where there is none.
    """
    length = batch.end - batch.start
    most = RUN * (np.minimum(length, 3 * STRETCH) + 4)
    buckets = np.empty(int(most.sum()), np.uint32)
    first = np.zeros(len(batch) + 1, np.int64)
    _fill(
        batch.codes,
        batch.classes,
        batch.lowered(slice(0, len(batch.codes))),
        batch.word_start,
        batch.word_end,
        batch.word_hashes,
        batch.start,
        batch.end,
        frequent,
        np.empty((RUN, 3 * STRETCH), np.uint64),
        buckets,
        first,
    )
    return buckets[: first[-1]], first


def table(hashes: Hashes) -> Hashes:
    """The table of `runs` for some hashes, a quarter full at most."""
    places = np.zeros(1 << int(4 * len(hashes)).bit_length(), np.uint64)
    for value in hashes:
        at = int(value) % len(places)
        while places[at]:
            at = (at + 1) % len(places)
        places[at] = value
    return places


@bare
def is_in(word: Any, places: Hashes) -> Any:
    """Whether the hash of a word is in a table (`table`)."""
    at_most = len(places) - 1
    place = np.int64(word & np.uint64(at_most))
    while places[place] != 0 and places[place] != word:
        place = (place + 1) & at_most
    return places[place] != 0


@bare
def outline(classes: NDArray[np.uint8], start: int, size: int) -> Any:
    """How a word looks, in four bits: whether none of its first two letters is a capital (0), the first (1) or both
    (2), and behind it whether it is short (0), long (2) or neither (1).
    """
    capitals = 0
    if classes[start] & UPPER:
        capitals = 2 if size > 1 and classes[start + 1] & UPPER else 1
    return capitals << 2 | (0 if size <= SHORT else 2 if size >= LONG else 1)


@bare
def _fill(
    codes: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    lower: NDArray[np.uint32],
    starts: Ints,
    ends: Ints,
    hashes: Hashes,
    begin: Ints,
    finish: Ints,
    frequent: Hashes,
    pieces: Hashes,
    buckets: Buckets,
    first: Ints,
) -> None:
    """Fills `buckets`, and where those of each text end; `pieces` is to work in."""
    shift, written = np.uint64(64 - BITS), 0
    for text in range(len(begin)):
        start, stop = begin[text], finish[text]
        stretches = 3 if stop - start > 3 * STRETCH else 1
        for stretch in range(stretches):
            at, end = start, stop
            if stretches == 3:
                at = (start, (start + stop - STRETCH) // 2, stop - STRETCH)[stretch]
                end = at + STRETCH
            word = place_of(at, starts)
            last, many = _BLANK, 0
            while at < end:
                piece: Any = 0
                if word < len(starts) and starts[word] == at:
                    size = ends[word] - at
                    if classes[at] & DIGIT:
                        piece = _NUMBER
                    elif is_in(hashes[word], frequent):
                        piece = np.int64(hashes[word] >> np.uint64(8)) | 1
                    else:
                        pen = lower[ends[word] - 2] if size > 1 else np.uint32(0)
                        tail = np.int64(pen & 0xFFF) << 12 | np.int64(lower[ends[word] - 1] & 0xFFF)
                        piece = _OTHER | tail << 4 | outline(classes, at, size)
                    at = ends[word]
                    word += 1
                elif codes[at] == 10:
                    if last != _BLANK:
                        piece = _BLANK if last == _LINE else _LINE
                    at += 1
                else:
                    if classes[at] & _SHOWN:
                        piece = _SIGN | np.int64(codes[at])
                    at += 1
                if piece != 0:
                    last = piece
                    pieces[0, many] = piece
                    many += 1
            written += _bucketed(pieces, many, shift, buckets[written:])
        first[text + 1] = written


@inner
def _bucketed(pieces: Hashes, many: int, shift: np.uint64, buckets: Buckets) -> int:
    """Fills the buckets of the runs that end with each of so many pieces, of which the first row of `pieces` tells; how
    many there are. Their hashes go before, so that many are made at once.
    """
    one, two, three = pieces[0], pieces[1], pieces[2]
    for i in range(many):
        one[i] = mix(one[i])
    for i in range(many - 1):
        two[i + 1] = mix(one[i + 1] + one[i] * STEP)
    for i in range(many - 2):
        three[i + 2] = mix(two[i + 2] + one[i] * STEP * STEP)
    written = 0
    for i in range(many):
        buckets[written] = one[i] >> shift
        written += 1
        if i > 0:
            buckets[written] = two[i] >> shift
            written += 1
        if i > 1:
            buckets[written] = three[i] >> shift
            written += 1
    return written


def scores(buckets: Buckets, first: Ints, weights: NDArray[np.float32]) -> Floats:
    """Of each text the sum of the weights of its buckets, each times one and the logarithm of how often it stands
    there, over the length of that vector; 0 of a text without any.
    """
    sums = np.zeros(len(first) - 1)
    _add_scores(buckets, first, weights, _much(), np.zeros(1 << BITS, np.uint16), sums)
    return sums


@cache
def _much() -> Floats:
    """What a bucket counts that stands so often in a text: nothing, or one and the logarithm of that."""
    return np.array([0.0, *(1 + math.log(n) for n in range(1, RUN * (3 * STRETCH + 4)))])


@bare
def _add_scores(
    buckets: Buckets,
    first: Ints,
    weights: NDArray[np.float32],
    much: Floats,
    seen: NDArray[np.uint16],
    sums: Floats,
) -> None:
    """Fills the scores of `scores`; `seen` is to work in, and stays empty."""
    for text in range(len(sums)):
        of_text = buckets[first[text] : first[text + 1]]
        for bucket in of_text:
            seen[bucket] += np.uint16(1)
        value = length = 0.0
        for bucket in of_text:
            # Of one that was added nothing is added again: the processor would have to guess which these are.
            times = much[seen[bucket]]
            value += weights[bucket] * times
            length += times * times
            seen[bucket] = 0
        if length:
            sums[text] = value / np.sqrt(length)
