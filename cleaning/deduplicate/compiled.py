"""The loops of deduplication over hashes, compiled by numba."""

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


@compiled
def shared(
    above: Ints, below: Ints, starts: Ints, hashes: Hashes, starts_below: Ints, hashes_below: Hashes
) -> Ints:
    """How many hashes the two sets of each pair [m] share: set i is `hashes[starts[i]:starts[i + 1]]`, sorted."""
    counts = np.zeros(len(above), np.int64)
    for pair in range(len(above)):
        i, j = starts[above[pair]], starts_below[below[pair]]
        end_i, end_j = starts[above[pair] + 1], starts_below[below[pair] + 1]
        count = 0
        while i < end_i and j < end_j:
            one, other = hashes[i], hashes_below[j]
            count += one == other
            i += one <= other
            j += other <= one
        counts[pair] = count
    return counts


@compiled
def join(above: Ints, below: Ints, roots: Ints) -> None:
    """Links the ends of pairs in `roots` [n], at first each document's own place; `flatten` it after the last pairs.

    Union by path halving (Tarjan and van Leeuwen 1984); the smallest place of a component is its root.
    """
    for pair in range(len(above)):
        one, other = above[pair], below[pair]
        while roots[one] != one:
            roots[one] = roots[roots[one]]
            one = roots[one]
        while roots[other] != other:
            roots[other] = roots[roots[other]]
            other = roots[other]
        roots[max(one, other)] = min(one, other)


@compiled
def flatten(roots: Ints) -> None:
    """Leaves in `roots` [n] the root of each document's component."""
    for place in range(len(roots)):  # a root is smaller than what it is the root of
        roots[place] = roots[roots[place]]


@compiled
def survive(above: Ints, below: Ints, edge: Ints, removable: NDArray[np.bool_], keep: int) -> None:
    """Fills `edge` [n] with that by which each document goes, where `keep` of those that it is like stay.

    The edges [m] are sorted by the rank of `below`, then by that of `above`, the better of the two; the edge to
    the best is told. What is no longer -1 in `edge` is gone from the start. Only the `removable` [n] may go.
    """
    i = 0
    while i < len(below):
        document = below[i]
        staying, best, last = 0, -1, -1
        while i < len(below) and below[i] == document:
            if edge[above[i]] < 0 and above[i] != last:
                staying += 1
                last = above[i]
                if best < 0:
                    best = i
            i += 1
        if staying >= keep and removable[document]:
            edge[document] = best


@compiled
def gather(hashes: Hashes, first: Ints, last: Ints, gathered: Hashes) -> None:
    """Copies the stretches [first, last) of `hashes` one after another into `gathered`."""
    at = 0
    for i in range(len(first)):
        for j in range(first[i], last[i]):
            gathered[at] = hashes[j]
            at += 1
