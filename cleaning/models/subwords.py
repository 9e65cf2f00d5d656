"""The compiled loops of `cleaning/models/fasttext.py`: which labels lines of words have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.models.lanes import LANES, add_rows
from cleaning.text.batch import Ints
from cleaning.text.spans import BASE, mix
from pipeline.compiled import bare, inner

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int32]
Words = NDArray[np.uint64]  # of bits
Floats = NDArray[np.float32]

_BASIS, _PRIME, _MASK = 2166136261, np.uint64(16777619), np.uint64(0xFFFFFFFF)  # of FNV-1a
_SIGN = np.uint64(0xFFFFFF00)  # of a byte, in 32 bits
_NEWLINE, _OPENS, _CLOSES = 10, 60, 62
_ONE, _SIX, _HALF, _WITHIN = (np.uint64(n) for n in (1, 6, 32, 63))  # bits of a number
KEPT = 1 << 17  # rows of the words that stood before
_ADDED = 1e-5  # to what the logarithm is taken of


@bare
def ask(
    lines: Bytes,
    words: Bytes,
    ends: Ints,
    by_hash: Numbers,
    some: Words,
    before: Numbers,
    by_bucket: Numbers,
    buckets: int,
    least: int,
    most: int,
    label: Bytes,
    vectors: Floats,
    output: Floats,
    branches: Numbers,
    word: Bytes,
    rows: Numbers,
    of: Words,
    first: Numbers,
    last: Numbers,
    hidden: Floats,
    nodes: Numbers,
    scores: Floats,
    labels: Ints,
    chances: Floats,
) -> None:
    """Fills the likeliest `labels` of each line, which ends with a newline, and their `chances`. From `words` to
    `branches` all is of a `Quantised`; from `word` to `scores` it is to work in.

    A word that stood before has the rows that it had: `of` names those met last by the last bits of their hashes, and
    their rows are those from `first` to `last`. At first it names none.
    """
    at = count = 0
    mask = np.uint64(len(of) - 1)
    for line in range(len(labels)):
        if count > KEPT:
            count, of[:] = 0, 0
        begin, ended = count, lines[at] == _NEWLINE
        while lines[at] != _NEWLINE:
            size, whole = 1, np.uint64(0)
            while not _parts(lines[at]):
                word[size] = lines[at]
                whole = whole * BASE + np.uint64(lines[at])
                size, at = size + 1, at + 1
            if size > 1 and not ended:
                whole = mix(whole)
                slot = whole & mask
                if of[slot] == whole:
                    for row in rows[first[slot] : last[slot]]:
                        rows[count] = row
                        count += 1
                else:
                    begun = count
                    row = _known(word[1:size], words, ends, by_hash)
                    ended = row == 0  # the end of a line stands first
                    if row >= 0:
                        rows[count] = row
                        count += 1
                    if not ended and not (row < 0 and _opens_with(word[1:size], label)):
                        word[0], word[size] = _OPENS, _CLOSES
                        inside = word[: size + 1]
                        count = _inside(
                            inside, some, before, by_bucket, buckets, least, most, rows, count
                        )
                    if not ended:
                        of[slot], first[slot], last[slot] = whole, begun, count
            if lines[at] != _NEWLINE:
                at += 1
        at += 1
        if not ended:
            rows[count] = 0
            count += 1
        if count > begin:
            _average(rows[begin:count], vectors, hidden)
            _descend(hidden[0], output, branches, nodes, scores, labels[line], chances[line])


@inner
def _parts(byte: Any) -> bool:
    """Whether a byte stands between words."""
    return byte <= 32 and (byte == 32 or byte == 0 or 9 <= byte <= 13)


@inner
def _hashed(word: Bytes) -> Any:
    """fastText's hash of a word."""
    value = np.uint64(_BASIS)
    for byte in word:
        value = _further(value, byte)
    return value


@inner
def _further(value: Any, byte: Any) -> Any:
    """A hash, of one byte more."""
    signed = np.uint64(byte) | (_SIGN if byte & 0x80 else np.uint64(0))
    return ((value ^ signed) * _PRIME) & _MASK


@inner
def _known(word: Bytes, words: Bytes, ends: Ints, by_hash: Numbers) -> int:
    """The row of a word, -1 where the model has none."""
    mask = np.uint64(len(by_hash) - 1)
    slot = _hashed(word) & mask
    while by_hash[slot] >= 0:
        row = by_hash[slot]
        begin = ends[row - 1] if row else 0
        if ends[row] - begin == len(word):
            same = 0
            while same < len(word) and words[begin + same] == word[same]:
                same += 1
            if same == len(word):
                return row
        slot = (slot + np.uint64(1)) & mask
    return -1


