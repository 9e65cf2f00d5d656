"""The hashed features of words, and the sums of their weights: the loops of `cleaning/models/linear.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cleaning.models.lanes import LANES, add_row, add_rows, fetch_row
from cleaning.text.batch import Batch, Bools, Hashes, Ints, mixed
from cleaning.text.spans import BASE, mix
from pipeline.compiled import bare, inner

Buckets = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint32]

_KINDS = mixed(np.arange(9, dtype=np.uint64))  # of the eight of each word, and of all inside it
PAIR = 7  # the place of the one that is also of the word before
AHEAD = 64  # words of which all rows of weights are asked for before any is added
KNOWN = 13  # bits of the number of words that are known: as many fit the processor's second cache


def buckets(batch: Batch, bits: int, features: int) -> Buckets:
    """The buckets [words, features] of the features of each word of a batch."""
    places = np.empty((len(batch.word_start), features), np.uint32)
    codes = batch.lowered(slice(0, len(batch.codes)))
    words = batch.word_start, batch.word_end, batch.word_hashes
    _fill(codes, *words, _before(batch), np.uint64(64 - bits), _KINDS, places)
    return places


def add_evidence(
    batch: Batch,
    words: slice,
    codes: slice,
    weights: npt.NDArray[np.int8],
    features: int,
    edges: Ints,
    wanted: Bools,
    sums: Ints,
) -> None:
    """Adds to the sums [runs, labels] the weights of all features of the words from each edge to the next, where such a
    run is wanted. The words are some of a batch, in a block of its code points. There are as many labels as LANES, or
    so many times as many.
    """
    start, end = batch.word_start[words] - codes.start, batch.word_end[words] - codes.start
    of = ~np.arange(1 << min(len(start).bit_length(), KNOWN), dtype=np.uint64)
    known = np.empty((len(of), weights.shape[1]), np.int16)
    total = np.empty((1, weights.shape[1]), np.int32)
    rows, new = np.empty((AHEAD, features), np.uint32), np.empty(AHEAD, bool)
    shift = np.uint64(65 - len(weights).bit_length())
    _add(
        batch.lowered(codes),
        start,
        end,
        batch.word_hashes[words],
        _before(batch)[words],
        shift,
        _KINDS,
        rows,
        new,
        of,
        known,
        total,
        weights,
        edges,
        wanted,
        sums,
    )


def _before(batch: Batch) -> Hashes:
    """The hash of the word before each, 0 at the beginning of a text."""
    before = np.empty_like(batch.word_hashes)
    before[1:] = batch.word_hashes[:-1]
    first = batch.word_first[:-1]
    before[first[first < len(before)]] = 0
    return before


@inner
def _alone(
    codes: Codes, first: int, last: int, whole: Any, shift: Any, kinds: Hashes, row: Any
) -> None:
    """Fills the buckets of a word, but that of its pair with the word before. Its parts are hashed letter by letter."""
    row[0] = mix(whole + kinds[0]) >> shift
    head, tail = np.uint64(codes[first]), np.uint64(codes[last - 1])
    power = BASE
    for size in range(2, 5):
        if size <= last - first:
            head += np.uint64(codes[first + size - 1]) * power
            tail = np.uint64(codes[last - size]) + tail * BASE
            power *= BASE
        row[size - 1] = mix(mix(head) + kinds[size - 1]) >> shift
        row[size + 2] = mix(mix(tail) + kinds[size + 2]) >> shift
    for place in range(PAIR + 1, len(row)):
        inside, at = np.uint64(0), first + place - PAIR
        for letter in range(2, -1, -1):
            inside = inside * BASE
            if at + letter < last:
                inside += np.uint64(codes[at + letter])
        row[place] = mix(mix(inside) + kinds[8]) >> shift


@inner
def _pair(before: Any, whole: Any, shift: Any, kinds: Hashes) -> Any:
    """The bucket of two words."""
    return mix(mix(before * np.uint64(3) + whole) + kinds[PAIR]) >> shift


@bare
def _fill(
    codes: Codes,
    start: Ints,
    end: Ints,
    hashes: Hashes,
    before: Hashes,
    shift: np.uint64,
    kinds: Hashes,
    places: Buckets,
) -> None:
    """Fills `places` [words, features] with the buckets of words."""
    for word in range(len(places)):
        _alone(codes, start[word], end[word], hashes[word], shift, kinds, places[word])
        places[word, PAIR] = _pair(before[word], hashes[word], shift, kinds)


@bare
def _add(
    codes: Codes,
    start: Ints,
    end: Ints,
    hashes: Hashes,
    before: Hashes,
    shift: np.uint64,
    kinds: Hashes,
    rows: Buckets,
    new: Bools,
    of: Hashes,
    known: npt.NDArray[np.int16],
    total: npt.NDArray[np.int32],
    weights: npt.NDArray[np.int8],
    edges: Ints,
    wanted: Bools,
    sums: Ints,
) -> None:
    """Adds to `sums`. Of the words met last, which `of` names by the last bits of their hashes, the sums are `known`:
    of four in five. At first it names none that has its place. `rows` and `new` are to work in.

    The rows lie far apart: those of some words are asked for together, so that one is not waited for after another.
    """
    mask, width = np.uint64(len(of) - 1), weights.shape[1]
    for run in range(len(wanted)):
        if not wanted[run]:
            continue
        for label in range(width):
            total[0, label] = 0
        for begin in range(edges[run], edges[run + 1], len(rows)):
            many = min(len(rows), edges[run + 1] - begin)
            for i in range(many):
                one = begin + i
                whole = hashes[one]
                rows[i, PAIR] = _pair(before[one], whole, shift, kinds)
                fetch_row(weights, np.int64(rows[i, PAIR]))
                slot = np.int64(whole & mask)
                new[i] = of[slot] != whole
                if new[i]:
                    of[slot] = whole
                    _alone(codes, start[one], end[one], whole, shift, kinds, rows[i])
                    for place in range(rows.shape[1]):
                        fetch_row(weights, np.int64(rows[i, place]))
            for i in range(many):
                slot = np.int64(hashes[begin + i] & mask)
                if new[i]:
                    for label in range(width):
                        known[slot, label] = 0
                    for label in range(0, width, LANES):
                        add_rows(known, slot, weights, rows[i, :PAIR], label)
                        add_rows(known, slot, weights, rows[i, PAIR + 1 :], label)
                for label in range(0, width, LANES):
                    add_row(total, 0, known, slot, label)
                    add_row(total, 0, weights, np.int64(rows[i, PAIR]), label)
        for label in range(0, width, LANES):
            add_row(sums, run, total, 0, label)
