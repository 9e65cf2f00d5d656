"""Turns texts into sets of word-shingle hashes and one hash of the whole, without a loop over words.

Two normal forms decide what texts share:

- of shingles: words are those of cleaning/text/batch.py, runs of letters, marks and numbers (with the point of
  `3.14` and the middle dot of `l·l`) in lower case and without accents (`á` is `a`, `ñ` is `n`), which
  editions and bad copies differ in; all else separates words and is dropped: spaces, punctuation with
  ¿ ¡ « » “ ” …, symbols, controls. A shingle is a run of `size` words; a text with fewer has none;
- of the whole: runs of white space are one space, and there is none at the ends; nothing else changes.

The hashes are the same on every machine and in every process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaning.minhash.compiled import distinct, sketch
from cleaning.text.batch import Hashes, Ints, slices
from cleaning.text.words import windows, word_hashes

SAMPLE = 12  # one shingle of so many is sampled
_SAMPLED = np.uint64((1 << 64) // SAMPLE)


@dataclass(frozen=True)
class Shingles:
    """The shingle sets of n texts: `hashes`, sorted and distinct within each text, one text after another;
    `counts` [n] says how many are each text's, `words` [n] how many words it has, and `exact` [n, 2] is
    the xxh3_128 of its whole, high and low half (0 and 0 of a text without a character that prints).
    `passages` are the keys of the passages between neighbours of its sampled shingles, in the order of the text,
    and `passage_counts` [n] how many there are.
    """

    hashes: Hashes
    counts: Ints
    words: Ints
    exact: Hashes
    passages: Hashes
    passage_counts: Ints


def shingle_sets(texts: Sequence[str], size: int) -> Shingles:
    """The sets of hashed shingles of `size` words of each text, and the hashes of the whole texts."""
    shingles = [_slice_shingles(texts[start:stop], size) for start, stop in slices(texts)]
    return Shingles(
        np.concatenate([np.empty(0, np.uint64), *(p.hashes for p in shingles)]),
        np.concatenate([np.empty(0, np.int64), *(p.counts for p in shingles)]),
        np.concatenate([np.empty(0, np.int64), *(p.words for p in shingles)]),
        np.concatenate([np.empty((0, 2), np.uint64), *(p.exact for p in shingles)]),
        np.concatenate([np.empty(0, np.uint64), *(p.passages for p in shingles)]),
        np.concatenate([np.empty(0, np.int64), *(p.passage_counts for p in shingles)]),
    )


def _slice_shingles(texts: Sequence[str], size: int) -> Shingles:
    spelled = word_hashes(texts)
    exact = _digests(spelled.squeezed, spelled.squeezed_ends)
    words, word_ends = spelled.hashes, spelled.ends
    del spelled  # the code points of a very long text
    hashes = np.empty(len(words), np.uint64)
    ends = windows(words, word_ends, size, hashes)
    hashes = hashes[: ends[-1] if len(ends) else 0]
    keys = np.empty(len(hashes), np.uint64)
    key_ends = sketch(hashes, ends, _SAMPLED, keys)
    start = 0
    for end in ends.tolist():  # numpy's sort has the instructions for it
        hashes[start:end].sort()
        start = end
    counts = distinct(hashes, ends)
    return Shingles(
        hashes[: counts.sum()],
        counts,
        np.diff(word_ends, prepend=0),
        exact,
        keys[: key_ends[-1] if len(key_ends) else 0],
        np.diff(key_ends, prepend=0),
    )


def _digests(squeezed: NDArray[np.uint32], ends: Ints) -> Hashes:
    def each() -> Iterator[bytes]:
        start = 0
        for end in ends.tolist():
            yield xxhash.xxh3_128_digest(squeezed[start:end].data) if end > start else bytes(16)
            start = end

    return np.frombuffer(b"".join(each()), ">u8").reshape(-1, 2).astype(np.uint64)
