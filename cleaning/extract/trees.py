"""Judges the blocks of a page by boosted trees, which know shops and lists better than the networks of `model.py`.

Others judge which blocks are the body of an article: they know newspapers better. A block is seen with its own
numbers, some of those around it, and their means nearby. The trees ship as plain arrays, all nodes and all leaves in
a row, and are asked by one compiled loop. Grown by `grow.py`.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.extract import compiled
from cleaning.extract.features import Floats
from cleaning.extract.leaves import add_leaves
from cleaning.text import Bools

TREES = Path(__file__).with_name("trees.npz")
BODIES = Path(__file__).with_name("bodies.npz")
# The numbers of other blocks that are seen: of that so many behind, or before, from this column up to that one.
BESIDE = ((-1, 0, 25), (1, 0, 25), (-2, 10, 26), (2, 10, 26))
NEAR = (3, 8)  # blocks to each side of those whose means are seen
OF_NEAR = 45  # the first columns, those of text and marks, of which they are
_BESIDE = np.array(BESIDE, np.int64)
_NEAR = np.array(NEAR, np.int64)

Trees = dict[str, NDArray[Any]]


@functools.cache
def load(path: Path = TREES) -> Trees:
    """Of each node the number it asks (`feature`), the highest that goes left (`threshold`), where that leads (`child`;
    what is higher leads to the node behind it), and its `value`, where it is a leaf, which leads to itself; of each
    tree its `root`.

    A file has leaves apart, in the order of its trees, and says them as -1 - leaf. Here the nodes of a tree stand level
    by level, so that those at which most rows look stand together.
    """
    with np.load(path, allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    nodes, leaves = len(kept["feature"]), len(kept["value"])
    child = kept["child"].astype(np.int64)
    child = np.where(child < 0, nodes - 1 - child, child)  # leaves are counted on behind the nodes
    at = kept["root"].astype(np.int64)
    tree, levels = np.arange(len(at)), []
    while len(at):
        levels.append((tree, at))
        inner = at < nodes
        tree, at = np.repeat(tree[inner], 2), child[at[inner]].ravel()
    of_tree, order = (np.concatenate(column) for column in zip(*levels, strict=True))
    order = order[np.argsort(of_tree, kind="stable")]
    place = np.argsort(order)
    left = np.concatenate([child[:, 0], np.arange(nodes, nodes + leaves)])
    return {
        "feature": np.pad(kept["feature"], (0, leaves))[order].astype(np.uint32),
        "threshold": np.pad(kept["threshold"], (0, leaves), constant_values=np.inf)[order],
        "child": place[left][order].astype(np.uint32),
        "root": place[kept["root"]].astype(np.uint32),
        "value": np.pad(kept["value"], (nodes, 0))[order],
    }


def logits(x: Floats, path: Path = TREES, of: Bools | None = None) -> Floats:
    """Of each block, or each of those asked for, to be main text, or by the trees of BODIES the body of an article."""
    rows = np.arange(len(x)) if of is None else of.nonzero()[0]
    sums = np.zeros(len(rows))
    t = load(path)
    add_leaves(seen(x), rows, t["feature"], t["threshold"], t["child"], t["root"], t["value"], sums)
    return sums.astype(np.float32)


def seen(x: Floats) -> Floats:
    """What the trees see of each block: its numbers, those of the blocks beside it (-1 where there is none), means."""
    widths = [last - first for _, first, last in BESIDE]
    out = np.empty((len(x), x.shape[1] + sum(widths) + len(NEAR) * OF_NEAR), np.float32)
    sums = np.zeros((len(x) + 1, OF_NEAR))
    compiled.around(x, _BESIDE, _NEAR, sums, out)
    return out
