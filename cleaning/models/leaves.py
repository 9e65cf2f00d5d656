"""Where rows of a matrix end in boosted trees: eight rows go down a tree together, in one compiled loop.

A row must know what its node says before it can ask the next one; beside seven others the processor need not wait for
it. So a leaf leads to itself, and all go on until none moves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import bare, inner

Floats = NDArray[np.float32]
Numbers = NDArray[np.uint32]

TOGETHER = 8


@inner
def _below(
    x: Floats, begin: Any, feature: Numbers, threshold: Floats, child: Numbers, node: Any
) -> Any:
    """The node to which one leads that asks the row of a flat matrix which begins there."""
    # Unsigned: with other numbers the machine code would look whether a place counts from the end.
    asked = x[begin + np.uint64(feature[node])]
    return np.uint64(child[node]) + np.uint64(asked > threshold[node])


@inner
def _leaves(
    x: Floats, at: Any, feature: Numbers, threshold: Floats, child: Numbers, node: Any
) -> Any:
    """The leaves below a node, of the rows that begin at these places."""
    a = b = c = d = e = f = g = h = node
    moved = True
    while moved:
        a_ = _below(x, at[0], feature, threshold, child, a)
        b_ = _below(x, at[1], feature, threshold, child, b)
        c_ = _below(x, at[2], feature, threshold, child, c)
        d_ = _below(x, at[3], feature, threshold, child, d)
        e_ = _below(x, at[4], feature, threshold, child, e)
        f_ = _below(x, at[5], feature, threshold, child, f)
        g_ = _below(x, at[6], feature, threshold, child, g)
        h_ = _below(x, at[7], feature, threshold, child, h)
        moved = (
            (a_ != a)
            | (b_ != b)
            | (c_ != c)
            | (d_ != d)
            | (e_ != e)
            | (f_ != f)
            | (g_ != g)
            | (h_ != h)
        )
        a, b, c, d, e, f, g, h = a_, b_, c_, d_, e_, f_, g_, h_
    return a, b, c, d, e, f, g, h


@bare
def add_leaves(
    x: Floats,
    rows: NDArray[np.int64],
    feature: Numbers,
    threshold: Floats,
    child: Numbers,
    root: Numbers,
    value: Floats,
    sums: NDArray[np.float64],
) -> None:
    """Adds to the sums [rows] over all trees the values of the leaves where these rows of a matrix end; the nodes as
    `boosted.load` gives them.
    """
    flat, width, last = x.reshape(x.size), np.uint64(x.shape[1]), len(rows) - 1
    for first in range(0, len(rows), TOGETHER):
        # In the place of those that are not there the last one goes down again.
        at = (
            np.uint64(rows[min(first + 0, last)]) * width,
            np.uint64(rows[min(first + 1, last)]) * width,
            np.uint64(rows[min(first + 2, last)]) * width,
            np.uint64(rows[min(first + 3, last)]) * width,
            np.uint64(rows[min(first + 4, last)]) * width,
            np.uint64(rows[min(first + 5, last)]) * width,
            np.uint64(rows[min(first + 6, last)]) * width,
            np.uint64(rows[min(first + 7, last)]) * width,
        )
        few = min(TOGETHER, len(rows) - first)
        for tree in range(len(root)):
            leaves = _leaves(flat, at, feature, threshold, child, np.uint64(root[tree]))
            for i in range(few):
                sums[first + i] += value[leaves[i]]
