"""The hashed features of words, and the sums of their weights: the loops of `cleaning/linear.py`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaning.text import Batch, Bools, Hashes, Ints, mixed
from cleaning.words import compiled, mix

Buckets = npt.NDArray[np.uint32]

_KINDS = mixed(np.arange(9, dtype=np.uint64))  # of the eight of each word, and of all inside it


def buckets(batch: Batch, bits: int, features: int) -> Buckets:
    """The buckets [words, features] of the features of each word of a batch."""
    places = np.empty((len(batch.word_start), features), np.uint32)
    opens = np.zeros(len(places) + 1, bool)
    opens[batch.word_first[:-1]] = True
    _fill(*batch.spans_hashed, batch.word_start, batch.word_end, opens, bits, _KINDS, places)
    return places


@compiled
def _fill(
    sums: Hashes,
    inverse: Hashes,
    start: Ints,
    end: Ints,
    opens: Bools,
    bits: int,
    kinds: Hashes,
    places: Buckets,
) -> None:
    """Fills `places`; `opens` says which words are the first of their text."""
    shift = np.uint64(64 - bits)
    before = np.uint64(0)
    for word in range(len(places)):
        first, last, row = start[word], end[word], places[word]
        whole = mix((sums[last] - sums[first]) * inverse[first])
        row[0] = mix(whole + kinds[0]) >> shift
        for size in range(2, 5):
            head = min(first + size, last)
            value = mix((sums[head] - sums[first]) * inverse[first])
            row[size - 1] = mix(value + kinds[size - 1]) >> shift
            tail = max(last - size, first)
            value = mix((sums[last] - sums[tail]) * inverse[tail])
            row[size + 2] = mix(value + kinds[size + 2]) >> shift
        if opens[word]:
            before = np.uint64(0)
        pair = mix(before * np.uint64(3) + whole)
        row[7] = mix(pair + kinds[7]) >> shift
        before = whole
        for place in range(8, len(row)):
            at = min(first + place - 7, last)
            stop = min(at + 3, last)
            value = mix((sums[stop] - sums[at]) * inverse[at])
            row[place] = mix(value + kinds[8]) >> shift


@compiled
def summed(places: Buckets, weights: npt.NDArray[np.int8], sums: npt.NDArray[np.float32]) -> None:
    """Fills `sums` [words, labels] with the weights of the features of each word."""
    labels = weights.shape[1]
    for word in range(len(places)):
        for label in range(labels):
            sums[word, label] = 0
        for place in places[word]:
            for label in range(labels):
                sums[word, label] += weights[place, label]
