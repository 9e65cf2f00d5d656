"""The loops of deduplication over hashes, compiled by numba."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import compiled


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
