"""MinHash signatures of shingle sets, a block at a time, bit by bit those of datasketch, and their bands.

Broder 1997 (the signature); Indyk and Motwani 1998 (the bands). The permutations are datasketch's own
(scheme `affine32`, 2.x): a signature here equals that of `datasketch.MinHash` with the same seed over
the low 32 bits of the shingle hashes, so that its LSH, estimates and storage work on ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaning.minhash.compiled import minima
from cleaning.text.batch import Hashes, Ints, mixed

SCHEME = "affine32"
EMPTY = np.uint32(0xFFFFFFFF)  # what datasketch holds for an empty set

_STEP = np.uint64(0x9E3779B97F4A7C15)


def permutations(count: int, seed: int) -> NDArray[np.uint32]:
    """The factors and the summands [2, count] of datasketch's permutations of 32-bit hashes.

    Drawn here as it does: importing it, for these numbers alone, takes longer than a small shard. A factor is odd, so
    that the permutation is one.
    """
    numbers = np.random.RandomState(seed)  # a stream that numpy keeps for ever
    factors = numbers.randint(0, 1 << 31, count, np.uint32) * np.uint32(2) + np.uint32(1)
    return np.stack([factors, numbers.randint(0, 1 << 32, count, np.uint32)])


def signatures(
    hashes: Hashes, counts: Ints, permutations: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """The MinHash signatures [n, k] of n sets: `hashes` holds them one after another, `counts` [n] their sizes.

    k is the number of permutations. An empty set has the largest value throughout.
    """
    factors, summands = permutations
    lowest = np.full((len(counts), len(factors)), EMPTY, np.uint32)
    minima(hashes, counts, factors, summands, lowest)
    return lowest


def band_hashes(signatures: NDArray[np.uint32], bands: int, rows: int) -> Hashes:
    """One 64-bit hash [bands, n] for each band of `rows` values of n signatures [n, k].

    Of two bands that hold the same values each has a hash of its own.
    """
    shaped = signatures[:, : bands * rows].reshape(len(signatures), bands, rows)
    hashes = np.repeat(np.arange(1, bands + 1, dtype=np.uint64)[:, None], len(signatures), axis=1)
    for row in range(rows):
        hashes *= _STEP
        hashes += shaped[:, :, row].T
    return mixed(hashes)
