"""The hashed features of words, and the sums of their weights: the loops of `cleaning/models/linear.py`."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import Batch, Bools, Hashes, Ints, mixed
from cleaning.text.words import mix
from pipeline.compiled import bare

Buckets = npt.NDArray[np.uint32]

_KINDS = mixed(np.arange(9, dtype=np.uint64))  # of the eight of each word, and of all inside it
PAIR = 7  # the place of the one that is also of the word before
KNOWN = 13  # bits of the number of words that are known: as many fit the processor's second cache


def buckets(batch: Batch, bits: int, features: int) -> Buckets:
    """The buckets [words, features] of the features of each word of a batch."""
    places = np.empty((len(batch.word_start), features), np.uint32)
    words = Words.of(batch, 0, len(places), slice(0, len(batch.codes)))
    _fill(*words, np.uint64(64 - bits), _KINDS, places)
    return places


class Words(NamedTuple):
    """Some words of a batch, for the loops: `opens` says which are the first of their text, `before` is the hash of the
    word before them.
    """

    sums: Hashes
    inverse: Hashes
    start: Ints
    end: Ints
    opens: Bools
    before: np.uint64

    @classmethod
    def of(cls, batch: Batch, first: int, stop: int, codes: slice) -> Self:
        """The words [first, stop) of a batch, which `codes` hold."""
        start, end = batch.word_start[first:stop], batch.word_end[first:stop]
        opens = np.zeros(len(start) + 1, bool)
        begun = batch.word_first[:-1]
        opens[begun[(begun >= first) & (begun <= stop)] - first] = True
        before = np.uint64(0)
        if first and not opens[0]:  # amid a text: its pair is with the word before
            before = batch.hashes_of(
                batch.word_start[first - 1 : first], batch.word_end[first - 1 : first]
            )[0]
        return cls(*batch.hashing(codes), start - codes.start, end - codes.start, opens, before)


def add_evidence(
    words: Words,
    weights: npt.NDArray[np.int8],
    features: int,
    at: Ints,
    wanted: Bools,
    total: Ints,
) -> Ints:
    """The weights [at, labels] of all features of the wanted words before each of some places, which are in order, and
    of what was in `total` [labels], in which those of all these words are added. `wanted` says whether the words before
    the first place are, and then those from each place on.
    """
    evidence = np.empty((len(at), len(total)), np.int64)
    of = ~np.arange(1 << min(len(words.start).bit_length(), KNOWN), dtype=np.uint64)
    known = np.empty((len(of), len(total)), np.int32)
    row = np.empty(features, np.uint32)
    shift = np.uint64(65 - len(weights).bit_length())
    _add(*words, shift, _KINDS, row, of, known, weights, at, wanted, total, evidence)
    return evidence


@bare
def _alone(
    sums: Hashes, inverse: Hashes, first: int, last: int, shift: Any, kinds: Hashes, row: Any
) -> Any:
    """Fills the buckets of a word, but that of its pair with the word before; gives its hash."""
    whole = mix((sums[last] - sums[first]) * inverse[first])
    row[0] = mix(whole + kinds[0]) >> shift
    for size in range(2, 5):
        head = min(first + size, last)
        value = mix((sums[head] - sums[first]) * inverse[first])
        row[size - 1] = mix(value + kinds[size - 1]) >> shift
        tail = max(last - size, first)
        value = mix((sums[last] - sums[tail]) * inverse[tail])
        row[size + 2] = mix(value + kinds[size + 2]) >> shift
    for place in range(PAIR + 1, len(row)):
        at = min(first + place - PAIR, last)
        stop = min(at + 3, last)
        value = mix((sums[stop] - sums[at]) * inverse[at])
        row[place] = mix(value + kinds[8]) >> shift
    return whole


@bare
def _pair(before: Any, whole: Any, shift: Any, kinds: Hashes) -> Any:
    """The bucket of two words."""
    return mix(mix(before * np.uint64(3) + whole) + kinds[PAIR]) >> shift


@bare
def _fill(
    sums: Hashes,
    inverse: Hashes,
    start: Ints,
    end: Ints,
    opens: Bools,
    before: np.uint64,
    shift: np.uint64,
    kinds: Hashes,
    places: Buckets,
) -> None:
    """Fills `places` [words, features] with the buckets of words."""
    for word in range(len(places)):
        whole = _alone(sums, inverse, start[word], end[word], shift, kinds, places[word])
        if opens[word]:
            before = np.uint64(0)
        places[word, PAIR] = _pair(before, whole, shift, kinds)
        before = whole


@bare
def _add(
    sums: Hashes,
    inverse: Hashes,
    start: Ints,
    end: Ints,
    opens: Bools,
    before: np.uint64,
    shift: np.uint64,
    kinds: Hashes,
    row: Any,
    of: Hashes,
    known: npt.NDArray[np.int32],
    weights: npt.NDArray[np.int8],
    at: Ints,
    wanted: Bools,
    total: Ints,
    evidence: Ints,
) -> None:
    """Fills `evidence`. Of the words met last, which `of` names by the last bits of their hashes, the sums are `known`:
    of four in five. At first it names none that has its place. `row` is to work in.
    """
    mask = np.uint64(len(of) - 1)
    next_, word = 0, 0
    while word <= len(start):
        if next_ < len(at) and at[next_] == word:
            for label in range(len(total)):
                evidence[next_, label] = total[label]
            next_ += 1
        if word == len(start):
            break
        first, last = start[word], end[word]
        whole = mix((sums[last] - sums[first]) * inverse[first])
        if not wanted[next_]:
            # On to the word before the next place, with which that makes a pair.
            stop = at[next_] if next_ < len(at) else len(start)
            before = whole
            word = max(word + 1, stop - 1)
            continue
        slot = whole & mask
        if of[slot] != whole:
            of[slot] = whole
            _alone(sums, inverse, first, last, shift, kinds, row)
            for label in range(len(total)):
                known[slot, label] = 0
            for place in range(len(row)):
                if place != PAIR:
                    for label in range(len(total)):
                        known[slot, label] += weights[row[place], label]
        if opens[word]:
            before = np.uint64(0)
        pair = _pair(before, whole, shift, kinds)
        before = whole
        for label in range(len(total)):
            total[label] += known[slot, label] + weights[pair, label]
        word += 1
