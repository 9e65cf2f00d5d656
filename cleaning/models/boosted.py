"""Boosted trees as plain arrays: as they lie in a file, and as they are asked.

Grown by LightGBM elsewhere; nothing of it is needed here.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.models.leaves import add_leaves

Floats = NDArray[np.float32]
Trees = dict[str, NDArray[Any]]


@functools.cache
def load(path: Path) -> Trees:
    """Of each node the number it asks (`feature`), the highest that goes left (`threshold`), where that leads (`child`;
    what is higher leads to the node behind it), and its `value`, where it is a leaf, which leads to itself; of each
    tree its `root`.

    A file has leaves apart, in the order of its trees, and says them as -1 - leaf. Here the nodes of a tree stand level
    by level, so that those at which most rows look stand together.
    """
    with np.load(path, allow_pickle=False) as file:
        kept = {name: file[name] for name in ("feature", "threshold", "child", "root", "value")}
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


def sums(x: Floats, trees: Trees, rows: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
    """Of each row of a matrix, or each of those asked for, the sum of the values of the leaves where it ends."""
    rows = np.arange(len(x)) if rows is None else rows
    answers = np.zeros(len(rows))
    t = trees
    add_leaves(x, rows, t["feature"], t["threshold"], t["child"], t["root"], t["value"], answers)
    return answers


def arrays(grown_trees: Sequence[dict[str, Any]]) -> Trees:
    """Those of LightGBM's `dump_model()["tree_info"]` as a file has them."""
    feature: list[int] = []
    threshold: list[float] = []
    child: list[list[int]] = []
    value: list[float] = []

    def add(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            value.append(node["leaf_value"])
            return -len(value)
        at = len(feature)
        feature.append(node["split_feature"])
        threshold.append(node["threshold"])
        child.append([0, 0])
        child[at] = [add(node["left_child"]), add(node["right_child"])]
        return at

    root = [add(tree["tree_structure"]) for tree in grown_trees]
    exact = np.array(threshold)
    least = exact.astype(np.float32)
    # The next lower one where that was rounded up: a float32 is at most the one just where it is at most the other.
    least = np.where(least > exact, np.nextafter(least, np.float32(-np.inf)), least)
    return {
        "feature": np.array(feature, np.int16),
        "threshold": least,
        "child": np.array(child, np.int16).reshape(-1, 2),
        "root": np.array(root, np.int16),
        "value": np.array(value, np.float32),
    }