@inner
def _opens_with(word: Bytes, label: Bytes) -> bool:
    """Whether a word is a label."""
    same = 0
    while same < min(len(label), len(word)) and word[same] == label[same]:
        same += 1
    return same == len(label)


@inner
def _inside(
    word: Bytes,
    some: Words,
    before: Numbers,
    by_bucket: Numbers,
    buckets: int,
    least: int,
    most: int,
    rows: Numbers,
    count: int,
) -> int:
    """Adds to so many `rows` those of the runs of letters of a word in its brackets; how many there are then."""
    # The rest of a hash of 32 bits by a product: one whole too many is left at most, and a division takes longer.
    number = np.uint64(buckets)
    inverse = (_ONE << _HALF) // number
    known = count
    for begin in range(len(word)):
        if word[begin] & 0xC0 == 0x80:  # amid a letter
            continue
        value, end, letters = np.uint64(_BASIS), begin, 0
        while letters < most and end < len(word):
            value = _further(value, word[end])
            end += 1
            while end < len(word) and word[end] & 0xC0 == 0x80:
                value = _further(value, word[end])
                end += 1
            letters += 1
            if letters < least or (letters == 1 and (begin == 0 or end == len(word))):
                continue
            bucket = value - (value * inverse >> _HALF) * number
            bucket -= number if bucket >= number else np.uint64(0)
            # Of most runs of letters there is none, and the bits are small enough to stay near. Written in any case, as
            # the processor would have to guess where there is one.
            rows[count] = bucket
            count += int(some[bucket >> _SIX] >> (bucket & _WITHIN) & _ONE)
    for i in range(known, count):
        rows[i] = _row(np.uint64(rows[i]), some, before, by_bucket)
    return count


@inner
def _row(bucket: Any, some: Words, before: Numbers, by_bucket: Numbers) -> int:
    """The row of a bucket that has one: as many stand before it as there are bits before its own."""
    place = bucket >> _SIX
    bits = some[place] & ((_ONE << (bucket & _WITHIN)) - _ONE)
    ahead = before[place]
    while bits:
        bits &= bits - _ONE
        ahead += 1
    return by_bucket[ahead]


@inner
def _average(rows: Numbers, vectors: Floats, mean: Floats) -> None:
    """The mean [1, numbers] of some vectors."""
    mean[:] = 0
    for first in range(0, mean.shape[1], LANES):
        add_rows(mean, 0, vectors, rows, first)
    mean *= np.float32(1.0 / len(rows))


@inner
def _descend(
    hidden: Floats,
    output: Floats,
    branches: Numbers,
    nodes: Numbers,
    scores: Floats,
    labels: Ints,
    chances: Floats,
) -> None:
    """The likeliest leaves of the tree of labels, which go before the inner nodes, and how likely they are."""
    leaves, found = len(output) + 1, 0
    lowest = np.float32(math.log(_ADDED))
    nodes[0], scores[0], waiting = leaves + len(output) - 1, np.float32(0), 1
    while waiting:
        waiting -= 1
        node, score = nodes[waiting], scores[waiting]
        if score < lowest or (found == len(labels) and score < chances[found - 1]):
            continue
        if node < leaves:
            place = min(found, len(labels) - 1)
            found = min(found + 1, len(labels))
            while place and chances[place - 1] < score:
                labels[place], chances[place] = labels[place - 1], chances[place - 1]
                place -= 1
            labels[place], chances[place] = node, score
            continue
        product = np.float32(0)
        for i in range(len(hidden)):
            product += output[node - leaves, i] * hidden[i]
        right = np.float32(1.0 / np.float64(np.float32(1) + np.float32(math.exp(-product))))
        left = np.float32(1.0 - np.float64(right))
        # The left one on top: it is looked at first.
        nodes[waiting] = branches[node - leaves, 1]
        scores[waiting] = score + np.float32(math.log(np.float64(right) + _ADDED))
        nodes[waiting + 1] = branches[node - leaves, 0]
        scores[waiting + 1] = score + np.float32(math.log(np.float64(left) + _ADDED))
        waiting += 2
    for i in range(found):
        chances[i] = np.float32(math.exp(chances[i]))
