"""MinHash signatures of shingle sets, a block at a time, bit by bit those of datasketch, and their bands.

Broder 1997 (the signature); Indyk and Motwani 1998 (the bands). The permutations are datasketch's own
(scheme `affine32`, 2.x): a signature here equals that of `datasketch.MinHash` with the same seed over
the low 32 bits of the shingle hashes, so that its LSH, estimates and storage work on ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaning.text import Hashes, Ints, mixed

BLOCK = 1 << 15  # shingles worked on at once: one permutation of them stays within the cache
EMPTY = np.uint32(0xFFFFFFFF)  # what datasketch holds for an empty set

_STEP = np.uint64(0x9E3779B97F4A7C15)


def permutations(count: int, seed: int) -> NDArray[np.uint32]:
    """The factors and the summands [2, count] of datasketch's permutations of 32-bit hashes."""
    from datasketch import MinHash

    return np.asarray(MinHash(num_perm=count, seed=seed, scheme="affine32").permutations, np.uint32)


def signatures(
    hashes: Hashes, counts: Ints, permutations: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """The MinHash signatures [k, n] of n sets: `hashes` holds them one after another, `counts` [n] their sizes.

    k is the number of permutations. An empty set has the largest value throughout.
    """
    factors, summands = permutations
    result = np.full((len(factors), len(counts)), EMPTY, np.uint32)
    some = np.flatnonzero(counts)
    ends = np.cumsum(counts[some])
    values = _premix(hashes.astype(np.uint32))
    start = 0
    while start < len(some):
        first = int(ends[start] - counts[some[start]])
        stop = max(start + 1, int(np.searchsorted(ends, first + BLOCK, side="right")))
        block = values[first : int(ends[stop - 1])]
        begins = (ends[start:stop] - counts[some[start:stop]]) - first
        columns = some[start:stop]
        permuted = np.empty_like(block)
        for k in range(len(factors)):
            np.multiply(block, factors[k], out=permuted)
            permuted += summands[k]
            result[k, columns] = np.minimum.reduceat(permuted, begins)
        start = stop
    return result


def _premix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The 32-bit finalizer of MurmurHash3, which datasketch 2 puts before its permutations. In place."""
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def band_hashes(signatures: NDArray[np.uint32], bands: int, rows: int) -> Hashes:
    """One 64-bit hash [bands, n] for each band of `rows` values of n signatures [k, n]; never 0."""
    shaped = signatures[: bands * rows].reshape(bands, rows, -1)
    hashes = np.zeros((bands, shaped.shape[2]), np.uint64)
    for row in range(rows):
        hashes *= _STEP
        hashes += shaped[:, row]
    return np.maximum(mixed(hashes), np.uint64(1))


def collision_probability(jaccard: float, bands: int, rows: int) -> float:
    """How probably two texts of this Jaccard similarity share at least one band."""
    return float(1 - (1 - jaccard**rows) ** bands)


def half_point(bands: int, rows: int) -> float:
    """The similarity at which two texts share a band half of the time (s50)."""
    return float((1 - 0.5 ** (1 / bands)) ** (1 / rows))
