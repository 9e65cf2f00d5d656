"""The hashed features of words, and the sums of their weights: the loops of `cleaning/models/linear.py`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import Batch, Bools, Hashes, Ints, mixed
from cleaning.text.words import mix
from pipeline.compiled import compiled

Buckets = npt.NDArray[np.uint32]

_KINDS = mixed(np.arange(9, dtype=np.uint64))  # of the eight of each word, and of all inside it


def buckets(batch: Batch, bits: int, features: int) -> Buckets:
    """The buckets [words, features] of the features of each word of a batch."""
    return buckets_in(batch, bits, features, 0, len(batch.word_start), slice(0, len(batch.codes)))


def buckets_in(
    batch: Batch, bits: int, features: int, first: int, stop: int, codes: slice
) -> Buckets:
    """Those of the words [first, stop) of a batch, which `codes` hold."""
    start, end = batch.word_start[first:stop], batch.word_end[first:stop]
    places = np.empty((len(start), features), np.uint32)
    opens = np.zeros(len(places) + 1, bool)
    begun = batch.word_first[:-1]
    opens[begun[(begun >= first) & (begun <= stop)] - first] = True
    before = np.uint64(0)
    if first and not opens[0]:  # amid a text: its pair is with the word before
        before = batch.hashes_of(
            batch.word_start[first - 1 : first], batch.word_end[first - 1 : first]
        )[0]
    sums, inverse = batch.hashing(codes)
    _fill(
        sums, inverse, start - codes.start, end - codes.start, opens, bits, _KINDS, before, places
    )
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
    before: np.uint64,
    places: Buckets,
) -> None:
    """Fills `places`; `opens` says which words are the first of their text, `before` what the word before has."""
    shift = np.uint64(64 - bits)
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
