"""The loops over shingle hashes, compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Hashes, Ints
from cleaning.text.spans import mix
from cleaning.text.words import STEP
from pipeline.compiled import compiled


@compiled
def distinct(hashes: Hashes, ends: Ints) -> Ints:
    """Leaves one of each of the sorted hashes of each text, at the front of `hashes`; how many of each text [n]."""
    counts = np.zeros(len(ends), np.int64)
    at = start = 0
    for text in range(len(ends)):
        begun = at
        for i in range(start, ends[text]):
            if at == begun or hashes[i] != hashes[at - 1]:
                hashes[at] = hashes[i]
                at += 1
        counts[text] = at - begun
        start = ends[text]
    return counts


@compiled
def minima(
    hashes: Hashes,
    counts: Ints,
    factors: NDArray[np.uint32],
    summands: NDArray[np.uint32],
    signatures: NDArray[np.uint32],
) -> None:
    """Lowers each row of `signatures` [n, k] to the least value that a text's hashes have by each permutation."""
    start = 0
    for text in range(len(counts)):
        lowest = signatures[text]
        for i in range(start, start + counts[text]):
            h = np.uint32(hashes[i] & np.uint64(0xFFFFFFFF))
            # The finaliser of MurmurHash3, which datasketch 2 puts before its permutations.
            h ^= h >> np.uint32(16)
            h = np.uint32(h * np.uint32(0x85EBCA6B))
            h ^= h >> np.uint32(13)
            h = np.uint32(h * np.uint32(0xC2B2AE35))
            h ^= h >> np.uint32(16)
            for k in range(len(factors)):
                value = np.uint32(np.uint32(h * factors[k]) + summands[k])
                lowest[k] = min(lowest[k], value)
        start += counts[text]


@compiled
def sketch(hashes: Hashes, ends: Ints, limit: Any, keys: Hashes) -> Ints:
    """Fills `keys` with one for each two neighbours among the hashes below `limit` of a text; their ends [n].

    `hashes` stand in the order of the text. Two texts share a key where they share the passage from one
    such hash to the next.
    """
    key_ends = np.empty(len(ends), np.int64)
    at = start = 0
    for text in range(len(ends)):
        previous = np.uint64(0)
        for i in range(start, ends[text]):
            if hashes[i] < limit and hashes[i] != previous:
                if previous:
                    keys[at] = mix(previous * STEP + hashes[i])
                    at += 1
                previous = hashes[i]
        key_ends[text] = at
        start = ends[text]
    return key_ends
