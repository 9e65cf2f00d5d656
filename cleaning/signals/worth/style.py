"""In what style a text is written: runs of up to three of its words, signs and ends of lines, without what they mean.

A frequent word stands for itself. Any other is known by its last two letters, its capitals and whether it is short or
long, a number by being one: so endings of verbs, of infinitives and of nouns, and what stands between them, are seen,
and no subject and no site. Of a long text its beginning, its middle and its end are looked at.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Batch, Floats, Hashes, Ints
from cleaning.text.kinds import DIGIT, PUNCTUATION, SYMBOL, UPPER
from cleaning.text.spans import mix
from cleaning.text.words import STEP
from pipeline.compiled import bare
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
    buckets: Buckets,
    first: Ints,
) -> None:
    shift, places, written = np.uint64(64 - BITS), len(frequent) - 1, 0
    for text in range(len(begin)):
        start, stop = begin[text], finish[text]
        stretches = 3 if stop - start > 3 * STRETCH else 1
        for stretch in range(stretches):
            at, end = start, stop
            if stretches == 3:
                at = (start, (start + stop - STRETCH) // 2, stop - STRETCH)[stretch]
                end = at + STRETCH
            word = place_of(at, starts)
            pair = triple = np.uint64(0)  # what stands before, one piece and two
            last = _BLANK
            while at < end:
                piece: Any = 0
                if word < len(starts) and starts[word] == at:
                    size = ends[word] - at
                    place = np.int64(hashes[word] & np.uint64(places))
                    while frequent[place] != 0 and frequent[place] != hashes[word]:
                        place = (place + 1) & places
                    if classes[at] & DIGIT:
                        piece = _NUMBER
                    elif frequent[place] != 0:
                        piece = np.int64(hashes[word] >> np.uint64(8)) | 1
                    else:
                        kind = 0
                        if classes[at] & UPPER:
                            kind = 2 if size > 1 and classes[at + 1] & UPPER else 1
                        width = 0 if size <= SHORT else 2 if size >= LONG else 1
                        pen = lower[ends[word] - 2] if size > 1 else np.uint32(0)
                        tail = np.int64(pen & 0xFFF) << 12 | np.int64(lower[ends[word] - 1] & 0xFFF)
                        piece = _OTHER | tail << 4 | kind << 2 | width
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
                if piece == 0:
                    continue
                last = piece
                one = mix(np.uint64(piece))
                buckets[written] = one >> shift
                written += 1
                if pair != 0:
                    two = mix(one + pair * STEP)
                    buckets[written] = two >> shift
                    written += 1
                    if triple != 0:
                        buckets[written] = mix(two + triple * STEP * STEP) >> shift
                        written += 1
                triple, pair = pair, one
        first[text + 1] = written


def scores(buckets: Buckets, first: Ints, weights: NDArray[np.float32]) -> Floats:
    """Of each text the sum of the weights of its buckets, each times one and the logarithm of how often it stands
    there, over the length of that vector; 0 of a text without any.
    """
    sums = np.zeros(len(first) - 1)
    _add_scores(buckets, first, weights, np.zeros(1 << BITS, np.int32), sums)
    return sums


@bare
def _add_scores(
    buckets: Buckets,
    first: Ints,
    weights: NDArray[np.float32],
    seen: NDArray[np.int32],
    sums: Floats,
) -> None:
    """Fills the scores of `scores`; `seen` is to work in, and stays empty."""
    for text in range(len(sums)):
        of_text = buckets[first[text] : first[text + 1]]
        for bucket in of_text:
            seen[bucket] += 1
        value = length = 0.0
        for bucket in of_text:
            if seen[bucket]:
                much = 1.0
                if seen[bucket] > 1:
                    much += np.log(seen[bucket])
                value += weights[bucket] * much
                length += much * much
                seen[bucket] = 0
        if length:
            sums[text] = value / np.sqrt(length)
